"""IIIF manifests, PBCore and Dublin Core, checked with iiif-prezi3 and against the schemas' elements."""

import json
import time
from xml.etree import ElementTree as ET

import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES, make_transcript, open_site

from datasette_airquote.exchange.languages import THREE_LETTERS, find_three_letters
from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.transcript import save_new

HOST = "http://localhost"
ALL = (ARABIC, CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES)
# Elements in the order of their xs:sequence, and how often each may stand: https://pbcore.org/xsd/pbcore-2.1.xsd
PBCORE = "{http://www.pbcore.org/PBCore/PBCoreNamespace.html}"
SEQUENCES = {
    "pbcoreDescriptionDocument": """
        pbcoreAssetType* pbcoreAssetDate* pbcoreIdentifier+ pbcoreTitle+ pbcoreSubject* pbcoreDescription+
        pbcoreGenre* pbcoreRelation* pbcoreCoverage* pbcoreAudienceLevel* pbcoreAudienceRating* pbcoreCreator*
        pbcoreContributor* pbcorePublisher* pbcoreRightsSummary* pbcoreInstantiation* pbcoreAnnotation*
        pbcorePart* pbcoreExtension*""",
    "pbcoreRelation": "pbcoreRelationType! pbcoreRelationIdentifier!",
    "pbcoreCreator": "creator! creatorRole*",
    "pbcoreContributor": "contributor! contributorRole*",
    "pbcorePublisher": "publisher! publisherRole*",
    "pbcoreRightsSummary": "rightsSummary? rightsLink? rightsEmbedded?",  # and one of them only
    "pbcoreInstantiation": """
        instantiationIdentifier+ instantiationDate* instantiationDimensions* instantiationPhysical?
        instantiationDigital? instantiationStandard? instantiationLocation! instantiationMediaType?
        instantiationGenerations* instantiationFileSize? instantiationTimeStart? instantiationDuration?
        instantiationDataRate? instantiationColors? instantiationTracks? instantiationChannelConfiguration?
        instantiationLanguage? instantiationAlternativeModes? instantiationEssenceTrack*
        instantiationRelation* instantiationRights* instantiationAnnotation* instantiationPart*
        instantiationExtension*""",
}
COMMON = {"source", "ref", "version", "annotation"}
ATTRIBUTES = {
    "pbcoreAssetDate": {"dateType"}, "pbcoreTitle": {"titleType"}, "pbcoreSubject": {"subjectType"},
    "instantiationFileSize": {"unitsOfMeasure"}, "pbcoreAnnotation": {"annotationType"},
}  # fmt: skip
# https://www.dublincore.org/specifications/dublin-core/dces/
ELEMENTS = {
    "contributor", "coverage", "creator", "date", "description", "format", "identifier", "language",
    "publisher", "relation", "rights", "source", "subject", "title", "type",
}  # fmt: skip


@pytest.fixture
async def radio(exchanged):
    return await open_site(exchanged, {"title": "Ansgar"})


async def get(site, path):
    response = await site.client.get(path)
    assert response.status_code == 200
    return response


async def get_manifest(site, clip):
    return (await get(site, f"/iiif/{clip}/manifest.json")).json()


@pytest.mark.parametrize("clip", [clip for clip in ALL if clip != LETTER])
async def test_an_independent_reader_accepts_the_manifest(radio, clip):
    prezi = pytest.importorskip("iiif_prezi3", reason="iiif-prezi3 is not installed")
    manifest = await get_manifest(radio, clip)
    read = json.loads(prezi.Manifest(**manifest).json())
    # It gives out the canvases of chapters with items of their own, which they need not have.
    for structure in (*read.pop("structures", []), *manifest.pop("structures", [])):
        assert structure["label"] == {"en": ["Chapters"]}
    assert read == manifest, "it leaves nothing out"


