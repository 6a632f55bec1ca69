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
from ingest.formats.xml import find_line, find_texts, local_name, parse_xml
from ingest.labels import assign_speakers

INDEXED = 5  # words of an index entry that are looked for in the transcript
_POINT = re.compile(r"(\d{1,7})\((\d{1,5})\)")
_NOTES = re.compile(r"\[\[footnotes\]\].*?\[\[/footnotes\]\]|\[\[/?footnote\]\]\d*|\[\[/?\w+\]\]", re.DOTALL)


def parse_ohms(text: str, name: str) -> Document:
    """Read OHMS.

    raises  ScriptError when it holds no transcript
    """
    root = parse_xml(text, name)
    record = next((each for each in root.iter() if local_name(each.tag) == "record"), root)
    elements = {local_name(each.tag): each for each in record}
    values = find_texts(
        record, "title", "repository", "collection_name", "interviewee", "interviewer", "rights", "sync",
        "transcript", "vtt_transcript",
    )  # fmt: skip
    draft = Draft(name, "ohms")
    facts = _find_facts(elements.get("date"), values, draft)
    index = _find_index(record)
    if values["vtt_transcript"]:
        document = parse_webvtt(values["vtt_transcript"][0], f"{name}, vtt_transcript")
        return replace(document, facts=facts, format="ohms", reports=(*draft.reports, *document.reports))
    if not values["transcript"]:
        more = f", only an index of {len(index)} entries" if index else ""
        raise ScriptError(f"{name}: holds no transcript{more}; give one that does")
    first = find_line(elements["transcript"])
    points = _find_points(next(iter(values["sync"]), ""), draft)
    pieces = _cut(elements["transcript"].text or "", points, index)
    turns = assign_speakers([said for said, _, _ in pieces])
    for (_, start, line), (speaker, said) in zip(pieces, turns, strict=True):
        draft.add(said, first + line - 1, speaker=speaker, start=start)
    return draft.finish(facts)


def _cut(
    transcript: str, points: dict[int, dict[int, float]], index: list[tuple[float, str]]
) -> list[tuple[str, float | None, int]]:
    """The paragraphs, cut where a time is known: each piece with its time and the number of its line."""
    times = {
        " ".join(words.casefold().split()[:INDEXED]): time
        for time, words in index
        if len(words.split()) >= INDEXED
    }
    pieces: list[tuple[list[str], float | None, int]] = []
    inside = False
    for number, line in enumerate(_blank(transcript).split("\n"), 1):
        if not line.strip():
            inside = False
            continue
        if not inside:
            pieces.append(([], None, number))
            inside = True
        marks = points.get(number, {})
        words = line.split()
        for at, word in enumerate(words, 1):
            following = " ".join(words[at - 1 : at - 1 + INDEXED]).casefold()
            time = marks.get(at, times.get(following))
            if time is not None:
                if pieces[-1][0]:
                    pieces.append(([], time, number))
                else:
                    pieces[-1] = ([], time, number)
            pieces[-1][0].append(word)
    return [(" ".join(words), time, line) for words, time, line in pieces if words]


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
    for line, marks in points.items():  # the editor puts points that nobody set on one word after another
        crowded = {word for word in marks if word + 1 in marks or word - 1 in marks}
        if crowded:
            draft.report("", f"{len(crowded)} sync points on line {line} of the transcript are on words side"
                             " by side, which nobody set; left out")  # fmt: skip
            points[line] = {word: time for word, time in marks.items() if word not in crowded}
    return points


def _find_index(root: Element) -> list[tuple[float, str]]:
    """Time and first words of each entry of the index."""
    entries = []
    for point in root.iter():
        if local_name(point.tag) == "point":
            values = find_texts(point, "time", "partial_transcript")
            time, words = (next(iter(texts), "") for texts in values.values())
            if re.fullmatch(r"\d{1,7}", time):
                entries.append((float(time), words))
    return entries


def _find_facts(dated: Element | None, values: dict[str, list[str]], draft: Draft) -> Facts:
    date = "" if dated is None else dated.get("value", "")
    try:
        parse_date(date)
    except FactsError:
        draft.report(find_line(dated) if dated is not None else "", f"“{date[:30]}” is no date; left out")
        date = ""
    people = [
        Speaker(person, "", part)
        for key, part in (("interviewer", "host"), ("interviewee", "guest"))
        for person in values[key]
    ]
    keys = ("title", "collection_name", "repository", "rights")
    title, programme, broadcaster, rights = (next(iter(values[key]), "") for key in keys)
    return Facts(
        title=title, date=date, programme=programme, broadcaster=broadcaster, speakers=tuple(people),
        rights=rights,
    )  # fmt: skip
