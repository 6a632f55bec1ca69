import time
from pathlib import Path

import pytest

from ingest.facts import Facts, Speaker
from ingest.page import Page, load_page, local_audio, parse_page
from ingest.script import Turn, parse_script

EDITORIAL = Path(__file__).parent.parent / "clips/cooperation-is-key-to-ballistic-missile-defense.html"


def test_the_editorial_page_states_its_facts():
    page = load_page(EDITORIAL)
    assert page.facts == Facts(
        title="Cooperation Is Key to Ballistic Missile Defense",
        summary="Increasing threat reinforces the importance of continuing to strengthen our collaborative "
        "missile defense efforts.",
        broadcaster="Voice of America",
        language="en",
        speakers=(
            Speaker(
                "Frank Rose",
                "U.S. Deputy Assistant Secretary of the Bureau of Arms Control, Verification and Compliance",
                "quoted",
            ),
        ),
    )
    assert page.audio == EDITORIAL.with_suffix(".mp3").name
    paragraphs = page.script.split("\n\n")
    assert len(paragraphs) == 8
    assert paragraphs[0].startswith("The increasing threat")
    assert paragraphs[-1].endswith("counter the threat from ballistic missiles.”")


@pytest.mark.parametrize(
    ("content", "page"),
    [
        (b"", Page(Facts(), "", "")),
        (b"<title>A</title><a href='x/b.MP3?y=1'>listen</a>", Page(Facts(title="A"), "x/b.MP3?y=1", "")),
        (
            b"<title>C</title><meta property='og:title' content='A &amp; B'>"
            b"<meta property='og:audio' content='https://e.org/a'>",
            Page(Facts(title="A & B", audio_url="https://e.org/a"), "https://e.org/a", ""),
        ),
        (
            b"<article><time datetime='2013-05-14T06:30'>May</time><nav><p>Menu</p></nav>"
            b"<p>One <b>two</b>.</p><p> </p></article>",
            Page(Facts(date="2013-05-14"), "", "One two."),
        ),
        (b"<article><time datetime='2013-99-99'>?</time></article>", Page(Facts(), "", "")),
        (
            b"<audio src='http://[::1/a.wav'></audio>",
            Page(Facts(audio_url="http://[::1/a.wav"), "http://[::1/a.wav", ""),
        ),
        ("<meta charset=utf-16><h1>Café</h1>".encode(), Page(Facts(title="Café"), "", "")),
    ],
)
def test_other_pages_give_what_they_state_and_no_more(content, page):
    assert parse_page(content) == page


@pytest.mark.parametrize(
    "caption", ["A view of the harbour, at dawn.", "Ann Lee", "Ann Lee, mayor of Oslo. (file)"]
)
def test_a_person_pictured_but_not_named_in_the_text_is_no_speaker(caption):
    page = parse_page(f"<article><figcaption>{caption}</figcaption><p>It rained.</p></article>".encode())
    assert page.facts.speakers == ()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("a%20b.mp3?x#t=1", Path("site/a b.mp3")),
        ("", None),
        ("https://example.org/a.mp3", None),
        ("//example.org/a.mp3", None),
        ("data:audio/wav;base64,", None),
        ("http://[::1/a.wav", None),
        ("../a.mp3", None),
        ("/etc/passwd", None),
        ("sub/../a.mp3", Path("site/sub/../a.mp3")),
    ],
)
def test_only_a_file_beside_the_page_is_local(address, path):
    assert local_audio(Path("site/page.html"), address) == path


def page_of(body: str) -> Page:
    return parse_page(f"<article>{body}</article>".encode())


@pytest.mark.parametrize(
    ("body", "script"),
    [
        ("<p>One<p>Two <b>three</b><p>Four", "One\n\nTwo three\n\nFour"),  # </p> may be left out
        ("<p>One<br>two<br/> three", "One\ntwo\nthree"),
        ("<p>One<ul><li>Share</ul>", "One"),
        ("<blockquote>One<ul><li>two</ul></blockquote>after", "One\n\ntwo"),
        ("<blockquote><p>One</p></blockquote><div>Menu</div><p>Two</p>", "One\n\nTwo"),
        ("<p>One<!-- no --><script>no</script><style>no</style><i>, two</i>\n three</p>", "One, two three"),
        ("<p>B<b>ol</b>d <strong>text</strong>.</p>", "Bold text."),
        ("<p><b>Bo</b>ld, ** and <b>so</b>.</p>", "Bold, ** and so."),
        ("<p><b>Rose:</b> Yes.</p><p><strong>Liu</strong>: No.</p><p><b>Rose:</b>Yes.</p>"
         "<p><strong>Liu</strong>: No.</p>", "Rose: Yes.\n\nLiu: No.\n\nRose: Yes.\n\nLiu: No."),
        ("<p><b>Rose:</b> Yes.</p><p>Well.</p><p><b>Rose:</b> No.</p>", "ROSE: Yes.\n\nWell.\n\nROSE: No."),
        ("<p><b>HOST (NY)</b><br>Yes.<p><b>ROSE</b><br>No.<p><b>HOST (NY)</b><br>So.<p><b>ROSE</b><br>Hm.",
         "HOST:\nYes.\n\nROSE:\nNo.\n\nHOST:\nSo.\n\nROSE:\nHm."),
        ("<p><b>Note:</b> It rained.</p><p><b>Note:</b> It poured.</p>",
         "Note: It rained.\n\nNote: It poured."),
        ("<p><b>Washington:</b> It rained.</p>", "Washington: It rained."),
        ("<p><b>The minister</b> said so.</p><p><b>The minister</b> said no.</p>",
         "The minister said so.\n\nThe minister said no."),
        ("<p><b>Rain fell all day.</b></p><p>Yes.</p>", "Rain fell all day.\n\nYes."),
    ],
)  # fmt: skip
def test_a_page_gives_its_text_with_labels_that_a_script_has(body, script):
    assert page_of(body).script == script


def test_a_person_pictured_is_a_voice_where_the_text_gives_him_turns():
    caption = "<figcaption>Frank Rose, Deputy Secretary</figcaption>"
    quoted = page_of(f"{caption}<p>“Peace,” said Frank Rose.</p>")
    voice = page_of(f"{caption}<p><b>Host:</b> Why?</p><p><b>Rose:</b> Peace.</p>")
    assert quoted.facts.speakers == (Speaker("Frank Rose", "Deputy Secretary", "quoted"),)
    assert voice.facts.speakers == (Speaker("Frank Rose", "Deputy Secretary", "voice"),)
    assert parse_script(voice.script, voice.facts.speakers)[1] == Turn("Peace.", "Frank Rose")


@pytest.mark.parametrize("tag", ["p", "blockquote", "figcaption", "div", "b", "br", "li"])
def test_tags_that_are_never_closed_take_no_longer(tag):
    clock = time.process_time()
    page_of(f"<{tag}>word " * 5_000)
    assert time.process_time() - clock < 10