async def test_the_reader_that_accepts_them_is_not_easily_pleased(radio):
    prezi = pytest.importorskip("iiif_prezi3", reason="iiif-prezi3 is not installed")
    manifest = await get_manifest(radio, TIDES)
    for broken in (
        {"homepage": f"{HOST}/"},
        {"rendering": [{"id": "x"}]},
        {"rights": "CC BY"},
        {"structures": [{"id": "chapters"}]},
    ):
        with pytest.raises(ValueError, match="validation error"):
            prezi.Manifest(**{**manifest, **broken})


async def test_the_manifest_has_the_recording_the_sentences_and_the_chapters(radio):
    response = await get(radio, f"/iiif/{TIDES}/manifest.json")
    assert response.headers["content-type"].startswith(
        'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
    )
    manifest = response.json()
    base = f"{HOST}/iiif/{TIDES}"
    assert manifest["label"] == {"en-GB": ["Tides & <b>Time</b>"]}
    assert manifest["rights"] == "http://creativecommons.org/licenses/by-sa/4.0/"
    assert manifest["requiredStatement"]["value"] == {"none": ["CC BY-SA 4.0"]}
    assert {fact["label"]["en"][0]: next(iter(fact["value"].values())) for fact in manifest["metadata"]} == {
        "Date": ["2 June 2024"],
        "Programme": ["The Morning Tide"],
        "Broadcaster": ["Radio Port Ansgar"],
        "People": [
            "Clara Benning, Presenter (host)",
            "Ada Lind (author)",
            "Thomas Okoro, Keeper of the Tide Records (quoted, not heard)",
        ],
        "Language": ["English (GB)"],
        "Text": ["Published text; times by whisper 20250625, model base."],
        "Notes": ["Invented, for tests"],
    }
    (canvas,) = manifest["items"]
    assert canvas["id"] == f"{base}/canvas"
    assert canvas["duration"] == 6.0
    ((painting,),) = (page["items"] for page in canvas["items"])
    assert painting == {
        "id": f"{base}/recording", "type": "Annotation", "motivation": "painting",
        "body": {
            "id": f"{HOST}/audio/{TIDES}", "type": "Sound", "format": "audio/wav", "duration": 6.0,
            "language": "en-GB",
        },
        "target": f"{base}/canvas",
    }  # fmt: skip
    (page,) = canvas["annotations"]
    assert page["items"] == [
        {
            "id": f"{base}/sentence/1", "type": "Annotation", "label": {"none": ["Clara Benning"]},
            "motivation": "supplementing",
            "body": {
                "type": "TextualBody", "value": "The tide is high.", "format": "text/plain",
                "language": "en-GB",
            },
            "target": f"{base}/canvas#t=0.00,1.60",
        },
        {
            "id": f"{base}/sentence/2", "type": "Annotation", "motivation": "supplementing",
            "body": {
                "type": "TextualBody", "value": "So it was said, and nobody measured it.",
                "format": "text/plain", "language": "en-GB",
            },
            "target": f"{base}/canvas#t=1.80,5.00",
        },
    ]  # fmt: skip
    (structure,) = manifest["structures"]
    assert [(each["label"], each["items"][0]["id"]) for each in structure["items"]] == [
        ({"en-GB": ["High & low"]}, f"{base}/canvas#t=0.00,1.80"),
        ({"en-GB": ["Measured"]}, f"{base}/canvas#t=1.80,6.00"),
    ]


async def test_what_a_manifest_links_to_is_there(radio):
    manifest = await get_manifest(radio, TIDES)
    links = [link for key in ("homepage", "rendering", "seeAlso") for link in manifest[key]]
    assert len(links) == 5
    for link in links:
        response = await get(radio, link["id"].removeprefix(HOST))
        assert response.headers["content-type"].startswith(link["format"])


@pytest.mark.parametrize("clip", [SILENT, COOPERATION])
async def test_without_its_recording_a_clip_has_a_canvas_without_sound(radio, clip):
    (canvas,) = (await get_manifest(radio, clip))["items"]
    assert canvas["items"] == []
    assert canvas["annotations"][0]["items"]


