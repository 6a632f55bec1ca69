import html
import re

import pytest
from conftest import CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site

from datasette_airquote.permalink import name_words
from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

DEFENSE = f"{HARBOUR}?t=5.60,7.60&w={name_words(['Defense', 'is', 'a', 'well-known', 'word'])}"
PIER = f"{HARBOUR}?t=20.20,21.40&w={name_words(['the', 'old', 'pier'])}"
GREETING = f"{HARBOUR}?t=0,0.8"
ROSE = f"{COOPERATION}?t=4.2,7.0"
ADDRESS = f"http://localhost/clip/{HARBOUR}"
NOTE = " (words as broadcast, machine transcript, whisper base, run 1, not reviewed)"


async def fetch(site, suffix, *quotes, **parameters):
    return await site.client.get(f"/bibliography{suffix}", params={"p": list(quotes), **parameters})


async def test_passages_of_one_speaker_in_one_clip_are_one_work_in_alphabetical_order(site):
    answer = await fetch(site, ".txt", ROSE, DEFENSE, PIER, GREETING, style="mla")
    assert answer.headers["content-disposition"] == 'inline; filename="bibliography.txt"'
    talk = "“Harbour Talk: Why the Tide Waits.” The Morning Tide, Radio Port Ansgar, 5 Mar. 2024, "
    entries = answer.text.split("\n\n")
    assert entries[0].startswith(f"Benning, Clara. {talk}{ADDRESS}?t=0.00,0.80&w=2-")
    assert entries[1] == (
        f"Okoro, Thomas. {talk}{ADDRESS}. Radio broadcast. "
        "Words as broadcast, machine transcript, whisper base, run 1, not reviewed."
    )
    assert entries[2].startswith("Rose, Frank. “Cooperation Is Key.” Editorials, Voice of America, ")
    assert entries[3:6] == [
        "“Good morning,”\n(Benning 00:00)",
        "“Defense is a well-known word,”\n(Okoro 00:05-00:07)",
        "“the old pier.”\n(Okoro 00:20-00:21)",
    ]
    assert len(entries) == 7


async def test_a_style_with_numbers_keeps_the_order_in_which_things_are_quoted(site):
    entries = (await fetch(site, ".txt", ROSE, DEFENSE, PIER, style="ieee", accessed="0")).text.split("\n\n")
    assert entries[0].startswith("[1] F. Rose, “Cooperation Is Key,” ")
    assert entries[1] == (
        "[2] T. Okoro, “Harbour Talk: Why the Tide Waits,” The Morning Tide, Radio Port Ansgar, Mar. 5, "
        f"2024. [Radio broadcast]. Available: {ADDRESS}{NOTE}"
    )
    assert [entry.splitlines()[-1] for entry in entries[2:]] == [
        "[1, 0:04–07]", "[2, 0:05–07]", "[2, 0:20–21]",
    ]  # fmt: skip


async def test_wikipedia_has_an_entry_for_each_passage(site):
    text = (await fetch(site, ".txt", DEFENSE, PIER, style="wikipedia")).text
    assert len(re.findall(r"{{Cite interview \|last=Okoro .*\|at=0:(?:05–0:07|20–0:21) ", text)) == 2


async def test_what_cannot_be_cited_is_listed_and_the_rest_goes_on(site):
    asked = ["nobody?t=1,2", f"{HARBOUR}?t=9,3", f"{HARBOUR}?t=5.60,7.60&w=5-000000", DEFENSE, DEFENSE]
    answer = await fetch(site, ".txt", *asked, style="apa")
    assert answer.status_code == 200
    assert answer.text.count("Okoro, T. ") == 1
    assert answer.text.split("\n\n", 2)[2] == (
        "Not cited: nobody?t=1,2: There is no such clip.\n\n"
        f"Not cited: {HARBOUR}?t=9,3: The range t=9,3 ends before it starts.\n\n"
        f"Not cited: {HARBOUR}?t=5.60,7.60&w=5-000000: "
        "The words of this citation are not in the transcript any more, so they are not cited.\n"
    )
    page = await fetch(site, "", *asked, style="apa")
    assert page.status_code == 200
    assert "<code>nobody?t=1,2</code>: There is no such clip." in page.text


@pytest.mark.parametrize("suffix", [".txt", ".bib", ".ris", ".json"])
async def test_a_file_of_nothing_is_refused_with_the_reasons(site, suffix):
    answer = await fetch(site, suffix, "nobody?t=1,2")
    assert (answer.status_code, answer.text) == (400, "nobody?t=1,2: There is no such clip.")
    answer = await fetch(site, suffix)
    assert (answer.status_code, answer.text) == (400, "No quotes are named.")


async def test_the_exports_have_each_work_once_with_its_own_key(site):
    answer = await fetch(site, ".json", ROSE, DEFENSE, PIER, GREETING)
    assert [(item["id"], item["URL"].partition("?")[0]) for item in answer.json()] == [
        ("benning2024harbour", ADDRESS),
        ("okoro2024harbour", ADDRESS),
        ("rosecooperation", f"http://localhost/clip/{COOPERATION}"),
    ]
    assert answer.json()[1]["URL"] == ADDRESS
    assert (await fetch(site, ".ris", ROSE, DEFENSE, PIER)).text.count("TY  - SOUND") == 2
    assert (await fetch(site, ".bib", ROSE, DEFENSE, PIER, flavour="bibtex")).text.count("@misc{") == 2


