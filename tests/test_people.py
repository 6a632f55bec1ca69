import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FactsError
from ingest.speakers.people import Office, People, Person, find_office, load_people, parse_people

WHOLE = """\
# who is who
- name: Frank Rose
  aliases: [F. Rose, "Rose, Frank"]
  offices:
  - {title: Deputy Assistant Secretary, from: 2009-06, to: 2014-01}
  - title: Assistant Secretary
    from: 2014-12-31
  wikidata: https://www.wikidata.org/wiki/Q5490030
  viaf: 0123
  isni: 0000 0000 8045 6315
  note: "no"
  sort: Rose, Frank
- name: no
  aliases: 1:23 a
  id: "007"
"""


def test_every_value_is_a_text_as_written():
    assert parse_people(WHOLE.replace("0123", "123")).persons == (
        Person(
            "frank-rose",
            "Frank Rose",
            ("F. Rose", "Rose, Frank"),
            (
                Office("Deputy Assistant Secretary", "2009-06", "2014-01"),
                Office("Assistant Secretary", "2014-12-31"),
            ),
            "Q5490030",
            "123",
            "0000000080456315",
            "no",
            "Rose, Frank",
        ),
        Person("007", "no", ("1:23 a",)),
    )


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Frank Rose", "frank-rose"),
        ("FRANK ROSE", "frank-rose"),
        ("f rose", "frank-rose"),
        ("Rose Frank", "frank-rose"),
        ("No", "007"),
        ("007", "007"),
        ("Rose", "rose"),
        ("Ann Lee", "ann-lee"),
    ],
)
def test_a_person_is_known_by_each_name_and_an_unlisted_one_by_its_own(name, id):
    assert parse_people(WHOLE.replace("0123", "123")).get_id(name) == id


def test_two_people_of_one_name_are_kept_apart_by_an_id():
    people = parse_people(
        "- name: John Smith\n  note: the minister\n- name: John Smith\n  id: john-smith-priest\n"
    )
    names = ("John Smith", "John Smith (priest)", "john-smith-priest", "J. Smith")
    assert [people.get_id(name) for name in names] == [
        "john-smith", "john-smith-priest", "john-smith-priest", "j-smith",
    ]  # fmt: skip
    assert people.find("John Smith (priest)").name == "John Smith"


