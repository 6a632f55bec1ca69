import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.facts import Facts, Speaker, load_yaml, parse_facts
from ingest.script import Turn, parse_script
from ingest.web.page import Page, load_page, local_audio, parse_page

PAGES = sorted((Path(__file__).parent / "data/pages").glob("*.html"))
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


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_a_page_in_the_markup_of_real_sites_gives_facts_recording_and_text(path):
    said = dict(load_yaml(path.with_suffix(".yml"), path.stem))
    url, audio, script = said.pop("url"), said.pop("audio", ""), said.pop("script", "")
    assert load_page(path, url) == Page(parse_facts(said, path.stem), audio, script)


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
        (b"<audio src='http://[::1/a.wav'></audio>", Page(Facts(), "", "")),
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


LINKED = b'<script type="application/ld+json">{"@type":"NewsArticle",%s}</script>'
TEXT = " ".join(f"word{n}" for n in range(40))


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"<title>C</title><h1>B</h1><meta property=og:title content=A>", Facts(title="A")),
        (LINKED % b'"headline":"Z"' + b"<meta property=og:title content=A>", Facts(title="Z")),
        (b"<title>Ice - Radio X</title><meta property=og:site_name content='Radio X'>",
         Facts(title="Ice", broadcaster="Radio X")),
        (b"<title>Radio X</title><meta property=og:site_name content='Radio X'>",
         Facts(title="Radio X", broadcaster="Radio X")),
        (b"<html lang=de><meta property=og:locale content=en_US>", Facts(language="de")),
        (b"<html xml:lang=cy>", Facts(language="cy")),
        (b"<html lang='{{lang}}'><meta property=og:locale content=en_US>", Facts(language="en-US")),
        (b"<meta itemprop=datePublished content=2013-05-14T23:00:00-05:00>", Facts(date="2013-05-14")),
        (b"<time datetime=2013-05-14>a related story</time>", Facts()),
        (b"<time datetime=2013-05-14 pubdate>today</time>", Facts(date="2013-05-14")),
        (b"<meta name=DC.date content=2013-05>", Facts(date="2013-05")),
        (b"<a rel=license href=//creativecommons.org/licenses/by/4.0/>CC</a>",
         Facts(rights="https://creativecommons.org/licenses/by/4.0/")),
        (b"<div itemprop=author><i itemprop=name>Ann Lee</i>, <i itemprop=jobTitle>Editor</i></div>",
         Facts(speakers=(Speaker("Ann Lee", "Editor", "author"),))),
        (b"<p class=byline>By Ann Lee, Coast Editor</p>",
         Facts(speakers=(Speaker("Ann Lee", "Coast Editor", "author"),))),
        (b"<p class=byline>14 May 2013 | Newsroom</p><meta name=author content=admin>", Facts()),
        (b"<meta name=author content='Radio X'><meta property=og:site_name content='Radio X'>",
         Facts(broadcaster="Radio X")),
        (b"<meta property=article:author content=https://social.example/ann>", Facts()),
        (b"<meta property=og:url content=javascript:alert(1)><link rel=canonical href=file:///a>", Facts()),
    ],
)  # fmt: skip
def test_each_fact_is_taken_from_the_first_layer_that_states_it(content, facts):
    assert parse_page(content).facts == facts


@pytest.mark.parametrize(
    ("content", "audio"),
    [
        (b"<base href=/media/><audio src=a.mp3>", "https://e.org/media/a.mp3"),
        (b"<base href=javascript:x><audio src=a.mp3>", "https://e.org/news/a.mp3"),
        (b"<base href=https://cdn.example/><audio src=a.mp3>", "https://cdn.example/a.mp3"),
        (b"<video src=v.mp4></video><a href=a.mp3>", "https://e.org/news/a.mp3"),
        (b"<video src=v.mp4></video>", "https://e.org/news/v.mp4"),
        (b"<picture><source src=p.webp></picture><video><source src=v type=audio/mp4></video>",
         "https://e.org/news/v"),
        (b"<meta property=og:audio content=player.html><meta property=og:audio:type content=text/html>", ""),
        (b"<meta property=og:audio content=javascript:x><audio src=a.mp3>", "https://e.org/news/a.mp3"),
        (b"<meta name=twitter:player:stream content=s>", "https://e.org/news/s"),
        (b"<a href=x_64k.mp3></a><a href=x-hq.mp3></a>", "https://e.org/news/x_64k.mp3"),
        (b"<a href=1.mp3></a><a href=2.mp3></a>", ""),
        (b"<article><a href=1.mp3></a><a href=2.mp3></a></article>", "https://e.org/news/1.mp3"),
        (b"<div data-cfg='{&quot;u&quot;:&quot;https:\\/\\/cdn.example\\/a.mp3?x&quot;}'>",
         "https://cdn.example/a.mp3?x"),
        (b"<div data-a=//cdn.example/1.mp3></div><div data-a=//cdn.example/2.mp3>", ""),
        (LINKED % b'"video":{"@type":"VideoObject","contentUrl":"v.mp4"}' + b"<audio src=a.mp3>",
         "https://e.org/news/a.mp3"),
        (LINKED % b'"video":{"@type":"VideoObject","contentUrl":"v.mp4"}', "https://e.org/news/v.mp4"),
        (LINKED % b'"audio":"/a.mp3"', "https://e.org/a.mp3"),
        (b"<p>No sound here.</p>", ""),
    ],
)  # fmt: skip
def test_the_recording_is_the_one_that_the_page_states_plays_or_links_to_alone(content, audio):
    page = parse_page(content, "https://e.org/news/1.html")
    assert (page.audio, page.facts.audio_url) == (audio, audio)


