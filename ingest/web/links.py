"""Links: what pages, feeds and lists of chapters point to, so far as it may be followed.

Anybody may write a page or a feed, so only addresses of the web count; whether a host may be asked
is for whoever fetches.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

LONGEST = 4_000  # characters of an address
_RECORDING = re.compile(
    r"\.(mp3|m4a|m4b|ogg|oga|opus|flac|wav|aac|wma|mp4|m4v|mov|webm|mka|mkv)$", re.IGNORECASE
)
_OTHER_NAME = re.compile(
    r"\.(pdf|jpe?g|png|gif|webp|svg|zip|epub|html?|txt|torrent|m3u8?|pls|xml|json|srt|vtt)$"
)
_OTHER_TYPE = re.compile(  # pictures, texts, and playlists, which hold no sound themselves
    r"image/|text/|application/(pdf|zip|json|x-bittorrent|vnd\.apple\.mpegurl|x-mpegurl|.*xml)"
    r"|(audio|video)/(x-)?(mpegurl|scpls)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A file that is linked to.

    type    its media type in lower case, language: its code, each "" when not stated
    needed  whether the user named it: then nothing goes on without it
    """

    url: str
    type: str = ""
    language: str = ""
    needed: bool = False


def resolve_link(base: str, link: str) -> str:
    """Give the address that a link means, "" when it is none that may be followed.

    base  the address of the page or feed that has the link; where it has none, "", a relative link stays
          as it is, unless it leads out of the folder

    >>> resolve_link("https://e.org/news/", "../a b.mp3"), resolve_link("", "x/b.mp3")
    ('https://e.org/a%20b.mp3', 'x/b.mp3')
    >>> resolve_link("https://e.org/", "javascript:alert(1)"), resolve_link("", "../b.mp3")
    ('', '')
    """
    link = re.sub(r"[\t\r\n]", "", link.strip())  # as browsers do
    if not link or not link.isprintable():
        return ""
    link = link.replace(" ", "%20")
    try:
        full = urljoin(base, link)
        parts = urlsplit(full)
        host, _ = parts.hostname, parts.port  # a port that is no number raises here
    except ValueError:
        return ""
    if len(full) > LONGEST:
        return ""
    if host:
        scheme = parts.scheme or "https"
        return urlunsplit(parts._replace(scheme=scheme)) if scheme in ("http", "https") else ""
    return full if not parts.scheme and _stays_inside(parts.path) else ""


def _stays_inside(path: str) -> bool:
    """Whether a relative path leads to something in its folder or below."""
    plain = posixpath.normpath(unquote(path).replace("\\", "/"))
    return not plain.startswith(("/", "..")) and plain.isprintable()


def is_web(url: str) -> bool:
    """Whether an address is one of the web, not a path.

    >>> is_web("https://e.org/a"), is_web("a/b.mp3")
    (True, False)
    """
    return url.startswith(("http://", "https://"))


def has_recording_name(url: str) -> bool:
    """Whether an address ends as those of recordings do.

    >>> has_recording_name("https://e.org/a.MP3?download=1"), has_recording_name("https://e.org/mp3")
    (True, False)
    """
    try:
        return _RECORDING.search(urlsplit(url).path) is not None
    except ValueError:
        return False


def find_recording(links: Iterable[Link]) -> str:
    """The first of some links that leads to a recording, "" when none does.

    Where no type and no ending says so of any, the first that may be one.
    """
    perhaps = [link for link in links if link.url and not _OTHER_TYPE.match(link.type)]
    for link in perhaps:
        if link.type.startswith(("audio/", "video/")) or has_recording_name(link.url):
            return link.url
    return next((link.url for link in perhaps if not _OTHER_NAME.search(link.url.lower())), "")


def format_language(code: str) -> str:
    """Write a language's code as it is used here, "" when it is none.

    >>> format_language("en-us"), format_language("pt_BR"), format_language("zh-hans-cn")
    ('en-US', 'pt-BR', 'zh-Hans-CN')
    >>> format_language("English")
    ''
    """
    if not re.fullmatch(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*", code.strip()):
        return ""
    base, *rest = re.split("[-_]", code.strip())
    written = {2: str.upper, 4: str.title}  # a region, a script
    return "-".join([base.lower(), *(written.get(len(part), str.lower)(part) for part in rest)])
