"""/search and /search.json: the same matches for people, by clip, and for programs, one by one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from datasette import Response

from datasette_airquote.asked import MAX_PAGE, TOO_SLOW, Asked, TooSlow
from datasette_airquote.pages import link, open_archive, render
from datasette_airquote.search import SORTS, Match, Search
from datasette_airquote.search.narrow import FACETS, Group, list_newest
from datasette_airquote.search.spelling import find_spellings
from datasette_airquote.search.timeline import list_periods, make_timeline
from datasette_airquote.timeline_page import show_bars
from datasette_airquote.wording import format_date, format_span, name_language

CLIPS = 10  # clips on a page …
SHOWN = 3  # … with so many matches each, until it is opened …
OPENED = 100  # … and then so many
FITTING = 50  # clips that are listed where nothing but fields is asked for
PAGE = 20  # matches of one page of JSON
LABELS = {
    "speaker": "Speaker", "part": "Heard or quoted", "programme": "Programme", "language": "Language",
    "review": "Text",
}  # fmt: skip
NAMES = {
    "voice": "heard", "quoted": "quoted, not heard", "unreviewed": "as it came",
    "corrected": "corrected by hand", "reviewed": "reviewed by a person", "relevance": "Best match",
    "newest": "Newest first", "oldest": "Oldest first", "added": "Newest in the archive",
}  # fmt: skip
SYNTAX = (
    ("tide gauge", "both words, near each other first; other forms of a word come after it"),
    ("“tide gauge”", "these words in this order"),
    ("tide OR flood", "either word"),
    ("tide -storm", "no storm in the same sentence"),
    ("harb*", "a beginning"),
    ("tide NEAR/5 pier", "at most five words between them"),
    ("speaker:rose", "who says it, or is quoted; also programme: title: language: clip: review: part:"),
    ("date:2013..2014-05", "when it was broadcast"),
)  # as the page explains it
NARROWING = ("speaker", "part", "programme", "language", "review", "from", "to", "doubtful")


async def search_page(datasette: Any, request: Any) -> Response:
    """The page with the search box, the filters and the matches."""
    db = await open_archive(datasette, request)
    asked = Asked(datasette, request.args)
    opened = request.args.get("open") or ""
    problems = list(asked.problems)
    try:
        shown = await asked.search(db, lambda search: _show(asked, search, opened))
    except TooSlow:
        problems.append(TOO_SLOW)
        shown = _NOTHING
    context = {
        **shown,
        "query_text": asked.query.text,
        "query": asked.query,
        "problems": problems,
        "values": asked.values,
        "syntax": SYNTAX,
        "narrowed": any(asked.values[key] for key in NARROWING),
        "sorts": {sort: NAMES[sort] for sort in SORTS},
        "all_clips_url": asked.url(change={"clip": ""}),
        "json_url": asked.url("/search.json"),
        "csv_url": asked.url("/search.csv"),
        "feed_url": asked.url("/search.atom", change={"sort": ""}),
        "timeline_url": asked.url("/timeline", change={"sort": ""}),
        "page": asked.page,
        "previous_url": asked.url(page=asked.page - 1) if asked.page > 1 else None,
        "next_url": asked.url(page=asked.page + 1) if shown["more"] else None,
    }
    return await render(datasette, request, "airquote_search.html", context)


_NOTHING: dict[str, Any] = {"count": 0, "clips": 0, "groups": [], "choices": [], "bars": [], "more": False}


def _show(asked: Asked, search: Search, opened: str) -> dict[str, Any]:
    """What the page shows of a search."""
    ranked = search.rank(asked.sort)
    start = (asked.page - 1) * CLIPS
    only = bool(asked.filters.clip)  # all of one clip that was chosen
    clip = search.catalog.by_id.get(asked.filters.clip)
    groups = [
        _show_group(asked, search, group, OPENED if only or group.clip.id == opened else SHOWN)
        for group in ranked[start : start + CLIPS]
    ]
    return {
        "count": search.found.count,
        "clips": len(ranked),
        "groups": groups,
        "choices": _list_choices(asked, search),
        **(_draw_bars(asked, search) if len(ranked) > 1 else {}),
        "more": start + CLIPS < len(ranked),
        "clip_title": clip.title if clip else "",
        "empty": not search.catalog.clips,
        "suggestions": _suggest(asked, search) if not ranked and search.query.items else [],
        "fitting": _list_fitting(asked, search) if search.query.fields and not search.query.items else None,
    }


def _show_group(asked: Asked, search: Search, group: Group, most: int) -> dict[str, Any]:
    clip = group.clip
    shown = search.list_of_clip(group, asked.sort, most)
    people = {search.catalog.names[id]: link(asked.datasette, f"/speaker/{id}") for id in clip.people}
    return {
        "id": clip.id,
        "title": clip.title,
        "url": link(asked.datasette, f"/clip/{clip.id}"),
        "language": clip.language,
        "date_text": format_date(clip.date),
        "programme": clip.programme,
        "people": people,
        "count": group.size,
        "matches": [show_match(asked.datasette, match) for match in shown],
        "audio_url": link(asked.datasette, f"/audio/{clip.id}") if clip.audible and clip.timed else "",
        "more": group.size > most,
        "open_url": asked.url(page=asked.page, change={"open": clip.id}) + f"#in-{clip.id}",
        "only_url": asked.url(change={"clip": clip.id}),
    }


def _draw_bars(asked: Asked, search: Search) -> dict[str, Any]:
    """How many matches there are in each year, or month where there are few; and in none that is known."""
    unit, periods = list_periods(search.catalog, asked.filters, "")
    line = make_timeline(search.catalog, asked.filters, search.found, unit, periods)
    if len(periods) < 2:
        return {}
    bars = show_bars(asked, line, "count", max(line.counts, default=0))
    return {"bars": bars, "unit": unit, "undated": line.undated}


def _list_fitting(asked: Asked, search: Search) -> dict[str, Any]:
    """The clips that fields without words mean: how many they are, and the newest."""
    clips = list_newest(search.catalog, asked.filters)
    shown = [
        {"title": c.title, "language": c.language, "date_text": format_date(c.date),
         "url": link(asked.datasette, f"/clip/{c.id}")}
        for c in clips[:FITTING]
    ]  # fmt: skip
    return {"count": len(clips), "clips": shown}


def _suggest(asked: Asked, search: Search) -> list[dict[str, str]]:
    """What to try where nothing was found: the same with words that are said here."""
    spellings = find_spellings(search.connection, search.query, asked.filters)
    return [{"label": text, "url": asked.url(change={"q": text})} for text in spellings]


async def search_json(datasette: Any, request: Any) -> Response:
    """The matches as JSON; `next` is the address of the next page."""
    db = await open_archive(datasette, request)
    asked = Asked(datasette, request.args)
    start = (asked.page - 1) * PAGE

    def answer(search: Search) -> dict[str, Any]:
        matches = search.list_matches(asked.sort, start, start + PAGE)
        more = start + PAGE < search.found.count and asked.page < MAX_PAGE
        count = search.found.count
        if start == 0 and not more:  # all of them were looked at, so the count is exact
            count = len(matches)
        spellings = find_spellings(search.connection, search.query, asked.filters) if not count else []
        return {
            "q": asked.query.text,
            "understood": asked.query.understood,
            "ignored": list(asked.query.ignored),
            "count": count,
            "clips": len(search.found.groups),
            "matches": [write_match(datasette, match) for match in matches],
            "facets": search.found.facets,
            "spellings": spellings,
            "next": asked.url("/search.json", page=asked.page + 1) if more else None,
        }

    try:
        body, status = await asked.search(db, answer), 200
    except TooSlow:
        empty = {"count": 0, "clips": 0, "matches": [], "facets": dict.fromkeys(FACETS, ()), "next": None}
        body, status = {"q": asked.query.text, **empty}, 503
        asked.problems.append(TOO_SLOW)
    if asked.problems:
        body["messages"] = asked.problems
    return Response.json(body, status=status)


def write_match(datasette: Any, match: Match) -> dict[str, Any]:
    """A match as the contract has it, with its links."""
    values = asdict(match)
    del values["place"], values["sentence"], values["language"]
    return values | {
        "url": link(datasette, f"/clip/{match.clip}", "passage", **match.place),
        "cite_url": link(datasette, f"/cite/{match.clip}", **match.place),
    }


def show_match(datasette: Any, match: Match) -> dict[str, Any]:
    """A match in the words of the page."""
    return write_match(datasette, match) | {"span": describe_place(match), "language": match.language}


def describe_place(match: Match) -> str:
    """When a match was said; where nobody knows, which sentence it is."""
    if match.start is None or match.end is None:
        return f"sentence {match.sentence}"
    return format_span(match.start, match.end)


def _list_choices(asked: Asked, search: Search) -> list[dict[str, Any]]:
    """For each filter its label and what may be chosen, with counts once something is searched."""
    filters = []
    for key, label in LABELS.items():
        options = list(search.found.facets[key]) if search.query.items else _list_all(search, key)
        chosen = asked.values[key]
        if key == "speaker":
            chosen = search.catalog.find_speaker(chosen)
        if chosen and chosen not in [option["value"] for option in options]:
            options.append({"value": chosen, "label": chosen, "count": 0})
        options = [option | {"label": NAMES.get(option["value"], option["label"])} for option in options]
        filters.append({"key": key, "label": label, "options": options, "chosen": chosen})
    return filters


def _list_all(search: Search, facet: str) -> list[dict[str, Any]]:
    """What a filter offers before anything is searched."""
    clips = search.catalog.clips.values()
    if facet == "speaker":
        labels = dict(search.catalog.names)
    elif facet == "part":
        labels = {"voice": "", "quoted": ""}
    else:
        labels = {value: value for value in sorted({getattr(clip, facet) for clip in clips}) if value}
    if facet == "language":
        labels = {value: name_language(value) for value in labels}
    options = [{"value": value, "label": label, "count": None} for value, label in labels.items()]
    return sorted(options, key=lambda option: str(option["label"]))[:200]
