"""The published text: what exists as text already, kept byte for byte as it came.

A script, captions, an oral historian's transcript, another program's JSON: one file, in the clip's
folder as script.txt, script.srt, … What it says is read from it whenever it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.facts import Speaker
from ingest.formats import Document, Line, parse_document
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
        document, lines=tuple(replace(line, speaker=_name(line.speaker, people)) for line in document.lines)
    )


def is_timed(document: Document) -> bool:
    """Whether a text states when anything in it is said."""
    return any(line.start is not None for line in document.lines)


def has_word_times(document: Document) -> bool:
    """Whether it states this of every word."""
    return bool(document.lines) and all(line.words for line in document.lines)


def _name(label: str, people: Iterable[Speaker]) -> str:
    """The whole name of the one person that a label means, by full name, last name or part."""
    known = {(p.name.casefold(), p.name.split()[-1].casefold(), p.part): p.name for p in people}
    meant = [name for ways, name in known.items() if label.casefold() in ways]
    return meant[0] if len(meant) == 1 else label
