"""Dates as archives know them: EDTF, partial when only a part is known, never completed by guess."""

from __future__ import annotations

from ingest.errors import FactsError


def parse_date(text: str) -> tuple[str, str]:
    """Give the first and the last day that a date can mean, as YYYY-MM-DD.

    text    EDTF level 0 or 1 without open ends (`2013`, `2013-05`, `2013-05-14`, `2013~`,
            `2013-05-14T06:30:00Z`, `2013/2014`), "" when unknown
    raises  FactsError when it is something else
    source  https://www.loc.gov/standards/datetime/

    >>> parse_date("2013-05")
    ('2013-05-01', '2013-05-31')
    >>> parse_date("")
    ('', '')
    """
    if not text:
        return "", ""
    if text.startswith(("-", "/", "..", "[", "{")) or text.endswith(("/", "..")):
        raise FactsError(
            f"the date {text!r} is before our era or has an open end; write the part that is known"
        )
    from edtf import parse_edtf  # takes 0.3 s to load
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        date = parse_edtf(text)
        first, last = date.lower_strict(), date.upper_strict()
    except (EDTFParseException, ValueError, OverflowError, TypeError, AttributeError) as error:
        raise FactsError(
            f"the date {text!r} is not a date that can be read; write it as YYYY-MM-DD, YYYY-MM or YYYY, "
            "or leave it empty"
        ) from error
    days = f"{first[0]:04}-{first[1]:02}-{first[2]:02}", f"{last[0]:04}-{last[1]:02}-{last[2]:02}"
    if days[0] > days[1]:
        raise FactsError(f"the date {text!r} ends before it starts; write the earlier one first")
    return days
