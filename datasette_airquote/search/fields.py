"""Fields: what is typed with the words, as `title:tide` or `date:2013..2014`, as conditions on clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.search.query import Field
from datasette_airquote.wording import name_language
from ingest.dates import parse_date
from ingest.errors import FactsError
from ingest.fold import fold
from ingest.stems import name_base
from ingest.words import split_words

Condition = Callable[[ClipFacts], bool]
ATTRIBUTES = {"clip": "id"}  # of a clip's facts, where a field has another name


def overlaps(clip: ClipFacts, first: str, last: str) -> bool:
    """Whether a clip may have been broadcast between two days, "" for an open end."""
    return bool(clip.first) and (not first or clip.last >= first) and (not last or clip.first <= last)


def has_words(text: str, wanted: str) -> bool:
    """Whether all words of `wanted` are among those of a text; one with a star may go on.

    >>> has_words("The Morning Tide", "tide morning"), has_words("Frank Rose", "ro*"), has_words("Rose", "ro")
    (True, True, False)
    """
    tokens = {token.text for token in fold(split_words(text))}
    sought = [(token.text, wanted.endswith("*")) for token in fold(split_words(wanted), open_end=True)]
    return bool(sought) and all(
        any(token.startswith(word) if may_go_on else token == word for token in tokens)
        for word, may_go_on in sought
    )


def find_named(catalog: Catalog, wanted: str) -> set[str]:
    """The ids of all speakers who are meant by an id, or by words of a name."""
    meant = catalog.find_speaker(wanted)
    return {id for id, name in catalog.names.items() if id == meant or has_words(name, wanted)}


def read_days(text: str) -> tuple[str, str]:
    """The first and the last day of a date or of a range of two, one of which may be left out.

    raises  FactsError when it cannot be read

    >>> read_days("2013..2014-05"), read_days("..2014")
    (('2013-01-01', '2014-05-31'), ('', '2014-12-31'))
    """
    first, dots, last = text.partition("..")
    return parse_date(first)[0], parse_date(last if dots else first)[1]


def read_field(each: Field) -> Condition:
    """The condition that a typed field sets; one whose value cannot be read sets none."""
    if each.name == "date":
        try:
            days = read_days(each.value)
        except FactsError:
            return lambda clip: not each.negated
        return lambda clip: overlaps(clip, *days)
    wanted = each.value.lower()
    if each.name == "language":
        return lambda clip: wanted in (
            clip.language.lower(), name_base(clip.language), name_language(name_base(clip.language)).lower()
        )  # fmt: skip
    if each.name in ("clip", "review"):
        return is_just(ATTRIBUTES.get(each.name, each.name), wanted)
    return lambda clip: has_words(getattr(clip, each.name), each.value)


def is_just(attribute: str, wanted: str) -> Condition:
    return lambda clip: getattr(clip, attribute) == wanted


def negate(condition: Condition) -> Condition:
    return lambda clip: not condition(clip)


def join_or(conditions: Sequence[Condition]) -> Condition:
    return lambda clip: any(condition(clip) for condition in conditions)
