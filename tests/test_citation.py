"""Citations in every style; tests/data/citations.yml says what an independent processor makes of the same."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from datasette_airquote.citations import STYLES, Source
from datasette_airquote.citations.names import Name, initial_name, invert_name, medical_name, plain_name
from ingest.facts import Speaker

GOLDEN = yaml.safe_load((Path(__file__).parent / "data/citations.yml").read_text("utf-8"))

URL = "https://radio.example/clip/c?t=83.20,91.04&w=12-3fa9c1"
ASIDE = "Frank Rose is quoted, not heard"
EDITORIAL = Source(
    title="Cooperation Is Key to Ballistic Missile Defense", url=URL,
    people=(Speaker("Frank Rose", part="quoted"),),
    programme="Editorials", broadcaster="Voice of America", date="2013-05", duration=224.3,
    start=83.2, end=91.04,
)  # fmt: skip
CASES = {
    "a person quoted, month known": (
        EDITORIAL,
        "Frank Rose, “Cooperation Is Key to Ballistic Missile Defense,” Editorials, Voice of America, "
        f"May 2013, radio broadcast, 3:44, at 1:23–31, {URL} ({ASIDE}).",
        "Rose, F. (2013, May). Cooperation Is Key to Ballistic Missile Defense [Radio broadcast]. In "
        f"Editorials. Voice of America. {URL} ({ASIDE})",
        "(Rose, 2013, 1:23)",
        "Rose, Frank. “Cooperation Is Key to Ballistic Missile Defense.” Editorials, Voice of America, "
        f"May 2013, {URL}. Radio broadcast. {ASIDE}.",
        "(Rose 01:23-01:31)",
    ),
    "no date": (
        replace(EDITORIAL, date="", start=39.5, end=62.0),
        "Frank Rose, “Cooperation Is Key to Ballistic Missile Defense,” Editorials, Voice of America, n.d., "
        f"radio broadcast, 3:44, at 0:39–1:02, {URL} ({ASIDE}).",
        "Rose, F. (n.d.). Cooperation Is Key to Ballistic Missile Defense [Radio broadcast]. In Editorials. "
        f"Voice of America. {URL} ({ASIDE})",
        "(Rose, n.d., 0:39)",
        "Rose, Frank. “Cooperation Is Key to Ballistic Missile Defense.” Editorials, Voice of America, "
        f"{URL}. Radio broadcast. {ASIDE}.",
        "(Rose 00:39-01:02)",
    ),
    "nobody named, a whole clip, a day, a title that asks and quotes": (
        Source("Who said “now”?", URL, programme="The Morning Tide", broadcaster="Radio Port Ansgar",
               date="2024-09-05", duration=3723),
        "“Who said ‘now’?,” The Morning Tide, Radio Port Ansgar, September 5, 2024, radio broadcast, "
        f"1:02:03, {URL}.",
        "Radio Port Ansgar. (2024, September 5). Who said “now”? [Radio broadcast]. In The Morning Tide. "
        f"{URL}",
        "(Radio Port Ansgar, 2024)",
        f"“Who said ‘now’?” The Morning Tide, Radio Port Ansgar, 5 Sept. 2024, {URL}. Radio broadcast.",
        "(“Who said ‘now’?”)",
    ),
    "a host, hours, about a year, a title with a full stop": (
        Source("The tide.", URL, people=(Speaker("Clara von der Benning Jr.", part="host"),),
               programme="Tides",
               date="2013~", duration=7300, start=3590, end=3723.9),
        "Clara von der Benning Jr., “The tide,” Tides, ca. 2013, audio, 2:01:40, at 59:50–1:02:03, "
        f"{URL}.",
        f"von der Benning, C., Jr. (Host). (ca. 2013). The tide [Audio]. In Tides. {URL}",
        "(von der Benning, ca. 2013, 59:50)",
        f"von der Benning, Clara, Jr. “The tide.” Tides, ca. 2013, {URL}. Audio.",
        "(von der Benning 00:59:50-01:02:03)",
    ),
    "a name and a title in Chinese, one second": (
        Source("新的净水站", URL, people=(Speaker("李明"),), broadcaster="安港广播电台", date="2025",
               duration=42, start=6.0, end=6.8),
        f"李明, “新的净水站,” 安港广播电台, 2025, radio broadcast, 0:42, at 0:06, {URL}.",
        f"李明. (2025). 新的净水站 [Radio broadcast]. 安港广播电台. {URL}",
        "(李明, 2025, 0:06)",
        f"李明. “新的净水站.” 安港广播电台, 2025, {URL}. Radio broadcast.",
        "(李明 00:06)",
    ),
    "nothing known but the title": (
        Source("Minutes: of the Committee", URL),
        f"“Minutes: of the Committee,” n.d., audio, {URL}.",
        f"Minutes: of the Committee [Audio]. (n.d.). {URL}",
        "(“Minutes,” n.d.)",
        f"“Minutes: of the Committee.” {URL}. Audio.",
        "(“Minutes”)",
    ),
    "years apart": (
        replace(EDITORIAL, date="2013/2014", programme="", start=None, end=None, people=(), title="Talks"),
        f"“Talks,” Voice of America, 2013–2014, radio broadcast, 3:44, {URL}.",
        f"Voice of America. (2013–2014). Talks [Radio broadcast]. {URL}",
        "(Voice of America, 2013–2014)",
        f"“Talks.” Voice of America, 2013–2014, {URL}. Radio broadcast.",
        "(“Talks”)",
    ),
}  # fmt: skip


def write(source, style, form):
    return STYLES[style].forms[form].write(source)


@pytest.mark.parametrize("case", CASES)
def test_a_source_is_cited_in_the_three_styles_that_are_asked_for_most(case):
    source, *expected = CASES[case]
    forms = [("chicago", "note"), ("apa", "reference"), ("apa", "in-text"), ("mla", "works-cited")]
    assert [write(source, *form) for form in [*forms, ("mla", "in-text")]] == expected


def make_source(values):
    people = tuple(make_person(**person) for person in values.get("people", []))
    pairs = {key: tuple(values[key]) for key in ("hosts", "sentences") if key in values}
    return Source(**{**values, "people": people, **pairs})


def make_person(name, title="", part="voice", sort=""):
    return Speaker(Name(name, sort), title, part)


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_every_style_cites_as_the_independent_processor_does_or_for_a_reason(case):
    golden = dict(GOLDEN["cases"][case])
    source = make_source(golden.pop("source"))
    written = {
        key: {name: text for name, form in style.forms.items() if (text := form.write(source))}
        for key, style in STYLES.items()
    }
    ours = {
        key: {name: cell if isinstance(cell, str) else cell["ours"] for name, cell in forms.items()}
        for key, forms in golden.items()
    }
    assert written == ours


def take_out(cell, side, reasons):
    text = cell[side]
    for reason in reasons:
        for pattern, replacement in GOLDEN["corrections"][reason].get(side, []):
            text = re.sub(pattern, replacement, text)
    return text


def test_each_difference_from_the_processor_has_its_reasons_and_each_reason_a_public_source():
    cells = [
        cell
        for case in GOLDEN["cases"].values()
        for style in STYLES
        for cell in case[style].values()
        if not isinstance(cell, str) and "citeproc" in cell
    ]
    assert len(cells) > 100
    for cell in cells:
        assert take_out(cell, "ours", cell["why"]) == take_out(cell, "citeproc", cell["why"])
        for why in cell["why"]:  # each is needed
            others = [other for other in cell["why"] if other != why]
            assert take_out(cell, "ours", others) != take_out(cell, "citeproc", others)
    assert {why for cell in cells for why in cell["why"]} == set(GOLDEN["corrections"])
    for correction in GOLDEN["corrections"].values():
        assert re.fullmatch(r"https?://\S+", correction["source"])


def test_a_voice_that_et_al_hides_is_named_behind():
    people = tuple(Speaker(name) for name in ("Ann Lee", "Ben Moor", "Clara Benning"))
    text = write(replace(EDITORIAL, people=people), "mla", "works-cited")
    assert text.startswith("Lee, Ann, et al. “Cooperation")
    assert text.endswith("Voices: Ann Lee, Ben Moor and Clara Benning.")
    note = write(replace(EDITORIAL, people=people), "turabian", "note")
    assert note.startswith("Ann Lee, Ben Moor, and Clara Benning, “Cooperation")
    assert "voices" not in note


def test_of_twenty_one_people_apa_names_nineteen_and_the_last():
    people = tuple(Speaker(f"Ann Lee{chr(97 + n)}") for n in range(21))
    text = write(replace(EDITORIAL, people=people), "apa", "reference")
    assert ", Lees, A., . . . Leeu, A. (2013, May)." in text


def test_what_would_end_a_template_is_written_so_that_it_does_not():
    title = "A | B [[C]] }} {{D}} <ref>"
    text = write(replace(EDITORIAL, title=title, url="https://radio.example/a|b"), "wikipedia", "template")
    assert (
        "|title=A {{!}} B &#91;&#91;C&#93;&#93; &#125;&#125; &#123;&#123;D&#125;&#125; &#60;ref&#62; |"
        in text
    )
    assert "|url=https://radio.example/a%7Cb}}" in text


def test_the_page_on_citing_has_every_style_case_and_correction_as_they_are():
    page = (Path(__file__).parent.parent / "docs/citing.md").read_text("utf-8")
    tables = re.findall(r"^\| (.+) \|$", page, re.MULTILINE)
    rows = [tuple(re.split(r" (?<!\\)\| ", row)) for row in tables]

    def cell(text):
        return text.replace(URL, "ADDRESS").replace("|", "\\|")

    source = make_source(GOLDEN["cases"]["two voices"]["source"])
    for key, style in STYLES.items():
        for name, form in style.forms.items():
            if text := cell(form.write(source)):
                assert (f"`{key}`", f"`{name}`", f"`{text}`" if key == "wikipedia" else text) in rows
    for case, golden in GOLDEN["cases"].items():
        made = make_source(golden["source"])
        texts = cell(write(made, "chicago", "note")), cell(write(made, "apa", "in-text"))
        assert (case, *texts) in rows
    for key, correction in GOLDEN["corrections"].items():
        assert (key, correction["rule"], f"<{correction['source']}>") in rows


@pytest.mark.parametrize(
    ("name", "inverted", "initials", "medical"),
    [
        ("Ursula von der Leyen", "von der Leyen, Ursula", "von der Leyen, U.", "von der Leyen U"),
        ("Robert De Niro", "De Niro, Robert", "De Niro, R.", "De Niro R"),
        ("Hassan al-Banna", "al-Banna, Hassan", "al-Banna, H.", "al-Banna H"),
        ("Sen. Martin Luther King Jr.", "King, Martin Luther, Jr.", "King, M. L., Jr.", "King ML Jr"),
        ("Ann Lee, PhD, OBE", "Lee, Ann", "Lee, A.", "Lee A"),
        ("Dr. Lee", "Lee", "Lee", "Lee"),
        ("W.E.B. Du Bois", "Du Bois, W. E. B.", "Du Bois, W. E. B.", "Du Bois WEB"),
        ("k.d. lang", "lang, k. d.", "lang, K. D.", "lang KD"),
        ("bell hooks", "hooks, bell", "hooks, B.", "hooks B"),
        ("Madonna", "Madonna", "Madonna", "Madonna"),
        ("Владимир Путин", "Владимир Путин", "Владимир Путин", "Владимир Путин"),
        (Name("Mao Zedong", "Mao, Zedong"), "Mao, Zedong", "Mao, Z.", "Mao Z"),
        (Name("Tide Office", "Tide Office"), "Tide Office", "Tide Office", "Tide Office"),
        (Name("Martin King", "King, Martin, Jr."), "King, Martin, Jr.", "King, M., Jr.", "King M Jr"),
    ],
)
def test_a_name_is_turned_around_by_what_can_be_known_of_it(name, inverted, initials, medical):
    plain = plain_name(name)
    assert [invert_name(plain), initial_name(plain), medical_name(plain)] == [inverted, initials, medical]
