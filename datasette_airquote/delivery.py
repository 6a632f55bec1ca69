"""Delivery: pages travel compressed, and not at all to those who have them already.

An answer carries the mark of its bytes (ETag), by which a browser asks again and gets a line instead of
the page when nothing has changed. For how long it need not even ask is Datasette's setting
`default_cache_ttl`, 5 seconds unless you set it. What was given to somebody who is logged in is kept by
nobody else; Datasette's newest releases see to that by themselves, and forbid even that browser to keep it.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from datasette import Response
from starlette.middleware.gzip import GZipMiddleware

View = Callable[..., Any]
LEVEL = 5  # of gzip; 9 takes three times as long for 2 % less
SMALLEST = 1000  # bytes; less is hardly worth it


def compress(app: Any) -> GZipMiddleware:
    """The site, compressed for those who can read it so; recordings and parts of files stay as they are."""
    return GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)


def name_keeping(datasette: Any, request: Any) -> str:
    """How an answer may be kept, as a Cache-Control header says it."""
    if request.actor is not None:
        return "private, no-cache"
    ttl = int(datasette.setting("default_cache_ttl"))
    return f"public, max-age={ttl}" if ttl else "no-cache"


def keep(view: View) -> View:
    """A view whose answers may be kept, and are asked for again by their mark."""
    signature = inspect.signature(view)

    @wraps(view)  # Datasette looks at the names of the view's own parameters
    async def answer(*arguments: Any) -> Response | None:
        response: Response | None = await view(*arguments)
        if response is None or response.status != 200:
            return response
        given = signature.bind(*arguments).arguments
        body = response.body if isinstance(response.body, bytes) else str(response.body).encode()
        # Weak, because the same page is sent compressed and as it is.
        mark = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        response.headers.setdefault("Cache-Control", name_keeping(given["datasette"], given["request"]))
        response.headers.setdefault("ETag", mark)
        if mark not in map(str.strip, given["request"].headers.get("if-none-match", "").split(",")):
            return response
        kept = {key: response.headers[key] for key in ("Cache-Control", "ETag")}
        return Response("", status=304, headers=kept)

    return answer
