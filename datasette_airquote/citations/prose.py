"""Prose: quotation marks and punctuation that do not meet twice.

Titles keep the capitals they were published with, also in APA, Vancouver, NLM and AMA, which ask for sentence
case: to tell a name from a noun takes a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CLOSED = re.compile(r"[?!…。！？؟]$")  # a title that ends so takes no full stop
_ENDS = re.compile(r"(?<=\w)(?:[:,;–—?!](?:\s|$)|[—。，：])")  # where the main title ends
SHORT_WORDS = 5  # of a title that stands for a person in a text


def quote(title: str, mark: str) -> str:
    """A title in quotation marks with the mark that follows it inside, never two full stops."""
    inner = inner_title(title)
    if mark == "." and _CLOSED.search(inner):
        mark = ""
    return f"“{inner}{mark}”"


def quote_single(title: str) -> str:
    """A title in single quotation marks, with double ones inside.

    >>> quote_single('Who said "now"?')
    '‘Who said “now”?’'
    """
    return f"‘{inner_title(title, '“”')}’"


def inner_title(title: str, marks: str = "‘’") -> str:
    """A title to stand in quotation marks: its own become others, its full stop goes.

    >>> inner_title('Who said "now"?'), inner_title("The tide.")
    ('Who said ‘now’?', 'The tide')
    """
    title = turn_marks(title, marks)
    return title if title.endswith(("..", "…")) else title.removesuffix(".")


def turn_marks(text: str, marks: str = "‘’") -> str:
    """A text to stand in quotation marks: its own become others, as every style asks; nothing else changes.

    A mark that has lost its partner where the passage was cut is turned too. German „…“ become ‚…‘.

    >>> turn_marks('He said "no" and “yes”.'), turn_marks('said "never')
    ('He said ‘no’ and ‘yes’.', 'said ‘never')
    """
    text = re.sub(r'(?<![^\s(\[—–-])"(?=\S)', marks[0], text).replace('"', marks[1])
    return text.translate(str.maketrans("“”„", f"{marks}{'‚' if marks == '‘’' else '„'}"))


def main_title(title: str) -> str:
    """A title up to its first punctuation.

    >>> main_title("Harbour Talk: Why the Tide Waits"), main_title("12,000 tons")
    ('Harbour Talk', '12,000 tons')
    """
    whole = title if title.endswith("..") else title.removesuffix(".")
    return _ENDS.split(whole)[0].strip() or whole


def shorten(title: str) -> str:
    """The main title, to stand in quotation marks, of at most SHORT_WORDS words."""
    return " ".join(main_title(inner_title(title)).split()[:SHORT_WORDS])


def join(parts: Iterable[str]) -> str:
    """Put parts behind one another with commas; one that ends in a quotation mark brings its own."""
    text = ""
    for part in (p for p in parts if p):
        text += ("" if not text else " " if text.endswith(",”") else ", ") + part
    return text


def stop(text: str) -> str:
    """A text with a full stop, unless it ends with a mark that closes it."""
    return text if not text or text.endswith((".", ".”")) or _CLOSED.search(text) else f"{text}."


def sentences(parts: Iterable[str]) -> str:
    """Put parts behind one another, each with its full stop."""
    return " ".join(part if part.endswith("”") else stop(part) for part in parts if part)


def list_names(
    names: Sequence[str],
    pair: str = " and ",
    last: str = ", and ",
    most: int = 0,
    shown: int = 1,
    others: str = " et al.",
) -> str:
    """Names as a style lists them.

    pair, last  between two names; before the last of more
    most        so many are all named; of more only `shown`, and then `others`. 0: all are always named

    >>> list_names(["Rose", "King"]), list_names(["Rose", "King", "Okoro"], most=2)
    ('Rose and King', 'Rose et al.')
    """
    if most and len(names) > most:
        return ", ".join(names[:shown]) + (others if shown == 1 else f",{others}")
    if len(names) < 3:
        return pair.join(names)
    return ", ".join(names[:-1]) + last + names[-1]
