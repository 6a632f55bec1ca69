"""Cited: the words that a reference means, whose they are, and how sure it is that they were said.

A reference is what follows /cite/ in an address: `<clip-id>?t=15.60,17.20&w=4-3fa9c1`, of a text without
times with s= in the place of t=; without any, the whole clip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from datasette_airquote.citations import STYLES, Source, Style
from datasette_airquote.citations.prose import turn_marks
from datasette_airquote.clips import Clip, Passage
from datasette_airquote.differences import HEARD, find_within, name_wording, quote_broadcast
from ingest.dates import parse_date
from ingest.errors import FactsError
from ingest.facts import Speaker, is_anonymous
from ingest.run import IMPORT
from ingest.words import Word

BROADCAST = "broadcast"  # the value of `text` that asks for the words as they were said
REFUSED = "The words of this citation are not in the transcript any more, so they are not cited."
# Below, the engine held other words, taken together, for more likely than the one it wrote. A whole sentence
# is flagged much lower (ingest/doubts.py); one wrong word is enough to spoil a quotation. It finds slips, not
# inventions: of words made up from noise one in nine was below it (docs/LOG.md).
UNSURE = 0.5
# Whose parts make them the authors of a whole clip: the first of these that there are.
_AUTHORS = (("author",), ("host",), ("voice", "guest", "announcer"), ("quoted",))


class Refused(Exception):
    """What is referred to cannot be cited; the message is a line for the reader."""

    status = 400


class Changed(Refused):
    """The words are not there any more."""

    status = 409


@dataclass(frozen=True, slots=True)
class Options:
    """How somebody wants to be given a citation.

    style      a key of STYLES
    form       a form of it, "" for its first
    note       whether to say which transcript the words are from
    accessed   "" as the style asks, "0" never, "1" today, or the day itself
    broadcast  whether the words that were said are cited, not those of the text
    """

    style: str = next(iter(STYLES))
    form: str = ""
    note: bool = True
    accessed: str = ""
    broadcast: bool = False

    @classmethod
    def read(cls, arguments: Any) -> Options:
        """What an address asks for; what it does not know is as if it were not there."""
        asked = {key: arguments.get(key) or "" for key in ("style", "form", "note", "accessed", "text")}
        style = asked["style"] if asked["style"] in STYLES else cls().style
        form = asked["form"] if asked["form"] in STYLES[style].forms else ""
        accessed = asked["accessed"] if _is_day(asked["accessed"]) or asked["accessed"] in ("0", "1") else ""
        return cls(style, form, asked["note"] != "0", accessed, asked["text"] == BROADCAST)

    @property
    def chosen(self) -> Style:
        return STYLES[self.style]

    def date_access(self, style: Style | None = None) -> str:
        """The day on which it was looked at, where a style wants it; in an export on demand only."""
        if self.accessed not in ("", "0", "1"):
            return self.accessed
        wanted = self.accessed == "1" or (not self.accessed and style is not None and style.accessed)
        return datetime.now(UTC).date().isoformat() if wanted else ""

    def parameters(self) -> dict[str, str]:
        """What of this an address has to say."""
        return {
            "style": "" if self.style == Options().style else self.style,
            "note": "" if self.note else "0",
            "accessed": self.accessed,
            "text": BROADCAST if self.broadcast else "",
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice says of the words that are cited; the speaker is "" where nobody knows."""

    speaker: str
    text: str

    @property
    def quoted(self) -> str:
        """The words in quotation marks, their own marks turned into single ones."""
        return f"“{turn_marks(self.text)}”"


@dataclass(frozen=True, slots=True)
class Cited:
    """A clip or a passage of it, to be cited."""

    clip: Clip
    passage: Passage | None
    source: Source
    turns: tuple[Turn, ...]
    broadcast: bool = False

    @property
    def reference(self) -> str:
        return write_reference(self.clip, self.passage, self.broadcast)

    @property
    def quotation(self) -> str:
        """The words in quotation marks; of several voices each on a line of its own, with who says it."""
        if len(self.turns) == 1:
            return self.turns[0].quoted
        return "\n".join(f"{turn.speaker or '[unknown]'}: {turn.quoted}" for turn in self.turns)

    def write(self, options: Options) -> str:
        """The citation in the form that is asked for."""
        form = options.chosen.forms[options.form or next(iter(options.chosen.forms))]
        return form.write(replace(self.source, accessed=options.date_access(options.chosen)))


def find_cited(
    clip: Clip, place: Mapping[str, str], url: str, options: Options = Options(), archive: str = ""
) -> Cited:
    """What a reference means.

    place    its t, s and w
    url      the address of the clip, absolute
    archive  the name of the site
    raises   Refused
    """
    try:
        passage = clip.find_linked(*(place.get(key) or "" for key in ("t", "s", "w")))
    except ValueError as error:
        raise Refused(str(error)) from error
    if passage is not None and passage.state == "changed":
        raise Changed(REFUSED)
    differs = passage is not None and options.broadcast and find_within(clip, passage)
    said = quote_broadcast(clip, passage) if passage and differs else ""
    address = f"{url}?{urlencode(passage.place, safe=',')}" if passage else url
    source = make_source(clip, passage, address, bool(said), options.note, archive)
    if passage is None:
        return Cited(clip, None, source, ())
    turns = (Turn("", said),) if said else find_turns(clip, passage)
    return Cited(clip, passage, source, turns, bool(said))


