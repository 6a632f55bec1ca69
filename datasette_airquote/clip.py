"""/clip/<clip-id>: the clip to listen to and to read, with the passage that the link means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from datasette import Response
from datasette.database import Database
from markupsafe import Markup

from datasette_airquote.citations import STYLES
from datasette_airquote.citations.coins import write_context
from datasette_airquote.cite_out import DOWNLOADS
from datasette_airquote.cited import make_source
from datasette_airquote.clips import Clip, Passage, describe_person, find_clip, make_place
from datasette_airquote.differences import (
    GAP,
    LABELS,
    count_kinds,
    describe_differences,
    find_within,
    mark_words,
    name_wording,
    quote_broadcast,
)
from datasette_airquote.earlier import find_earlier
from datasette_airquote.exchange.links import describe_clip_links
from datasette_airquote.exchange.stated import Recording, address, find_recording
from datasette_airquote.pages import is_web_address, link, name_database, open_archive, render, render_no_clip
from datasette_airquote.peaks import find_peaks_url
from datasette_airquote.permalink import is_mark
from datasette_airquote.reading import map_words, number_voices
from datasette_airquote.wording import format_clock, format_date, format_length, format_span, name_language
from ingest.differences import Difference
from ingest.formats import EXPORTS
from ingest.run import IMPORT

SHORTEST_PLAY = 3.0  # seconds; a shorter passage is played to the end of its sentence
FULL_COVERAGE = 0.99
MOST_LISTED = 12  # differences whose times stand at the head of the text
# What the keys of static/clip.js do, for the help; a test presses them all.
SHORTCUTS = (
    (("Space", "K"), "play or pause"),
    (("J", "L"), "15 seconds back, on"),
    (("←", "→"), "5 seconds back, on"),
    ((",", "."), "slower, faster"),
    (("P", "N"), "previous, next sentence; while you find something, match"),
    (("/",), "find in this clip"),
    (("C",), "quote the selected words, or the sentence"),
    (("Shift P", "Shift N"), "select a sentence more before, behind"),
    (("Shift ←", "Shift →"), "select a word less, more"),
    (("[", "]"), "select from a word earlier, later"),
    (("Esc",), "close what is open"),
    (("?",), "this help"),
)
VOICES = 8  # colours of speakers in airquote.css
SHEET = 16  # sentences that the browser lays out together, once they come near the window
MOVED = "The transcript was worked on since this was cited: the passage is now at {span}."
CHANGED = "The text has changed since this was cited."
UNREADABLE = "The end of this link (w={w}) cannot be read, so only its time was followed."
REVIEWS = {"corrected": " Corrected by hand.", "reviewed": " Reviewed by a person."}
TEXTS = {"script": "Published text", "import": "Imported transcript", "machine": "Machine transcript"}
WATCHED = {"page": "The publisher’s page", "audio": "The publisher’s recording"}
FATES = {
    "gone": "{} has been gone since {}.",
    "changed": "{} has changed since it was taken in; that was seen on {}.",
    "unreachable": "{} could not be reached since {}.",
    "moved": "{} has moved:",
}
UNKNOWN = "Unknown voice"
SPREAD = "silero-vad"  # the engine of a run that heard where somebody speaks, but no words


async def clip_page(datasette: Any, request: Any) -> Response:
    """The page of one clip."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return await render_no_clip(datasette, request)
    passage, message = find_linked(clip, request)
    recording = find_recording(datasette, db, clip.row, partial(address, datasette, request))
    page = f"/clip/{clip.row['id']}"
    context = {
        "clip": clip.row,
        "date_text": format_date(clip.row["date"]),
        "length": format_length(clip.row["duration"]) if clip.row["duration"] else "",
        "language": name_language(clip.row["language"]),
        "people": _show_people(datasette, clip),
        "programme_url": link(datasette, "/clips", programme=clip.row["programme"]),
        "provenance": describe_text(clip),
        "coverage": describe_coverage(clip),
        "page_url": clip.row["page_url"] if is_web_address(clip.row["page_url"]) else "",
        "watch": describe_watch(clip),
        "message": message,
        "passage": show_passage(datasette, clip, passage) if passage else None,
        "earlier": await find_earlier(db, clip, passage, request.args),
        "doubtful": sum(map(bool, clip.doubts)),
        "gap": GAP,
        "differing": describe_differences(clip),
        "kinds": [(kind, LABELS[kind], count) for kind, count in count_kinds(clip).items()],
        "differences": [
            _show_difference(n, each) for n, each in enumerate(clip.differences[:MOST_LISTED], 1)
        ],
        "more_differences": max(len(clip.differences) - MOST_LISTED, 0),
        "differences_url": _differences_url(datasette, clip),
        "holes": [_show_hole(datasette, clip, hole) for hole in clip.holes],
        "chapters": [_show_chapter(datasette, clip, *chapter) for chapter in clip.chapters],
        "player": await _player(datasette, db, clip, passage, recording),
        "sheets": _show_text(datasette, clip, passage, recording is not None),
        "data": _tell_scripts(datasette, clip, passage),
        "styles": [(key, style.label) for key, style in STYLES.items()],
        "find": request.args.get("q") or "",
        "count": len(clip.segments),
        "downloads": [label for label, suffix, _ in DOWNLOADS if suffix != "txt"],
        "shortcuts": SHORTCUTS,
        "exports": {
            export.label: link(datasette, f"{page}.{export.suffix}")
            for export in EXPORTS.values()
            if clip.timed or not export.timed
        },
        "cite_url": link(datasette, f"/cite/{clip.row['id']}"),
        "permalink": datasette.absolute_url(
            request, link(datasette, page, **(passage.place if passage else {}))
        ),
        "links": await describe_clip_links(datasette, request, db, clip, passage, recording),
        "coins": _write_coins(datasette, request, clip, passage),
    }
    return await render(datasette, request, "airquote_clip.html", context)


