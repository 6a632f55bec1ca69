"""/speakers: everybody who is heard or quoted, in the order of their family names."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from anyascii import anyascii
from datasette import Response

from datasette_airquote.choose import PARTS, list_people
from datasette_airquote.citations.names import invert_name
from datasette_airquote.pager import find_page, show_pager
from datasette_airquote.pages import link, open_archive, render
from datasette_airquote.search import load_clips
from datasette_airquote.search.catalog import Catalog
from datasette_airquote.search.fields import has_words
from datasette_airquote.wording import count_noun

PAGE = 200  # people
OTHERS = "#"  # the heading of names that begin with no letter of A to Z


class Entry(NamedTuple):
    """A person in the list.

    sorted_as  the name, turned around where it can be; letter: A to Z under which it stands, or OTHERS
    parts      in how many clips the person is heard, author, quoted
    """

    id: str
    name: str
    sorted_as: str
    letter: str
    parts: Counter[str]


async def speakers_page(datasette: Any, request: Any) -> Response:
    """The list, or those of it in whose names some words begin."""
    db = await open_archive(datasette, request)
    catalog = await db.execute_fn(load_clips)
    q = (request.args.get("q") or "").strip()
    everybody = list_everybody(catalog)
    found = [entry for entry in everybody if is_named(catalog, entry, q)] if q else everybody
    page, pages = find_page(request.args, len(found), PAGE)
    shown = found[(page - 1) * PAGE : page * PAGE]
    context = {
        "q": q,
        "count": f"{len(found):,} {'person' if len(found) == 1 else 'people'}",
        "empty": not everybody,
        "letters": _list_letters(datasette, found, q),
        "groups": [
            {
                "letter": letter,
                "anchor": name_anchor(letter),
                "people": [_show_entry(datasette, entry) for entry in entries],
            }
            for letter, entries in groupby(shown, key=lambda entry: entry.letter)
        ],
        "pager": show_pager(datasette, "/speakers", page, pages, {"q": q}),
    }
    return await render(datasette, request, "airquote_speakers.html", context)


@lru_cache(4)
def list_everybody(catalog: Catalog) -> list[Entry]:
    """All people in order; those whose names begin with no Latin letter come last."""
    parts: dict[str, Counter[str]] = {id: Counter() for id in catalog.names}
    for clip in catalog.clips.values():
        for part in PARTS:
            for id in list_people(clip, part):
                parts[id][part] += 1
    entries = [_make_entry(id, name, parts[id]) for id, name in catalog.names.items()]
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[bool, str, str]:
    other = entry.letter == OTHERS
    return other, (entry.sorted_as if other else anyascii(entry.sorted_as)).casefold(), entry.id


def is_named(catalog: Catalog, entry: Entry, q: str) -> bool:
    """Whether all words of q are in a name of a person, also in Latin letters; of the last the beginning."""
    ids = (entry.id, *_list_old_ids(catalog).get(entry.id, ()))
    return any(has_words(name, f"{q}*") for name in (entry.name, *(id.replace("-", " ") for id in ids)))


@lru_cache(4)
def _list_old_ids(catalog: Catalog) -> dict[str, list[str]]:
    """The ids that each person had under other names."""
    found: dict[str, list[str]] = {}
    for old, id in catalog.old_ids.items():
        found.setdefault(id, []).append(old)
    return found


def _make_entry(id: str, name: str, parts: Counter[str]) -> Entry:
    sorted_as = invert_name(name)
    first = sorted_as[:1]
    letter = anyascii(first)[:1].upper() if unicodedata.name(first, "").startswith("LATIN") else OTHERS
    return Entry(id, name, sorted_as, letter, parts)


def _show_entry(datasette: Any, entry: Entry) -> dict[str, str]:
    said = [(entry.parts["heard"], "heard in {}"), (entry.parts["author"], "author of {}"),
            (entry.parts["quoted"], "quoted in {}")]  # fmt: skip
    return {
        "name": entry.name,
        "url": link(datasette, f"/speaker/{entry.id}"),
        "parts": " · ".join(text.format(count_noun(count, "clip")) for count, text in said if count),
    }


def _list_letters(datasette: Any, entries: Sequence[Entry], q: str) -> list[dict[str, str]]:
    """Each letter with a link to where it begins."""
    firsts: dict[str, int] = {}
    for number, entry in enumerate(entries):
        firsts.setdefault(entry.letter, number)
    return [
        {
            "letter": letter,
            "url": link(
                datasette, "/speakers", name_anchor(letter), q=q,
                page="" if number < PAGE else number // PAGE + 1,
            ),
        }
        for letter, number in firsts.items()
    ]  # fmt: skip


def name_anchor(letter: str) -> str:
    """The id of a letter's heading."""
    return "others" if letter == OTHERS else letter.lower()
