"""What citation managers read, read back by parsers that are not ours."""

import io
import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datasette_airquote.citations import Source, bibtex, csl, ris
from datasette_airquote.citations.coins import write_context
from datasette_airquote.citations.names import Name, split_name
from datasette_airquote.cite_out import make_keys, write_sources
from ingest.facts import Speaker

URL = "https://radio.example/clip/c?t=83.20,91.04&w=12-3fa9c1"
ROSE = Source(
    title="Cooperation Is Key to Ballistic Missile Defense", url=URL, clip="2013-05-cooperation",
    people=(Speaker("Frank Rose", part="quoted"),), programme="Editorials", broadcaster="Voice of America",
    date="2013-05", duration=224.3, start=83.2, end=91.04, language="en",
)  # fmt: skip
SPECIAL = '100% & {50} \\ #1_a $x ~^ "q" 新的净水站 أخبار\nsecond line'
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1
)
titles = texts.map(lambda text: " ".join(text.split())).filter(bool)
words = st.text(st.sampled_from("ABcdéß'-&%#_$李明"), min_size=1, max_size=8).map(lambda text: f"N{text}")
names = st.lists(words, min_size=1, max_size=3).map(" ".join)


def test_biblatex_has_the_date_in_edtf_and_what_a_reader_may_not_take_for_granted():
    assert bibtex.write_entry(ROSE, "rose2013cooperation") == (
        "@misc{rose2013cooperation,\n"
        "  author = {Rose, Frank},\n"
        "  title = {{Cooperation Is Key to Ballistic Missile Defense}},\n"
        "  titleaddon = {Editorials},\n"
        "  organization = {Voice of America},\n"
        "  type = {Radio broadcast},\n"
        "  date = {2013-05},\n"
        "  language = {en},\n"
        f"  url = {{{URL}}},\n"
        "  note = {3:44; 1:23–31; Frank Rose is quoted, not heard},\n"
        "}\n"
    )


def test_bibtex_has_year_and_month_of_its_own():
    text = bibtex.write_entry(replace(ROSE, accessed="2026-11-27"), "rose", "bibtex")
    assert "  howpublished = {Radio broadcast, Editorials, Voice of America},\n" in text
    assert "  year = {2013},\n  month = may,\n" in text
    assert "  urldate = {2026-11-27},\n" in text


@pytest.mark.parametrize("date", ["2013~", "2013/2014", "2013-22", "2013/.."])
def test_biblatex_has_the_dates_that_it_can_read(date):
    assert f"  date = {{{date}}},\n" in bibtex.write_entry(replace(ROSE, date=date), "rose")


def test_another_date_stands_in_the_note():
    text = bibtex.write_entry(replace(ROSE, date="201X"), "rose")
    assert "  date" not in text
    assert "heard; 2010s},\n" in text


@pytest.mark.parametrize("flavour", bibtex.FLAVOURS)
@given(title=titles, people=st.lists(names, max_size=4, unique=True))
@example(title=" ".join(SPECIAL.split()), people=["Anne and Sons", "Martin Luther King Jr.", "李明", "A, B"])
def test_an_independent_parser_finds_title_and_names_in_bibtex(flavour, title, people):
    pybtex = pytest.importorskip("pybtex.database", reason="the extra `test` is not installed")
    source = replace(ROSE, title=title, people=tuple(map(Speaker, people)))
    data = pybtex.parse_string(bibtex.write_entry(source, "key", flavour), "bibtex")
    (entry,) = data.entries.values()
    assert read_latex(entry.fields["title"]) == title
    assert entry.fields["url"] == URL
    parsed = [read_latex(" ".join(n)) for n in map(name_parts, entry.persons.get("author", []))]
    assert parsed == [" ".join(part for part in split_whole(name) if part) for name in people]


def split_whole(name):
    return ("", name, "") if "," in name else split_name(name)


def name_parts(person):
    return [
        *person.first_names, *person.middle_names, *person.prelast_names, *person.last_names,
        *person.lineage_names,
    ]  # fmt: skip


def read_latex(text):
    """The commands that are written, read without the table that writes them."""
    commands = {
        r"\textbackslash": "\\", r"\textbraceleft": "(LEFT)", r"\textbraceright": "(RIGHT)",
        r"\textasciitilde": "~", r"\textasciicircum": "^",
    }  # fmt: skip
    out, at = "", 0
    while at < len(text):
        for command, char in commands.items():
            if text.startswith(command + "{}", at):
                out, at = out + char, at + len(command) + 2
                break
        else:
            if text[at] == "\\":
                out, at = out + text[at + 1], at + 2
            else:
                out, at = out + ("" if text[at] in "{}" else text[at]), at + 1
    return out.replace("(LEFT)", "{").replace("(RIGHT)", "}")