def _show_people(datasette: Any, clip: Clip) -> list[dict[str, str]]:
    """Who is in a clip: the name, with a link, and the rest of what is said of the person."""
    return [
        {
            "name": person.name,
            "rest": describe_person(person).removeprefix(person.name),
            "url": link(datasette, f"/speaker/{speaker}"),
        }
        for person, speaker in zip(clip.people, clip.person_ids, strict=True)
    ]


def _tell_scripts(datasette: Any, clip: Clip, passage: Passage | None) -> dict[str, Any]:
    """What the scripts of the page know: the words, what is marked on the waveform, and whom to ask."""
    return {
        "words": map_words(clip),
        "marks": {
            "holes": clip.holes,
            "chapters": [start for start, _ in clip.chapters],
            "passage": [passage.start, passage.end] if passage else [],
        },
        "passage_url": link(datasette, f"/clip/{clip.row['id']}.passage.json"),
    }


def _write_coins(datasette: Any, request: Any, clip: Clip, passage: Passage | None) -> str:
    """What citation managers pick up: the passage, where the words that were linked are there."""
    shown = passage if passage and passage.state != "changed" else None
    address = link(datasette, f"/clip/{clip.row['id']}", **(shown.place if shown else {}))
    return write_context(make_source(clip, shown, datasette.absolute_url(request, address)))


def find_linked(clip: Clip, request: Any) -> tuple[Passage | None, str]:
    """The passage that an address means, and a line when it is not as it was, or cannot be read."""
    try:
        passage = clip.find_linked(*(request.args.get(key) or "" for key in ("t", "s", "w")))
    except ValueError as error:
        return None, str(error)
    return passage, describe_link(passage, request.args.get("w") or "")


def describe_link(passage: Passage | None, w: str) -> str:
    """A line when a passage is not as its link has it, or the w of the link cannot be read."""
    if passage is None:
        return ""
    if w and not is_mark(w):
        return UNREADABLE.format(w=w)
    lines = {"moved": MOVED.format(span=describe_span(passage)), "changed": CHANGED}
    return lines.get(passage.state, "")


def describe_span(passage: Passage) -> str:
    """When a passage is said; where nobody knows, which sentences it stands in.

    Sentences are counted from 1.
    """
    if passage.timed:
        return format_span(passage.start, passage.end)
    first, last = (n + 1 for n in passage.segments)
    return f"sentence {first}" if first == last else f"sentences {first}–{last}"


def show_passage(datasette: Any, clip: Clip, passage: Passage) -> dict[str, Any]:
    """A passage with its links, for a template."""
    sentences = clip.cut_sentences(passage)
    longer = sentences.w != passage.w
    differs = bool(find_within(clip, passage))
    cite = f"/cite/{clip.row['id']}"
    return {
        "text": passage.text,
        "wording": name_wording(clip).capitalize(),
        "differs": differs,
        "broadcast": quote_broadcast(clip, passage) if differs else "",
        "span": describe_span(passage),
        "people": [describe_person(person) for person in clip.find_people(passage)],
        "heard": bool(passage.speaker),
        "changed": passage.state == "changed",
        "start": passage.start,
        "stop": play_until(clip, passage),
        "url": link(datasette, f"/clip/{clip.row['id']}", "passage", **passage.place),
        "audio_url": link_audio(datasette, clip, passage),
        "cite_url": link(datasette, cite, **passage.place),
        "sentence_url": link(datasette, cite, **sentences.place) if longer else "",
    }


def play_until(clip: Clip, passage: Passage) -> float:
    """Where playing a passage stops: a word or two are not understood without their sentence."""
    short = passage.end - passage.start < SHORTEST_PLAY
    return max(passage.end, clip.segments[passage.segments[1]].end) if short else passage.end


