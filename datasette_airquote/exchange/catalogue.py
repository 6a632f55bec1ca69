"""/clip/<clip-id>.pbcore.xml and .dc.xml: a clip for the catalogues of broadcasters' archives and libraries.

source  https://pbcore.org/elements (2.1), https://www.openarchives.org/OAI/2.0/oai_dc.xsd,
        https://www.dublincore.org/specifications/dublin-core/dcmi-terms/
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from datasette import Response

from datasette_airquote.clip import describe_text
from datasette_airquote.clips import Clip, find_clip
from datasette_airquote.exchange.languages import find_three_letters
from datasette_airquote.exchange.stated import (
    Address,
    Person,
    Recording,
    address,
    find_license,
    find_people,
    find_recording,
    refuse,
    send,
)
from datasette_airquote.exchange.xml import add, write
from datasette_airquote.pages import open_archive
from ingest.formats import EXPORTS
from ingest.vtt import format_timestamp

PBCORE = "http://www.pbcore.org/PBCore/PBCoreNamespace.html"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# One who is only quoted has contributed nothing to the recording, and is a subject of it.
ROLES = {"host": "Host", "guest": "Guest", "announcer": "Announcer", "voice": "Speaker"}
NOT_HERE = "not held here"


async def send_record(datasette: Any, request: Any) -> Response:
    """The record in the form that the address ends with."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return refuse("There is no such clip.")
    site = partial(address, datasette, request)
    people = (await find_people(db, [clip.row["id"]]))[clip.row["id"]]
    recording = find_recording(datasette, db, clip.row, site)
    describe = {"pbcore": write_pbcore, "dc": write_dublin_core}[request.url_vars["form"]]
    return send(datasette, describe(clip, people, recording, site), "application/xml")


def write_pbcore(clip: Clip, people: Sequence[Person], recording: Recording | None, site: Address) -> str:
    """The clip as a pbcoreDescriptionDocument of PBCore 2.1, its elements in the order of the schema."""
    row = clip.row
    root = _begin(PBCORE, "pbcoreDescriptionDocument", "https://pbcore.org/xsd/pbcore-2.1.xsd")
    put = partial(_put, PBCORE)
    put(root, "pbcoreAssetType", "Clip")
    put(root, "pbcoreAssetDate", row["date"], dateType="Broadcast", annotation="EDTF")
    put(root, "pbcoreIdentifier", row["id"], source="Airquote")
    put(root, "pbcoreIdentifier", site(f"/clip/{row['id']}"), source="URL")
    put(root, "pbcoreTitle", row["title"] or row["id"], titleType="Episode")
    put(root, "pbcoreTitle", row["programme"], titleType="Series")
    for person in people:
        if person.part == "quoted":
            put(root, "pbcoreSubject", person.name, subjectType="Person quoted", **_refer(person))
    put(root, "pbcoreDescription", row["summary"] or describe_text(clip))  # the schema asks for one
    _relate(root, "Is Part Of", row["programme"], "Title of the programme")
    _relate(root, "Has Version", row["page_url"], "URL")
    for person in people:
        if person.part == "author":
            _credit(root, "Creator", person, "Author")
    for person in people:
        if person.part in ROLES:
            _credit(root, "Contributor", person, ROLES[person.part])
    if row["broadcaster"]:
        publisher = ET.SubElement(root, f"{{{PBCORE}}}pbcorePublisher")
        put(publisher, "publisher", row["broadcaster"])
        put(publisher, "publisherRole", "Broadcaster")
    license = find_license(row["rights"])
    for name, text in (("rightsSummary", row["rights"]), ("rightsLink", license.url if license else "")):
        if text:
            put(ET.SubElement(root, f"{{{PBCORE}}}pbcoreRightsSummary"), name, text)
    if row["audio"] or row["audio_url"]:
        _instantiate(root, clip, recording)
    for name in ("vtt", "txt") if clip.timed else ("txt",):
        url = site(f"/clip/{row['id']}.{EXPORTS[name].suffix}")
        put(root, "pbcoreAnnotation", url, annotationType="Transcript", annotation=EXPORTS[name].mime)
    put(root, "pbcoreAnnotation", describe_text(clip), annotationType="How the text came about")
    for note in (row["note"], row["notice"]):
        put(root, "pbcoreAnnotation", note, annotationType="Note")
    return write(root, {"": PBCORE, "xsi": XSI})


