"""/clips: all clips, by programme, speaker, language, text and time; with a programme, its page.

The facts of all clips are in memory (search/catalog.py), so nothing but the rows of a page is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from datasette import Response

from datasette_airquote.asked import BAD_DATE
from datasette_airquote.choose import Chosen, Wanted, choose_clips, name_date, rank_values, read_date
from datasette_airquote.clip import TEXTS
from datasette_airquote.listing import show_clips
from datasette_airquote.pager import find_page, show_pager
from datasette_airquote.pages import link, open_archive, render
from datasette_airquote.search import load_clips
from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.search_page import NAMES
from datasette_airquote.wording import count_noun, format_date, format_length, name_language
from datasette_airquote.years import describe_range, show_years, spread_clips
from ingest.errors import FactsError
from ingest.facts import is_anonymous

PAGE = 50  # clips
CHOICES = 200  # of one filter
MOST_HEARD = 5  # people that a programme's head names
LABELS = {
    "programme": "Programme", "broadcaster": "Broadcaster", "speaker": "Speaker", "language": "Language",
    "review": "Reviewed", "text_from": "Text",
}  # fmt: skip
PART_LABELS = {"heard": "heard", "author": "author", "quoted": "quoted, not heard"}
TAKING_PART = {
    "": "Clips with {}", "heard": "Clips in which {} is heard", "author": "Clips written by {}",
    "quoted": "Clips in which {} is quoted, not heard",
}  # fmt: skip
SORTS: dict[str, tuple[str, Callable[[ClipFacts], Any]]] = {
    "newest": ("Newest first", lambda clip: clip.place),
    "oldest": ("Oldest first", lambda clip: (not clip.first, clip.first, clip.id)),
    "title": ("Title", lambda clip: (clip.title.casefold(), clip.id)),
    "longest": ("Longest first", lambda clip: (-clip.duration, clip.place)),
}


async def browse_page(datasette: Any, request: Any) -> Response:
    """The page with the filters, the ladder of years and months, and a part of the list."""
    db = await open_archive(datasette, request)
    catalog = await db.execute_fn(load_clips)
    wanted, problems = _read_arguments(catalog, request.args)
    chosen = choose_clips(catalog, wanted)
    page, pages = find_page(request.args, len(chosen.clips), PAGE)
    ordered = sorted(chosen.clips, key=SORTS[wanted.sort or "newest"][1])[(page - 1) * PAGE : page * PAGE]
    programme = _show_programme(datasette, catalog, wanted.programme) if wanted.programme else None
    context = {
        "heading": _name_clips(catalog, wanted),
        "programme": programme,
        "within": {"programme": wanted.programme} if programme else {},
        "problems": problems,
        "count": count_noun(len(chosen.clips), "clip"),
        "length": format_length(total) if (total := sum(clip.duration for clip in chosen.clips)) else "",
        "wanted": wanted,
        "date_text": name_date(wanted.date) if wanted.date else "",
        "narrowed": wanted != Wanted(sort=wanted.sort),
        "filters": list_filters(catalog, chosen, wanted),
        "parts": PART_LABELS if wanted.speaker else {},
        "sorts": {sort: label for sort, (label, _) in SORTS.items()},
        "ladder": _climb(datasette, chosen, wanted),
        "steps": _list_steps(datasette, chosen, wanted),
        "clips": await show_clips(datasette, db, ordered),
        "empty": not catalog.clips,
        "pager": show_pager(datasette, "/clips", page, pages, wanted.values()),
    }
    return await render(datasette, request, "airquote_browse.html", context)


def _read_arguments(catalog: Catalog, arguments: Any) -> tuple[Wanted, list[str]]:
    """What an address wants, and a line for each value in it that means nothing."""
    given = {each.name: (arguments.get(each.name) or "").strip() for each in fields(Wanted)}
    problems = []
    given["speaker"] = catalog.find_speaker(given["speaker"])
    if given["speaker"] and given["speaker"] not in catalog.names:
        problems.append(f"Nobody here has the id “{given['speaker']}”.")
    if given["part"] not in PART_LABELS or not given["speaker"]:
        given["part"] = ""
    if given["sort"] not in SORTS or given["sort"] == "newest":
        given["sort"] = ""
    try:
        if given["date"]:
            read_date(given["date"])
    except FactsError:
        problems.append(BAD_DATE.format(given["date"]))
        given["date"] = ""
    return Wanted(**given), problems


def _name_clips(catalog: Catalog, wanted: Wanted) -> str:
    """The heading of a list: the programme, or who takes part."""
    if wanted.programme or not wanted.speaker:
        return wanted.programme or "Clips"
    return TAKING_PART[wanted.part].format(catalog.names.get(wanted.speaker, wanted.speaker))


def _show_programme(datasette: Any, catalog: Catalog, name: str) -> dict[str, Any]:
    """What there is of a programme, and who is heard most in it, whatever else narrows the list."""
    clips, counts = choose_clips(catalog, Wanted(programme=name, part="heard"))
    return {
        "count": count_noun(len(clips), "clip"),
        "range": describe_range(clips),
        "length": format_length(total) if (total := sum(clip.duration for clip in clips)) else "",
        "languages": {clip.language for clip in clips},
        "heard": show_most(datasette, catalog, counts, "speaker", MOST_HEARD),
    }


def show_most(
    datasette: Any, catalog: Catalog, counts: Mapping[str, Counter[str]], facet: str, most: int
) -> list[dict[str, str]]:
    """The most frequent values of a facet, in how many clips, with a link; no voices without a name."""
    named = [(value, name_value(catalog, facet, value), n) for value, n in rank_values(counts[facet])]
    return [
        {
            "label": name,
            "count": count_noun(count, "clip"),
            "url": link(datasette, f"/speaker/{value}")
            if facet == "speaker"
            else link(datasette, "/clips", **{facet: value}),
        }
        for value, name, count in [each for each in named if not is_anonymous(each[1])][:most]
    ]


def name_value(catalog: Catalog, facet: str, value: str) -> str:
    """A value of a facet in words."""
    if facet == "speaker":
        return catalog.names.get(value, value)
    if facet == "language":
        return name_language(value)
    return TEXTS.get(value, value) if facet == "text_from" else NAMES.get(value, value)


def list_filters(catalog: Catalog, chosen: Chosen, wanted: Wanted) -> list[dict[str, Any]]:
    """The filters that have something to choose, with how many clips each choice would leave."""
    filters = []
    for facet, label in LABELS.items():
        picked = getattr(wanted, facet)
        counts = dict(rank_values(chosen.counts[facet])[:CHOICES])
        if picked:
            counts.setdefault(picked, chosen.counts[facet][picked])
        options = [
            {"value": value, "label": name_value(catalog, facet, value), "count": f"{count:,}"}
            for value, count in counts.items()
        ]
        if picked or len(options) > 1:
            options.sort(key=lambda option: option["label"].casefold())
            filters.append({"key": facet, "label": label, "options": options, "chosen": picked})
    return filters


def _climb(datasette: Any, chosen: Chosen, wanted: Wanted) -> dict[str, Any] | None:
    """The bars one step below the date that is wanted; None where there is no such step, or nothing on it."""
    date, unknown = wanted.date, ""
    if re.fullmatch(r"\d{3}X", date):
        years = spread_clips(chosen.clips, "year", (f"{date[:3]}0", f"{date[:3]}9"))
    elif re.fullmatch(r"\d{4}", date):
        years, unknown = spread_clips(chosen.clips, "month", (f"{date}-01", f"{date}-12")), f"{date}-XX"
    elif date:
        return None
    else:
        years = spread_clips(chosen.clips)
    narrowing = wanted.values()
    del narrowing["date"]
    return show_years(datasette, years, unknown=unknown, **narrowing) if chosen.clips else None


def _list_steps(datasette: Any, chosen: Chosen, wanted: Wanted) -> list[dict[str, str]]:
    """The steps of the ladder above the date that is wanted, from all dates on."""
    if not wanted.date:
        return []
    above = [wanted.date[:4]] if re.match(r"\d{4}-", wanted.date) else []
    return [
        {"label": format_date(date) if date else "All dates",
         "url": link(datasette, "/clips", **wanted.values(date=date))}
        for date in ("", *above)
    ]  # fmt: skip
