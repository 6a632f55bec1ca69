"""What several formats state of a clip: whole addresses, the recording, people, the licence, dates.

Nothing is made more exact than it is known: a date without a day is no day anywhere, and a statement of
rights becomes the address of a licence only where it names exactly one that is well known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette import Response
from datasette.database import Database
from datasette.utils import add_cors_headers

from datasette_airquote.audio import find_audio, find_suffix
from datasette_airquote.clips import Clip
from datasette_airquote.pages import is_web_address, link
from datasette_airquote.wording import read_date
from ingest.facts import NOT_HEARD
from ingest.media import TYPES, find_type

PEOPLE = """
SELECT c.clip, c.speaker, c.name, c.title, c.part, s.wikidata, s.viaf, s.isni
FROM clip_speakers c JOIN speakers s ON s.id = c.speaker
WHERE c.clip IN (SELECT value FROM json_each(:clips)) ORDER BY c.rowid
"""
UNKNOWN_TYPE = "application/octet-stream"
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?P<path>(?:licenses|publicdomain)/[a-z-]+/\d\.\d)(?:/[a-z]{2}\b)?"
    r"|\bCC[ -](?P<kind>BY(?:-NC)?(?:-SA|-ND)?)[ -](?P<version>\d\.\d)\b"
    r"|\bCC0\b",
    re.IGNORECASE,
)
_RIGHTS_STATEMENT = re.compile(r"https?://rightsstatements\.org/(?:vocab|page)/([A-Za-z-]+/\d\.\d)")
# A whole address of a path within the site, as `link` takes it.
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a recording is to be had: its media type, and its size in bytes, 0 where that is not known.

    suffix  how its own name ends, as .mp3; "" where that says nothing
    """

    url: str
    type: str
    size: int = 0
    suffix: str = ""

    @property
    def file_url(self) -> str:
        """Where it is to be had under a name that tells its type: some players of podcasts want one."""
        return self.url + self.suffix

    @property
    def is_video(self) -> bool:
        return self.type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a clip: part and office as in `Speaker`, and the numbers by which authorities know them."""

    id: str
    name: str
    title: str
    part: str
    wikidata: str = ""
    viaf: str = ""
    isni: str = ""

    @property
    def heard(self) -> bool:
        return self.part not in NOT_HEARD

    @property
    def same_as(self) -> list[str]:
        """Addresses that stand for the person, the best known first."""
        known = {
            "https://www.wikidata.org/entity/": self.wikidata,
            "https://viaf.org/viaf/": self.viaf,
            "https://isni.org/isni/": self.isni.replace(" ", ""),
        }
        return [place + number for place, number in known.items() if number]


@dataclass(frozen=True, slots=True)
class License:
    """A well-known licence: its name as SPDX has it, in lower case, "" where it has none, and its address."""

    name: str
    url: str


def address(datasette: Any, request: Any, path: str, fragment: str = "", **parameters: object) -> str:
    """A whole address within the site, for readers that have no page to start from."""
    return str(datasette.absolute_url(request, link(datasette, path, fragment, **parameters)))


async def find_people(db: Database, clips: Sequence[str]) -> dict[str, list[Person]]:
    """The people in each of some clips."""
    people: dict[str, list[Person]] = {clip: [] for clip in clips}
    for clip, speaker, *facts in (await db.execute(PEOPLE, {"clips": json.dumps(list(clips))})).rows:
        people[clip].append(Person(speaker, *(fact or "" for fact in facts)))
    return people


def find_recording(datasette: Any, db: Database, row: Mapping[str, Any], site: Address) -> Recording | None:
    """The recording of a clip, None where it is not to be had.

    One that is elsewhere has our address too, which leads there.
    """
    url = site(f"/audio/{row['id']}")
    path = find_audio(datasette, db, row["audio"])
    if path is not None:
        return Recording(url, find_type(path) or UNKNOWN_TYPE, path.stat().st_size, find_suffix(path))
    if not is_web_address(row["audio_url"]):
        return None
    suffix = find_suffix(row["audio_url"])
    return Recording(url, TYPES.get(suffix, UNKNOWN_TYPE), suffix=suffix)


def list_chapters(clip: Clip) -> list[tuple[str, float, float]]:
    """The chapters with start and end: each lasts until the next one begins."""
    ends = [*(start for start, _ in clip.chapters[1:]), clip.row["duration"]]
    return [(title, start, end) for (start, title), end in zip(clip.chapters, ends, strict=False)]


def find_license(rights: str) -> License | None:
    """The one licence that a statement of rights names, None where it names none, or several.

    source  https://creativecommons.org/share-your-work/cclicenses/, https://rightsstatements.org/,
            https://spdx.org/licenses/

    >>> find_license("CC BY-SA 4.0, Radio Port Ansgar")
    License(name='cc-by-sa-4.0', url='https://creativecommons.org/licenses/by-sa/4.0/')
    >>> find_license("text: CC BY 4.0, sound: CC BY-NC 4.0"), find_license("All rights reserved")
    (None, None)
    """
    found = {_read_license(each) for each in _CREATIVE_COMMONS.finditer(rights)}
    found |= {
        License("", f"http://rightsstatements.org/vocab/{each}/")
        for each in _RIGHTS_STATEMENT.findall(rights)
    }
    return found.pop() if len(found) == 1 else None


def _read_license(found: re.Match[str]) -> License:
    path = found["path"] or "publicdomain/zero/1.0"
    if found["kind"]:
        path = f"licenses/{found['kind']}/{found['version']}"
    path = path.lower()
    section, kind, version = path.split("/")
    names = {"zero": "cc0", "mark": ""}
    name = f"cc-{kind}" if section == "licenses" else names.get(kind, "")
    return License(f"{name}-{version}" if name else "", f"https://creativecommons.org/{path}/")


def plain_date(edtf: str) -> str:
    """A date in the part of ISO 8601 that everybody reads, as exact as it is known; "" for every other.

    source  https://www.w3.org/TR/NOTE-datetime

    >>> [plain_date(date) for date in ("2013", "2013-05", "2013~", "2013-22", "2013/2014")]
    ['2013', '2013-05', '', '', '']
    """
    date = read_date(edtf)
    return edtf if date and not date.mark and date.month < 13 else ""


def find_moment(edtf: str) -> datetime | None:
    """When something was, None where it is not known to the day; a day alone begins at midnight, nowhere.

    >>> find_moment("2013-05-14"), find_moment("2013-05")
    (datetime.datetime(2013, 5, 14, 0, 0), None)
    """
    date = read_date(edtf)
    return datetime.fromisoformat(edtf) if date and date.day and plain_date(edtf) else None


def write_duration(seconds: float) -> str:
    """Write a length as ISO 8601 has it.

    >>> write_duration(224.337), write_duration(3600)
    ('PT3M44.337S', 'PT1H0S')
    """
    minutes, rest = divmod(round(seconds, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{round(rest, 3):g}S"


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of some values: neither "" nor None."""
    return {key: value for key, value in values.items() if value not in ("", None)}


def send(datasette: Any, body: str, content_type: str) -> Response:
    """An answer that scripts of other sites may read where Datasette runs with --cors."""
    response = Response(body, content_type=f"{content_type}; charset=utf-8")
    if datasette.cors:
        add_cors_headers(response.headers)
    return response


def send_json(datasette: Any, value: Any, content_type: str = "application/json") -> Response:
    return send(datasette, json.dumps(value, ensure_ascii=False), content_type)


def refuse(message: str, status: int = 404) -> Response:
    """A line for whoever asked for what there is not."""
    return Response.text(message, status=status)
