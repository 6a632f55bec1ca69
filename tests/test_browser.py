"""The pages in a real browser: Chromium, driven by Playwright, on a real server."""

import pytest
from browsing import CHROMIUM, complain, serve, visit
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, make_transcript, write_wav

from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

PAGES = {
    "home": "/",
    "search": "/search?q=tide",
    "narrowed search": "/search?q=tide+%26&speaker=clara-benning&from=never",
    "nothing found": "/search?q=committe",
    "nothing asked": "/search",
    "clips that fit": "/search?q=title:tide",
    "search of one clip": f"/search?q=tide&clip={HARBOUR}",
    "bibliography": f"/bibliography?p={HARBOUR}%3Ft%3D15.60,17.20&p={ARABIC}&p=nobody&style=apa",
    "no quotes": "/bibliography",
    "timeline": "/timeline?q=tide&q=committee&by=year",
    "clips": "/clips",
    "programme": "/clips?programme=The+Morning+Tide&date=2024",
    "clips of a speaker": "/clips?speaker=thomas-okoro&part=heard&sort=longest",
    "no clips": "/clips?date=never&language=xx",
    "speakers": "/speakers",
    "speakers by name": "/speakers?q=rose",
    "speaker": "/speaker/thomas-okoro",
    "speaker who is quoted": "/speaker/frank-rose",
    "nobody": "/speaker/nobody",
    "clip": f"/clip/{HARBOUR}",
    "passage": f"/clip/{HARBOUR}?t=15.60,17.20&w=4-000000#passage",
    "clip without audio": f"/clip/{COOPERATION}?t=4.2,6#passage",
    "Chinese clip": f"/clip/{CHINESE}",
    "cite": f"/cite/{HARBOUR}?t=15.60,17.20",
    "refused": f"/cite/{HARBOUR}?t=15.60,17.20&w=4-000000",
    "not found": "/clip/nobody",
    "embedded passage": f"/embed/{HARBOUR}?t=15.60,17.20",
    "embedded, changed": f"/embed/{HARBOUR}?t=15.60,17.20&w=4-000000",
    "embedded clip": f"/embed/{COOPERATION}",
    "embedded, not found": "/embed/nobody",
}


def test_play_in_the_results_opens_the_clip_at_the_moment_and_stops_behind_it(page, address):
    page.goto(address)
    page.get_by_role("searchbox").fill('"waits for the sluice"')
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Play 0:15–0:17").click()
    page.wait_for_function("window.seeks.length > 0")
    assert abs(page.evaluate("window.seeks[0]") - 15.6) < 0.1
    page.wait_for_function("audio.played.length && audio.paused")  # whoever presses Play hears it
    assert abs(page.evaluate("audio.currentTime") - 17.2) < 0.4


def test_a_cited_link_shows_the_passage_and_stays_silent(page, address):
    page.set_viewport_size({"width": 800, "height": 500})
    page.goto(f"{address}/clip/{HARBOUR}?t=15.60,17.20")
    page.wait_for_function("window.seeks.length > 0 && !audio.seeking")
    assert abs(page.evaluate("audio.currentTime") - 15.6) < 0.1
    page.wait_for_function("""() => {
        const place = document.getElementById("passage").getBoundingClientRect();
        return place.top > 0 && place.bottom < innerHeight;
    }""")
    assert page.locator("#passage").inner_text() == "waits for the sluice."
    assert page.evaluate("audio.paused && audio.played.length === 0")


def test_all_matches_are_played_one_after_the_other(page, address):
    page.goto(f"{address}/search?q=tide&sort=oldest")  # the first one has no recording
    page.get_by_role("button", name="Play all matches").press("Enter")
    player = page.get_by_role("region", name="Player of all matches")
    page.wait_for_function("document.activeElement.textContent === 'Pause'")  # far down the page
    now = player.get_by_role("status")
    page.wait_for_function("window.seeks.length > 0")
    assert now.inner_text() == "2 of 4 · Harbour Talk: Why the Tide Waits, 0:08"
    assert abs(page.evaluate("window.seeks[0]") - 7.9) < 0.1  # half a second before the word
    page.wait_for_function("document.querySelector('.now').textContent.startsWith('3 of 4')")  # by itself
    player.get_by_role("button", name="Next").click()
    page.wait_for_function("document.querySelector('.now').textContent.startsWith('4 of 4')")
    assert page.locator(".match.heard").count() == 1
    player.get_by_role("button", name="Previous").click()
    page.wait_for_function("document.querySelector('.now').textContent.startsWith('3 of 4')")
    player.get_by_role("button", name="Close").press("Enter")
    assert player.is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "▶ Play all matches"


