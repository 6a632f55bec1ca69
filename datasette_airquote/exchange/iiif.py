"""/iiif/<clip-id>/manifest.json: the clip for viewers of archives, its sentences as annotations.

A canvas lasts as long as the recording; a text whose times nobody knows has no place on one, so it has no
manifest. A clip with times whose recording is not to be had has a canvas with its annotations and no sound.

source  https://iiif.io/api/presentation/3.0/
        https://iiif.io/api/cookbook/recipe/0002-mvm-audio/, 0017-transcription-av/, 0026-toc-opera/
"""

from __future__ import annotations

from functools import partial
from typing import Any

from datasette import Response

from datasette_airquote.clip import describe_text
from datasette_airquote.clips import Clip, describe_person, find_clip
from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.stated import (
    Address,
    Recording,
    address,
    find_license,
    find_recording,
    known,
    list_chapters,
    refuse,
    send_json,
)
from datasette_airquote.pages import open_archive
from datasette_airquote.wording import format_date, name_language
from ingest.formats import EXPORTS

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
TYPE = f'application/ld+json;profile="{CONTEXT}"'
UNTIMED = "Nobody knows when its words are said; a manifest cannot be without times."
RENDERED = ("vtt", "txt")


async def send_manifest(datasette: Any, request: Any) -> Response:
    """The manifest of one clip."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return refuse("There is no such clip.")
    if not clip.timed or not clip.row["duration"]:
        return refuse(UNTIMED)
    site = partial(address, datasette, request)
    recording = find_recording(datasette, db, clip.row, site)
    title = (await load_metadata(datasette)).get("title") or "Airquote"
    return send_json(datasette, describe_manifest(clip, recording, title, site), TYPE)


def describe_manifest(
    clip: Clip, recording: Recording | None, provider: str, site: Address
) -> dict[str, Any]:
    """A manifest with one canvas.

    provider  the title of the site
    """
    row, language = clip.row, clip.row["language"] or "none"
    base = site(f"/iiif/{row['id']}")
    canvas = f"{base}/canvas"
    page = site(f"/clip/{row['id']}")
    license = find_license(row["rights"])
    shown = {
        "id": canvas,
        "type": "Canvas",
        "duration": row["duration"],
        "items": [_paint(clip, recording, base, canvas)] if recording else [],
        "annotations": [_annotate(clip, base, canvas)] if clip.segments else None,
    }
    manifest = {
        "@context": CONTEXT,
        "id": f"{base}/manifest.json",
        "type": "Manifest",
        "label": {language: [row["title"] or row["id"]]},
        "summary": {language: [row["summary"]]} if row["summary"] else None,
        "metadata": [
            {"label": {"en": [name]}, "value": {"none" if mixed else "en": values}}
            for name, values, mixed in _list_facts(clip)
            if any(values)
        ],
        "requiredStatement": _label("Rights", row["rights"]) if row["rights"] else None,
        # The registries name their licences with http.
        "rights": license.url.replace("https:", "http:") if license else None,
        "provider": [
            {
                "id": site("/"), "type": "Agent", "label": {"none": [provider]},
                "homepage": [_link(site("/"), provider, "text/html")],
            }
        ],
        "homepage": [_link(page, row["title"] or row["id"], "text/html")],
        "rendering": [
            _link(f"{page}.{export.suffix}", f"Transcript ({export.label})", export.mime)
            for export in (EXPORTS[name] for name in RENDERED)
        ],
        "seeAlso": [
            _link(f"{page}.pbcore.xml", "PBCore", "application/xml", "Dataset"),
            _link(f"{page}.{EXPORTS['json'].suffix}", "Transcript", EXPORTS["json"].mime, "Dataset"),
        ],
        "items": [known(shown)],
        "structures": [_order_chapters(clip, base, canvas)] if clip.chapters else None,
    }  # fmt: skip
    return known(manifest)


def _list_facts(clip: Clip) -> list[tuple[str, list[str], bool]]:
    """What is shown beside the player: a name, what is known, and whether that may be in any language."""
    row = clip.row
    return [
        ("Date", [format_date(row["date"])] if row["date"] else [], False),
        ("Programme", [row["programme"]], True),
        ("Broadcaster", [row["broadcaster"]], True),
        ("People", [describe_person(person) for person in clip.people], True),
        ("Language", [name_language(row["language"])], False),
        ("Text", [describe_text(clip)], False),
        ("Notes", [note for note in (row["note"], row["notice"]) if note], True),
    ]


def _paint(clip: Clip, recording: Recording, base: str, canvas: str) -> dict[str, Any]:
    """The page with the recording, which fills the canvas."""
    sound = {
        "id": recording.url, "type": "Video" if recording.is_video else "Sound",
        "format": recording.type, "duration": clip.row["duration"], "language": clip.row["language"],
    }  # fmt: skip
    painting = {
        "id": f"{base}/recording", "type": "Annotation", "motivation": "painting", "body": known(sound),
        "target": canvas,
    }  # fmt: skip
    return {"id": f"{base}/page", "type": "AnnotationPage", "items": [painting]}


def _annotate(clip: Clip, base: str, canvas: str) -> dict[str, Any]:
    """The page with the transcript, an annotation a sentence; its label is who speaks."""
    items = []
    for number, segment in enumerate(clip.segments, 1):
        text = {
            "type": "TextualBody", "value": segment.text, "format": "text/plain",
            "language": clip.row["language"],
        }  # fmt: skip
        annotation = {
            "id": f"{base}/sentence/{number}",
            "type": "Annotation",
            "label": {"none": [segment.speaker]} if segment.speaker else None,
            "motivation": "supplementing",
            "body": known(text),
            "target": f"{canvas}#t={segment.start:.2f},{segment.end:.2f}",
        }
        items.append(known(annotation))
    page = {"id": f"{base}/transcript", "type": "AnnotationPage", "label": {"en": ["Transcript"]}}
    return {**page, "items": items}


def _order_chapters(clip: Clip, base: str, canvas: str) -> dict[str, Any]:
    """A range with one a chapter."""
    language = clip.row["language"] or "none"
    items = [
        {
            "id": f"{base}/chapter/{number}",
            "type": "Range",
            "label": {language: [title]},
            "items": [{"id": f"{canvas}#t={start:.2f},{end:.2f}", "type": "Canvas"}],
        }
        for number, (title, start, end) in enumerate(list_chapters(clip), 1)
    ]
    return {"id": f"{base}/chapters", "type": "Range", "label": {"en": ["Chapters"]}, "items": items}


def _link(url: str, label: str, format: str, kind: str = "Text") -> dict[str, Any]:
    return {"id": url, "type": kind, "label": {"none": [label]}, "format": format}


def _label(name: str, text: str) -> dict[str, Any]:
    return {"label": {"en": [name]}, "value": {"none": [text]}}
