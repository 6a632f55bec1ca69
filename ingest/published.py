"""The published text: what exists as text already, kept byte for byte as it came.

A script, captions, an oral historian's transcript, another program's JSON: one file, in the clip's
folder as script.txt, script.srt, … What it says is read from it whenever it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.facts import Speaker
from ingest.formats import Document, Line, parse_document
from ingest.labels import name_person
from ingest.script import decode_script, parse_script

SCRIPTS = ("text", "markdown", "docx")  # formats of texts that were written to be read, not of captions


@dataclass(frozen=True, slots=True)
class Published:
    """A text as it was taken in.

    suffix  of its file, ".txt", ".srt", …; offset: seconds to add to its times
    """

    content: bytes
    suffix: str = ".txt"
    offset: float = 0.0


def read_published(published: Published, name: str, speakers: Iterable[Speaker] = ()) -> Document:
    """Say what a text holds: its lines, each with its speaker, and with its times where it has any.

    name      of the file, for messages
    speakers  who is stated to be in the clip: a label that means one of them becomes the whole name
    raises    ScriptError when it cannot be read or holds no words
    """
    people = list(speakers)
    document = parse_document(published.content, name, published.offset)
    if document.format == "text" and not is_timed(document):
        turns = parse_script(decode_script(published.content, name), people)
        return replace(document, lines=tuple(Line(turn.text, turn.speaker) for turn in turns))
    return replace(
        document,
        lines=tuple(
            replace(line, speaker=name_person(line.speaker, people) if line.speaker else "")
            for line in document.lines
        ),
    )


def is_timed(document: Document) -> bool:
    """Whether a text states when anything in it is said."""
    return any(line.start is not None for line in document.lines)


def has_word_times(document: Document) -> bool:
    """Whether it states this of every word."""
    return bool(document.lines) and all(line.words for line in document.lines)
