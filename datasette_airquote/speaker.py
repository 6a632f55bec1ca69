"""/speaker/<id>: one person: offices, where heard, author, and only quoted, and what was said lately."""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.database import Database

from datasette_airquote.choose import PARTS, list_people
from datasette_airquote.clips import make_place, read_segment
from datasette_airquote.listing import show_clips
from datasette_airquote.pages import link, open_archive, render, render_message
from datasette_airquote.search import load_clips
from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.wording import count_noun, format_date, format_length, format_span
from datasette_airquote.years import describe_range, show_years, spread_clips
from ingest.facts import is_anonymous

PERSON = """
SELECT s.name, s.wikidata, s.viaf, s.isni, s.note, total(c.words) AS words, total(c.seconds) AS seconds
FROM speakers s JOIN clip_speakers c ON c.speaker = s.id WHERE s.id = :speaker GROUP BY s.id
"""
OFFICES = "SELECT clip, title FROM clip_speakers WHERE speaker = :speaker AND title <> ''"
# Of the newest clips in which the person says something, the first sentence that is longer than a greeting.
# Each + keeps SQLite from looking through all that the person ever said.
SAID = """
WITH newest AS (
  SELECT c.id, c.title, c.date, c.date_from, c.language, c.timed,
    c.audio <> '' OR c.audio_url <> '' AS audible
  FROM clip_speakers s JOIN clips c ON c.id = s.clip
  WHERE s.speaker = :speaker AND s.words > 0 ORDER BY c.date_from = '', c.date_from DESC, c.id LIMIT 5
)
SELECT n.id, n.title, n.date, n.language, n.timed,
  n.audible, g.n, g.start, g."end", g.text, '' AS speaker, t.times
FROM newest n
JOIN segments g ON g.id = (
  SELECT id FROM segments WHERE clip = n.id AND +speaker = :speaker AND doubt IS NULL
  ORDER BY length(text) < 40, n LIMIT 1
)
JOIN word_times t ON t.segment = g.id
ORDER BY n.date_from = '', n.date_from DESC, n.id
"""
AUTHORITIES = {
    "wikidata": ("Wikidata", "https://www.wikidata.org/wiki/{}"),
    "viaf": ("VIAF", "https://viaf.org/viaf/{}"),
    "isni": ("ISNI", "https://isni.org/isni/{}"),
}
SHOWN = 10  # clips of each part; the others are browsed


async def speaker_page(datasette: Any, request: Any) -> Response:
    """The page of one person; an id that the person had before leads there."""
    db = await open_archive(datasette, request)
    catalog = await db.execute_fn(load_clips)
    asked = request.url_vars["speaker"]
    id = catalog.find_speaker(asked)
    if id not in catalog.names:
        message = "Nobody here has this address. Perhaps the list of speakers has whom you are looking for."
        return await render_message(datasette, request, "There is no such speaker", message, 404)
    if id != asked:  # for the time being: a merge of names can be taken back
        return Response.redirect(link(datasette, f"/speaker/{id}"), status=302)
    person = dict((await db.execute(PERSON, {"speaker": id})).first())
    everywhere = [clip for clip in catalog.clips.values() if id in clip.people]
    clips = {part: [clip for clip in everywhere if id in list_people(clip, part)] for part in PARTS}
    years = spread_clips(everywhere)
    context = {
        "id": id,
        "person": person,
        "anonymous": is_anonymous(person["name"]),
        "links": [
            (label, person[key], address.format(person[key]))
            for key, (label, address) in AUTHORITIES.items()
            if person[key]
        ],
        "words": count_noun(int(person["words"]), "word") if person["words"] else "",
        "length": format_length(person["seconds"]) if person["seconds"] else "",
        "range": describe_range(everywhere),
        "offices": await _list_offices(db, catalog, id),
        "said": [_show_sentence(datasette, row) for row in (await db.execute(SAID, {"speaker": id})).rows],
        "within": {"speaker": id},
        "timeline_url": link(datasette, "/timeline", speaker=id),
        "years": show_years(datasette, years, speaker=id) if len(years.periods) > 1 else None,
        "parts": {
            part: {
                "count": count_noun(len(clips[part]), "clip"),
                "clips": await show_clips(datasette, db, clips[part][:SHOWN]),
                "url": (link(datasette, "/clips", speaker=id, part=part) if len(clips[part]) > SHOWN else ""),
            }
            for part in PARTS
            if clips[part]
        },
    }
    return await render(datasette, request, "airquote_speaker.html", context)


async def _list_offices(db: Database, catalog: Catalog, speaker: str) -> list[dict[str, str]]:
    """Each office with the dates of the first and the last clip that gives it, in order of the first."""
    held: dict[str, list[ClipFacts]] = {}
    for row in (await db.execute(OFFICES, {"speaker": speaker})).rows:
        if row["clip"] in catalog.by_id:
            held.setdefault(row["title"], []).append(catalog.by_id[row["clip"]])
    return [
        {"title": title, "language": clips[0].language, "when": describe_range(clips) or "undated",
         "count": count_noun(len(clips), "clip")}
        for title, clips in sorted(held.items(), key=_began)
    ]  # fmt: skip


def _began(office: tuple[str, list[ClipFacts]]) -> tuple[bool, str, str]:
    """The day by which an office was held for sure; undated ones come last."""
    title, clips = office
    first = min((clip.last for clip in clips if clip.last), default="")
    return not first, first, title


def _show_sentence(datasette: Any, row: Any) -> dict[str, Any]:
    segment = read_segment(row)
    timed = bool(row["timed"])
    place = make_place(segment.words, timed)
    return {
        "title": row["title"],
        "clip_url": link(datasette, f"/clip/{row['id']}"),
        "date_text": format_date(row["date"]),
        "language": row["language"],
        "text": row["text"],
        "playable": timed and row["audible"],
        "span": format_span(segment.start, segment.end) if timed else f"sentence {row['n']}",
        "url": link(datasette, f"/clip/{row['id']}", "passage", **place),
        "cite_url": link(datasette, f"/cite/{row['id']}", **place),
    }
