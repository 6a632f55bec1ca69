import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from conftest import (
    ARABIC,
    BROADCAST,
    CHINESE,
    COOPERATION,
    HARBOUR,
    PUBLISHED,
    SILENT,
    WEATHER,
    make_transcript,
    open_site,
)  # fmt: skip

from datasette_airquote.permalink import name_words
from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

WORDS = {"t": "5.60,7.60", "w": name_words(["Defense", "is", "a", "well-known", "word"])}
ADDRESS = f"http://localhost/clip/{HARBOUR}?t=5.60,7.60&w={WORDS['w']}"
NOTE = " (words as broadcast, machine transcript, whisper base, run 1, not reviewed)"
SUFFIXES = ("txt", "bib", "ris", "json")


async def fetch(site, suffix, clip=HARBOUR, **parameters):
    return await site.client.get(f"/cite/{clip}.{suffix}", params=parameters)


async def test_the_text_is_the_quotation_a_blank_line_and_the_citation(site):
    answer = await fetch(site, "txt", **WORDS)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'inline; filename="{HARBOUR}.txt"'
    assert answer.text == (
        "“Defense is a well-known word,”\n"
        "\n"
        "Thomas Okoro, “Harbour Talk: Why the Tide Waits,” The Morning Tide, Radio Port Ansgar, March 5, "
        f"2024, radio broadcast, 0:22, at 0:05–07, {ADDRESS}{NOTE}.\n"
    )


@pytest.mark.parametrize(
    ("style", "form", "citation"),
    [
        ("apa", "in-text", "(Okoro, 2024, 0:05)"),
        ("mla", "in-text", "(Okoro 00:05-00:07)"),
        ("chicago", "short", "Okoro, “Harbour Talk,” at 0:05–07."),
        ("ieee", "in-text", "[1, 0:05–07]"),
        ("chicago-author-date", "in-text", "(Okoro 2024, at 0:05–07)"),
        ("nonsense", "short", "Okoro, “Harbour Talk,” at 0:05–07."),
    ],
)
async def test_style_and_form_are_chosen(site, style, form, citation):
    answer = await fetch(site, "txt", **WORDS, style=style, form=form)
    assert answer.text == f"“Defense is a well-known word,”\n\n{citation}\n"


async def test_of_several_voices_each_has_its_words(site):
    answer = await fetch(site, "txt", t="5.0,6.0", style="apa", form="in-text")
    assert answer.text == (
        "Clara Benning: “missile”\nThomas Okoro: “Defense”\n\n(Benning & Okoro, 2024, 0:05)\n"
    )


async def test_without_a_range_there_is_only_the_citation(site):
    answer = await fetch(site, "txt", style="mla")
    assert answer.text == (
        "Benning, Clara. “Harbour Talk: Why the Tide Waits.” The Morning Tide, Radio Port Ansgar, 5 Mar. "
        f"2024, http://localhost/clip/{HARBOUR}. Radio broadcast.\n"
    )


async def test_the_note_on_the_transcript_can_be_left_out_but_not_that_a_person_is_only_quoted(site):
    assert NOTE not in (await fetch(site, "txt", **WORDS, note="0")).text
    answer = await fetch(site, "txt", COOPERATION, t="4.2,7.0", note="0")
    assert answer.text.endswith(" (Frank Rose is quoted, not heard).\n")


