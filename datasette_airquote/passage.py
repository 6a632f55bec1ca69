"""/clip/<clip-id>.passage.json?first=12&last=20: the links to words that a reader has selected.

Words are known by their numbers in the clip, from 0, both inclusive. How words are folded, and so what a
permalink is, is known here alone; the scripts of the page ask.
"""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_airquote.cite import MOST_UNSURE
from datasette_airquote.cite_out import DOWNLOADS
from datasette_airquote.cited import find_doubts, find_unsure, write_reference
from datasette_airquote.clip import describe_span, play_until
from datasette_airquote.clips import Clip, Passage, find_clip
from datasette_airquote.pages import link, open_archive


async def passage_json(datasette: Any, request: Any) -> Response:
    """The words from `first` to `last`, with their links."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return Response.json({"error": "There is no such clip."}, status=404)
    try:
        first, last = (int(request.args.get(key) or "") for key in ("first", "last"))
    except ValueError:
        return Response.json({"error": "Write first and last as numbers of words."}, status=400)
    if not 0 <= first <= last < len(clip.words):
        return Response.json({"error": f"The clip has {len(clip.words)} words, from 0."}, status=400)
    return Response.json(link_words(datasette, clip, first, last))


def link_words(datasette: Any, clip: Clip, first: int, last: int) -> dict[str, Any]:
    """Some words of a clip with their links.

    reference  what the quotes that a reader keeps are known by: clip and place
    warning    why to listen before they are quoted, "" where nothing speaks for it
    stop       where playing them ends, in seconds; start and stop mean nothing in a text without times
    """
    passage = clip.cut(first, last)
    page, cite = f"/clip/{clip.row['id']}", f"/cite/{clip.row['id']}"
    return {
        "text": passage.text,
        **passage.place,
        "span": describe_span(passage),
        "start": passage.start,
        "stop": play_until(clip, passage),
        "warning": warn(clip, passage),
        "reference": write_reference(clip, passage),
        "url": link(datasette, page, **passage.place),
        "cite_url": link(datasette, cite, **passage.place),
        "quote_url": link(datasette, f"{cite}.txt", **passage.place),
        "downloads": {
            label: link(datasette, f"{cite}.{suffix}", **passage.place, **asked)
            for label, suffix, asked in DOWNLOADS
        },
    }


def warn(clip: Clip, passage: Passage) -> str:
    """What the cite page says of words that may be wrong, in short."""
    reasons = [f"A sentence is flagged: {doubt}." for doubt in find_doubts(clip, passage)]
    unsure = [f"“{word.text}”" for word in find_unsure(clip, passage)[:MOST_UNSURE]]
    if unsure:
        reasons.append(f"The engine was not sure of {', '.join(unsure)}.")
    return " ".join(["Listen before you quote.", *reasons]) if reasons else ""
