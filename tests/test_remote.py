import dataclasses
import hashlib
import io
import sys
import uuid

import pytest

from ingest.errors import FetchError, Gone, PrivateAddress, TooLarge
from ingest.network.fetch import Fetcher, Limits

fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")

SOUND = bytes(range(256)) * 9000  # more than two pieces
SHA256 = hashlib.sha256(SOUND).hexdigest()
LIMITS = Limits(pause=0.01, retries=2)


@pytest.fixture
def bucket():
    """A folder in fsspec's own storage in memory."""
    name = f"/{uuid.uuid4().hex}"
    system = fsspec.filesystem("memory")
    system.mkdir(name)
    yield name
    system.rm(name, recursive=True)


@pytest.fixture
def fetcher():
    with Fetcher(LIMITS) as fetcher:
        yield fetcher


def put(bucket, name, content):
    fsspec.filesystem("memory").pipe(f"{bucket}/{name}", content)
    return f"memory:/{bucket}/{name}"


def test_a_recording_in_a_storage_arrives_whole(bucket, fetcher, tmp_path):
    url = put(bucket, "The talk.MP3", SOUND)
    told = []
    found = fetcher.download(url, tmp_path, trusted=True, progress=lambda *far: told.append(far))
    assert (found.path, found.length, found.sha256) == (tmp_path / "The talk.mp3", len(SOUND), SHA256)
    assert found.path.read_bytes() == SOUND
    assert told == [(1_048_576, len(SOUND)), (2_097_152, len(SOUND)), (len(SOUND), len(SOUND))]
    assert [path.name for path in tmp_path.iterdir()] == ["The talk.mp3"]


def test_what_has_not_changed_in_it_does_not_come_again(bucket, fetcher, tmp_path):
    url = put(bucket, "talk.mp3", SOUND)
    known = fetcher.download(url, tmp_path, trusted=True).validators
    assert fetcher.download(url, tmp_path, known=known, trusted=True).unchanged
    put(bucket, "talk.mp3", b"new")
    assert fetcher.download(url, tmp_path, known=known, trusted=True).path.read_bytes() == b"new"
    text = put(bucket, "talk.txt", b"text")
    known = fetcher.get(text, trusted=True).validators
    assert fetcher.get(text, known=known, trusted=True).unchanged


def test_a_document_in_it_is_read_within_the_limit(bucket, fetcher, tmp_path):
    url = put(bucket, "talk.vtt", b"WEBVTT")
    found = fetcher.download(url, tmp_path, anything=True, trusted=True)
    assert (found.content, found.name, found.path) == (b"WEBVTT", "talk.vtt", None)
    assert fetcher.get(url, trusted=True).content == b"WEBVTT"
    with Fetcher(dataclasses.replace(LIMITS, document=5, recording=5)) as limited:
        with pytest.raises(TooLarge, match="more than 5 bytes"):
            limited.get(url, trusted=True)
        with pytest.raises(TooLarge):
            limited.download(url, tmp_path, trusted=True)


def test_a_transfer_that_breaks_off_goes_on_where_it_was(bucket, fetcher, tmp_path, monkeypatch):
    url = put(bucket, "talk.mp3", SOUND)
    begun = []

    def read(file, size=-1):
        begun.append(file.tell())
        if len(begun) == 2:
            raise OSError("connection lost")
        return io.BytesIO.read(file, size)

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFile.read", read, raising=False)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256
    assert begun == [0, 1_048_576, 1_048_576, 2_097_152, len(SOUND)]


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("memory:///no/such.mp3", Gone, "there is no such file"),
        ("memory:///", FetchError, "is a folder"),
        ("nonsense://x/y.mp3", FetchError, "is not an address that can be fetched"),
    ],
)
def test_what_cannot_be_had_from_it_is_one_line(fetcher, tmp_path, url, error, message):
    with pytest.raises(error, match=message) as caught:
        fetcher.download(url, tmp_path, trusted=True)
    assert str(caught.value).startswith(f"{url}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["s3://bucket/talk.mp3", "file:///etc/passwd", "memory://x", "ftp://127.0.0.1/x"]
)
def test_a_storage_is_for_the_user_to_name_not_for_a_feed(fetcher, tmp_path, url):
    for ask in (fetcher.get, lambda url: fetcher.download(url, tmp_path)):
        with pytest.raises(PrivateAddress, match="is not an address on the web; add --allow-private"):
            ask(url)


def test_without_the_extra_the_line_names_it(fetcher, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(FetchError, match=r"pip install it, or 'airquote\[remote\]'"):
        fetcher.get("s3://bucket/talk.mp3", trusted=True)