@pytest.fixture(scope="module")
def waves(tmp_path_factory):
    """The address of an archive with many matches, in a clip that is not here and in one that is."""
    folder = tmp_path_factory.mktemp("waves")
    for clip, date in (("missing", "2012"), ("here", "2013")):
        lines = [("", f"A wave, number {n}.") for n in range(15 if clip == "missing" else 45)]
        facts = Facts(title=f"Waves, {clip}", date=date)
        save_new(folder, make_transcript(clip, facts, lines, audio=f"clips/{clip}.wav"), None)
    write_wav(folder / "clips" / "here.wav", 100)
    assert rebuild(folder) == []
    with serve(folder) as address:
        yield address


def test_matches_are_played_beyond_those_of_the_page(page, waves):
    page.goto(f"{waves}/search?q=wave&sort=oldest")
    assert page.locator(".match").count() == 6
    page.get_by_role("button", name="Play all matches").click()
    page.wait_for_function("document.querySelector('.now')?.textContent.startsWith('16 of 60')")
    heard = page.locator(".match.heard").bounding_box()
    assert heard == page.locator("#in-here-1").bounding_box()
    for number in range(17, 61):
        page.get_by_role("button", name="Next").click()
        page.wait_for_function(f"document.querySelector('.now').textContent.startsWith('{number} of 60 · ')")
    assert page.get_by_role("link", name="Waves, here, 1:").get_attribute("href").startswith("/clip/here?t=")
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector(".playing", state="hidden")


def test_more_matches_of_a_clip_open_where_they_stand(page, waves, browser):
    page.goto(f"{waves}/search?q=wave&sort=oldest")
    page.get_by_role("link", name="42 more in this clip").click()
    page.wait_for_selector("#in-here-45")
    assert page.locator(".match").count() == 3 + 45
    assert page.evaluate("document.activeElement.closest('.match').id") == "in-here-4"
    assert page.url.endswith("/search?q=wave&sort=oldest")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{waves}/search?q=wave&sort=oldest")
    plain.get_by_role("link", name="42 more in this clip").click()
    assert plain.url.endswith("#in-here-4")
    assert plain.locator(".match").count() == 3 + 45
    context.close()


def test_a_bar_leads_to_its_matches(page, address):
    page.goto(f"{address}/search?q=tide")
    page.get_by_role("link", name="2024: 3 matches").click()
    assert page.locator(".count strong").inner_text() == "3"


def test_a_time_in_the_text_seeks_without_leaving_the_page(page, address):
    page.goto(f"{address}/clip/{HARBOUR}")
    page.wait_for_function("audio.readyState >= 1")
    page.get_by_role("link", name="0:17, play from here").click()
    page.wait_for_function("window.seeks.length > 0")
    assert abs(page.evaluate("window.seeks[0]") - 17.4) < 0.1
    assert page.url == f"{address}/clip/{HARBOUR}"
    page.wait_for_selector("#s6.heard")


def test_a_citation_is_copied(page, address):
    page.goto(f"{address}/cite/{HARBOUR}?t=15.60,17.20")
    page.get_by_role("button", name="Copy Chicago, note").click()
    page.wait_for_function("document.getElementById('status').textContent === 'Copied.'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#chicago-1").inner_text()
    assert copied.startswith("Clara Benning, “Harbour Talk: Why the Tide Waits,” The Morning Tide, ")
    assert f"at 0:15–17, {address}/clip/{HARBOUR}?t=15.60,17.20&w=4-" in copied


def test_everything_works_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("searchbox").fill("sluice")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Play").click()
    assert page.locator("#passage").inner_text() == "sluice."
    assert page.locator(".passage blockquote").inner_text() == "sluice."
    assert page.locator("audio").get_attribute("src") == f"/audio/{HARBOUR}#t=16.80,17.20"
    page.get_by_role("link", name="Cite sentence").click()
    assert "“Harbour Talk: Why the Tide Waits,”" in page.locator("#chicago-1").inner_text()
    context.close()


def read_differences(page):
    """Whether words heard are seen, whether a mark for more is, and the line that other words have."""
    said = page.locator(".said").first.bounding_box()
    return (
        said is not None and said["width"] > 1,
        page.locator(".transcript .differs.unwritten").is_visible(),
        page.locator("#d1").evaluate("mark => getComputedStyle(mark).textDecorationLine"),
    )


def test_what_was_heard_is_shown_or_the_marks_hidden_by_keyboard_and_without_javascript(browser, weather):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(weather)
    choice = page.get_by_role("group", name="Where the recording differs")
    assert read_differences(page) == (False, True, "underline")
    choice.get_by_role("radio", name="mark it").focus()
    page.keyboard.press("ArrowDown")
    assert choice.get_by_role("radio", name="show what was heard").is_checked()
    assert read_differences(page) == (True, True, "underline")
    page.keyboard.press("ArrowDown")
    assert read_differences(page) == (False, False, "none")
    context.close()


