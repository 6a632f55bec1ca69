from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import TranscriptError
from ingest.network.fetch import Fetched
from ingest.network.validators import Validators
from ingest.sightings import (
    KINDS,
    STATUSES,
    Change,
    Sighting,
    add_sighting,
    find_sighting,
    find_validators,
    load_watch,
    mark_file,
    mark_text,
    record_fetch,
    save_watch,
)

PAGE = Sighting(
    kind="page", url="https://radio.example/harbour", status="gone", seen="2026-11-27T18:00:00Z",
    since="2026-11-20T06:30:00Z", detail="is not there (404)", taken="words ab", found="words ab",
    validators=Validators('"1"', "Tue, 14 Nov 2023 22:13:20 GMT"),
    history=(Change("ok", "2026-10-01T00:00:00Z"), Change("unreachable", "2026-11-19T00:00:00Z")),
)  # fmt: skip
AUDIO = Sighting("audio", "https://radio.example/harbour.mp3", "ok", PAGE.seen, PAGE.since)
TIMES = st.datetimes().map(lambda time: f"{time:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)


def test_watch_yml_reads_well(tmp_path):
    save_watch(tmp_path, [AUDIO, PAGE])
    assert (tmp_path / "watch.yml").read_text() == (
        "page:\n"
        "- url: https://radio.example/harbour\n"
        "  status: gone\n"
        "  seen: '2026-11-27T18:00:00Z'\n"
        "  since: '2026-11-20T06:30:00Z'\n"
        "  detail: is not there (404)\n"
        "  taken: words ab\n"
        "  found: words ab\n"
        "  etag: '\"1\"'\n"
        "  last_modified: Tue, 14 Nov 2023 22:13:20 GMT\n"
        "  history:\n"
        "  - status: ok\n"
        "    since: '2026-10-01T00:00:00Z'\n"
        "  - status: unreachable\n"
        "    since: '2026-11-19T00:00:00Z'\n"
        "audio:\n"
        "- url: https://radio.example/harbour.mp3\n"
        "  status: ok\n"
        "  seen: '2026-11-27T18:00:00Z'\n"
        "  since: '2026-11-20T06:30:00Z'\n"
    )
    assert load_watch(tmp_path) == (PAGE, AUDIO)


@given(
    st.lists(
        st.builds(
            Sighting,
            st.sampled_from(KINDS), TEXT, st.sampled_from(STATUSES), TIMES, TIMES, TEXT, TEXT, TEXT,
            st.builds(Validators, TEXT, TEXT),
            st.lists(st.builds(Change, st.sampled_from(STATUSES), TIMES), max_size=3).map(tuple),
        ),
        max_size=3,
    )
)  # fmt: skip
def test_watch_yml_comes_back_as_it_was_saved(tmp_path_factory, sightings):
    folder = tmp_path_factory.mktemp("clip")
    save_watch(folder, sightings)
    assert load_watch(folder) == tuple(sorted(sightings, key=lambda one: KINDS.index(one.kind)))


def test_a_clip_without_watch_yml_has_no_sightings(tmp_path):
    assert load_watch(tmp_path) == ()
    assert find_validators(tmp_path, "audio", AUDIO.url) == Validators()


GOOD = "page:\n- url: u\n  status: ok\n  seen: 2026-11-27T18:00:00Z\n  since: 2026-11-27T18:00:00Z\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "does not consist of"),
        ("page: [", "is not YAML"),
        ("pages: []", "there is no 'pages', only page and audio"),
        ("page: x", "cannot be read"),
        ("page: [x]", "cannot be read"),
        (GOOD.replace("status: ok", "status: lost"), "the status 'lost' is none of ok, moved"),
        (GOOD.replace("18:00:00Z", "25:00:00Z"), "cannot be read"),
        (GOOD.replace("18:00:00Z", "18:00:00"), "has no zone"),
        (GOOD.replace("  seen: 2026-11-27T18:00:00Z\n", ""), "cannot be read"),
        (GOOD.replace("- url: u\n ", "-"), "cannot be read"),
        (GOOD + "  colour: red\n", "there is no key 'colour'"),
        (GOOD + "  detail: [a]\n", "a value is no text"),
        (GOOD + "  history: [{status: ok}]\n", "cannot be read"),
        (GOOD + "  history: [{status: lost, since: 2026-11-27T18:00:00Z}]\n", "the status 'lost'"),
    ],
)
def test_a_watch_yml_that_is_none_is_named(tmp_path, text, message):
    folder = tmp_path / "a-talk"
    folder.mkdir()
    (folder / "watch.yml").write_text(text)
    with pytest.raises(TranscriptError, match=message) as caught:
        load_watch(folder)
    assert str(caught.value).startswith("a-talk/watch.yml")
    assert "\n" not in str(caught.value)
    assert find_validators(folder, "page", "u") == Validators()


