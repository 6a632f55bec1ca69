"""The clip page in a real browser: hear, follow, find, select → cite, each by the means that people have."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from browsing import CHROMIUM, LISTEN, complain, serve
from conftest import ARABIC, CHINESE, HARBOUR, HARBOUR_TEXT, SILENT, make_transcript, write_wav

from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.transcript import save_new

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

ODD = "2020-odd-words"
ODD_TEXT = [
    ("Ann", "“We – all of us – agree,” he said."),
    ("Ben", "导弹防御，NATO成员𠀀好。"),
    ("Ann", "صَباحُ الخَيْرِ، يا سادة!"),
    ("", "A naïve cafe\u0301 — AT&T’s <b> & C++ …"),
]
LACKING = {"wordless": "odd.wav", "cut": "cut.wav", "broken": "broken.mp3", "unsure": "odd.wav"}


@contextmanager
def open_clip(browser, url, **options):
    """The page of a clip when its scripts are at work; they may complain of nothing."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **options)
    context.add_init_script(LISTEN)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.locator("#help-offer").wait_for()
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def clip(browser, address):
    """The page of the talk in the harbour, its sound known."""
    with open_clip(browser, f"{address}/clip/{HARBOUR}", viewport={"width": 1000, "height": 700}) as page:
        page.wait_for_function("audio.readyState >= 1")
        yield page


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """The address of a clip with words of many kinds."""
    folder = tmp_path_factory.mktemp("odd")
    facts = Facts(title="Odd words", language="en")
    save_new(folder, make_transcript(ODD, facts, ODD_TEXT, audio="clips/odd.wav"), None)
    write_wav(folder / "clips" / "odd.wav", 14)
    save_lacking(folder)
    assert rebuild(folder) == []
    with serve(folder) as address:
        yield f"{address}/clip/{ODD}"


def save_lacking(folder):
    """Clips that lack something: all words, the end of the recording, any sound in it, certainty."""
    for clip, audio in LACKING.items():
        made = make_transcript(clip, Facts(title=clip, language="en"), HARBOUR_TEXT, audio=f"clips/{audio}")
        if clip == "wordless":
            made = replace(made, segments=())
        if clip == "unsure":
            run, second = made.runs[1], made.segments[1]
            unsure = tuple(replace(word, probability=0.1) for word in second.words)
            segments = (made.segments[0], replace(second, words=unsure), *made.segments[2:])
            words = tuple(word for segment in segments for word in segment.words)
            made = replace(made, segments=segments, runs={1: replace(run, words=words)})
        save_new(folder, made, None)
    write_wav(folder / "clips" / "cut.wav", 6)
    (folder / "clips" / "broken.mp3").write_bytes(b"ID3" + bytes(100))


def is_near(page, seconds):
    return abs(page.evaluate("audio.currentTime") - seconds) < 0.3


def wait_for_seek(page, seconds, count=1):
    page.wait_for_function(f"window.seeks.length >= {count}")
    assert abs(page.evaluate("window.seeks.at(-1)") - seconds) < 0.1


def wait_for_status(page, text):
    page.wait_for_function("text => document.getElementById('status').textContent === text", arg=text)