def test_what_was_heard_is_played_from_a_second_before(page, weather):
    page.goto(weather)
    page.wait_for_function("audio.readyState >= 1")
    assert page.get_by_role("link", name="0:11, hear it").count() == 0  # nothing unseen takes the focus
    page.get_by_label("show what was heard").check()
    page.get_by_role("link", name="0:11, hear it").click()
    page.wait_for_function("window.seeks.length > 0")
    assert abs(page.evaluate("window.seeks[0]") - 10.6) < 0.1
    assert page.url == weather


def test_a_difference_is_reached_from_the_list_at_the_head_and_both_wordings_from_its_passage(page, weather):
    page.set_viewport_size({"width": 800, "height": 400})
    page.goto(f"{weather}?t=8.0,12.3")
    page.get_by_role("link", name="0:15", exact=True).click()
    assert page.locator(":target").text_content().startswith("[not said: This forecast")
    page.wait_for_function("""() => {
        const place = document.querySelector(":target").getBoundingClientRect();
        return place.top > 0 && place.bottom < innerHeight;
    }""")
    page.get_by_role("link", name="Cite", exact=True).click()
    page.get_by_role("link", name="Cite what was heard").click()
    assert page.locator("#quote").inner_text().endswith("in port until Wednesday evening.”")
    aside = " (words as broadcast, machine heard, whisper base, run 1, not reviewed)."
    assert page.locator("#chicago-1").inner_text().endswith(aside)


def test_an_embedded_passage_plays_its_range_in_a_frame_on_another_page(page, address, web):
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    frame = f'<iframe src="{address}/embed/{HARBOUR}?t=15.60,17.20" width="300" height="340"></iframe>'
    page.goto(web.put("blog.html", f"<title>A blog</title>{frame}".encode()))
    inside, audio = page.frames[1], page.frame_locator("iframe").locator("audio")

    def wait_for(state):  # its policy refuses the script by which wait_for_function waits
        for _ in range(100):
            if audio.evaluate(f"audio => {state}"):
                return
            page.wait_for_timeout(100)
        raise AssertionError(state)

    wait_for("audio.readyState >= 1")
    audio.press("Space")
    wait_for("!audio.paused")
    wait_for("audio.paused")
    assert abs(audio.evaluate("audio => audio.currentTime") - 17.2) < 0.5
    assert audio.evaluate("audio => audio.played.start(0)") == pytest.approx(15.6, abs=0.1)
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_a_few_bars_are_no_blocks_and_the_chart_is_printed(page, address):
    page.set_viewport_size({"width": 1100, "height": 800})
    page.goto(f"{address}/timeline?q=tide&from=2024&to=2025&by=year")
    bar = page.locator(".bars li").first
    assert 20 < bar.bounding_box()["width"] <= 64
    page.emulate_media(media="print")  # browsers leave out what is only ground
    assert bar.locator("span").evaluate("bar => getComputedStyle(bar).printColorAdjust") == "exact"


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """The address of an archive whose names are one word of 10,000 letters."""
    folder = tmp_path_factory.mktemp("endless")
    long = "L" * 10_000
    facts = Facts(title=long, date="2024", programme=long, broadcaster=long, summary=long, rights=long,
                  speakers=(Speaker(long[:3000], long, "host"),))  # fmt: skip
    save_new(folder, make_transcript("long", facts, [(long[:3000], f"A tide. {long}")]), None)
    assert rebuild(folder) == []
    with serve(folder) as address:
        yield address


@pytest.mark.parametrize("width", [360, 1000])
def test_no_name_is_too_long_for_a_page(browser, endless, width):
    paths = ("/", "/search?q=tide", "/clips", "/speakers", "/speakers?q=l", "/clip/long?t=0,1",
             "/cite/long?t=0,1", "/embed/long", "/bibliography?p=long", f"/speaker/{'l' * 80}")  # fmt: skip
    with visit(browser, "light", width) as page:
        for path in paths:
            page.goto(endless + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_first_tab_leads_to_the_content(page, address):
    page.goto(f"{address}/clip/{HARBOUR}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360)])
def test_axe_finds_nothing_to_complain_of(browser, address, scheme, width):
    found = {}
    with visit(browser, scheme, width) as page:
        for name, path in PAGES.items():
            page.goto(address + path)
            found[name] = complain(page)
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360), ("dark", 360)]
)
def test_axe_finds_nothing_to_complain_of_where_the_recording_differs(browser, weather, scheme, width):
    found = []
    with visit(browser, scheme, width) as page:
        page.goto(f"{weather}?t=0.0,12.3")
        for label in ("mark it", "show what was heard", "mark nothing"):
            page.get_by_label(label).check()
            found += complain(page)
        for more in ("", "&text=broadcast"):
            page.goto(f"{weather.replace('/clip/', '/cite/')}?t=0.0,12.3{more}")
            found += complain(page)
    assert found == []