def write_dublin_core(
    clip: Clip, people: Sequence[Person], recording: Recording | None, site: Address
) -> str:
    """The clip as the simple Dublin Core that is harvested by OAI-PMH."""
    row = clip.row
    root = _begin(OAI_DC, "dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    recorded = row["audio"] or row["audio_url"]
    stated = [
        ("title", row["title"] or row["id"]),
        *(("creator", person.name) for person in people if person.part == "author"),
        *(("subject", person.name) for person in people if person.part == "quoted"),
        ("description", row["summary"]),
        ("description", describe_text(clip)),
        ("publisher", row["broadcaster"]),
        *(("contributor", person.name) for person in people if person.part in ROLES),
        ("date", row["date"]),
        ("type", "MovingImage" if recording and recording.is_video else "Sound" if recorded else "Text"),
        ("format", recording.type if recording else ""),
        ("format", f"{row['duration']:g} seconds" if clip.timed and row["duration"] else ""),
        ("identifier", site(f"/clip/{row['id']}")),
        ("identifier", row["id"]),
        ("source", row["page_url"]),
        ("language", row["language"]),
        ("relation", row["programme"]),
        ("rights", row["rights"]),
    ]
    for name, text in stated:
        _put(DC, root, name, text)
    return write(root, {"dc": DC, "oai_dc": OAI_DC, "xsi": XSI})


def _begin(space: str, name: str, schema: str) -> ET.Element:
    return ET.Element(f"{{{space}}}{name}", {f"{{{XSI}}}schemaLocation": f"{space} {schema}"})


def _put(space: str, parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    """Add an element unless its text is empty."""
    if text:
        add(parent, f"{{{space}}}{name}", text, **attributes)


def _refer(person: Person) -> dict[str, str]:
    return {"ref": next(iter(person.same_as), "")}


def _relate(root: ET.Element, kind: str, identifier: str, source: str) -> None:
    if identifier:
        relation = ET.SubElement(root, f"{{{PBCORE}}}pbcoreRelation")
        _put(PBCORE, relation, "pbcoreRelationType", kind)
        _put(PBCORE, relation, "pbcoreRelationIdentifier", identifier, source=source)


def _credit(root: ET.Element, kind: str, person: Person, role: str) -> None:
    """Name a person with the part taken, and the office held at the time as a note on it."""
    credit = ET.SubElement(root, f"{{{PBCORE}}}pbcore{kind}")
    _put(PBCORE, credit, kind.lower(), person.name, **_refer(person))
    _put(PBCORE, credit, f"{kind.lower()}Role", role, annotation=person.title)


def _instantiate(root: ET.Element, clip: Clip, recording: Recording | None) -> None:
    """The recording; the schema asks where it is, also of one that is not here."""
    row = clip.row
    part = ET.SubElement(root, f"{{{PBCORE}}}pbcoreInstantiation")
    put = partial(_put, PBCORE, part)
    put("instantiationIdentifier", row["audio_sha256"] or row["id"],
        source="SHA-256" if row["audio_sha256"] else "Airquote")  # fmt: skip
    put("instantiationDigital", recording.type if recording else "")
    put("instantiationLocation", recording.url if recording else NOT_HERE)
    put("instantiationMediaType", "Moving Image" if recording and recording.is_video else "Sound")
    put("instantiationFileSize", str(recording.size) if recording and recording.size else "",
        unitsOfMeasure="bytes")  # fmt: skip
    put("instantiationDuration", format_timestamp(row["duration"]) if row["duration"] else "")
    put("instantiationLanguage", find_three_letters(row["language"]), source="ISO 639-2")
