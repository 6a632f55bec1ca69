import pytest

from ingest.dates import parse_date
from ingest.errors import FactsError


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ("", "")),
        ("2013", ("2013-01-01", "2013-12-31")),
        ("2013-02", ("2013-02-01", "2013-02-28")),
        ("2013-05-14", ("2013-05-14", "2013-05-14")),
        ("2013-05-14T06:30:00Z", ("2013-05-14", "2013-05-14")),
        ("2013~", ("2013-01-01", "2013-12-31")),
        ("201X", ("2010-01-01", "2019-12-31")),
        ("2004/2006", ("2004-01-01", "2006-12-31")),
    ],
)
def test_a_date_keeps_what_is_not_known(text, days):
    assert parse_date(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "14 May 2013",
        "2013-13",
        "2013-02-30",
        "yesterday",
        "..",
        "13/5/14",
        "2013/..",
        "../2013",
        "/2013",
        "2013/",
        "-0044",
        "2013/2012",
        "[2013..]",
    ],
)
def test_what_is_no_date_is_refused_with_the_remedy(text):
    with pytest.raises(FactsError, match="write "):
        parse_date(text)
