import pytest
from conftest import make_transcript

from ingest.facts import Facts, Speaker
from ingest.speakers.credits import Credit, list_credits, name_people
from ingest.speakers.people import parse_people

PEOPLE = parse_people(
    "- name: Frank Rose\n  aliases: [F. Rose]\n"
    "  offices: [{title: Deputy Secretary, from: 2009, to: 2014-01}]\n"
)


def make(*speakers, voices=(), date="2013-05"):
    facts = Facts(date=date, speakers=speakers)
    return make_transcript("talk", facts, [(name, "So it is.") for name in voices] or [("", "So it is.")])


def rose(named="F. Rose", part="voice", title="Deputy Secretary", title_from="speakers.yml"):
    return Credit("frank-rose", "Frank Rose", named, part, title, title_from)


@pytest.mark.parametrize(
    ("transcript", "credits"),
    [
        (make(), []),
        (make(Speaker("F. Rose", "", "quoted")), [rose(part="quoted")]),
        (make(Speaker("F. Rose", "Envoy")), [rose(title="Envoy", title_from="clip.yml")]),
        (make(Speaker("F. Rose"), date="2014"), [rose(title="", title_from="")]),
        (make(Speaker("F. Rose"), date=""), [rose(title="", title_from="")]),
        (make(voices=["Frank Rose"]), [rose("Frank Rose")]),
        # one person under two names, once; who is heard is not only quoted; the office that is stated
        (make(Speaker("Frank Rose", "", "quoted"), voices=["F. Rose"]), [rose("Frank Rose")]),
        (make(Speaker("Frank Rose", "", "guest"), voices=["F. Rose"]), [rose("Frank Rose", "guest")]),
        (
            make(Speaker("F. Rose", "", "quoted"), Speaker("Frank Rose", "Envoy", "guest")),
            [rose(part="guest", title="Envoy", title_from="clip.yml")],
        ),
        # people whom nobody lists are as the clip has them
        (
            make(Speaker("Ann Lee", "Mayor", "host"), voices=["Bo Ek", "ANN LEE", "Bo Ek"]),
            [
                Credit("ann-lee", "Ann Lee", "Ann Lee", "host", "Mayor", "clip.yml"),
                Credit("bo-ek", "Bo Ek", "Bo Ek", "voice"),
            ],
        ),
    ],
)
def test_each_person_is_credited_once(transcript, credits):
    assert list_credits(transcript, PEOPLE) == credits


def test_an_export_names_people_as_the_pages_do():
    old = make(Speaker("F. Rose", "", "guest"), Speaker("Ann Lee"), voices=["F. Rose", "", "Bo Ek"])
    new = name_people(old, PEOPLE)
    assert new.clip.facts.speakers == (Speaker("Frank Rose", "Deputy Secretary", "guest"), Speaker("Ann Lee"))
    assert [segment.speaker for segment in new.segments] == ["Frank Rose", "", "Bo Ek"]
    assert [segment.text for segment in new.segments] == [segment.text for segment in old.segments]