async def test_the_day_of_access_is_as_the_style_asks_unless_it_is_said(site):
    today = datetime.now(UTC).date()
    said = f"{today.day} {today:%B %Y}"
    for style, accessed, expected in (
        ("harvard", "", f"(Accessed: {said})"),
        ("harvard", "2026-11-27", "(Accessed: 27 November 2026)"),
        ("harvard", "nonsense", f"(Accessed: {said})"),
        ("chicago", "2026-11-27", "accessed November 27, 2026, http"),
        ("apa", "2026-11-27", "Retrieved November 27, 2026, from http"),
    ):
        assert expected in (await fetch(site, "txt", **WORDS, style=style, accessed=accessed)).text
    for style, accessed in (("harvard", "0"), ("chicago", ""), ("apa", "")):
        text = (await fetch(site, "txt", **WORDS, style=style, accessed=accessed)).text
        assert "ccessed" not in text
        assert "Retrieved" not in text


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_words_that_are_not_there_are_refused_in_every_form(site, suffix):
    answer = await fetch(site, suffix, t="5.60,7.60", w="5-000000")
    assert (answer.status_code, answer.text) == (
        409, "The words of this citation are not in the transcript any more, so they are not cited.",
    )  # fmt: skip
    assert (await site.client.get(f"/cite/{HARBOUR}?t=5.60,7.60&w=5-000000")).status_code == 409


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_a_range_that_cannot_be_read_is_refused_in_a_line(site, suffix):
    answer = await fetch(site, suffix, t="9,3")
    assert (answer.status_code, answer.text) == (400, "The range t=9,3 ends before it starts.")
    assert (await fetch(site, suffix, "nobody")).status_code == 404


async def test_a_form_that_does_not_apply_is_refused(site):
    answer = await fetch(site, "txt", **WORDS, style="apa", form="secondary")
    assert (answer.status_code, answer.text) == (
        400, "Nobody is quoted in these words, so they have no such form.",
    )  # fmt: skip


async def test_the_files_are_for_programs(site):
    kinds = {}
    for suffix in SUFFIXES[1:]:
        answer = await fetch(site, suffix, **WORDS)
        assert answer.headers["content-disposition"] == f'attachment; filename="{HARBOUR}.{suffix}"'
        kinds[suffix] = answer.headers["content-type"], answer.text[:24].strip()
    assert kinds == {
        "bib": ("application/x-bibtex; charset=utf-8", "@misc{okoro2024harbour,"),
        "ris": ("application/x-research-info-systems; charset=utf-8", "TY  - SOUND\r\nID  - okoro"),
        "json": (
            "application/vnd.citationstyles.csl+json; charset=utf-8", '[\n  {\n    "id": "okoro20',
        ),
    }  # fmt: skip
    assert "month = mar" in (await fetch(site, "bib", **WORDS, flavour="bibtex")).text
    assert "date = {2024-03-05}" in (await fetch(site, "bib", **WORDS, flavour="nonsense")).text


async def test_the_csl_of_each_clip_has_what_is_known(site):
    found = {}
    for clip in (CHINESE, ARABIC, SILENT):
        (item,) = (await fetch(site, "json", clip, t="0,2")).json()
        found[clip] = {key: item.get(key) for key in ("type", "title", "language", "issued")}
    assert found == {
        CHINESE: {
            "type": "broadcast", "title": "新的净水站", "language": "zh", "issued": {"date-parts": [[2025]]},
        },
        ARABIC: {
            "type": "broadcast", "title": "أخبار الميناء", "language": "ar",
            "issued": {"date-parts": [[2019, 5]]},
        },
        SILENT: {
            "type": "document", "title": "Minutes of the Committee?", "language": "en",
            "issued": {"date-parts": [[2013]], "circa": True},
        },
    }  # fmt: skip


async def test_the_words_as_broadcast_are_cited_where_they_differ(differing):
    site = await open_site(differing)
    heard = " ".join(BROADCAST[0].split()[:10])
    place = {"t": "0.0,4.0", "w": name_words(PUBLISHED[0].split()[:9])}
    text = (await fetch(site, "txt", WEATHER, **place, text="broadcast")).text
    assert text.startswith(f"“{heard}”\n\n")
    assert text.endswith(" (words as broadcast, machine heard, whisper base, run 1, not reviewed).\n")


async def test_the_archive_has_the_name_that_its_metadata_gives(archive):
    site = await open_site(archive, {"title": "Harbour Archive"})
    (item,) = (await fetch(site, "json", **WORDS)).json()
    assert item["archive"] == "Harbour Archive"
    assert "Located at: Harbour Archive. " in (await fetch(site, "txt", **WORDS, style="nlm")).text