async def test_a_text_whose_times_nobody_knows_has_no_manifest(radio):
    response = await radio.client.get(f"/iiif/{LETTER}/manifest.json")
    assert (response.status_code, response.text) == (
        404, "Nobody knows when its words are said; a manifest cannot be without times.",
    )  # fmt: skip
    assert "IIIF" not in (await get(radio, f"/clip/{LETTER}")).text


async def test_the_manifest_may_be_read_by_other_sites_where_datasette_runs_with_cors(radio):
    path = f"/iiif/{TIDES}/manifest.json"
    assert "access-control-allow-origin" not in (await get(radio, path)).headers
    radio.cors = True
    assert (await get(radio, path)).headers["access-control-allow-origin"] == "*"


async def test_a_manifest_of_30000_words_takes_less_than_a_second(tmp_path):
    lines = [("Ann Lee", " ".join(f"word{n}" for n in range(12)) + ".") for _ in range(2500)]
    save_new(
        tmp_path, make_transcript("long", Facts(title="Long", language="en"), lines, audio="x.mp3"), None
    )
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    await get_manifest(site, "long")
    start = time.perf_counter()
    manifest = await get_manifest(site, "long")
    assert time.perf_counter() - start < 1
    assert len(manifest["items"][0]["annotations"][0]["items"]) == 2500


def check_sequence(element):
    """The elements inside each one of PBCore are those of the schema, in its order and number."""
    name = element.tag.removeprefix(PBCORE)
    assert set(element.attrib) - {
        key for key in element.attrib if key.startswith("{")
    } <= COMMON | ATTRIBUTES.get(name, set())
    if name not in SEQUENCES:
        assert list(element) == []
        assert (element.text or "").strip()
        return
    expected = [(each[:-1], each[-1]) for each in SEQUENCES[name].split()]
    found = [child.tag.removeprefix(PBCORE) for child in element]
    order = [each for each, _ in expected]
    assert found == sorted(found, key=order.index)
    for each, often in expected:
        least, most = {"*": (0, 99), "+": (1, 99), "!": (1, 1), "?": (0, 1)}[often]
        assert least <= found.count(each) <= most, each
    if name == "pbcoreRightsSummary":
        assert len(found) == 1
    for child in element:
        check_sequence(child)


@pytest.mark.parametrize("clip", ALL)
async def test_a_record_of_pbcore_has_the_elements_of_its_schema_in_their_order(radio, clip):
    root = ET.fromstring((await get(radio, f"/clip/{clip}.pbcore.xml")).text)
    assert root.tag == f"{PBCORE}pbcoreDescriptionDocument"
    check_sequence(root)
    for name in ("pbcoreIdentifier", "pbcoreInstantiation/instantiationIdentifier"):
        found = root.findall("/".join(PBCORE + part for part in name.split("/")))
        assert all(element.get("source") for element in found)
    assert all(len(element.text) == 3 for element in root.iter(f"{PBCORE}instantiationLanguage"))