def test_ris_is_as_the_format_asks():
    assert ris.write_record(ROSE, "rose2013cooperation").split("\r\n") == [
        "TY  - SOUND", "ID  - rose2013cooperation", "AU  - Rose, Frank",
        "TI  - Cooperation Is Key to Ballistic Missile Defense", "T2  - Editorials", "PB  - Voice of America",
        "PY  - 2013", "DA  - 2013/05//", "M3  - Radio broadcast", "LA  - en", f"UR  - {URL}", "N1  - 3:44",
        "N1  - 1:23–31", "N1  - Frank Rose is quoted, not heard", "ER  - ", "",
    ]  # fmt: skip


@given(title=titles, people=st.lists(names, max_size=4, unique=True))
@example(title=" ".join(SPECIAL.split()), people=["Martin Luther King Jr.", "李明"])
def test_an_independent_parser_finds_title_and_names_in_ris(title, people):
    rispy = pytest.importorskip("rispy", reason="the extra `test` is not installed")
    source = replace(ROSE, title=title, people=tuple(map(Speaker, people)))
    (record,) = rispy.loads(ris.write_record(source, "key"))
    assert record["title"] == title
    assert [" ".join(reversed(a.split(", ")[:2])) for a in record.get("authors", [])] == [
        " ".join(part for part in split_name(name)[:2] if part) for name in people
    ]


@pytest.mark.parametrize(
    ("edtf", "issued"),
    [
        ("", {}),
        ("2013-05-14", {"date-parts": [[2013, 5, 14]]}),
        ("2013~", {"date-parts": [[2013]], "circa": True}),
        ("2013-22", {"date-parts": [[2013]], "season": 2}),
        ("2013/2014-06", {"date-parts": [[2013], [2014, 6]]}),
        ("2013/..", {"literal": "from 2013"}),
        ("201X", {"literal": "2010s"}),
    ],
)
def test_a_date_in_csl_is_as_much_as_is_known(edtf, issued):
    assert csl.write_issued(edtf) == issued


def test_an_independent_processor_takes_the_csl():
    pytest.importorskip("citeproc", reason="the extra `test` is not installed")
    from citeproc.source.json import CiteProcJSON

    people = (Speaker("Frank Rose"), Speaker("李明"), Speaker("Martin Luther King Jr."))
    source = replace(ROSE, title=SPECIAL, people=people, accessed="2026-11-27")
    items = json.loads(write_sources([source, replace(ROSE, date="2013/2014")], "json"))
    read = CiteProcJSON(items)
    assert set(read) == {"rose2013second", "rose2013cooperation"}
    assert str(read["rose2013second"].title) == SPECIAL
    people = read["rose2013second"].author
    assert [author.family for author in people if "family" in author] == ["Rose", "King"]
    span = read["rose2013cooperation"].issued
    assert (span.begin.year, span.end.year) == (2013, 2014)


@given(title=titles, people=st.lists(names, max_size=4, unique=True))
@example(title=SPECIAL, people=["李明", "A & B"])
def test_the_span_for_zotero_gives_title_and_names_back(title, people):
    found = parse_qs(write_context(replace(ROSE, title=title, people=tuple(map(Speaker, people)))))
    assert found["rft.title"] == [title]
    assert [read_as_zotero(creator) for creator in found.get("rft.creator", [])] == [
        (family, " ".join(part for part in (given, suffix) if part))
        for given, family, suffix in map(split_name, people)
    ]
    assert found["rft.type"] == ["radioBroadcast"]
    assert found["rft.identifier"] == [URL]


def read_as_zotero(creator):
    """Family and given names as its cleanAuthor cuts them: at a comma, else before the last word."""
    bare = creator.strip(" ,.")
    if "," in creator:
        family, _, given = bare.partition(",")
        return family, given.partition(",")[0].strip()
    given, _, family = bare.rpartition(" ")
    return family, given


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (ROSE, "radioBroadcast"),
        (replace(ROSE, broadcaster=""), "radioBroadcast"),  # alone has a place for the programme
        (replace(ROSE, broadcaster="", programme=""), "audioRecording"),
        (replace(ROSE, recorded=False), "document"),
    ],
)
def test_the_span_for_zotero_has_a_type_that_zotero_has(source, kind):
    assert parse_qs(write_context(source))["rft.type"] == [kind]


