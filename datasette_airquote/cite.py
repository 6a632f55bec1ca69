"""/cite/<clip-id>: a passage, or the whole clip, as a citation in three styles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette import Response

from datasette_airquote.citation import STYLES, Source
from datasette_airquote.clip import MOVED, describe_span, describe_text, show_passage
from datasette_airquote.clips import Clip, Passage, describe_person, find_clip
from datasette_airquote.differences import HEARD, name_wording, quote_broadcast
from datasette_airquote.pages import link, open_archive, render, render_message
from datasette_airquote.wording import format_date

BROADCAST = "broadcast"  # the value of `text` that asks for the words as they were said
REFUSED = "The words of this citation are not in the transcript any more, so they are not cited."


async def cite_page(datasette: Any, request: Any) -> Response:
    """The page with the citations, the style that was asked for first."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        message = "No clip has this address. Perhaps the search finds what you are looking for."
        return await render_message(datasette, request, "There is no such clip", message, 404)
    try:
        passage = _find_passage(clip, request)
    except ValueError as error:
        return await render_message(datasette, request, "This range cannot be cited", str(error), 400)
    changed = passage is not None and passage.state == "changed"
    place = passage.place if passage else {}
    address = link(datasette, f"/clip/{clip.row['id']}", **place)
    shown = show_passage(datasette, clip, passage) if passage else None
    broadcast = (shown["broadcast"] if shown else "") if request.args.get("text") == BROADCAST else ""
    source = make_source(clip, passage, datasette.absolute_url(request, address), bool(broadcast))
    people = [describe_person(person) for person in clip.find_people(passage)]
    context = {
        "clip": clip.row,
        "clip_url": link(datasette, f"/clip/{clip.row['id']}"),
        "date_text": format_date(clip.row["date"]),
        "passage": shown,
        "quotation": broadcast or (shown["text"] if shown else ""),
        "broadcast": bool(broadcast),
        "wording": source.wording,
        "other": _find_other(datasette, clip, shown, place, bool(broadcast)),
        "text_from": describe_text(clip),
        "people": people,
        "heard": passage is not None and bool(passage.speaker),
        "refused": REFUSED if changed else "",
        "moved": _describe_move(passage),
        "permalink": source.url,
        "citations": [] if changed else list_citations(source, request.args.get("style") or ""),
    }
    return await render(datasette, request, "airquote_cite.html", context)


def make_source(clip: Clip, passage: Passage | None, url: str, broadcast: bool = False) -> Source:
    """What is cited, from the facts of the clip.

    Of several people none is named as the author: who said which word would be lost. Whose words are
    quoted is stated where the text and the recording differ.

    broadcast  whether the words that were said are quoted, not those of the text
    """
    people = clip.find_people(passage)
    person = people[0] if len(people) == 1 else None
    return Source(
        title=clip.row["title"],
        url=url,
        person=person.name if person else "",
        part=person.part if person else "",
        programme=clip.row["programme"],
        broadcaster=clip.row["broadcaster"],
        date=clip.row["date"],
        recorded=bool(clip.row["audio"] or clip.row["audio_url"]),
        duration=(clip.row["duration"] or 0) if clip.timed else 0,
        start=passage.start if passage and passage.timed else None,
        end=passage.end if passage and passage.timed else None,
        wording=_name_wording(clip, passage, broadcast),
    )


def _name_wording(clip: Clip, passage: Passage | None, broadcast: bool) -> str:
    if passage is None:
        return ""
    if broadcast:
        return HEARD
    unheard = "" if quote_broadcast(clip, passage) else ", not heard in the recording"
    return f"{name_wording(clip)}{unheard}"


def list_citations(source: Source, chosen: str) -> list[dict[str, Any]]:
    """The citation in every style, the chosen one first."""
    order = sorted(STYLES, key=lambda style: style != chosen)
    return [{"style": style, "name": STYLES[style][0], "forms": STYLES[style][1](source)} for style in order]


def _find_other(
    datasette: Any, clip: Clip, shown: dict[str, Any] | None, place: Mapping[str, str], broadcast: bool
) -> dict[str, str] | None:
    """The wording that is not quoted, with a link to quote it; None when there is one wording only."""
    if shown is None or not shown["broadcast"]:
        return None
    address = f"/cite/{clip.row['id']}"
    if broadcast:
        return {"text": shown["text"], "url": link(datasette, address, **place)}
    url = link(datasette, address, **place, text=BROADCAST)
    return {"text": shown["broadcast"], "url": url}


def _find_passage(clip: Clip, request: Any) -> Passage | None:
    """The passage to cite, None for the whole clip.

    raises  ValueError with a line for the reader
    """
    return clip.find_linked(*(request.args.get(key) or "" for key in ("t", "s", "w")))


def _describe_move(passage: Passage | None) -> str:
    if passage is None or passage.state != "moved":
        return ""
    return MOVED.format(span=describe_span(passage))