async def test_a_record_of_pbcore_says_all_that_is_known(radio):
    root = ET.fromstring((await get(radio, f"/clip/{TIDES}.pbcore.xml")).text)
    leaves = [
        (element.tag.removeprefix(PBCORE), element.text, element.attrib)
        for element in root.iter()
        if not len(element)
    ]
    assert leaves == [
        ("pbcoreAssetType", "Clip", {}),
        ("pbcoreAssetDate", "2024-06-02", {"dateType": "Broadcast", "annotation": "EDTF"}),
        ("pbcoreIdentifier", TIDES, {"source": "Airquote"}),
        ("pbcoreIdentifier", f"{HOST}/clip/{TIDES}", {"source": "URL"}),
        ("pbcoreTitle", "Tides & <b>Time</b>", {"titleType": "Episode"}),
        ("pbcoreTitle", "The Morning Tide", {"titleType": "Series"}),
        ("pbcoreSubject", "Thomas Okoro", {"subjectType": "Person quoted"}),
        ("pbcoreDescription", "Why they rise.", {}),
        ("pbcoreRelationType", "Is Part Of", {}),
        ("pbcoreRelationIdentifier", "The Morning Tide", {"source": "Title of the programme"}),
        ("pbcoreRelationType", "Has Version", {}),
        ("pbcoreRelationIdentifier", "https://radio.example/tides", {"source": "URL"}),
        ("creator", "Ada Lind", {}),
        ("creatorRole", "Author", {}),
        ("contributor", "Clara Benning", {"ref": "https://www.wikidata.org/entity/Q42"}),
        ("contributorRole", "Host", {"annotation": "Presenter"}),
        ("publisher", "Radio Port Ansgar", {}),
        ("publisherRole", "Broadcaster", {}),
        ("rightsSummary", "CC BY-SA 4.0", {}),
        ("rightsLink", "https://creativecommons.org/licenses/by-sa/4.0/", {}),
        ("instantiationIdentifier", "ab" * 32, {"source": "SHA-256"}),
        ("instantiationDigital", "audio/wav", {}),
        ("instantiationLocation", f"{HOST}/audio/{TIDES}", {}),
        ("instantiationMediaType", "Sound", {}),
        ("instantiationFileSize", "99244", {"unitsOfMeasure": "bytes"}),
        ("instantiationDuration", "00:00:06.000", {}),
        ("instantiationLanguage", "eng", {"source": "ISO 639-2"}),
        ("pbcoreAnnotation", f"{HOST}/clip/{TIDES}.vtt",
         {"annotationType": "Transcript", "annotation": "text/vtt"}),
        ("pbcoreAnnotation", f"{HOST}/clip/{TIDES}.txt",
         {"annotationType": "Transcript", "annotation": "text/plain"}),
        ("pbcoreAnnotation", "Published text; times by whisper 20250625, model base.",
         {"annotationType": "How the text came about"}),
        ("pbcoreAnnotation", "Invented, for tests", {"annotationType": "Note"}),
    ]  # fmt: skip


@pytest.mark.parametrize("clip", ALL)
async def test_a_record_of_dublin_core_has_only_its_fifteen_elements(radio, clip):
    root = ET.fromstring((await get(radio, f"/clip/{clip}.dc.xml")).text)
    assert root.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
    space = "{http://purl.org/dc/elements/1.1/}"
    assert {child.tag for child in root} <= {space + name for name in ELEMENTS}
    assert all(child.text and not child.attrib and not len(child) for child in root)


async def test_a_record_of_dublin_core_keeps_a_partial_date_and_who_is_only_quoted(radio):
    root = ET.fromstring((await get(radio, f"/clip/{TIDES}.dc.xml")).text)
    found = [(child.tag.rpartition("}")[2], child.text) for child in root]
    for each in (
        ("creator", "Ada Lind"), ("contributor", "Clara Benning"), ("subject", "Thomas Okoro"),
        ("date", "2024-06-02"), ("type", "Sound"), ("format", "6 seconds"), ("language", "en-GB"),
    ):  # fmt: skip
        assert each in found
    silent = (await get(radio, f"/clip/{SILENT}.dc.xml")).text
    assert "<dc:date>2013~</dc:date>" in silent
    assert "<dc:type>Text</dc:type>" in silent


async def test_a_clip_that_is_not_there_has_no_record(radio):
    for path in ("/iiif/nobody/manifest.json", "/clip/nobody.pbcore.xml", "/clip/nobody.dc.xml"):
        assert (await radio.client.get(path)).status_code == 404


def test_the_codes_of_languages_are_those_that_another_program_has():
    langcodes = pytest.importorskip("langcodes", reason="the extra `audio` is not installed")
    known = {
        code: langcodes.get(code, normalize=False).to_alpha3(variant="T")
        for code in THREE_LETTERS
        if code != "bh"
    }
    assert {code: THREE_LETTERS[code] for code in known} == known
    assert len(THREE_LETTERS) == 184
    assert [find_three_letters(code) for code in ("en-GB", "zh-Hant-TW", "yue", "", "qq")] == [
        "eng", "zho", "yue", "", "",
    ]  # fmt: skip