async def test_two_hundred_quotes_are_the_most(site):
    asked = [f"{HARBOUR}?t=0,{n / 100:.2f}" for n in range(50, 252)]
    answer = await fetch(site, ".txt", *asked, style="chicago")
    assert answer.text.count("\nBenning, “Harbour Talk,” at 0:0") == 200
    assert answer.text.endswith(
        "\n\nOnly the first 200 quotes are here; make another bibliography of the rest.\n"
    )


async def test_the_page_shows_entries_and_words_and_works_as_a_plain_link(site):
    page = await fetch(site, "", DEFENSE, f"{CHINESE}?t=0,3", f"{SILENT}?t=0,2", style="apa")
    text = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))
    for part in (
        "安港广播电台. (2025). 新的净水站 [Radio broadcast]. In 港城新闻. ",
        "Minutes of the Committee? [Transcript]. (ca. 2013).",
        "“Defense is a well-known word,” (Okoro, 2024, 0:05) · Harbour Talk: Why the Tide Waits , 0:05–07",
    ):
        assert part in text
    assert page.text.count('class="Z3988"') == 3
    assert f'<input type="hidden" name="p" value="{html.escape(DEFENSE)}">' in page.text
    assert '<option value="apa" selected>APA</option>' in page.text
    assert re.search(r'href="/bibliography\.bib\?p=[^"]+&amp;style=apa"', page.text)


async def test_without_quotes_the_page_says_how_to_collect_some(site):
    page = await fetch(site, "")
    assert (page.status_code, "No quotes yet." in page.text) == (200, True)
    assert "data-basket" in page.text


@pytest.fixture
async def shelf(tmp_path):
    """Five clips: of one person two in a year, one undated and one with somebody else; an organisation's."""
    for id, title, date, names in (
        ("b", "Boats", "2024-03", ["Ann Lee"]),
        ("a", "The Anchors", "2024-09", ["Ann Lee"]),
        ("c", "Currents", "", ["Ann Lee"]),
        ("d", "Docks", "2020", ["Ann Lee", "Ben Moor"]),
        ("e", "Ebb", "2024", ["Tide Office"]),
    ):
        facts = Facts(title=title, date=date, broadcaster="Radio", speakers=tuple(map(Speaker, names)))
        lines = [(name, "Boats should stay in port.") for name in names]
        save_new(tmp_path, make_transcript(id, facts, lines, audio=f"clips/{id}.wav"), None)
    (tmp_path / "speakers.yml").write_text("- name: Tide Office\n  sort: Tide Office\n", "utf-8")
    assert rebuild(tmp_path) == []
    return await open_site(tmp_path)


ALL = ["a?t=0,2", "b?t=0,2", "c?t=0,2", "d?t=0,4", "e?t=0,2"]


@pytest.mark.parametrize(
    ("style", "entries", "marks"),
    [
        (
            "apa",
            ["Lee, A. (n.d.). Currents", "Lee, A. (2024a, March). Boats",
             "Lee, A. (2024b, September). The Anchors", "Lee, A., & Moor, B. (2020). Docks",
             "Tide Office. (2024). Ebb"],
            ["(Lee, n.d., 0:00)", "(Lee, 2024a, 0:00)", "(Lee, 2024b, 0:00)", "(Lee & Moor, 2020, 0:00)",
             "(Tide Office, 2024, 0:00)"],
        ),
        (
            "mla",
            ["Lee, Ann. “The Anchors.”", "Lee, Ann. “Boats.”", "Lee, Ann. “Currents.”",
             "Lee, Ann, and Ben Moor. “Docks.”", "Tide Office. “Ebb.”"],
            ["(Lee, “The Anchors” 00:00-00:02)", "(Lee, “Boats” 00:00-00:02)",
             "(Lee, “Currents” 00:00-00:02)", "(Lee and Moor 00:00-00:04)", "(Tide Office 00:00-00:02)"],
        ),
        (
            "iso690",
            ["LEE, Ann, [no date]. Currents", "LEE, Ann, 2024a. Boats",
             "LEE, Ann, 2024b. The Anchors",
             "LEE, Ann and MOOR, Ben, 2020. Docks", "TIDE OFFICE, 2024. Ebb"],
            ["(Lee [no date], 0:00–02)", "(Lee 2024a, 0:00–02)", "(Lee 2024b, 0:00–02)",
             "(Lee and Moor 2020, 0:00–04)", "(Tide Office 2024, 0:00–02)"],
        ),
    ],
)  # fmt: skip
async def test_a_list_is_sorted_by_names_and_date_and_tells_works_apart(shelf, style, entries, marks):
    found = (await fetch(shelf, ".txt", *ALL, style=style)).text.strip().split("\n\n")
    assert [text.startswith(begin) for text, begin in zip(found[:5], entries, strict=True)] == [True] * 5
    assert [text.splitlines()[-1] for text in found[5:]] == marks


async def test_undated_works_of_the_same_people_have_letters_too(tmp_path):
    for id, title in (("a", "Anchors"), ("b", "Boats")):
        facts = Facts(title=title, speakers=(Speaker("Ann Lee"),))
        save_new(tmp_path, make_transcript(id, facts, [("Ann Lee", "Boats stay.")]), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    for style, head in (("apa", "Lee, A. (n.d.-a). Anchors"), ("harvard", "Lee, A. (no date a) ‘Anchors’"),
                        ("chicago-author-date", "Lee, Ann. n.d.-a. “Anchors.”")):  # fmt: skip
        assert (await fetch(site, ".txt", "a?t=0,1", "b?t=0,1", style=style)).text.startswith(head)
        alone = (await fetch(site, ".txt", "a?t=0,1", style=style)).text
        assert alone.startswith(head.replace("n.d.-a.", "n.d.").replace("-a", "").replace("date a", "date"))