def test_the_same_seen_again_on_the_same_day_changes_nothing():
    later = replace(PAGE, seen="2026-11-28T17:59:59Z", since="2026-11-28T17:59:59Z", history=())
    assert add_sighting([PAGE, AUDIO], later) == ((PAGE, AUDIO), PAGE)


def test_the_same_seen_on_another_day_is_noted_and_remains_since_when_it_is_so():
    later = replace(PAGE, seen="2026-11-28T18:00:00Z", since="2026-11-28T18:00:00Z", history=())
    new = replace(PAGE, seen="2026-11-28T18:00:00Z")
    assert add_sighting([PAGE, AUDIO], later) == ((new, AUDIO), new)


def test_a_change_puts_what_was_before_into_the_history():
    back = replace(PAGE, status="ok", seen="2026-11-27T18:00:01Z", since="2026-11-27T18:00:01Z", detail="")
    new = replace(back, history=(*PAGE.history, Change("gone", PAGE.since)))
    assert add_sighting([AUDIO, PAGE], replace(back, history=())) == ((AUDIO, new), new)


def test_a_history_does_not_grow_without_end():
    sightings = (PAGE,)
    for n in range(100):
        status = ("ok", "unreachable")[n % 2]
        sightings, _ = add_sighting(
            sightings, replace(PAGE, status=status, since=f"20{n:02}-01-01T00:00:00Z")
        )
    assert len(sightings[0].history) == 50
    assert sightings[0].history[-1] == Change("ok", "2098-01-01T00:00:00Z")


def test_what_was_fetched_is_noted_and_asked_for_again(tmp_path):
    known = Validators('"1"')
    record_fetch(tmp_path, "audio", AUDIO.url, Fetched(AUDIO.url, validators=known, length=9, sha256="ab"))
    record_fetch(tmp_path, "page", PAGE.url, Fetched(PAGE.url, validators=known), "Good day, Ann.")
    page, audio = load_watch(tmp_path)
    assert (audio.status, audio.taken, audio.found) == ("ok", "bytes 9 ab", "bytes 9 ab")
    assert page.taken == page.found == mark_text("good day ann")
    assert find_validators(tmp_path, "audio", AUDIO.url) == known
    assert find_validators(tmp_path, "audio", "https://radio.example/other.mp3") == Validators()
    record_fetch(tmp_path, "audio", AUDIO.url, Fetched(AUDIO.url, validators=known, unchanged=True))
    assert load_watch(tmp_path) == (page, audio)


def test_what_has_changed_since_it_was_taken_in_has_to_come_again(tmp_path):
    changed = replace(AUDIO, taken="bytes 9 ab", found="bytes 9 cd", validators=Validators('"2"'))
    save_watch(tmp_path, [changed])
    assert find_validators(tmp_path, "audio", AUDIO.url) == Validators()
    record_fetch(
        tmp_path, "audio", AUDIO.url, Fetched("", validators=Validators('"3"'), length=9, sha256="ef")
    )
    (now,) = load_watch(tmp_path)
    assert (now.status, now.taken, now.found) == ("ok", "bytes 9 ef", "bytes 9 ef")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("“Good day”, said Ann.", True),
        ("GOOD\n\nDAY SAID ANN", True),
        ("Good day, said Bo.", False),
        ("Good day, Ann said.", False),
        ("Good day, said Ann. 2", False),
    ],
)
def test_a_text_is_known_by_its_words(text, same):
    assert (mark_text(text) == mark_text("Good day, said Ann")) is same


def test_what_holds_nothing_has_no_mark():
    assert (mark_text(" – "), mark_file(0), mark_file(0, "ab")) == ("", "", "")


def test_an_address_is_found_under_its_kind():
    assert find_sighting([PAGE, AUDIO], "audio", AUDIO.url) == AUDIO
    assert find_sighting([PAGE, AUDIO], "audio", PAGE.url) is None
