"""Citations of a clip, or a passage in it, in the styles that people are asked for; made from facts alone.

A style is a row of STYLES and a module; an export is a module: csl, bibtex, ris, coins. What an
independent processor makes of the same facts, and where and why ours differs, is in tests/data/citations.yml.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from datasette_airquote.citations import apa, chicago, harvard, ieee, iso690, medicine, mla, wikipedia
from datasette_airquote.citations.source import Source, write_heard

__all__ = ["STYLES", "Form", "Source", "Style"]


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a style cites; `write` gives "" where it does not apply."""

    label: str
    write: Callable[[Source], str]


@dataclass(frozen=True, slots=True)
class Style:
    """A style.

    forms     by their name in addresses; the first is what is meant when none is asked for
    entry     which of them stands in a bibliography
    number    how an entry is numbered, in the order of the text; "" when the list is in alphabetical order
    mark      the citation in the text by a number
    accessed  whether it wants the day on which the source was looked at
    passages  whether each passage has an entry of its own, not each work
    dated     whether the year comes before the title in an entry, so that the list is sorted by it
    """

    label: str
    forms: dict[str, Form]
    entry: str
    number: str = ""
    mark: Callable[[Source, int], str] | None = None
    accessed: bool = False
    passages: bool = False
    dated: bool = False


_CHICAGO_TEXT = Form("In text", chicago.write_text)
_NLM = Form("Reference", medicine.write_reference)


def _notes(edition: chicago.Edition) -> dict[str, Form]:
    return {
        "note": Form("Note", partial(chicago.write_note, edition=edition)),
        "short": Form("Short note", partial(chicago.write_short, edition=edition)),
        "bibliography": Form("Bibliography", partial(chicago.write_entry, edition=edition)),
        "secondary": Form("Note, quoted in", partial(chicago.write_quoted_in, edition=edition)),
    }


STYLES = {
    "chicago": Style("Chicago", _notes(chicago.CHICAGO), "bibliography"),
    "chicago-author-date": Style(
        "Chicago author-date",
        {"reference": Form("Reference", chicago.write_reference), "in-text": _CHICAGO_TEXT},
        "reference",
        dated=True,
    ),
    "apa": Style(
        "APA",
        {
            "reference": Form("Reference", apa.write_reference),
            "in-text": Form("In text", apa.write_text),
            "secondary": Form("In text, as cited in", apa.write_secondary),
            "secondary-reference": Form(
                "Reference for “as cited in”", partial(write_heard, write=apa.write_reference)
            ),
        },
        "reference",
        dated=True,
    ),
    "mla": Style(
        "MLA",
        {
            "works-cited": Form("Works cited", mla.write_entry),
            "in-text": Form("In text", mla.write_text),
            "secondary": Form("In text, quoted in", mla.write_quoted_in),
            "secondary-reference": Form(
                "Works cited for “qtd. in”", partial(write_heard, write=mla.write_entry)
            ),
        },
        "works-cited",
    ),
    "harvard": Style(
        "Harvard",
        {
            "reference": Form("Reference", harvard.write_reference),
            "in-text": Form("In text", harvard.write_text),
            "secondary": Form("In text, cited in", harvard.write_secondary),
            "secondary-reference": Form(
                "Reference for “cited in”", partial(write_heard, write=harvard.write_reference)
            ),
        },
        "reference",
        accessed=True,
        dated=True,
    ),
    "vancouver": Style(
        "Vancouver",
        {"reference": _NLM, "in-text": Form("In text", medicine.write_number)},
        "reference",
        number="{}. ",
        mark=medicine.write_number,
        accessed=True,
    ),
    "nlm": Style(
        "NLM",
        {"reference": _NLM, "in-text": Form("In text", medicine.write_name)},
        "reference",
        accessed=True,
    ),
    "ieee": Style(
        "IEEE",
        {"reference": Form("Reference", ieee.write_reference), "in-text": Form("In text", ieee.write_number)},
        "reference",
        number="[{}] ",
        mark=ieee.write_number,
        accessed=True,
    ),
    "ama": Style(
        "AMA",
        {
            "reference": Form("Reference", medicine.write_ama),
            "in-text": Form("In text", medicine.write_ama_number),
        },
        "reference",
        number="{}. ",
        mark=medicine.write_ama_number,
        accessed=True,
    ),
    "turabian": Style("Turabian", _notes(chicago.TURABIAN), "bibliography"),
    "iso690": Style(
        "ISO 690",
        {
            "reference": Form("Reference", iso690.write_reference),
            "in-text": Form("In text", iso690.write_text),
        },
        "reference",
        accessed=True,
        dated=True,
    ),
    "wikipedia": Style(
        "Wikipedia",
        {
            "template": Form("Template", wikipedia.write_template),
            "footnote": Form("Footnote", wikipedia.write_footnote),
            "again": Form("Footnote again", wikipedia.write_again),
        },
        "template",
        accessed=True,
        passages=True,
    ),
}  # the first is what is meant when none is asked for
