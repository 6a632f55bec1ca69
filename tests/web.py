"""A real web server on the loopback for tests: a folder, and whatever goes wrong on the web.

web.put("talk.mp3", sound)                a file with ETag, Last-Modified, conditions and ranges
web.put("feed", xml, type="text/xml")     … with another media type
web.route("/old", redirect("/new", 301))  an answer of another kind, see below
web.route("/shaky", status(503), FILE)    one answer after the other; the last one stays
web.url("talk.mp3"), web.requests         its address; what was asked for, with the headers
"""

from __future__ import annotations

import gzip
import hashlib
import os
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

Answer = Callable[["Handler"], None]
TYPES = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".html": "text/html; charset=utf-8", ".xml": "text/xml",
         ".vtt": "text/vtt", ".json": "application/json", ".txt": "text/plain"}  # fmt: skip


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Web:
    """The server. `put` again to change a file; `features` says what it knows of HTTP."""

    folder: Path
    requests: list[Request] = field(default_factory=list)
    features: set[str] = field(default_factory=lambda: {"etag", "modified", "range"})
    types: dict[str, str] = field(default_factory=dict)
    routes: dict[str, list[Answer]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def put(self, name: str, content: bytes, type: str = "", modified: float = 1.7e9) -> str:
        """Put a file there; give its address."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (modified, modified))
        self.types["/" + name] = type or TYPES.get(path.suffix, "application/octet-stream")
        return self.url(name)

    def route(self, path: str, *answers: Answer) -> str:
        """Answer requests for a path so, one after the other; give its address."""
        self.routes[path] = list(answers)
        return self.url(path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path.lstrip('/')}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(request.path == path for request in self.requests)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    most: int | None = None  # bytes of a body before the connection breaks off

    def do_GET(self) -> None:
        web = self.server.web
        path = unquote(urlsplit(self.path).path)
        web.requests.append(Request(path, {k.lower(): v for k, v in self.headers.items()}))
        answers = web.routes.get(path) or [FILE]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, code: int, content: bytes = b"", **headers: str | int | None) -> None:
        """Send an answer; `content_length` may be a lie, and None leaves it out."""
        known: dict[str, Any] = {"content_length": len(content)} | headers
        self.send_response(code)
        for name, value in known.items():
            if value is not None:
                self.send_header(name.replace("_", "-").title(), str(value))
        self.end_headers()
        self.wfile.write(content[: self.most])
        if self.most is not None:
            self.hang_up()

    def hang_up(self) -> None:
        """Break the connection off, also in the middle of what was announced."""
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    web: Web

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def serve(folder: Path, secure: ssl.SSLContext | None = None) -> tuple[Web, Server]:
    """Start a server for a folder; `server.shutdown()` ends it."""
    server = Server(("127.0.0.1", 0), Handler)
    if secure:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    server.web = Web(folder, port=server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server.web, server


def FILE(handler: Handler) -> None:
    """The file of that name, as a good server gives it."""
    web, path = handler.server.web, unquote(urlsplit(handler.path).path)
    file = web.folder / path.lstrip("/")
    if not file.resolve().is_relative_to(web.folder.resolve()) or not file.is_file():
        return handler.answer(404, b"not here", content_type="text/plain")
    content = file.read_bytes()
    headers: dict[str, str] = {"content_type": web.types.get(path, "application/octet-stream")}
    if "etag" in web.features:
        headers["etag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if "modified" in web.features:
        headers["last_modified"] = formatdate(file.stat().st_mtime, usegmt=True)
    if _is_same(handler, headers):
        return handler.answer(304, **headers, content_length=None)
    asked = handler.headers.get("Range", "")
    condition = handler.headers.get("If-Range")
    fits = condition is None or condition in (headers.get("etag"), headers.get("last_modified"))
    if asked and fits and "range" in web.features:
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, stop = int(first), min(int(last or len(content)) + 1, len(content))
        if start >= len(content):
            return handler.answer(416, content_range=f"bytes */{len(content)}")
        headers["content_range"] = f"bytes {start}-{stop - 1}/{len(content)}"
        return handler.answer(206, content[start:stop], **headers)
    return handler.answer(200, content, **headers)


def _is_same(handler: Handler, headers: dict[str, str]) -> bool:
    etag = handler.headers.get("If-None-Match")
    if etag is not None:
        return etag == headers.get("etag")
    since, modified = handler.headers.get("If-Modified-Since"), headers.get("last_modified")
    return bool(since and modified and parsedate_to_datetime(since) >= parsedate_to_datetime(modified))


def status(code: int, content: bytes = b"", **headers: str) -> Answer:
    return lambda handler: handler.answer(code, content, **headers)


def redirect(to: str, code: int = 302) -> Answer:
    return lambda handler: handler.answer(code, location=to)


def slow(seconds: float, then: Answer = FILE) -> Answer:
    """Nothing for some seconds, or until the test is over."""

    def answer(handler: Handler) -> None:
        handler.server.web.over.wait(seconds)
        then(handler)

    return answer


def drip(head: bytes, piece: bytes, seconds: float = 0.05) -> Answer:
    """Some bytes as they are, then the same few over and over, until the client has had enough."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(head)
        while not handler.server.web.over.wait(seconds):
            handler.wfile.write(piece)
            handler.wfile.flush()
        handler.hang_up()

    return answer


def drop(after: int) -> Answer:
    """The file, or the part that is asked for, but the connection breaks off after so many bytes."""

    def answer(handler: Handler) -> None:
        handler.most = after
        FILE(handler)

    return answer


def lie(content: bytes, length: int, **headers: str) -> Answer:
    """A content whose length is said to be another, and then the end of the connection."""

    def answer(handler: Handler) -> None:
        handler.answer(200, content, content_length=length, **headers)
        handler.hang_up()

    return answer


def endless(content: bytes, **headers: str) -> Answer:
    """A content over and over, without a length."""

    def answer(handler: Handler) -> None:
        handler.answer(200, content, content_length=None, connection="close", **headers)
        while not handler.server.web.over.is_set():
            handler.wfile.write(content)
        handler.hang_up()

    return answer


def bomb(size: int, type: str = "text/html") -> Answer:
    """Zeros without an end, packed."""
    return status(200, gzip.compress(b"\0" * size), content_encoding="gzip", content_type=type)