def find_point(page, sentence, text):
    """The middle of some text of a sentence, in the window."""
    return page.evaluate(
        """([sentence, text]) => {
          const root = document.querySelector(`#s${sentence} [lang]`);
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(text);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + text.length);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        [sentence, text],
    )  # fmt: skip


def drag(page, start, stop):
    """Select with the mouse, from the middle of one text to the middle of another: (sentence, text) each."""
    page.locator(f"#s{start[0]}").evaluate("sentence => sentence.scrollIntoView({block: 'center'})")
    x, y = find_point(page, *start)
    page.mouse.move(x - 2, y)  # Chromium selects nothing from the very middle of a character
    page.mouse.down()
    page.mouse.move(*find_point(page, *stop), steps=5)
    page.mouse.up()
    page.get_by_role("toolbar").wait_for()


def read_marked(page, name):
    """The texts that a highlight marks."""
    return page.evaluate(
        """(name) => [...(CSS.highlights.get(name) ?? [])].map((mark) => {
          const range = document.createRange();
          range.setStart(mark.startContainer, mark.startOffset);
          range.setEnd(mark.endContainer, mark.endOffset);
          return range.toString();
        })""",
        name,
    )


def read_chosen(page):
    """What is chosen, as the server has it, and the line of the toolbar."""
    page.wait_for_function("document.getElementById('quoting-span').textContent.includes('·')")
    return read_marked(page, "chosen"), page.locator("#quoting-span").inner_text()


def test_buttons_play_pause_skip_and_change_the_speed(clip):
    controls = clip.get_by_role("group", name="Playing")
    controls.get_by_role("button", name="On 15 seconds").click()
    wait_for_seek(clip, 15)
    controls.get_by_role("button", name="Back 5 seconds").click()
    wait_for_seek(clip, 10, 2)
    controls.get_by_role("button", name="Play").click()
    clip.wait_for_function("!audio.paused")
    controls.get_by_role("button", name="Pause").click()
    clip.wait_for_function("audio.paused")
    clip.get_by_label("Speed").select_option("1.5")
    assert clip.evaluate("audio.playbackRate") == 1.5
    clip.reload()
    clip.locator("#help-offer").wait_for()
    assert clip.evaluate("audio.playbackRate") == 1.5, "it is remembered"


def test_keys_do_what_the_buttons_do(clip):
    for key, seconds in (("l", 15), ("ArrowLeft", 10), ("j", 0), ("ArrowRight", 5)):
        clip.keyboard.press(key)
        clip.wait_for_function(f"Math.abs(audio.currentTime - {seconds}) < 0.1")
    for key, speed in ((".", 1.25), (">", 1.5), (",", 1.25), ("<", 1)):
        clip.keyboard.press(key)
        assert clip.evaluate("audio.playbackRate") == speed
    wait_for_status(clip, "Speed 1×")
    for key in ("k", " "):
        clip.keyboard.press(key)
        clip.wait_for_function("!audio.paused")
        clip.keyboard.press(key)
        clip.wait_for_function("audio.paused")


def test_keys_are_left_alone_while_somebody_types_and_with_modifiers(clip):
    clip.keyboard.press("Control+l")
    clip.keyboard.press("/")
    clip.keyboard.type("jkl ?")
    assert clip.get_by_label("Find in this clip").input_value() == "jkl ?"
    assert clip.evaluate("audio.paused && audio.currentTime === 0 && !help.open")


PRESS_ALL = """() => {
  const press = (key, shiftKey) => !document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  const ascii = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n));
  const signs = ascii.filter((key) => !/[A-Z]/.test(key));
  const named = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter", "Escape", "Tab"];
  const used = [];
  for (const shift of [false, true]) {
    for (const key of [...signs, ...named]) {
      press("Escape");
      press("c"); // some need words that are chosen
      if (press(key, shift)) used.push(shift ? `Shift ${key}` : key);
      if (help.open) help.close();
    }
  }
  return used;
}"""


def test_the_help_lists_the_keys_that_are_used_and_no_others(clip):
    clip.evaluate("audio.muted = true")
    named = {"Space": " ", "←": "ArrowLeft", "→": "ArrowRight", "Esc": "Escape"}
    keys = [key.split(" ") for key in clip.locator("dialog kbd").all_text_contents()]
    listed = {" ".join([*shift, named.get(key, key.lower())]) for *shift, key in keys}
    used = set(clip.evaluate(PRESS_ALL))
    signs = {key for key in used if re.fullmatch(r"Shift [^a-z ]", key)}  # as a keyboard may write them
    assert used - signs - {"<", ">", "Shift Escape"} == listed
    assert {sign.removeprefix("Shift ") for sign in signs} == {",", ".", "/", "[", "]", "?", "<", ">"}


@pytest.mark.parametrize(
    ("pressed", "focus"),
    [
        ({"key": "/", "code": "Digit7", "shiftKey": True}, "clip-q"),  # German
        ({"key": "ؤ", "code": "KeyC"}, "copy"),  # Arabic
        ({"key": "]", "code": "Digit9", "ctrlKey": True, "altKey": True}, ""),  # AltGr
    ],
)
def test_keys_are_found_on_other_keyboards(clip, pressed, focus):
    press = "(event) => document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, ...event}))"
    clip.evaluate(press, pressed)
    assert clip.evaluate("document.activeElement.id || document.activeElement.dataset.do || ''") == focus
    assert clip.get_by_role("toolbar").is_visible() == (pressed["key"] != "/")


def test_the_help_opens_and_closes_and_turns_the_keys_off_for_good(clip):
    clip.keyboard.press("?")
    help_ = clip.get_by_role("dialog", name="Keyboard and help")
    assert help_.locator("dt").count() == 12
    clip.keyboard.press("l")
    clip.keyboard.press("Escape")
    assert help_.is_hidden()
    clip.get_by_role("button", name="Keyboard and help").click()
    help_.get_by_label("Use these keys").uncheck()
    help_.get_by_role("button", name="Close").click()
    for _ in range(2):
        for key in ("l", "?", "c", "k"):
            clip.keyboard.press(key)
        assert clip.evaluate("audio.paused && audio.currentTime === 0 && !help.open")
        assert clip.get_by_role("toolbar").is_hidden()
        clip.reload()
        clip.locator("#help-offer").wait_for()


def test_next_and_previous_go_through_the_sentences_with_the_focus(clip):
    for key, sentence in (("n", 1), ("n", 2), ("n", 3), ("p", 2)):
        clip.keyboard.press(key)
        assert clip.evaluate("document.activeElement.parentElement.id") == f"s{sentence}"
    clip.wait_for_function("Math.abs(audio.currentTime - 3) < 0.1")
    clip.keyboard.press(" ")
    clip.wait_for_function("!audio.paused")


def test_the_text_follows_the_sound_until_the_reader_scrolls_away(clip):
    clip.set_viewport_size({"width": 700, "height": 420})
    clip.evaluate("scrollTo(0, 0); audio.muted = true; audio.currentTime = 17.5; audio.play()")
    clip.wait_for_selector("#s6.heard")
    clip.wait_for_function("[...CSS.highlights.get('spoken')].join('').length > 0")
    assert read_marked(clip, "spoken")[0] in ("Nobody", "can", "wait", "for", "the", "tide")
    clip.wait_for_function("""() => {
        const place = document.querySelector(".heard").getBoundingClientRect();
        return place.top > 0 && place.bottom < innerHeight;
    }""")
    follow = clip.get_by_role("button", name="Follow")
    clip.mouse.move(300, 300)
    clip.mouse.wheel(0, -2000)
    clip.wait_for_function("follow.ariaPressed === 'false'")
    clip.evaluate("scrollTo(0, 0)")
    clip.wait_for_timeout(500)  # until nothing scrolls any more
    there = clip.evaluate("scrollY")
    clip.evaluate("audio.currentTime = 14.5")
    clip.wait_for_selector("#s5.heard")
    assert clip.evaluate("scrollY") == there
    follow.click()
    assert follow.get_attribute("aria-pressed") == "true"
    clip.wait_for_function("there => scrollY > there", arg=there)


def test_a_click_on_a_word_plays_from_it(clip):
    clip.locator("#s4").scroll_into_view_if_needed()
    clip.mouse.click(*find_point(clip, 4, "café"))
    wait_for_seek(clip, 9.8 + 6 * 0.4)
    clip.wait_for_function("!audio.paused")


def test_selecting_does_not_play_and_a_click_beside_the_words_does_nothing(clip):
    clip.locator("#s4").scroll_into_view_if_needed()
    clip.mouse.dblclick(*find_point(clip, 4, "café"))
    assert read_chosen(clip) == (["café"], "0:12 · 1 word")
    clip.mouse.click(*find_point(clip, 2, "ballistic"))  # which only ends it
    clip.get_by_role("toolbar").wait_for(state="hidden")
    x, y = find_point(clip, 3, "mine.")
    clip.mouse.click(x + 150, y)
    drag(clip, (3, "Defense"), (3, "known"))
    clip.wait_for_timeout(400)
    assert clip.evaluate("window.seeks.length === 0 && audio.paused")


def test_words_are_found_while_they_are_typed(clip):
    field = clip.get_by_label("Find in this clip")
    count = clip.locator("#find-count")
    clip.keyboard.press("/")
    clip.keyboard.type("TIDE")
    clip.wait_for_function("document.getElementById('find-count').textContent === '3 matches'")
    assert read_marked(clip, "found") == ["tide"] * 3
    for key, text in (("Enter", "1 of 3"), ("Enter", "2 of 3"), ("Shift+Enter", "1 of 3")):
        clip.keyboard.press(key)
        assert count.inner_text() == text
    clip.get_by_role("button", name="Previous match").click()
    assert count.inner_text() == "3 of 3"
    clip.keyboard.press("n")
    assert count.inner_text() == "1 of 3"
    assert read_marked(clip, "found-now") == ["tide"]
    for query, found in (
        ("naive  CAFE", ["naïve café"]),
        ("minister's friend", ["minister’s friend"]),
        ("missile defense", ["missile\nDefense"]),
        ("nowhere", []),
    ):
        field.fill(query)
        field.press("Enter")  # which waits for nothing
        assert count.inner_text() == ("1 of 1" if found else "not found")
        assert [re.sub(r"\s+(0:05 )?|Thomas Okoro", " ", t).split() for t in read_marked(clip, "found")] == [
            t.split() for t in found
        ]
    field.press("Escape")
    assert field.input_value() == ""
    assert count.is_hidden()


def test_a_link_with_words_finds_them(browser, address):
    with open_clip(browser, f"{address}/clip/{CHINESE}?q=净水站") as page:
        assert page.locator("#find-count").inner_text() == "1 match"
        assert re.sub(r"\s+(0:\d\d )?", "", "".join(read_marked(page, "found"))) == "净水站"


def test_accents_and_joiners_do_not_matter(browser, odd):
    with open_clip(browser, f"{odd}?q=صـباح\u200c الخير") as page:
        assert page.locator("#find-count").inner_text() == "1 match"
        assert read_marked(page, "found") == ["صَباحُ الخَيْرِ"]


def test_a_selection_by_mouse_grows_to_whole_words_across_sentences_and_speakers(clip):
    drag(clip, (4, "AT&T"), (5, "sluice"))
    texts, line = read_chosen(clip)
    assert line == "0:13–0:17 · 9 words"  # a lone & belongs to the word before it
    assert texts == ["AT&T & C++.", "So the tide waits for the sluice."]
    link = clip.get_by_role("toolbar").get_by_role("link", name="All styles").get_attribute("href")
    assert re.fullmatch(rf"/cite/{HARBOUR}\?t=13\.40,17\.20&w=9-[0-9a-f]{{6}}", link)


def test_labels_and_times_are_no_words(clip):
    clip.evaluate("getSelection().selectAllChildren(document.querySelector('#s3 .time'))")
    clip.wait_for_timeout(400)
    assert clip.get_by_role("toolbar").is_hidden()
    clip.evaluate("getSelection().selectAllChildren(document.querySelector('#s3'))")
    clip.get_by_role("toolbar").wait_for()
    assert read_chosen(clip)[1] == "0:05–0:09 · 10 words"


READ_ALL = """async () => {
  const { Words } = await import("/-/static-plugins/airquote/words.js");
  const words = new Words(transcript, JSON.parse(document.getElementById("clip-data").textContent).words);
  const texts = [];
  for (let n = 0; n < words.count; n++) {
    const range = words.rangeOf(n, n);
    if (String(words.within(range)) !== `${n},${n}`) throw new Error(`word ${n} is ${words.within(range)}`);
    texts.push(range.cloneContents().textContent);
  }
  const all = words.within(words.rangeOf(0, words.count - 1));
  if (String(all) !== `0,${words.count - 1}`) throw new Error(`all words are ${all}`);
  return texts;
}"""


@pytest.mark.parametrize("choice", ["mark it", "show what was heard", "mark nothing"])
def test_each_word_is_found_in_the_page_and_the_page_in_the_words_between_marks_too(page, weather, choice):
    page.goto(f"{weather}?t=2.0,9.0")
    page.get_by_label(choice).check()
    words = page.evaluate(READ_ALL)
    assert " ".join(words[:10]) == "The harbour office expects strong wind from the west <today>."
    assert " ".join(words[-8:]) == "This forecast was written by the harbour office."


def test_each_word_is_found_in_any_script(page, odd):
    page.goto(odd)
    assert page.evaluate(READ_ALL) == [
        "“We –", "all", "of", "us –", "agree,”", "he", "said.",
        "导", "弹", "防", "御，", "NATO", "成", "员", "𠀀", "好。",
        "صَباحُ", "الخَيْرِ،", "يا", "سادة!",
        "A", "naïve", "cafe\u0301 —", "AT&T’s", "<b> &", "C++ …",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "stop", "chosen", "line"),
    [
        ((2, "防"), (2, "成"), "防御，NATO成", "0:03–0:05 · 4 words"),
        ((3, "الخَيْرِ"), (3, "سادة"), "الخَيْرِ، يا سادة!", "0:07–0:08 · 3 words"),
        ((1, "“"), (1, "agree"), "“We – all of us – agree,”", "0:00–0:02 · 5 words"),
    ],
)
def test_selections_in_any_script_are_exact(browser, odd, start, stop, chosen, line):
    with open_clip(browser, odd, viewport={"width": 1000, "height": 900}) as page:
        drag(page, start, stop)
        assert read_chosen(page) == ([chosen], line)


def test_a_selection_over_a_difference_is_of_the_words_of_the_text(browser, weather):
    with open_clip(browser, weather, viewport={"width": 1000, "height": 900}) as page:
        page.get_by_label("show what was heard").check()
        drag(page, (1, "from"), (1, "today"))
        assert read_chosen(page) == (["from the ", "west", " <today>."], "0:02–0:04 · 4 words")
        page.keyboard.press("Escape")
        drag(page, (2, "Boats"), (2, "metres"))
        assert read_chosen(page)[0] == ["Boats under ten metres"]


def test_the_keyboard_selects_sentences_and_words_and_reaches_the_toolbar(clip):
    for key in ("n", "n", "c"):
        clip.keyboard.press(key)
    toolbar = clip.get_by_role("toolbar", name="Quote the selected words")
    assert clip.evaluate("document.activeElement.textContent") == "Copy quote with citation"
    assert read_chosen(clip) == (["Today we ask about ballistic missile"], "0:03–0:05 · 6 words")
    for key in ("Shift+P", "Shift+N", "Shift+ArrowLeft", "]", "]", "["):
        clip.keyboard.press(key)
    assert read_chosen(clip)[1] == "0:00–0:09 · 21 words"
    for key, label in (("ArrowRight", "Copy link"), ("End", "✕"), ("ArrowRight", "Copy quote with citation")):
        clip.keyboard.press(key)
        if label == "Copy link":  # behind the choice of a style
            clip.keyboard.press(key)
        assert clip.evaluate("document.activeElement.textContent") == label
    clip.keyboard.press("Escape")
    assert toolbar.is_hidden()
    assert clip.evaluate("document.activeElement.matches('#s3 .time')"), "the focus goes back to the text"
    drag(clip, (3, "Defense"), (3, "well"))
    for label in ("Copy quote with citation", "All data"):  # and on, it is no trap
        clip.keyboard.press("Tab")
        assert clip.evaluate("document.activeElement.textContent") == label


def test_a_finger_selects_and_the_toolbar_stays_out_of_the_way(browser, address):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with open_clip(browser, f"{address}/clip/{HARBOUR}", **phone) as page:
        page.wait_for_function("audio.readyState >= 1")
        page.locator("#s4").evaluate("sentence => sentence.scrollIntoView({block: 'center'})")
        page.touchscreen.tap(*find_point(page, 4, "friend"))
        wait_for_seek(page, 9.8 + 2 * 0.4)
        # What the system does at a long press: it selects, here a word and a half, and no mouse is there.
        page.evaluate("""() => {
            const text = document.querySelector("#s4 [lang]").firstChild;
            getSelection().setBaseAndExtent(text, 4, text, 17);
        }""")
        page.get_by_role("toolbar").wait_for()
        assert read_chosen(page) == (["minister’s friend"], "0:10–0:11 · 2 words")
        assert page.evaluate("getSelection().toString().length") == 13, "the handles stay where they are"
        box = page.get_by_role("toolbar").bounding_box()
        assert box["y"] + box["height"] == pytest.approx(740, abs=1)
        assert box["width"] == pytest.approx(360, abs=1)
        sizes = page.evaluate(
            "[...document.querySelectorAll('.quoting button, .quoting select, .quoting a, .controls button')]"
            ".map((e) => [e.textContent, e.getBoundingClientRect()]).filter(([, box]) => box.width)"
            ".map(([text, box]) => [text, Math.min(box.width, box.height)])"
        )
        assert [size for size in sizes if size[1] < 24] == []


def test_the_quote_is_copied_with_its_citation_in_the_style_that_is_remembered(clip, address):
    drag(clip, (5, "the"), (5, "waits"))
    clip.get_by_label("Style of the citation").select_option("mla")
    clip.get_by_role("button", name="Copy quote with citation").click()
    wait_for_status(clip, "Copied the quote with its citation.")
    quotation, citation = clip.evaluate("navigator.clipboard.readText()").strip().split("\n\n")
    assert quotation == "“the tide waits”"
    assert citation.startswith("Benning, Clara. “Harbour Talk: Why the Tide Waits.” The Morning Tide, ")
    assert f", {address}/clip/{HARBOUR}?t=14.80,16.00&w=3-" in citation
    clip.reload()
    clip.locator("#help-offer").wait_for()
    assert clip.locator("#quoting-style").input_value() == "mla"


def test_a_link_that_is_copied_leads_to_the_passage(clip):
    drag(clip, (5, "the"), (5, "waits"))
    clip.get_by_role("button", name="Copy link").click()
    wait_for_status(clip, "Copied the link.")
    clip.goto(clip.evaluate("navigator.clipboard.readText()"))
    assert clip.locator("#passage").inner_text() == "the tide waits"


def test_a_selection_is_downloaded_played_and_kept(clip):
    drag(clip, (6, "Nobody"), (6, "pier"))
    read_chosen(clip)
    toolbar = clip.get_by_role("toolbar")
    for label, part in (
        ("BibLaTeX", "  titleaddon = "),
        ("BibTeX", "@misc{okoro2024harbour,"),
        ("RIS", "TY  - SOUND"),
        ("CSL-JSON", '"title": "Harbour Talk: Why the Tide Waits"'),
    ):
        with clip.expect_download() as download:
            toolbar.get_by_role("link", name=f"Download as {label}").click()
        assert part in download.value.path().read_text("utf-8")
    toolbar.get_by_role("button", name="Add to quotes").click()
    wait_for_status(clip, "Added to your quotes.")
    assert clip.get_by_role("link", name="Quotes 1").is_visible()
    (reference,) = clip.evaluate("JSON.parse(localStorage.getItem('airquote-quotes'))")
    assert re.fullmatch(rf"{HARBOUR}\?t=17\.40,21\.40&w=10-[0-9a-f]{{6}}", reference)
    toolbar.get_by_role("button", name="Play selection").click()
    wait_for_seek(clip, 17.4)
    clip.wait_for_function("audio.played.length && audio.paused", timeout=10_000)
    assert is_near(clip, 21.4)


def test_something_else_that_is_selected_ends_the_choice_and_stays_selected(clip):
    drag(clip, (5, "the"), (5, "waits"))
    clip.evaluate("getSelection().selectAllChildren(document.querySelector('.deck'))")
    clip.get_by_role("toolbar").wait_for(state="hidden")
    assert clip.evaluate("getSelection().toString()") == "A talk about <water> & time."


def open_lacking(browser, odd, clip):
    return open_clip(browser, odd.replace(ODD, clip), viewport={"width": 1000, "height": 700})


def test_a_clip_without_words_leaves_nothing_to_quote(browser, odd):
    with open_lacking(browser, odd, "wordless") as page:
        for key in ("c", "n", "Shift+N", "]"):
            page.keyboard.press(key)
        assert page.get_by_role("toolbar").is_hidden()


def test_words_behind_the_end_of_the_recording_are_not_played_from_its_start(browser, odd):
    with open_lacking(browser, odd, "cut") as page:
        page.wait_for_function("audio.readyState >= 1")
        page.get_by_role("link", name="0:17, play from here").click()
        wait_for_status(page, "The recording ends before these words.")
        assert page.evaluate("audio.paused && window.seeks.length === 0")


def test_a_recording_that_cannot_be_played_is_said(browser, odd):
    with open_lacking(browser, odd, "broken") as page:
        page.get_by_text("The recording cannot be played here now").wait_for()
        assert page.get_by_role("group", name="Playing").count() == 0
        page.get_by_role("link", name="0:17, play from here").click()
        wait_for_status(page, "The recording cannot be played here now.")
        assert complain(page) == []


def test_unsure_words_are_told_where_they_are_selected(browser, odd):
    with open_lacking(browser, odd, "unsure") as page:
        for key in ("n", "n", "c"):
            page.keyboard.press(key)
        toolbar = page.get_by_role("toolbar")
        toolbar.get_by_text("Listen before you quote.").wait_for()
        assert complain(page) == []
        assert page.evaluate("document.activeElement.textContent") == "Copy quote with citation"
        page.keyboard.press("Escape")
        for key in ("n", "c"):
            page.keyboard.press(key)
        read_chosen(page)
        assert toolbar.get_by_text("Listen").count() == 0


def test_sentences_that_are_hidden_are_neither_found_nor_stepped_on(browser, odd):
    with open_lacking(browser, odd, "unsure") as page:
        page.get_by_label("Find in this clip").fill("mi")
        page.wait_for_function("document.getElementById('find-count').textContent === '3 matches'")
        page.get_by_label("Hide what the engine may have invented").check()
        assert page.locator("#find-count").inner_text() == "2 matches"
        page.get_by_label("Find in this clip").fill("")
        page.locator("#found").wait_for(state="hidden")
        page.locator("#s1 .time").focus()
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.parentElement.id") == "s3"


def test_a_site_that_does_not_answer_is_said(clip):
    drag(clip, (5, "the"), (5, "waits"))
    clip.route("**/cite/**", lambda route: route.abort())
    clip.get_by_role("button", name="Copy quote with citation").click()
    wait_for_status(clip, "That did not work: the site does not answer.")


def test_where_the_browser_keeps_nothing_and_marks_nothing_it_all_works(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("""
        const refuse = () => { throw new DOMException("no", "SecurityError"); };
        Object.defineProperty(window, "localStorage", { get: refuse });
        delete window.Highlight;
    """)
    page.goto(f"{address}/clip/{HARBOUR}?q=tide")
    page.locator("#help-offer").wait_for()
    assert page.locator(".has-found").count() == 3
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate("audio.playbackRate") == 2
    page.keyboard.press("c")
    assert page.locator(".has-chosen").get_attribute("id") == "s1"
    context.close()


def test_a_text_without_a_recording_is_found_and_quoted_too(browser, address):
    with open_clip(browser, f"{address}/clip/{SILENT}") as page:
        assert page.locator("audio").count() == 0
        page.keyboard.press("c")
        assert read_chosen(page)[0] == ["The committee met about the tide gauge."]
        assert page.get_by_role("button", name="Play selection").count() == 0


def test_the_waveform_shows_what_lies_where_and_seeks(browser, address):
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    context.add_init_script(LISTEN)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/clip/{HARBOUR}?t=15.60,17.20&q=tide")
    page.wait_for_function("document.querySelectorAll('#wave .found').length === 3")
    wave, cited = (page.locator(f"#wave{part}").bounding_box() for part in ("", " .cited"))
    assert cited["x"] - wave["x"] == pytest.approx(15.6 / 22.4 * wave["width"], abs=2)
    page.wait_for_function("audio.readyState >= 1 && !audio.seeking")
    page.locator("#wave").click(position={"x": wave["width"] / 2, "y": 10})
    page.wait_for_function("Math.abs(audio.currentTime - 11.2) < 0.2")
    assert page.locator("#wave").get_attribute("aria-hidden") == "true"
    assert {url.split("/")[2] for url in asked if not url.startswith("blob:")} == {address.split("/")[2]}
    assert complain(page) == []
    context.close()


def test_a_clip_without_peaks_has_no_waveform(browser, address):
    with open_clip(browser, f"{address}/clip/{CHINESE}") as page:
        assert page.locator("#wave").is_hidden()
        assert page.get_by_role("group", name="Playing").is_visible()


def test_without_scripts_there_are_no_dead_buttons_and_the_search_finds(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/clip/{HARBOUR}")
    for role, name in (("group", "Playing"), ("toolbar", None), ("dialog", None)):
        assert page.get_by_role(role, name=name).count() == 0
    assert page.get_by_role("button", name="Keyboard and help").count() == 0
    page.get_by_label("Find in this clip").fill("tide")
    page.get_by_role("button", name="Find").click()
    assert page.url == f"{address}/search?clip={HARBOUR}&q=tide"
    context.close()


def test_what_is_printed_is_the_text_with_its_permalink(clip, address):
    clip.goto(f"{address}/clip/{HARBOUR}?t=15.60,17.20")
    clip.emulate_media(media="print")
    printed = clip.locator(".printed").inner_text()
    assert re.fullmatch(rf"{address}/clip/{HARBOUR}\?t=15\.60,17\.20&w=4-[0-9a-f]{{6}}", printed)
    for selector in (".player", "#find", ".view", ".quoting", "header.site form", ".actions"):
        assert clip.locator(selector).first.is_hidden()
    for selector in ("h1", ".facts", ".people", ".passage blockquote", "#s6 .time", "#s6 [lang]"):
        assert clip.locator(selector).first.is_visible()
    clip.goto(f"{address}/clip/{HARBOUR}?t=15.60,17.20&w=4-000000")
    assert clip.get_by_text("The text has changed since this was cited.").is_visible()


def test_at_400_per_cent_the_text_has_the_window_and_long_words_are_broken(browser, odd):
    with open_clip(browser, odd, viewport={"width": 320, "height": 256}) as page:
        page.evaluate("document.querySelector('#s1 [lang]').textContent = 'x'.repeat(90)")
        assert page.locator("#s1 [lang]").evaluate("text => text.getBoundingClientRect().right <= innerWidth")
        page.keyboard.press("c")
        read_chosen(page)
        top = page.get_by_role("toolbar").bounding_box()["y"]
        assert top > 256 * 0.3
        assert page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().bottom") <= top
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert page.locator(".player").evaluate("player => player.getBoundingClientRect().bottom") < 0


def test_with_forced_colours_it_is_seen_what_is_heard_and_that_the_text_follows(browser, address):
    with open_clip(browser, f"{address}/clip/{HARBOUR}", forced_colors="active") as page:
        page.evaluate("audio.muted = true; audio.currentTime = 17.5; audio.play()")
        page.wait_for_selector("#s6.heard")
        assert page.locator("#s6").evaluate("heard => getComputedStyle(heard).outlineStyle") == "solid"
        follow = page.get_by_role("button", name="Follow")
        read = "button => getComputedStyle(button).backgroundColor"
        pressed = follow.evaluate(read)
        follow.click()
        assert follow.evaluate(read) != pressed


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360), ("dark", 360)]
)
def test_axe_finds_nothing_in_any_state(browser, address, scheme, width):
    found = {}
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with open_clip(browser, f"{address}/clip/{HARBOUR}", **options) as page:
        for state, keys in (
            ("found", ["/", "t", "i", "d", "e", "Enter", "Escape", "Escape"]),
            ("chosen", ["c"]),
            ("help", ["Escape", "?"]),
        ):
            for key in keys:
                page.keyboard.press(key)
                if key == "Enter":
                    found["found"] = complain(page)
            page.wait_for_timeout(300)
            found[state] = found.get(state, []) + complain(page)
        page.keyboard.press("Escape")
        page.evaluate("audio.muted = true; audio.currentTime = 17.5; audio.play()")
        page.wait_for_selector("#s6.heard")
        found["heard"] = complain(page)
    with open_clip(browser, f"{address}/clip/{ARABIC}", **options) as page:
        page.keyboard.press("c")
        page.wait_for_timeout(300)
        found["Arabic"] = complain(page)
    assert found == {state: [] for state in ("found", "chosen", "help", "heard", "Arabic")}
