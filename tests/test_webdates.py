import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import parse_date
from ingest.web.dates import find_date, find_day


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("Tue, 14 May 2013 06:30:00 +0200", "2013-05-14T04:30:00Z"),
        ("Tue, 14 May 2013 23:30:00 -0500", "2013-05-15T04:30:00Z"),
        ("tue, 14 may 2013 06:30 gmt", "2013-05-14T06:30:00Z"),
        ("14 May 13 06:30:00 EST", "2013-05-14T11:30:00Z"),
        ("14 May 99", "1999-05-14"),
        ("Tuesday, 3 September 2013 6:30:00 GMT+02:00 (CEST)", "2013-09-03T04:30:00Z"),
        ("Tue, 14 May 2013 06:30:00 -0000", "2013-05-14T06:30:00Z"),
        ("Tue, 14 May 2013 06:30:00", "2013-05-14T06:30:00"),  # where nobody says
        ("Tue, 14 May 2013 06:30:00 CEST", "2013-05-14T06:30:00"),
        ("2013-05-14T06:30:00.5+02:00", "2013-05-14T04:30:00Z"),
        (" 2013-05-14 06:30 ", "2013-05-14T06:30:00"),
        ("2013-05-14", "2013-05-14"),
        ("2013-05", "2013-05"),
        ("2013", "2013"),
        ("31 Feb 2013", ""),
        ("0000-00-00T00:00:00Z", ""),
        ("2013-13", ""),
        ("0001-01-01T00:00:00+05:00", ""),
        ("14 May 2013 25:00:00 GMT", ""),
        ("14 Mai 2013", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_feeds_date_is_as_exact_as_it_is_stated(stated, date):
    assert find_date(stated) == date
    assert parse_date(date)[0] == date[:10] or len(date) < 10


@pytest.mark.parametrize(
    ("stated", "day"),
    [("2013-05-14T23:30-05:00", "2013-05-14"), ("2013-05-14x", "2013-05-14"), ("2013", "2013"),
     ("2013-02-30", ""), ("14 May", "")],
)  # fmt: skip
def test_a_pages_day_is_the_one_that_it_states(stated, day):
    assert find_day(stated) == day


@given(st.text())
def test_no_text_is_a_date_that_cannot_be_read(text):
    assert parse_date(find_date(text)) is not None