def test_of_two_with_ids_the_bare_name_is_nobodys():
    people = parse_people(
        "- {name: John Smith, id: john-smith-priest}\n- {name: John Smith, id: john-smith-mp}\n"
    )
    assert people.find("John Smith") is None
    assert people.get_id("John Smith") == "john-smith"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: Ann\n", "speakers.yml: is not a list of people"),
        ("- Ann\n", "speakers.yml, entry 1: is no person; begin it with `- name: NAME`"),
        ("- name: [Ann]\n", "speakers.yml, entry 1: is no person"),
        ("- note: x\n", "speakers.yml, entry 1: has a name or an alias without a letter"),
        ("- name: '?'\n", "speakers.yml, entry 1 (?): has a name or an alias without a letter"),
        (
            "- name: Ann\n  alias: A\n",
            "speakers.yml, entry 1 (Ann): there is no key 'alias'; known keys: name",
        ),
        ("- name: Ann\n  aliases: {a: b}\n", "speakers.yml, entry 1 (Ann): aliases has to be a list"),
        ("- name: Ann\n  aliases: [[A]]\n", "speakers.yml, entry 1 (Ann): aliases has to be a text"),
        ("- name: Ann\n  aliases: ['…']\n", "speakers.yml, entry 1 (Ann): has a name or an alias without"),
        ("- name: Ann\n  offices: Mayor\n", "speakers.yml, entry 1 (Ann): offices has to be a list"),
        ("- name: Ann\n  offices: [Mayor]\n", "speakers.yml, entry 1 (Ann): an office has a title"),
        ("- name: Ann\n  offices: [{from: 2013}]\n", "speakers.yml, entry 1 (Ann): an office has a title"),
        (
            "- name: Ann\n  offices: [{title: Mayor, since: 2013}]\n",
            "speakers.yml, entry 1 (Ann): an office has a title",
        ),
        (
            "- name: Ann\n  offices: [{title: Mayor, from: May 2013}]\n",
            "speakers.yml, entry 1 (Ann): the date 'May 2013' is not a date",
        ),
        (
            "- name: Ann\n  offices: [{title: Mayor, from: 2013, to: 2012}]\n",
            "speakers.yml, entry 1 (Ann): the office Mayor ends before it begins",
        ),
        ("- name: Ann\n  wikidata: 42\n", "speakers.yml, entry 1 (Ann): wikidata is '42', which is none"),
        ("- name: Ann\n  viaf: 007\n", "speakers.yml, entry 1 (Ann): viaf is '007', which is none"),
        (
            '- name: Ann\n  sort: ", Ann"\n',
            "speakers.yml, entry 1 (Ann): sort has no family name in front",
        ),
        (
            "- name: Ann\n  isni: 0000 0000 8045 6316\n",
            "speakers.yml, entry 1 (Ann): isni is '0000000080456316'",
        ),
        ("- name: Ann\n  id: Ann Lee\n", "speakers.yml, entry 1 (Ann): the id 'Ann Lee' may only have"),
        ("- name: Ann\n  id: unnamed\n", "speakers.yml, entry 1 (Ann): the id 'unnamed' may only have"),
        (
            "- name: Bo\n- name: Ann\n  aliases: [BO]\n",
            "speakers.yml, entry 2 (Ann): 'BO' is entry 1 (Bo) already",
        ),
        ("- name: Ann\n- name: Ann\n", "speakers.yml, entry 2 (Ann): 'Ann' is entry 1 (Ann) already"),
        ("- name: Ann\n  note: a: b\n", "speakers.yml, line 2: is not YAML"),
        ('- name: "A\\nB"\n  x: y\n', "speakers.yml, entry 1 (A B): there is no key 'x'"),
        ('- name: "A\\ud800"\n', "speakers.yml, entry 1"),
        ("[" * 5000, "speakers.yml: is nested too deeply"),
    ],
)
def test_a_bad_entry_is_named_in_one_line(content, message):
    with pytest.raises(FactsError) as caught:
        parse_people(content)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_an_archive_without_the_file_lists_nobody_and_one_in_another_encoding_is_refused(tmp_path):
    assert load_people(tmp_path) == People()
    assert People().stamp == 0
    (tmp_path / "speakers.yml").write_text("# nobody yet\n")
    assert load_people(tmp_path) == People()
    (tmp_path / "speakers.yml").write_bytes("- name: Jörg\n".encode("cp1252"))
    with pytest.raises(FactsError, match="is not UTF-8; save it"):
        load_people(tmp_path)


def test_the_stamp_changes_with_what_is_said_not_with_comments():
    one, same, other = (parse_people(f"- name: Ann{rest}\n") for rest in ("", "  # A.", "\n  note: x"))
    assert one.stamp == same.stamp != other.stamp
    assert 0 < one.stamp < 2**31


OFFICES = (
    Office("Deputy", "2009-06", "2014-01-10"),
    Office("Secretary", "2014-01-10"),
    Office("Adviser", "", "1999"),
    Office("Chair", "2003~", "2004"),
)


@pytest.mark.parametrize(
    ("date", "title"),
    [
        ("2013-05-14", "Deputy"),
        ("2013-05-14T06:30:00Z", "Deputy"),
        ("2013-05", "Deputy"),
        ("2013", "Deputy"),
        ("2010/2012", "Deputy"),
        ("2014", ""),  # deputy and secretary
        ("2014-01", ""),
        ("2014-01-10", "Deputy"),  # both: the first in the list
        ("2014-01-11", "Secretary"),
        ("2030", "Secretary"),
        ("2009-06-14", ""),  # the office began some day in June
        ("2009-06-30", "Deputy"),
        ("2009", ""),
        ("2013~", ""),  # about 2013 may be 2014
        ("2011~", "Deputy"),
        ("2009-07~", ""),  # about July may be June
        ("2009-08~", "Deputy"),
        ("201X", ""),
        ("1998-12-31", "Adviser"),
        ("1999-01-01", "Adviser"),
        ("1999-06", ""),
        ("1980", "Adviser"),
        ("2003-12-31", ""),  # about 2003 may be 2004
        ("", ""),
    ],
)
def test_an_office_counts_where_it_was_held_on_every_day_the_date_can_mean(date, title):
    assert find_office(Person("ann", "Ann", offices=OFFICES), date) == title


@given(st.text(alphabet=st.sampled_from("-:[]{},#&*!|>'\"%\\ \nabnameliso0"), max_size=60))
def test_whatever_stands_there_is_read_or_refused_in_one_line(text):
    with contextlib.suppress(FactsError):
        assert isinstance(parse_people(text), People)
        return
    with pytest.raises(FactsError, match=r"\A.*\Z"):
        parse_people(text)
