"""OHMS: the XML in which oral historians keep an interview with its transcript and index.

The older form has the transcript as lines of text and `sync`, `1:|13(3)|19(14)`: after each minute, the
number of the line and of the word in it that is then reached. The newer one holds WebVTT. The index
names chapters by their time; where the transcript has the words that an entry begins with, they are
said then. Its titles and synopses are nobody's words and are not taken into the text.

source  https://www.oralhistoryonline.org/; examples of the Science History Institute's archive
"""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from ingest.dates import parse_date
from ingest.errors import FactsError, ScriptError
from ingest.facts import Facts, Speaker
from ingest.formats.document import Document, Draft
from ingest.formats.webvtt import parse_webvtt
from ingest.formats.xml import find_texts, local_name, parse_xml
from ingest.labels import assign_speakers

INDEXED = 5  # words of an index entry that are looked for in the transcript
_POINT = re.compile(r"(\d{1,7})\((\d{1,5})\)")
_NOTES = re.compile(r"\[\[footnotes\]\].*?\[\[/footnotes\]\]|\[\[/?footnote\]\]\d*|\[\[/?\w+\]\]", re.DOTALL)


def parse_ohms(text: str, name: str) -> Document:
    """Read OHMS.

    raises  ScriptError when it holds no transcript
    """
    root = parse_xml(text, name)
    values = find_texts(
        root, "title", "repository", "collection_name", "interviewee", "interviewer", "rights", "sync",
        "transcript", "vtt_transcript",
    )  # fmt: skip
    draft = Draft(name, "ohms")
    facts = _find_facts(root, values, draft)
    index = _find_index(root)
    if "vtt_transcript" in values:
        document = parse_webvtt(values["vtt_transcript"].strip(), name)
        return replace(document, facts=facts, format="ohms", reports=(*draft.reports, *document.reports))
    if "transcript" not in values:
        more = f", only an index of {len(index)} entries" if index else ""
        raise ScriptError(f"{name}: holds no transcript{more}; give one that does")
    points = _find_points(values.get("sync", ""), draft)
    pieces = _cut(values["transcript"], points, index)
    turns = assign_speakers([said for said, _ in pieces])
    for number, ((_, start), (speaker, said)) in enumerate(zip(pieces, turns, strict=True), 1):
        draft.add(said, f"paragraph {number}", speaker=speaker, start=start)
    return draft.finish(facts)


def _cut(
    transcript: str, points: dict[int, dict[int, float]], index: list[tuple[float, str]]
) -> list[tuple[str, float | None]]:
    """The paragraphs, cut where a time is known: each piece with its words and the time at its beginning."""
    times = {
        " ".join(words.casefold().split()[:INDEXED]): time
        for time, words in index
        if len(words.split()) >= INDEXED
    }
    pieces: list[tuple[list[str], float | None]] = []
    inside = False
    for number, line in enumerate(_blank(transcript).split("\n"), 1):
        if not line.strip():
            inside = False
            continue
        if not inside:
            pieces.append(([], None))
            inside = True
        marks = points.get(number, {})
        words = line.split()
        for at, word in enumerate(words, 1):
            following = " ".join(words[at - 1 : at - 1 + INDEXED]).casefold()
            time = marks.get(at, times.get(following))
            if time is not None:
                if pieces[-1][0]:
                    pieces.append(([], time))
                else:
                    pieces[-1] = ([], time)
            pieces[-1][0].append(word)
    return [(" ".join(words), time) for words, time in pieces if words]


def _blank(transcript: str) -> str:
    """The transcript without its footnotes, with as many lines as before: they are counted."""
    plain = transcript.replace("\r\n", "\n").replace("\r", "\n")
    return _NOTES.sub(lambda note: "\n" * note[0].count("\n"), plain)


def _find_points(sync: str, draft: Draft) -> dict[int, dict[int, float]]:
    """By line and word, the time at which it is reached."""
    if not sync:
        return {}
    minutes, _, rest = sync.partition(":")
    if not re.fullmatch(r"\s*\d{1,3}\s*", minutes):
        draft.report("", f"“{sync[:30]}” is no list of sync points; left out")
        return {}
    points: dict[int, dict[int, float]] = {}
    for n, point in enumerate(rest.split("|")):
        if match := _POINT.fullmatch(point.strip()):
            points.setdefault(int(match[1]), {})[int(match[2])] = float(n * int(minutes) * 60)
        elif point.strip():
            draft.report("", f"“{point[:30]}” is no sync point; left out")
    return points


def _find_index(root: Element) -> list[tuple[float, str]]:
    """Time and first words of each entry of the index."""
    entries = []
    for point in root.iter():
        if local_name(point.tag) == "point":
            values = find_texts(point, "time", "partial_transcript")
            if re.fullmatch(r"\d{1,7}", values.get("time", "")):
                entries.append((float(values["time"]), values.get("partial_transcript", "")))
    return entries


def _find_facts(root: Element, values: dict[str, str], draft: Draft) -> Facts:
    date = next((e.get("value", "") for e in root.iter() if local_name(e.tag) == "date"), "")
    try:
        parse_date(date)
    except FactsError:
        draft.report("", f"“{date[:30]}” is no date; left out")
        date = ""
    people = [
        Speaker(values[key], "", part)
        for key, part in (("interviewer", "host"), ("interviewee", "guest"))
        if key in values
    ]
    return Facts(
        title=values.get("title", ""), date=date, programme=values.get("collection_name", ""),
        broadcaster=values.get("repository", ""), speakers=tuple(people), rights=values.get("rights", ""),
    )  # fmt: skip
