import html
import re

import pytest
from conftest import CHINESE, COOPERATION, HARBOUR, SILENT

from datasette_airquote.permalink import name_words

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
