"""The HTTP client: one address, followed to where it leads, with patience and within limits.

httpx2 does the talking: it is the maintained line of httpx, all Python, and what the coming Datasette
brings along anyway. No connection is kept open between two requests: one to a checked address (see
addresses.py) must not serve another host that has the same address, and a polite client waits between
two requests to a host, so that little would be won. Cookies are not kept.
"""

from __future__ import annotations

import os
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx2

from ingest import __version__
from ingest.errors import FetchError, Unreachable
from ingest.network.addresses import find_public
from ingest.network.failures import Passing, check_status, explain, hide_login, refuse_size

CONTACT = "AIRQUOTE_CONTACT"  # environment variable: an address or a page where publishers find who asks
HEADWAY = 64 * 1024  # bytes; an attempt that brought so many does not count as failed
MOST_ADDRESSES = 4  # of a host that are tried
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, how long and how often.

    connect, idle  seconds until a connection stands; seconds without a byte
    answer         seconds until an answer has begun, with all its headers
    reading        seconds that a document may take
    slowest        bytes a second that anything has to come with, on average
    document       bytes of a document, unpacked; recording: bytes of a recording
    redirects      how many are followed
    retries        how often a failure that may pass is tried again; pause: seconds before the first
                   retry, doubled before each other; longest: seconds that a server may ask us to wait
    allow_private  whether addresses that somebody else wrote may lead into the local network
    """

    connect: float = 10.0
    idle: float = 30.0
    answer: float = 60.0
    reading: float = 300.0
    slowest: float = 1_000.0
    document: int = 50_000_000
    recording: int = 10_000_000_000
    redirects: int = 10
    retries: int = 4
    pause: float = 1.0
    longest: float = 60.0
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers; its body is yet to be read.

    asked  the address that was asked for; label: what messages call it
    url    where it was found in the end; moved: where the address has moved for good, "" when it has not
    """

    response: httpx2.Response
    asked: str
    label: str
    url: str
    moved: str


class Client:
    """Asks for addresses; to be closed when all is asked."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        try:
            self._client = httpx2.Client(
                headers={"User-Agent": name_agent(), "Accept": "*/*"},
                timeout=httpx2.Timeout(limits.idle, connect=limits.connect),
                limits=httpx2.Limits(max_keepalive_connections=0),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            )
        except (ImportError, ValueError, httpx2.InvalidURL) as error:
            raise FetchError(f"the proxy that the environment names cannot be used: {error}") from error

    def close(self) -> None:
        self._client.close()

    def persist(self, attempt: Callable[[], T], size: Callable[[], int] = lambda: 0) -> T:
        """Try until it works or fails for good, with a longer pause from failure to failure.

        size    tells how many bytes are here; a download that gets on may break off as often as it likes
        raises  FetchError
        """
        failures = 0
        while True:
            before = size()
            try:
                return attempt()
            except Passing as failure:
                failures = 0 if size() - before >= HEADWAY else failures + 1
                if failures > self.limits.retries or failure.wait > self.limits.longest:
                    raise failure.error from failure
                pause = self.limits.pause * 2 ** max(failures - 1, 0) * random.uniform(0.5, 1.5)
                time.sleep(max(failure.wait, pause))

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], trusted: bool) -> Iterator[Answer]:
        """Ask for an address, follow where it leads, and give the answer.

        trusted  whether the user named it: then its own host, but no other, may be in the local network
        gives    an answer whose status is 200, 206, 304 or 416
        raises   FetchError; Passing when the failure may pass
        """
        label = hide_login(url)
        here, moved, for_good = _parse(url, label), "", True
        own = here.host if trusted else None
        for _ in range(self.limits.redirects + 1):
            with explain(label), self._send(here, headers, here.host == own, label) as response:
                if not response.has_redirect_location:
                    check_status(response, label)
                    yield Answer(response, url, label, hide_login(str(here)), hide_login(moved))
                    return
            for_good = for_good and response.status_code in (301, 308)
            here = _parse(response.headers["location"], label, here)
            moved = str(here) if for_good else moved
        raise FetchError(f"{label}: leads from one address to the next without an end; ask its publisher")

    def read(self, answer: Answer, limit: int, raw: bool = False, had: int = 0) -> Iterator[bytes]:
        """Give the body piece by piece, within the `with` that gave the answer.

        limit   bytes that it may have, unpacked, with those that are `had` already
        raw     as it was sent: a recording, which may take its time; else it is unpacked
        raises  TooLarge; Passing when it comes too slowly
        """
        response, began, got = answer.response, time.monotonic(), had
        if had + int(response.headers.get("content-length", 0)) > limit:
            raise refuse_size(answer.label, limit)
        for piece in response.iter_raw() if raw else response.iter_bytes():
            got += len(piece)
            if got > limit:
                raise refuse_size(answer.label, limit)
            took = time.monotonic() - began
            slow = took > self.limits.idle and got - had < took * self.limits.slowest
            if slow or (took > self.limits.reading and not raw):
                raise Passing(Unreachable(f"{answer.label}: comes too slowly; try again later"))
            yield piece

    @contextmanager
    def _send(
        self, url: httpx2.URL, headers: Mapping[str, str], trusted: bool, label: str
    ) -> Iterator[httpx2.Response]:
        """Send one request: to a trusted host by its name, else to an address that was checked."""
        name = url.raw_host.decode("ascii")
        hosts = [name] if trusted or self.limits.allow_private else find_public(name, label)[:MOST_ADDRESSES]
        with _cut_off(self.limits.answer, label) as trace:
            response = self._send_to(hosts, url, headers, {"trace": trace, "sni_hostname": name})
        try:
            yield response
        finally:
            response.close()

    def _send_to(
        self, hosts: list[str], url: httpx2.URL, headers: Mapping[str, str], extensions: dict[str, Any]
    ) -> httpx2.Response:
        """Send a request to the first of these hosts that can be reached."""
        named = {**headers, "Host": url.netloc.decode("ascii")}
        for number, host in enumerate(hosts, 1):
            request = self._client.build_request(
                "GET", url.copy_with(host=host), headers=named, extensions=extensions
            )
            try:
                return self._client.send(request, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if number == len(hosts):
                    raise
        raise AssertionError("a host has an address")


def name_agent() -> str:
    """What we call ourselves, with the contact that the environment names."""
    contact = " ".join(re.sub(r"[^ -~]|[()]", " ", os.environ.get(CONTACT, "")).split())
    return f"airquote/{__version__} (archive of speech{f'; {contact}' if contact else ''})"


def _parse(text: str, label: str, base: httpx2.URL | None = None) -> httpx2.URL:
    try:
        url = base.join(text) if base else httpx2.URL(text)
        if url.scheme in ("http", "https") and url.raw_host and (url.port or 1) < 65536:
            return url
        where = f" leads to {hide_login(text)}, which" if base else ""
        raise FetchError(f"{label}:{where} is not an address on the web; name one with http:// or https://")
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise FetchError(f"{label}: is not an address that can be read ({error}); correct it") from error


@contextmanager
def _cut_off(seconds: float, label: str) -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """Break a connection off on which no answer has begun in time, however busily it sends headers.

    gives   what has to watch the request as its extension `trace`
    raises  Passing when it was broken off
    """
    sockets: list[socket.socket] = []
    late = threading.Event()

    def trace(event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def cut() -> None:
        late.set()
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    except httpx2.TransportError as error:
        if late.is_set():
            raise Passing(Unreachable(f"{label}: does not answer in time; try again later")) from error
        raise
    finally:
        timer.cancel()
