"""/: the search box, the archive in figures and by time, ways into it, the newest clips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from datasette import Response

from datasette_airquote.browse import show_most
from datasette_airquote.choose import Wanted, choose_clips
from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.links import describe_home
from datasette_airquote.listing import show_clips
from datasette_airquote.pages import find_archive, open_archive, render
from datasette_airquote.search import load_clips
from datasette_airquote.search.catalog import Catalog
from datasette_airquote.wording import format_length
from datasette_airquote.years import Years, describe_range, show_years, spread_clips

NEWEST = 12  # clips
MOST = {"programme": 8, "speaker": 8, "language": 12}  # ways in of each kind
WAYS = {"programme": "Programmes", "speaker": "Heard most", "language": "Languages"}


class Figures(NamedTuple):
    """An archive in figures.

    counts  how many clips have each programme, voice, language
    range   its first and last date in words
    """

    seconds: float
    words: int
    counts: Mapping[str, Counter[str]]
    range: str
    years: Years


async def home_page(datasette: Any, request: Any, send: Any) -> Response | None:
    """The start page; Datasette's own where no archive is served."""
    if await find_archive(datasette) is None:
        from datasette.views.index import IndexView

        response: Response | None = await IndexView.as_view(datasette)(request, send)
        return response
    db = await open_archive(datasette, request)
    catalog = await db.execute_fn(load_clips)
    figures = add_up(catalog)
    metadata = await load_metadata(datasette)
    context = {
        "title": metadata.get("title") or "",
        "description": metadata.get("description") or "",
        "figures": _write_figures(catalog, figures),
        "range": figures.range,
        "years": show_years(datasette, figures.years, "Audio"),
        "ways": {
            label: show_most(datasette, catalog, figures.counts, facet, MOST[facet])
            for facet, label in WAYS.items()
        },
        "clips": await show_clips(datasette, db, islice(catalog.clips.values(), NEWEST)),
        "linked": await describe_home(datasette, request),
    }
    return await render(datasette, request, "airquote_home.html", context)


@lru_cache(4)
def add_up(catalog: Catalog) -> Figures:
    clips, counts = choose_clips(catalog, Wanted(part="heard"))
    seconds, words = sum(clip.duration for clip in clips), sum(clip.words for clip in clips)
    return Figures(seconds, words, counts, describe_range(clips), spread_clips(clips))


def _write_figures(catalog: Catalog, figures: Figures) -> list[tuple[str, str]]:
    """Each number with what is counted."""
    counted = {
        "clip": len(catalog.clips), "speaker": len(catalog.names), "word": figures.words,
        "language": sum(1 for language in figures.counts["language"] if language),
    }  # fmt: skip
    clips, speakers, words, languages = (
        (f"{count:,}", noun if count == 1 else f"{noun}s") for noun, count in counted.items()
    )
    length, unit = format_length(figures.seconds).split(" ", 1)
    return [(length, unit), clips, speakers, words, languages]
