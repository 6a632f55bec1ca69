import json

import pytest

from ingest.errors import FactsError
from ingest.speakers.authority import apply_merge, find_last_merge, plan_merge, undo_merge
from ingest.speakers.people import parse_people

FILE, LOG = "speakers.yml", "speakers.log"


def merge(archive, names, name):
    """Plan a merge and write it; the text that results."""
    planned = plan_merge(archive, names, name, "2026-11-27T12:00:00Z")
    assert planned is not None
    apply_merge(archive, *planned)
    return (archive / FILE).read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n"),
        ("# nobody yet\n", "# nobody yet\n- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n"),
        ("- name: Bo", "- name: Bo\n- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n"),
        ("  - name: Bo\n", "  - name: Bo\n  - name: Ann Lee\n    aliases: [A. Lee, \"Lee, Ann\"]\n"),
        (
            "- name: Ann Lee  # mayor\n  # at sea\n\n- name: Bo\n",
            "- name: Ann Lee  # mayor\n  aliases: [A. Lee, \"Lee, Ann\"]\n  # at sea\n\n- name: Bo\n",
        ),
        (
            "- {name: Ann Lee, note: x}  # mayor\n",
            "- {name: Ann Lee, note: x, aliases: [A. Lee, \"Lee, Ann\"]}  # mayor\n",
        ),
        (
            "- name: Ann Lee\n  aliases: [Annie]  # once\n",
            "- name: Ann Lee\n  aliases: [Annie, A. Lee, \"Lee, Ann\"]  # once\n",
        ),
        ("- name: Ann Lee\n  aliases: []\n", "- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n"),
        ("- name: Ann Lee\n  aliases:\n", "- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n"),
        (
            "- name: Ann Lee\n  aliases: Annie\n  note: x\n",
            "- name: Ann Lee\n  aliases: [Annie, A. Lee, \"Lee, Ann\"]\n  note: x\n",
        ),
        (
            "- name: Ann Lee\n  aliases:\n  - Annie  # once\n  note: x\n",
            "- name: Ann Lee\n  aliases:\n  - Annie  # once\n  - A. Lee\n  - \"Lee, Ann\"\n  note: x\n",
        ),
        (
            "- name: Ann Lee\n  aliases:\n    - Annie\n",
            "- name: Ann Lee\n  aliases:\n    - Annie\n    - A. Lee\n    - \"Lee, Ann\"\n",
        ),
        (
            "- note: x\n  name: Ann Lee\n",
            "- note: x\n  name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\"]\n",
        ),
        # an entry of one of the names becomes the person's, with all that it says
        (
            "- name: A. Lee  # to do\n  wikidata: Q1\n",
            "- name: Ann Lee  # to do\n  aliases: [A. Lee, \"Lee, Ann\"]\n  wikidata: Q1\n",
        ),
        # one that has names only goes into the person's
        (
            "- name: Ann Lee\n# the same?\n- name: A. Lee\n  aliases:\n  - Annie\n\n# next\n- name: Bo\n",
            "- name: Ann Lee\n  aliases: [A. Lee, \"Lee, Ann\", Annie]\n# the same?\n\n# next\n- name: Bo\n",
        ),
        (
            "- name: Ann Lee\r\n  note: x\r\n",
            "- name: Ann Lee\r\n  aliases: [A. Lee, \"Lee, Ann\"]\n  note: x\r\n",
        ),
    ],
)  # fmt: skip
def test_a_merge_adds_the_names_and_leaves_the_rest_and_is_taken_back(tmp_path, before, after):
    path = tmp_path / FILE
    if before:
        path.write_bytes(before.encode())
    planned = plan_merge(tmp_path, ["A. Lee", "Lee, Ann"], "Ann Lee", "2026-11-27T12:00:00Z")
    assert path.exists() == bool(before), "a plan writes nothing"
    apply_merge(tmp_path, *planned)
    assert path.read_bytes().decode() == after
    assert {parse_people(after).get_id(name) for name in ("A. Lee", "Lee, Ann", "Ann Lee")} == {"ann-lee"}
    assert plan_merge(tmp_path, ["A. Lee", "Lee, Ann"], "Ann Lee", "") is None
    undo_merge(tmp_path, find_last_merge(tmp_path))
    assert (path.read_bytes().decode() if path.exists() else "") == before
    assert find_last_merge(tmp_path) is None


