"""What is cited, from facts alone; every style and every export is a function of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from datasette_airquote.citations.dates import show_range
from datasette_airquote.citations.names import Name, plain_name
from datasette_airquote.wording import format_clock
from ingest.facts import Speaker


@dataclass(frozen=True, slots=True)
class Source:
    """A clip, or a passage of it.

    clip        its lasting id
    url         of the passage, absolute
    people      who stands as the author: who speaks in the passage, or is quoted there; () when the
                broadcaster does, or nobody
    hosts       names of those who host the clip and do not speak in the passage
    date        EDTF, "" when unknown
    recorded    False of a text whose recording is not known
    duration    seconds
    start, end  of the passage, in seconds; None for the whole clip
    sentences   numbers of the first and the last sentence, from 1, of a passage without times
    wording     "as published", "as broadcast", …: whose words are quoted; "" to say nothing of it
    version     which transcript they are from, "" to say nothing of it
    archive     the name of the site
    accessed    the day on which it was looked at, YYYY-MM-DD; "" to leave it out
    letter      a, b, … where a list has several works that the text would cite alike
    """

    title: str
    url: str
    clip: str = ""
    people: tuple[Speaker, ...] = ()
    hosts: tuple[str, ...] = ()
    programme: str = ""
    broadcaster: str = ""
    date: str = ""
    recorded: bool = True
    duration: float = 0
    start: float | None = None
    end: float | None = None
    sentences: tuple[int, int] | None = None
    language: str = ""
    wording: str = ""
    version: str = ""
    archive: str = ""
    accessed: str = ""
    letter: str = ""

    @property
    def medium(self) -> str:
        if not self.recorded:
            return "transcript"
        return "radio broadcast" if self.broadcaster else "audio"

    @property
    def names(self) -> list[Name]:
        return [plain_name(person.name) for person in self.people]

    @property
    def length(self) -> str:
        return format_clock(round(self.duration)) if self.duration else ""

    @property
    def quoted(self) -> list[Name]:
        """Who is quoted in the voice of somebody else."""
        return [plain_name(person.name) for person in self.people if person.part == "quoted"]

    @property
    def place(self) -> str:
        """Where the passage is: 1:23–31, sentence 2; "" for the whole clip."""
        if self.start is not None and self.end is not None:
            return show_range(self.start, self.end)
        if self.sentences is None:
            return ""
        first, last = self.sentences
        return f"sentence {first}" if first == last else f"sentences {first}–{last}"

    def list_asides(self, most: int = 0) -> list[str]:
        """What a reader may not take for granted: that a person is heard, that the words are those said.

        most  how many people the style names before it writes "et al."; if there are more, all are named here
        """
        quoted, asides = self.quoted, []
        if quoted:
            asides.append(f"{join_people(quoted)} {'is' if len(quoted) == 1 else 'are'} quoted, not heard")
        heard = [name for name in self.names if name not in quoted]
        if 0 < most < len(self.people) and heard:
            asides.append(f"voices: {join_people(heard)}")
        words = ", ".join(part for part in (self.wording, self.version) if part)
        return [*asides, f"words {words}"] if words else asides

    def aside(self, most: int = 0) -> str:
        """The asides in brackets, after a space; "" when there are none."""
        asides = self.list_asides(most)
        return f" ({'; '.join(asides)})" if asides else ""


def drop_quoted(source: Source) -> Source:
    """The source without those who are only quoted in it."""
    return replace(source, people=tuple(person for person in source.people if person.part != "quoted"))


def write_secondary(
    source: Source,
    phrase: str,
    families: Callable[[Sequence[str]], str],
    short: Callable[[Source], str],
    write: Callable[[Source, str], str],
) -> str:
    """A citation in the text of words that somebody else quotes, "" where nobody is quoted.

    phrase    "as cited in"
    families  who is quoted, as the text names people
    short     what was heard, as the text names it
    write     the citation of a source under a name
    """
    if not source.quoted:
        return ""
    heard = drop_quoted(source)
    return write(heard, f"{families(source.quoted)}, {phrase} {short(heard)}")


def write_heard(source: Source, write: Callable[[Source], str]) -> str:
    """The entry of what was heard, to go with "quoted in"; "" where nobody is quoted."""
    return write(drop_quoted(source)) if source.quoted else ""


def join_people(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> join_people(["Ann", "Ben", "Clara"])
    'Ann, Ben and Clara'
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