def write_reference(clip: Clip, passage: Passage | None, broadcast: bool = False) -> str:
    """A reference, as the basket of quotes keeps it."""
    name = str(clip.row["id"])
    if passage is None:
        return name
    place = {**passage.place, "text": BROADCAST} if broadcast else passage.place
    return f"{name}?{urlencode(place, safe=',')}"


def make_source(
    clip: Clip,
    passage: Passage | None,
    url: str,
    broadcast: bool = False,
    note: bool = True,
    archive: str = "",
) -> Source:
    """What is cited, from the facts of the clip.

    broadcast  whether the words that were said are quoted, not those of the text
    note       whether to say which transcript they are from
    """
    people = find_authors(clip, passage)
    names = [person.name for person in people]
    timed = passage is not None and passage.timed
    return Source(
        title=clip.row["title"],
        url=url,
        clip=clip.row["id"],
        people=people,
        hosts=tuple(p.name for p in clip.people if p.part == "host" and p.name not in names),
        programme=clip.row["programme"],
        broadcaster=clip.row["broadcaster"],
        date=clip.row["date"],
        recorded=bool(clip.row["audio"] or clip.row["audio_url"]),
        duration=(clip.row["duration"] or 0) if clip.timed else 0,
        start=passage.start if passage and timed else None,
        end=passage.end if passage and timed else None,
        sentences=(passage.segments[0] + 1, passage.segments[1] + 1) if passage and not timed else None,
        language=clip.row["language"],
        wording=describe_wording(clip, passage, broadcast) if note else "",
        version=_name_version(clip, broadcast) if note and passage else "",
        archive=archive,
    )


def find_authors(clip: Clip, passage: Passage | None) -> tuple[Speaker, ...]:
    """Who stands as the author.

    Of a passage everybody who speaks in it, in the order in which they do; where nobody knows who does, the
    only person named in the clip, and of several none: their words would be given to somebody else. Of a
    whole clip those who made it: its authors, else its hosts, else who is heard, else who is quoted.
    """
    people = [person for person in clip.find_people(passage) if not is_anonymous(person.name)]
    if len(people) < 2 or (passage is not None and passage.speaker):
        return tuple(people)
    if passage is not None:
        return ()
    made = ([person for person in people if person.part in parts] for parts in _AUTHORS)
    return tuple(next(filter(None, made), []))


def find_turns(clip: Clip, passage: Passage) -> tuple[Turn, ...]:
    """The words of a passage, by who says them."""
    numbers = range(passage.segments[0], passage.segments[1] + 1)
    turns = []
    for speaker, group in groupby(numbers, key=lambda number: clip.segments[number].speaker):
        within = list(group)
        first = max(clip.firsts[within[0]], passage.first)
        last = min(clip.firsts[within[-1]] + len(clip.segments[within[-1]].words) - 1, passage.last)
        turns.append(Turn(speaker, clip.cut(first, last).text))
    return tuple(turns)


def find_unsure(clip: Clip, passage: Passage) -> list[Word]:
    """The words of which the engine was less sure than UNSURE; none once a person has listened."""
    if clip.row["review"] == "reviewed":
        return []
    words = clip.words[passage.first : passage.last + 1]
    return [word for word in words if word.probability is not None and word.probability < UNSURE]


def find_doubts(clip: Clip, passage: Passage) -> list[str]:
    """Why sentences of a passage may be invented, each reason once."""
    first, last = passage.segments
    return list(dict.fromkeys(doubt for doubt in clip.doubts[first : last + 1] if doubt))


def describe_wording(clip: Clip, passage: Passage | None, broadcast: bool) -> str:
    """Whose words are cited, and that they were not heard where they were not; "" of a whole clip."""
    if passage is None:
        return ""
    if broadcast:
        return HEARD
    unheard = "" if quote_broadcast(clip, passage) else ", not heard in the recording"
    return f"{name_wording(clip)}{unheard}"


def _name_version(clip: Clip, broadcast: bool) -> str:
    """Which run the words are from, and that nobody has reviewed them; "" of a text that was published."""
    if clip.run is None or (clip.row["text_from"] == "script" and not broadcast):
        return ""
    engine = "" if clip.run["engine"] == IMPORT else f"{clip.run['engine']} {clip.run['model']}".strip()
    machine = broadcast or clip.row["text_from"] == "machine"
    review = "not reviewed" if machine and clip.row["review"] == "unreviewed" else ""
    return ", ".join(part for part in (engine, f"run {clip.row['run']}", review) if part)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(parse_date(text))
    except FactsError:
        return False