def test_the_span_for_zotero_keeps_names_whole():
    names = (
        "Ursula von der Leyen",
        "Martin Luther King Jr.",
        Name("BBC World Service", "BBC World Service"),
        Name("Gabriel García Márquez", "García Márquez, Gabriel"),
        "Владимир Путин",
    )
    found = parse_qs(write_context(replace(ROSE, people=tuple(map(Speaker, names)))))["rft.creator"]
    assert [read_as_zotero(creator) for creator in found] == [
        ("von der Leyen", "Ursula"),
        ("King", "Martin Luther Jr"),
        ("BBC World Service", ""),
        ("García Márquez", "Gabriel"),
        ("Владимир Путин", ""),
    ]


CSL_TEXTS = {
    "id", "title", "title-short", "container-title", "publisher", "medium", "dimensions", "archive",
    "language", "URL", "note",
}  # fmt: skip
CSL_DATES = {"date-parts": list, "season": int, "circa": bool, "literal": str}


@given(
    title=titles,
    people=st.lists(names, max_size=4, unique=True),
    date=st.sampled_from(
        ["", "2013", "2013-05-14", "2013~", "2013-22", "2013/2014-06", "2013/..", "201X", "?"]
    ),
)
def test_a_csl_item_has_only_what_the_schema_has(title, people, date):
    """Types, keys and kinds of values by hand from csl-data.json, which allows no others."""
    source = replace(ROSE, title=title, people=tuple(map(Speaker, people)), date=date, accessed="2026-11-27",
                     archive="Harbour")  # fmt: skip
    item = csl.write_item(source, "key")
    assert item.pop("type") in ("broadcast", "song", "document")
    for author in item.pop("author", []):
        assert set(author) in ({"family", "given"}, {"family", "given", "suffix"}, {"literal"})
        assert all(isinstance(value, str) and value for value in author.values())
    for value in (item.pop("issued", {}), item.pop("accessed")):
        assert all(isinstance(part, CSL_DATES[key]) for key, part in value.items())
        assert all(1 <= len(parts) <= 3 for parts in value.get("date-parts", [[0]]))
        assert 1 <= len(value.get("date-parts", [[0]])) <= 2
    assert set(item) <= CSL_TEXTS
    assert all(isinstance(value, str) for value in item.values())


@pytest.mark.parametrize("flavour", bibtex.FLAVOURS)
def test_a_processor_formats_a_list_from_bibtex_end_to_end(flavour, tmp_path):
    pybtex = pytest.importorskip("pybtex", reason="the extra `test` is not installed")
    people = (Speaker("Martin Luther King Jr."), Speaker("李明"), Speaker("Anne and Sons"))
    hostile = replace(ROSE, title=" ".join(SPECIAL.split()), programme="AT&T {x} 100%", people=people)
    book = tmp_path / "list.bib"
    book.write_text(write_sources([ROSE, hostile, replace(ROSE, people=())], "bib", flavour), "utf-8")
    text = pybtex.PybtexEngine().format_from_file(
        str(book), style="plain", output_backend="plaintext", capture_output=True
    )
    for command, char in ((r"\textbraceleft ", "{"), (r"\textbraceright ", "}"), (r"\textasciicircum ", "^")):
        text = text.replace(command, char)  # it knows not all that LaTeX does
    entries = text.replace(r"\$", "$").splitlines()
    assert len(entries) == 3
    assert sum(entry.endswith(f"URL: {URL}.") for entry in entries) == 3
    hostile_title = " ".join(SPECIAL.split())
    assert entries[1].startswith(f"[2] Martin Luther King, Jr., 李明, and Anne and Sons. {hostile_title}. ")
    assert entries[2].startswith("[3] Frank Rose. Cooperation Is Key to Ballistic Missile Defense. ")
    if flavour == "bibtex":
        assert " Radio broadcast, AT&T {x} 100%, Voice of America, May 2013. 3:44; 1:23–31. " in entries[1]


def test_keys_that_would_be_the_same_are_told_apart():
    untitled = Source("新的净水站", URL, clip="2025-jingshuizhan")
    assert make_keys([ROSE, untitled, ROSE]) == [
        "rose2013cooperationa",
        "2025-jingshuizhan",
        "rose2013cooperationb",
    ]


def test_several_sources_are_one_file():
    rispy = pytest.importorskip("rispy", reason="the extra `test` is not installed")
    pybtex = pytest.importorskip("pybtex.database", reason="the extra `test` is not installed")
    sources = [ROSE, replace(ROSE, title="Tides")]
    assert len(rispy.load(io.StringIO(write_sources(sources, "ris")))) == 2
    assert list(pybtex.parse_string(write_sources(sources, "bib"), "bibtex").entries) == [
        "rose2013cooperation", "rose2013tides",
    ]  # fmt: skip