@pytest.fixture
async def unsure(tmp_path):
    """A clip in which the engine was not sure of one word, and a sentence is doubtful."""
    made = make_transcript(
        "talk",
        Facts(title="Talk", speakers=(Speaker("Ann Lee"), Speaker("Speaker 1"))),
        [("Ann Lee", "Boats should stay in port."), ("Speaker 1", "you you you you you you")],
        text_from="machine", audio="clips/talk.wav",
    )  # fmt: skip
    words = tuple(replace(w, probability=0.3) if w.text == "stay" else w for w in made.runs[1].words)
    save_new(tmp_path, replace(made, runs={1: replace(made.runs[1], words=words)}), None)
    assert rebuild(tmp_path) == []
    return await open_site(tmp_path)


async def test_the_page_warns_of_words_of_which_the_engine_was_not_sure(unsure):
    page = (await unsure.client.get("/cite/talk?t=0,2")).text
    assert "Listen before you quote." in page
    assert '“stay”</span> (<a href="/audio/talk#t=0.00,2.20"' in page
    assert "A sentence is flagged" not in page
    assert "Listen before you quote." not in (await unsure.client.get("/cite/talk?t=0,0.7")).text
    assert "Listen" not in (await fetch(unsure, "txt", "talk", t="0,2")).text


async def test_the_page_warns_of_a_sentence_that_is_flagged_and_cites_no_label_as_a_person(unsure):
    page = (await unsure.client.get("/cite/talk?t=2.3,4")).text
    assert "A sentence is flagged: repeated over and over." in page
    assert json.loads((await fetch(unsure, "json", "talk", t="2.3,4")).text)[0].get("author") is None


async def test_a_citation_manager_finds_the_clip_in_its_page(site):
    for path in (f"/clip/{HARBOUR}", f"/cite/{HARBOUR}", f"/clip/{HARBOUR}?t=5.60,7.60"):
        page = (await site.client.get(path)).text
        assert page.count('<span class="Z3988" title="ctx_ver=Z39.88-2004&amp;') == 1
        assert "rft.type=radioBroadcast&amp;rft.title=Harbour+Talk%3A+Why+the+Tide+Waits&amp;" in page


async def test_quotation_marks_in_the_words_become_single_ones(tmp_path):
    words = 'He said "no", then “yes”, and „ja“.'
    made = make_transcript("talk", Facts(title="Talk"), [("", words)], text_from="script")
    save_new(tmp_path, made, None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    quoted = "“He said ‘no’, then ‘yes’, and ‚ja‘.”"
    assert (await fetch(site, "txt", "talk", t="0,2.8")).text.startswith(f"{quoted}\n\n")
    assert quoted in (await site.client.get("/cite/talk?t=0,2.8")).text


async def test_of_a_long_quotation_the_page_says_how_styles_set_it(tmp_path):
    made = make_transcript("talk", Facts(title="Talk"), [("", " ".join(["boats"] * 40))], text_from="script")
    save_new(tmp_path, made, None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    assert (
        "40 words. APA sets 40 words or more as a block" in (await site.client.get("/cite/talk?t=0,16")).text
    )
    assert "as a block" not in (await site.client.get("/cite/talk?t=0,12")).text


async def test_a_person_is_sorted_as_speakers_yml_says(tmp_path):
    people = (Speaker("Gabriel García Márquez"), Speaker("Radio Macondo"))
    facts = Facts(title="Talk", broadcaster="Radio Macondo", speakers=people)
    lines = [("Gabriel García Márquez", "Boats stay."), ("Radio Macondo", "Boats go.")]
    save_new(tmp_path, make_transcript("talk", facts, lines), None)
    text = "- name: Gabriel García Márquez\n  sort: García Márquez, Gabriel\n"
    (tmp_path / "speakers.yml").write_text(text, "utf-8")
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    cited = (await fetch(site, "txt", "talk", t="0,1.8", style="apa")).text
    assert "García Márquez, G., & Radio Macondo. (n.d.). Talk" in cited  # the broadcaster is not turned
    page = (await site.client.get("/speakers")).text
    assert re.findall(r"<h2 id=\"[^\"]*\">(\w)</h2>", page) == ["G", "M"]
