import pytest

from ingest.errors import FactsError
from ingest.facts import (
    Facts,
    Speaker,
    facts_to_dict,
    load_sidecar,
    merge_facts,
    parse_facts,
    parse_speaker,
    update_facts,
)


def test_a_sidecar_keeps_every_value_as_written(tmp_path):
    path = tmp_path / "talk.yml"
    path.write_text(
        "title: no\ndate: 2013\nnote: 1:23\nspeakers:\n- {name: Ann Lee, title: Mayor, part: guest}\n- Bo\n"
    )
    ann, bo = Speaker("Ann Lee", "Mayor", "guest"), Speaker("Bo")
    assert load_sidecar(path) == Facts(title="no", date="2013", note="1:23", speakers=(ann, bo))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("titel: A talk\n", "talk.yml: there is no key 'titel'; did you mean title?"),
        ("colour: red\n", "talk.yml: there is no key 'colour'; known keys: title, date"),
        ("date: May 2013\n", "talk.yml: the date 'May 2013' is not a date"),
        ("title: [a\n", "talk.yml, line 2: is not YAML"),
        ("- a\n- b\n", "talk.yml: does not consist of `key: value` lines"),
        ("title:\n  a: b\n", "talk.yml: title has to be a text"),
        ("speakers: Ann\n", "talk.yml: speakers has to be a list"),
        ("speakers:\n- {title: Mayor}\n", "talk.yml: a speaker has no name"),
        ("speakers:\n- {name: [Ann, Bo]}\n", "talk.yml: a speaker is a name, or has name, title and part"),
        ('title: "a\\ud800b"\n', "talk.yml: holds a character that is no text"),
        ("speakers: " + "[" * 5000, "talk.yml: is nested too deeply"),
        ("speakers:\n- {name: Ann, role: host}\n", "talk.yml: a speaker has name, title and part, not role"),
        (
            "speakers:\n- {name: Ann, part: boss}\n",
            "talk.yml: the speaker Ann has the part 'boss'; choose from voice",
        ),
    ],
)
def test_a_bad_sidecar_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "talk.yml"
    path.write_text(content)
    with pytest.raises(FactsError) as caught:
        load_sidecar(path)
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert "\n" not in str(caught.value)


def test_joiners_stay_in_a_name_and_what_turns_the_direction_does_not(tmp_path):
    path = tmp_path / "talk.yml"
    path.write_text("title: نمی\u200cخواهم \u202eabc\n", "utf-8")
    assert load_sidecar(path) == Facts(title="نمی\u200cخواهم abc")


def test_a_sidecar_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "talk.yml"
    path.write_bytes("title: Café".encode("cp1252"))
    with pytest.raises(FactsError, match="not UTF-8"):
        load_sidecar(path)


def test_a_semicolon_in_a_title_stays_there():
    facts = parse_facts({"speakers": [{"name": "Ann", "title": "Mayor; Chair", "part": "host"}]}, "x")
    assert facts.speakers == (Speaker("Ann", "Mayor; Chair", "host"),)


def test_an_empty_sidecar_states_nothing(tmp_path):
    path = tmp_path / "talk.yml"
    path.write_text("# to do\n")
    assert load_sidecar(path) == Facts()


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Frank Rose", Speaker("Frank Rose")),
        (" Frank  Rose ;Deputy;QUOTED", Speaker("Frank Rose", "Deputy", "quoted")),
        ("Ann Lee; ; host", Speaker("Ann Lee", "", "host")),
    ],
)
def test_a_speaker_is_read_from_one_text(text, speaker):
    assert parse_speaker(text) == speaker


@pytest.mark.parametrize("text", ["", "; Mayor", "Ann; Mayor; boss"])
def test_a_speaker_without_name_or_with_an_unknown_part_is_refused(text):
    with pytest.raises(FactsError):
        parse_speaker(text)


def test_the_first_source_that_knows_a_value_wins_and_is_named():
    facts, origins = merge_facts({"option": Facts(title="A"), "page": Facts(title="B", language="en")})
    assert facts == Facts(title="A", language="en")
    assert {key: origin.split()[0] for key, origin in origins.items()} == {
        "title": "option",
        "language": "page",
    }


@pytest.mark.parametrize(
    ("first", "edited", "second", "title"),
    [
        ({"page": "A"}, None, {"page": "B"}, "B"),
        ({"page": "A"}, None, {"sidecar": "B"}, "B"),
        ({"sidecar": "A"}, None, {"page": "B"}, "A"),
        ({"option": "A"}, None, {"sidecar": "B"}, "A"),
        ({"page": "A"}, None, {}, "A"),
        ({"file": "A"}, None, {"file": "B"}, "A"),
        ({"file": "A"}, None, {"page": "B"}, "B"),
        ({"page": "A"}, "C", {"sidecar": "B"}, "C"),
        ({"page": "A"}, "", {"page": "A"}, ""),
        ({}, "C", {"page": "A"}, "C"),
        ({"page": "A"}, "C", {"option": "B"}, "B"),
    ],
)
def test_an_update_keeps_what_a_person_or_a_better_source_stated(first, edited, second, title):
    def stated(titles):
        return merge_facts({source: Facts(title=title) for source, title in titles.items()})

    facts, origins = stated(first)
    facts = facts if edited is None else Facts(title=edited)
    facts, origins = update_facts(facts, origins, *stated(second))
    assert facts.title == title
    assert update_facts(facts, origins, *stated(second)) == (facts, origins)


def test_facts_come_back_from_their_plain_form():
    facts = Facts(title="A", date="2013~", speakers=(Speaker("Ann Lee", "Mayor", "host"),))
    assert parse_facts(facts_to_dict(facts), "x") == facts