def test_a_name_that_the_person_has_already_leads_to_its_entry(tmp_path):
    (tmp_path / FILE).write_text("- name: Ann Lee\n  aliases: [Annie]\n")
    assert merge(tmp_path, ["A. Lee"], "Annie") == "- name: Ann Lee\n  aliases: [Annie, A. Lee]\n"
    assert find_last_merge(tmp_path).name == "Ann Lee"


def test_names_that_differ_in_capitals_and_accents_only_are_one_already(tmp_path):
    assert merge(tmp_path, ["JÖRG LEE"], "Jörg Lee") == "- name: Jörg Lee\n"


@pytest.mark.parametrize(
    "name",
    ["Ann: Lee", "#1 Ann", "Lee’s Ann", 'Ann "A" Lee', "- Ann", "true", "北京", "O'Neil", "Ann\\Lee", "@a"],
)
def test_any_name_survives_the_file(tmp_path, name):
    people = parse_people(merge(tmp_path, [f"{name} x"], name))
    assert [(person.name, person.aliases) for person in people.persons] == [(name, (f"{name} x",))]


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        (
            "- name: Bo\n  aliases: [A. Lee]\n",
            ["A. Lee"],
            "A. Lee is an alias of Bo; merge that name instead",
        ),
        (
            "- name: Ann Lee\n- name: A. Lee\n  wikidata: Q1\n",
            ["A. Lee"],
            "A. Lee has an entry with more than names; move what it says to the entry of Ann Lee",
        ),
        (
            "- {name: A. Lee, note: x}\n- {name: Annie, note: y}\n",
            ["A. Lee", "Annie"],
            "Annie has an entry with more than names; move what it says to the entry of A. Lee",
        ),
        ("[{name: Ann Lee}]\n", ["A. Lee"], ""),
        ("[{name: Bo}]\n", ["A. Lee"], "is written in a way that cannot be edited here"),
        ("- &x {name: Bo}\n...\n", ["A. Lee"], "is written in a way that cannot be edited here"),
        ("- name: Ann Lee\n  aliases: &a\n  - |\n    Annie\n", ["A. Lee"], "is written in a way that"),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_is_written(tmp_path, text, names, message):
    (tmp_path / FILE).write_text(text)
    if not message:
        assert merge(tmp_path, names, "Ann Lee") == "[{name: Ann Lee, aliases: [A. Lee]}]\n"
        return
    with pytest.raises(FactsError) as caught:
        merge(tmp_path, names, "Ann Lee")
    assert str(caught.value).startswith("speakers.yml: ")
    assert message in str(caught.value)
    assert (tmp_path / FILE).read_text() == text
    assert not (tmp_path / LOG).exists()


def test_the_last_of_several_merges_is_taken_back_first_also_after_edits_elsewhere(tmp_path):
    path = tmp_path / FILE
    path.write_text("- name: Ann Lee\n- name: Bo Ek\n")
    merge(tmp_path, ["A. Lee"], "Ann Lee")
    first = path.read_text()
    merge(tmp_path, ["B. Ek"], "Bo Ek")
    path.write_text(path.read_text() + "- name: Cy\n")
    assert find_last_merge(tmp_path).names == ("B. Ek",)
    undo_merge(tmp_path, find_last_merge(tmp_path))
    assert path.read_text() == first + "- name: Cy\n"
    undo_merge(tmp_path, find_last_merge(tmp_path))
    assert path.read_text() == "- name: Ann Lee\n- name: Bo Ek\n- name: Cy\n"


def test_a_merge_that_was_edited_since_stays_and_is_forgotten(tmp_path):
    merge(tmp_path, ["A. Lee"], "Ann Lee")
    (tmp_path / FILE).write_text("- name: Ann Lee\n  aliases: [A. Lee, Annie]\n")
    with pytest.raises(
        FactsError, match=r"has been edited where A\. Lee became Ann Lee; take the aliases out"
    ):
        undo_merge(tmp_path, find_last_merge(tmp_path))
    assert (tmp_path / FILE).read_text() == "- name: Ann Lee\n  aliases: [A. Lee, Annie]\n"
    assert find_last_merge(tmp_path) is None


@pytest.mark.parametrize("line", ["{", "[]", '{"made": "x"}', json.dumps({"names": 1})])
def test_a_damaged_log_is_refused(tmp_path, line):
    (tmp_path / LOG).write_text(f"{line}\n")
    with pytest.raises(FactsError, match=r"speakers\.log: its last line cannot be read"):
        find_last_merge(tmp_path)