def test_a_saved_page_keeps_what_lies_beside_it_and_finds_the_rest_where_it_says_it_was():
    head = b"<link rel=canonical href=https://e.org/news/1.html>"
    assert parse_page(head + b"<audio src=a.mp3>").audio == "a.mp3"
    assert parse_page(head + b"<audio src=/a.mp3>").audio == "https://e.org/a.mp3"
    assert parse_page(b"<audio src=/a.mp3>").audio == ""


@pytest.mark.parametrize(
    ("content", "script"),
    [
        (f"<main><p>{TEXT}<p>More.</main><footer><p>Contact</footer>", f"{TEXT}\n\nMore."),
        (f"<div><div><p>Menu</p></div><div><p>{TEXT} {TEXT}</p></div></div>", f"{TEXT} {TEXT}"),
        (f"<div><section><p>{TEXT}</p></section><section><p>{TEXT[::-1]}</p></section></div>",
         f"{TEXT}\n\n{TEXT[::-1]}"),
        (f"<table><tr><td><a href=/>Home</a><td>{TEXT}<br><br>More.<br>Yes.</table>",
         f"{TEXT}\n\nMore.\nYes."),
        ("<p>We use cookies. Accept them all, or choose.</p>", ""),
        ("<article><p>Short.</p></article>", "Short."),
        ("<article><p>A card.</p></article><article><p>The story itself, longer.</p></article>",
         "The story itself, longer."),
        ("<div itemprop=articleBody><p>One</p></div><p>Ad</p><div itemprop=articleBody><p>Two</p></div>",
         "One\n\nTwo"),
        ("<div itemprop=articleBody>One<br><br>Two<ul><li>Menu</ul></div><p>Ad</p>", "One\n\nTwo"),
        ("<meta itemprop=articleBody content=x><article><p>One</p></article>", "One"),
        ("<article><p>One</p><p><a href=/>Read this too</a></p><p class=wp-caption-text>A boat</p>"
         "<div class=related-stories><p>Two</p></div><p class=has-related-links>Three</p></article>",
         "One\n\nThree"),
        (f"<noscript><p>{TEXT}</p></noscript><ul><li>{TEXT}</ul><h1>{TEXT}</h1>", ""),
    ],
)  # fmt: skip
def test_the_text_is_the_articles_or_what_stands_where_nearly_all_of_it_does(content, script):
    assert parse_page(content.encode()).script == script


@pytest.mark.parametrize(
    ("stated", "visible", "script"),
    [
        ('"articleBody":"The whole text of it."', "", "The whole text of it."),
        ('"articleBody":"The whole text of it."', "The whole text.", "The whole text."),
        ('"articleBody":"The whole text of it, with all that a teaser lacks."', "The whole",
         "The whole text of it, with all that a teaser lacks."),
        ('"transcript":"ANN: What was said."', "A text that was written.", "ANN: What was said."),
        ('"transcript":"ANN: What was said."', "<b>Ann:</b> What was said.", "Ann: What was said."),
    ],
)  # fmt: skip
def test_a_text_in_json_counts_where_the_page_does_not_show_it(stated, visible, script):
    content = (LINKED % stated.encode()) + f"<article><p>{visible}</p></article>".encode()
    assert parse_page(content).script == script


def test_a_page_that_is_larger_than_any_is_refused_in_one_line(tmp_path):
    path = tmp_path / "big.html"
    for content in (b"<p>" + b"word " * 2_000_000, b"<p>word" * 120_001):
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"big.html: is larger than any page; save the article alone$"):
            load_page(path)


@pytest.mark.parametrize(
    "content",
    [
        b"<a " * 100_000,
        b"<!--" * 100_000,
        b"<![CDATA[" * 100_000,
        b"<![x[ y ]]>",
        b'<a href="' * 100_000,
        b"<h1>" * 10_000,
        b"<figure><figcaption>" * 5_000,
        b"<p class=byline>" * 10_000,
        b"<div>" * 10_000 + b"<b itemprop=articleBody></b>" * 5_000,
        b"<audio>" * 10_000,
        b"<script type=application/ld+json>" + b"[" * 1_000_000,
        b"<p class='" + b"caption-" * 100_000 + b"'>",
        b"<p>" + b"\x00" * 1_000_000,
        bytes(range(256)) * 1_000,
    ],
)
def test_hostile_markup_takes_no_long_time(content):
    clock = time.process_time()
    assert parse_page(content).audio == ""
    assert time.process_time() - clock < 10


SCRAPS = ["<p>", "</p>", "<article>", "</div>", "<a href='", "b.mp3", "'>", "<!--", "<![CDATA[", "&amp", "é",
          '<script type="application/ld+json">', '{"@type":["NewsArticle"],"author":[{}]}', "</script>",
          "<br>", "<figcaption>", "Ann Lee, Mayor of X", "<meta name=author content=", "\x00",
          "<time datetime=9999-99-99 pubdate>"]  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.sampled_from(SCRAPS)).map("".join))
def test_no_page_is_too_broken(content):
    page = parse_page(content.encode("utf-8", "replace"), "https://e.org/")
    assert "\n" not in page.audio + page.facts.title
