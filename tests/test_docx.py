import io
import zipfile

import pytest

from ingest.errors import ScriptError
from ingest.formats import Line, parse_document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pack(body, name="word/document.xml"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            name,
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>',
        )
    return content.getvalue()


def run(text, bold=False):
    return f'<w:r>{"<w:rPr><w:b/></w:rPr>" if bold else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs, style=""):
    mark = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{mark}{''.join(runs)}</w:p>"


def test_a_document_gives_its_title_and_its_turns():
    document = parse_document(
        pack(
            paragraph(run("A talk"), style="Title")
            + paragraph(run("Ann ", True), run("Lee:", True), run(" Good 2*3 day_s."))
            + paragraph(
                "<w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del>",
                run("It rains."),
                "<w:r><w:tab/></w:r>",
            )
            + paragraph()
            + paragraph(run("BO EK: "), run("Yes, "), "<w:hyperlink>" + run("he said.") + "</w:hyperlink>")
            + paragraph(run("Ann Lee:", True), run(" Bye."))
        ),
        "a.docx",
    )
    assert document.lines == (
        Line("Good 2*3 day_s.", "Ann Lee"),
        Line("It rains.", "Ann Lee"),
        Line("Yes, he said.", "Bo Ek"),
        Line("Bye.", "Ann Lee"),
    )
    assert (document.facts.title, document.format, document.reports) == ("A talk", "docx", ())


def test_times_in_a_document_are_times():
    document = parse_document(pack(paragraph(run("[00:01:23] ANN LEE: Hello there."))), "a.docx")
    assert document.lines == (Line("Hello there.", "Ann Lee", 83.0),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pack("", "word/other.xml"), "a.docx: is packed, but no document"),
        (pack(paragraph(run("Hello.")))[:-40], "a.docx: is broken or locked"),
        (pack("<w:p>" + "x" * 3), "a.docx, line 1: is not well-formed XML"),
        (pack(" " * 100_000_001), "a.docx: unpacks to more than any text"),
        (b"\xd0\xcf\x11\xe0old", "a.docx: is a document of an old Word"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(content, message):
    with pytest.raises(ScriptError) as error:
        parse_document(content, "a.docx")
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
