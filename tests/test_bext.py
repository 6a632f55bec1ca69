import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bext import Bext, find_bext


def make_bext(description="", originator="", day="", samples=0, encoding="utf-8"):
    """The fields of EBU Tech 3285, version 0."""
    texts = (description, originator, "USTST00123", day, "06:30:00")
    fields = [text.encode(encoding) for text in texts]
    return struct.pack("<256s32s32s10s8sQH254x", *fields, samples, 0)


def make_wave(*chunks, form=b"RIFF"):
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return form + struct.pack("<I", len(body) + 4) + b"WAVE" + body


FMT = (b"fmt ", struct.pack("<HHIIHH", 1, 1, 16000, 32000, 2, 16))
DATA = (b"data", b"\0\0" * 99 + b"\0")  # odd: a byte of padding follows


@pytest.mark.parametrize("form", [b"RIFF", b"RF64", b"BW64"])
@pytest.mark.parametrize("order", ["before the sound", "behind it"])
def test_the_extension_is_found(tmp_path, form, order):
    bext = (b"bext", make_bext("Harbour talk", "Radio Port Ansgar", "2013-05-14", 16000 * 23400 + 8000))
    chunks = (bext, FMT, DATA) if order == "before the sound" else (FMT, (b"LIST", b"INFO"), DATA, bext)
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave(*chunks, form=form))
    assert find_bext(path) == Bext("Harbour talk", "Radio Port Ansgar", "2013-05-14", 23400.5)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2013-05-14", "2013-05-14"),
        ("2013:05:14", "2013-05-14"),
        ("2013_05_14", "2013-05-14"),
        ("2013-05-00", "2013-05"),
        ("2013-00-14", "2013"),
        ("2013", "2013"),
        ("0000-00-00", ""),
        ("2013-13-45", ""),
        ("1970-01-01", ""),
        ("14.05.2013", ""),
        ("", ""),
    ],
)
def test_a_day_is_taken_as_far_as_it_is_one(tmp_path, stated, day):
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave(FMT, (b"bext", make_bext(day=stated)), DATA))
    assert find_bext(path) == Bext(date=day)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_text_may_have_letters_beyond_ascii(tmp_path, encoding):
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave(FMT, (b"bext", make_bext("Müller", encoding=encoding)), DATA))
    assert find_bext(path) == Bext("Müller")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3\3",
        b"RIFF\xff\xff\xff\xffWAVE",
        make_wave(FMT, DATA),
        make_wave((b"bext", make_bext("A")), DATA),
        make_wave(FMT, (b"bext", b"short"), DATA),
        make_wave(FMT, (b"JUNK", b""), (b"data", b""))[:-4] + b"\xff\xff\xff\xff",
    ],
)
def test_a_file_without_an_extension_states_nothing(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert find_bext(path) is None


def test_a_rate_of_nothing_gives_no_time(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave((b"fmt ", b"\0" * 16), (b"bext", make_bext(samples=5)), DATA))
    assert find_bext(path) == Bext()


@given(st.binary(max_size=400))
def test_whatever_follows_the_head_is_no_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "hostile.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + content)
    found = find_bext(path)
    assert found is None or found.time_reference >= 0
