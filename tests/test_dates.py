from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import parse_date, widen_date
from ingest.errors import FactsError


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ("", "")),
        ("2013", ("2013-01-01", "2013-12-31")),
        ("2013-02", ("2013-02-01", "2013-02-28")),
        ("2012-02", ("2012-02-01", "2012-02-29")),
        ("2013-05-14", ("2013-05-14", "2013-05-14")),
        ("2013-05-14?", ("2013-05-14", "2013-05-14")),
        ("2013-05%", ("2013-05-01", "2013-05-31")),
        ("2013-05-14T06:30:00Z", ("2013-05-14", "2013-05-14")),
        ("2013-05-14T23:59:59-05:00", ("2013-05-14", "2013-05-14")),
        ("2013~", ("2013-01-01", "2013-12-31")),
        ("201X", ("2010-01-01", "2019-12-31")),
        ("20XX", ("2000-01-01", "2099-12-31")),
        ("2013-XX", ("2013-01-01", "2013-12-31")),
        ("2013-XX-XX", ("2013-01-01", "2013-12-31")),
        ("2012-02-XX", ("2012-02-01", "2012-02-29")),
        ("2004/2006", ("2004-01-01", "2006-12-31")),
        ("2013-05-30/2013-06-02?", ("2013-05-30", "2013-06-02")),
        ("2013-21/201X", ("2013-03-01", "2019-12-31")),
        ("2013-21", ("2013-03-01", "2013-05-31")),
        ("2013-22~", ("2013-06-01", "2013-08-31")),
        ("2013-23", ("2013-09-01", "2013-11-30")),
        ("2013-24", ("2013-01-01", "2014-02-28")),  # the winter that ends in 2013, or the one that begins
        ("2013-29", ("2013-09-01", "2013-11-30")),  # spring in the south
        ("2013-34", ("2013-04-01", "2013-06-30")),  # the second quarter
        ("2013-41", ("2013-07-01", "2013-12-31")),  # the second half
    ],
)
def test_a_date_keeps_what_is_not_known(text, days):
    assert parse_date(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "14 May 2013",
        "2013-13",
        "2013-00",
        "2013-2X",
        "2013-2x",
        "201x",
        "2013-1X",
        "2013-XX-14",
        "2013-21-04",
        "2013-02-30",
        "2013-05-14T25:00:00Z",
        "2013-05-14T06:30:00Z?",
        "yesterday",
        "..",
        "13/5/14",
        "2013/..",
        "../2013",
        "/2013",
        "2013/",
        "2013/2014/2015",
        "-0044",
        "0000",
        "Y17000",
        "9999-24",
        "2013/2012",
        "[2013..]",
        "[1667,1668]",
        "２０１３",
        "2013\n",
    ],
)
def test_what_is_no_date_is_refused_with_the_remedy(text):
    with pytest.raises(FactsError, match="write ") as caught:
        parse_date(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ("", "")),
        ("2013-05", ("2013-05-01", "2013-05-31")),
        ("2013~", ("2012-01-02", "2014-12-31")),
        ("2013-05?", ("2013-03-31", "2013-07-01")),
        ("2013-05-14%", ("2013-05-13", "2013-05-15")),
        ("2009~/2011", ("2008-01-02", "2011-12-31")),
        ("9999~", ("9998-01-01", "9999-12-31")),
    ],
)
def test_a_marked_date_may_lie_on_either_side(text, days):
    assert widen_date(text) == days


@given(st.dates(min_value=date(1, 1, 1)), st.sampled_from(["", "?", "~", "%"]), st.integers(0, 2))
def test_a_part_of_a_day_holds_that_day(day, mark, parts):
    text = day.isoformat()[: (4, 7, 10)[parts]] + mark
    first, last = (date.fromisoformat(each) for each in parse_date(text))
    assert first <= day <= last
    assert last - first < timedelta(days=(366, 31, 1)[parts])


DAYS = st.dates(min_value=date(1000, 1, 1)).map(date.isoformat)
MONTHS = DAYS.map(lambda day: day[:7])
YEARS = DAYS.map(lambda day: day[:4])
SEASONS = st.builds("{}-{}".format, YEARS, st.sampled_from(["21", "22", "23"]))
UNSPECIFIED = st.one_of(YEARS.map(lambda year: f"{year[:3]}X"), MONTHS.map(lambda month: f"{month}-XX"))


@settings(max_examples=40)
@given(st.one_of(YEARS, MONTHS, DAYS, SEASONS, UNSPECIFIED), st.one_of(st.just(""), YEARS, MONTHS, DAYS))
def test_the_library_edtf_reads_the_same(first, last):
    edtf = pytest.importorskip("edtf")
    text = f"{first}/{last}".removesuffix("/")
    theirs = edtf.parse_edtf(text)
    days = tuple(
        "{:04}-{:02}-{:02}".format(*end[:3]) for end in (theirs.lower_strict(), theirs.upper_strict())
    )
    if days[0] <= days[1]:
        assert parse_date(text) == days
    else:
        with pytest.raises(FactsError, match="ends before it starts"):
            parse_date(text)
