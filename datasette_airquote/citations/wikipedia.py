"""Wikipedia's templates: a guest who is interviewed, an episode of a programme, any other recording.

{{Cite interview}} where only guests speak and a host is known; {{Cite episode}} where there is a programme,
which alone has its series and station; {{Cite AV media}} for the rest. The first names the guest as author;
the others have people in one parameter, so that whoever is quoted is not taken for an author.

source  https://en.wikipedia.org/wiki/Template:Cite_interview,
        https://en.wikipedia.org/wiki/Template:Cite_episode,
        https://en.wikipedia.org/wiki/Template:Cite_AV_media,
        https://en.wikipedia.org/wiki/Help:Citation_Style_1#Dates
"""

from __future__ import annotations

import re

from datasette_airquote.citations.dates import BRITISH, BRITISH_YEAR, write_date
from datasette_airquote.citations.names import family_name, split_name
from datasette_airquote.citations.prose import main_title
from datasette_airquote.citations.source import Source, join_people
from datasette_airquote.wording import format_span

_MARKUP = str.maketrans({c: f"&#{ord(c)};" for c in "{}[]<>'"} | {"|": "{{!}}"})


def write_template(source: Source) -> str:
    """The template alone."""
    guests = source.people and all(person.part == "guest" for person in source.people) and source.hosts
    name = "interview" if guests else "episode" if source.programme else "AV media"
    people: dict[str, str] = {}
    if guests:
        for n, person in enumerate(source.people, 1):
            given, family, suffix = split_name(person.name)
            end = "" if len(source.people) == 1 else str(n)
            people |= {f"last{end}": family, f"first{end}": ", ".join(p for p in (given, suffix) if p)}
        people["interviewer"] = join_people(source.hosts)
    elif source.people:
        people["credits" if source.programme else "people"] = ", ".join(
            f"{name} ({each.part})" if each.part != "voice" else name
            for each, name in zip(source.people, source.names, strict=True)
        )
    place = "at" if name == "interview" or source.start is None else "time"  # an interview has no time
    series = {"interview": "work", "episode": "series"}.get(name)
    values = {
        **people,
        "title": source.title,
        **({series: source.programme} if series else {}),
        "station" if name == "episode" else "publisher": source.broadcaster,
        "date": write_date(source.date, BRITISH) or "n.d.",
        "type": source.medium.capitalize(),
        "language": "" if source.language.startswith("en") else source.language,
        place: _write_place(source),
        "url": re.sub(r"[\[\]{}|<>]", lambda found: f"%{ord(found[0]):02X}", source.url),
        "via": source.archive,
        "access-date": write_date(source.accessed, BRITISH),
    }
    filled = (f"|{key}={_escape(value, key)}" for key, value in values.items() if value)
    return f"{{{{Cite {name} {' '.join(filled)}}}}}"


def write_footnote(source: Source) -> str:
    """A footnote with a name, the asides behind the template."""
    return f'<ref name="{_name(source)}">{write_template(source)}{source.aside()}</ref>'


def write_again(source: Source) -> str:
    """The same footnote once more."""
    return f'<ref name="{_name(source)}" />'


def _write_place(source: Source) -> str:
    """A range of times in full, as the templates' examples have it."""
    timed = source.start is not None and source.end is not None
    return format_span(source.start or 0, source.end or 0) if timed else source.place


def _name(source: Source) -> str:
    who = family_name(source.names[0]) if source.people else main_title(source.title)
    parts = (who, write_date(source.date, BRITISH_YEAR), source.place)
    return re.sub(r"[\"'<>\[\]{}|=/\\#&]", "", " ".join(part for part in parts if part))


def _escape(value: str, key: str) -> str:
    return value if key == "url" else " ".join(value.split()).translate(_MARKUP)
