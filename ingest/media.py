"""Media types: what kind of recording a file is, by the end of its name or by its first bytes.

Only sound and video have a type here, so a page that gives out what has one gives out nothing that a
browser would run.

Given up: rare formats that the decoder reads and no browser plays (GXF, WTV, S/PDIF, …), in a file whose
name does not say that it is a recording.

source  https://www.iana.org/assignments/media-types/, and what browsers expect where that is silent
"""

from __future__ import annotations

import re
from pathlib import Path

# By suffix. A file of a type gets the first suffix that has it.
TYPES = {
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".aac": "audio/aac",
    ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".spx": "audio/ogg",
    ".flac": "audio/flac", ".wav": "audio/wav", ".rf64": "audio/wav", ".bwf": "audio/wav",
    ".w64": "audio/x-w64", ".aiff": "audio/aiff", ".aif": "audio/aiff", ".aifc": "audio/aiff",
    ".caf": "audio/x-caf", ".wma": "audio/x-ms-wma", ".amr": "audio/amr", ".ac3": "audio/ac3",
    ".wv": "audio/x-wavpack", ".mp2": "audio/mpeg", ".mka": "audio/x-matroska", ".weba": "audio/webm",
    ".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".mkv": "video/x-matroska",
    ".webm": "video/webm", ".mpg": "video/mpeg", ".mpeg": "video/mpeg", ".avi": "video/x-msvideo",
    ".3gp": "video/3gpp",
}  # fmt: skip
# What a folder is searched for; a file that is named itself may end in anything.
RECORDINGS = frozenset(TYPES)
# What servers call the same.
ALIASES = {
    "audio/aacp": ".aac", "audio/m4a": ".m4a", "audio/mp3": ".mp3", "audio/mpeg3": ".mp3",
    "audio/opus": ".opus", "audio/vnd.wave": ".wav", "audio/wave": ".wav", "audio/x-aiff": ".aiff",
    "audio/x-flac": ".flac", "audio/x-m4a": ".m4a", "audio/x-mp3": ".mp3", "audio/x-mpeg": ".mp3",
    "audio/x-wav": ".wav", "application/ogg": ".ogg", "video/ogg": ".ogg",
}  # fmt: skip
SUFFIXES = {type_: suffix for suffix, type_ in reversed(TYPES.items())} | ALIASES
HEAD = 512  # bytes by which a file is known
# By the first bytes; the first that fits.
_HEADS = tuple(
    (re.compile(head, re.DOTALL), type_)
    for head, type_ in (
        (rb"ID3|\xff[\xe2\xe3\xf2-\xf5\xfa-\xfd]", "audio/mpeg"),  # MPEG layers II and III
        (rb"\xff[\xf0\xf1\xf8\xf9]|ADIF", "audio/aac"),
        (rb"(RIFF|RF64|BW64).{4}WAVE", "audio/wav"),
        (rb"RIFF.{4}AVI ", "video/x-msvideo"),
        (rb"riff\x2e\x91\xcf\x11", "audio/x-w64"),
        (rb"FORM.{4}AIF[FC]", "audio/aiff"),
        (rb"fLaC", "audio/flac"),
        (rb"OggS", "audio/ogg"),
        (rb"caff\x00", "audio/x-caf"),
        (rb"#!AMR", "audio/amr"),
        (rb"\x0b\x77", "audio/ac3"),
        (rb"wvpk", "audio/x-wavpack"),
        (rb"\.snd\x00", "audio/basic"),
        (rb"\.RMF|\.ra\xfd", "audio/x-pn-realaudio"),
        (rb"MAC ", "audio/x-ape"),
        (rb"TTA[12]", "audio/x-tta"),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "audio/x-ms-wma"),  # ASF
        (rb".{4}ftypM4[AB]", "audio/mp4"),
        (rb".{4}ftypqt|.{4}(moov|mdat|wide)", "video/quicktime"),
        (rb".{4}ftyp3g", "video/3gpp"),
        (rb".{4}ftyp", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3.{,60}webm", "video/webm"),
        (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
        (rb"\x00\x00\x01[\xb3\xba]", "video/mpeg"),
        (rb"G.{187}G.{187}G", "video/mp2t"),
        (rb"FLV\x01", "video/x-flv"),
        (rb"\x06\x0e\x2b\x34", "video/mxf"),  # no registered video type, but what broadcasters exchange
        (rb"Creative Voice File\x1a", "audio/x-voc"),
        (rb"MPCK|MP\+", "audio/x-musepack"),
    )
)


def find_type(path: Path) -> str | None:
    """The media type of a recording, None for anything else.

    raises  OSError or ValueError when its name says nothing and it cannot be read
    """
    return TYPES.get(path.suffix.lower()) or _find_type_within(path)


def _find_type_within(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    return next((type_ for pattern, type_ in _HEADS if pattern.match(head)), None)