def describe_text(clip: Clip) -> str:
    """How the text came about and how its times did, in a line."""
    run = clip.run or {"engine": "", "version": "", "model": "", "parameters": "{}"}
    engine = f"{run['engine']} {run['version']}".strip()
    model = f", model {run['model']}" if run["model"] else ""
    review = REVIEWS.get(clip.row["review"], "")
    text = TEXTS[clip.row["text_from"]]
    if not clip.timed:
        return f"{text}, without a recording: when its words were said is not known.{review}"
    if run["engine"] == IMPORT:
        form = json.loads(run["parameters"]).get("format", "")
        return f"{text}{f' ({form})' if form else ''}; the times are its own.{review}"
    if clip.row["text_from"] == "machine":
        return f"Transcribed by {engine}{model}.{review or ' Not reviewed by a person.'}"
    inferred = sum(word.inferred for word in clip.words) / max(len(clip.words), 1)
    if inferred == 1 or run["engine"] == SPREAD:
        return f"{text}; all times are estimated from where somebody speaks ({engine}).{review}"
    aligner = " (offline aligner)" if run["engine"] == "pocketsphinx" else model
    share = f" The times of {inferred:.0%} of the words are estimated." if inferred >= 0.005 else ""
    return f"{text}; times by {engine}{aligner}.{share}{review}"


def describe_coverage(clip: Clip) -> str:
    """A line about speech without text, "" when there is none to speak of."""
    coverage = clip.row["coverage"]
    if coverage is None or coverage >= FULL_COVERAGE:
        return ""
    return f"The text accounts for {coverage:.0%} of the speech in the recording."


def describe_watch(clip: Clip) -> list[dict[str, str]]:
    """What has become of the publisher's page and recording, with where they are now if they have moved."""
    return [
        {
            "text": FATES[each["status"]].format(WATCHED[each["kind"]], format_date(each["since"][:10])),
            "url": each["detail"] if each["status"] == "moved" and is_web_address(each["detail"]) else "",
        }
        for each in clip.watch
        if each["status"] in FATES
    ]


def _show_hole(datasette: Any, clip: Clip, hole: tuple[float, float]) -> dict[str, Any]:
    """Speech without text, with a link to hear it."""
    start, end = hole
    url = link(datasette, f"/audio/{clip.row['id']}", f"t={start:.2f},{end:.2f}")
    return {"span": format_span(start, end), "start": start, "end": end, "url": url}


def _show_chapter(datasette: Any, clip: Clip, start: float, title: str) -> dict[str, Any]:
    """A chapter, with a link to the moment at which it begins."""
    url = link(datasette, f"/clip/{clip.row['id']}", "passage", t=f"{start:.2f}")
    return {"clock": format_clock(start), "title": title, "start": start, "url": url}


def _show_difference(number: int, each: Difference) -> dict[str, str]:
    """The time of a difference, with a link to its mark in the text."""
    return {"clock": format_clock(each.start), "url": f"#d{number}"}


def _differences_url(datasette: Any, clip: Clip) -> str:
    table = datasette.urls.table(name_database(datasette), "differences")
    return f"{table}?{urlencode({'clip': clip.row['id']})}"


async def _player(
    datasette: Any, db: Database, clip: Clip, passage: Passage | None, recording: Recording | None
) -> dict[str, Any]:
    """Where the recording is to be had, and its peaks; "" where they are not."""
    if recording is None:
        return {"url": "", "peaks_url": ""}
    captions = clip.timed and bool(clip.words)
    return {
        "url": link_audio(datasette, clip, passage),
        "peaks_url": await find_peaks_url(datasette, db, clip.row["id"]),
        "stop": play_until(clip, passage) if passage else None,
        "video": recording.is_video,
        "captions_url": link(datasette, f"/clip/{clip.row['id']}.vtt") if captions else "",
    }


def link_audio(datasette: Any, clip: Clip, passage: Passage | None) -> str:
    """The recording, from where the passage begins to where playing it stops."""
    timed = passage is not None and passage.timed
    fragment = f"t={passage.start:.2f},{play_until(clip, passage):.2f}" if passage and timed else ""
    return link(datasette, f"/audio/{clip.row['id']}", fragment)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment as the page shows it.

    clock    when it begins; its number, in a text without times
    speaker  who begins to speak with it, "" when the same voice goes on
    voice    the number of the voice's colour; 0 when unknown, and in a clip of one voice
    """

    number: int
    start: float
    clock: str
    speaker: str
    voice: int
    html: Markup
    doubt: str
    url: str


def _show_text(datasette: Any, clip: Clip, passage: Passage | None, playable: bool) -> list[list[Sentence]]:
    """The text, SHEET sentences at a time."""
    audio = link_audio(datasette, clip, None) if playable else ""
    page = link(datasette, f"/clip/{clip.row['id']}")
    voices = number_voices(clip, VOICES)
    sentences, before = [], ""
    for n, segment in enumerate(clip.segments):
        place = "&".join(f"{key}={value}" for key, value in make_place(segment.words, clip.timed).items())
        speaker = segment.speaker or (UNKNOWN if before else "")
        sentences.append(
            Sentence(
                number=n + 1,
                start=segment.start,
                clock=format_clock(segment.start) if clip.timed else str(n + 1),
                speaker=speaker if speaker != before else "",
                voice=voices.get(segment.speaker, 0),
                html=mark_words(clip, n, passage, audio),
                doubt=clip.doubts[n],
                url=f"{page}?{place}#passage",
            )
        )
        before = speaker
    return [sentences[at : at + SHEET] for at in range(0, len(sentences), SHEET)]
