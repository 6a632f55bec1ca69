"""Failures: what can go wrong on the network, in one line with the remedy, and what may pass."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from ingest.errors import FetchError, Forbidden, Gone, TooLarge, Unreachable, WrongContent
from ingest.network.addresses import describe_unknown


class Passing(Exception):
    """A failure that may pass: the error that it is if it does not, and seconds to wait, if stated."""

    def __init__(self, error: FetchError, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def hide_login(url: str) -> str:
    """An address as messages show it: on one line, without a name and password in it.

    >>> hide_login("https://ann:secret@radio.example/feed")
    'https://radio.example/feed'
    """
    return re.sub(r"^([a-z0-9+.-]+://)[^/?#]*@", r"\1", " ".join(url.split()), flags=re.IGNORECASE)


def refuse_size(label: str, limit: int) -> TooLarge:
    """The error for what has more bytes than are taken in."""
    return TooLarge(f"{label}: has more than {limit:,} bytes; download it by hand, and name the file")


def check_status(response: httpx2.Response, label: str) -> None:
    """Raise what an answer's status means; nothing where it is 200, 206, 304 or 416.

    raises  FetchError; Passing when the failure may pass
    """
    status = response.status_code
    if status in (200, 206, 304, 416):
        return
    if status in (404, 410):
        raise Gone(f"{label}: is not there ({status}); look for where it is now")
    if status in (401, 402, 403, 407, 451):
        raise Forbidden(f"{label}: may not be fetched ({status}); ask its publisher, or download it by hand")
    if status in (408, 425, 429) or status >= 500:
        error = Unreachable(f"{label}: its server is busy or broken ({status}); try again later")
        raise Passing(error, _parse_wait(response.headers.get("retry-after", "")))
    raise FetchError(f"{label}: its server gives nothing ({status}); check the address")


def _parse_wait(value: str) -> float:
    """The seconds that Retry-After states, as a number or as a date; 0 when it states none."""
    if value.isdecimal():
        return float(value[:9])
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return 0.0


@contextmanager
def explain(label: str) -> Iterator[None]:
    """Turn what httpx2 raises into what went wrong and what to do: a FetchError, or Passing."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise Passing(Unreachable(f"{label}: does not answer in time; try again later")) from error
    except httpx2.ConnectError as error:
        raise _explain_connection(error, label) from error
    except httpx2.ProxyError as error:
        raise Unreachable(f"{label}: the proxy does not let it through ({error}); ask who runs it") from error
    except httpx2.DecodingError as error:
        raise WrongContent(f"{label}: cannot be unpacked ({error}); download it by hand") from error
    except (httpx2.RemoteProtocolError, httpx2.NetworkError) as error:
        broke = Unreachable(f"{label}: the connection breaks off ({error}); try again later")
        raise Passing(broke) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise FetchError(f"{label}: cannot be asked for ({error}); check the address") from error


def _explain_connection(error: httpx2.ConnectError, label: str) -> Exception:
    causes: list[BaseException] = [error]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", "") or cause.reason or cause
            return Unreachable(
                f"{label}: no safe connection ({why}); check the address, or ask its publisher"
            )
        if isinstance(cause, socket.gaierror):
            return Unreachable(describe_unknown(error.request.url.host, label))
    return Passing(Unreachable(f"{label}: nobody answers there ({error}); check the address, or try later"))
