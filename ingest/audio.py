"""Audio: any recording as 16 kHz mono samples whose times are those a player shows.

PyAV brings libav's decoders along, so no program has to be installed. Packets are decoded one by
one: a damaged one costs its own few milliseconds and not the rest of the file, and what is missing
between two timestamps becomes silence, so that no later word is early (timeline.py). Duration is
always the decoded one, since the header was wrong in 29 of 540 real files.

The decoded sound lies in a temporary file without a name, 16 bit: ten hours are 1.15 GB on the disk and
nothing in memory, and the file is gone however the process ends. Decoding, hashing, speech detection and
recognition all read and write it piece by piece.

Given up: bytes cut out of an MP3 leave no trace of how much is gone; what follows is early by that
much, in players too.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import SEEK_END, SEEK_SET, FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition

from ingest.errors import AudioError
from ingest.run import SAMPLE_RATE
from ingest.timeline import EXACT, JITTER, Timeline

__all__ = ["SAMPLE_RATE", "Recording", "load_audio", "open_container"]

FULL_SCALE = 32767  # the 16-bit sample that stands for 1.0
SAMPLE_BYTES = 2
MAX_READ_FAILURES = 8  # in a row, before the rest of a file is given up
FRAME_STREAMS = ("mp3", "aac", "ac3", "eac3")  # formats without timestamps: libav counts frames
PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]")

# What libav raises on damaged and hostile files; EOFError and UnicodeDecodeError were seen too.
_DAMAGE = (av.error.FFmpegError, ValueError, OSError, EOFError)


class Recording:
    """A decoded recording: 16 kHz, mono, from the moment a player calls 0:00; closed after use.

    sha256           of the sound, 16 bit, in hexadecimal: the same after a re-tag or remux
    header_duration  seconds that the file claims, None when it does not say
    warnings         one line each, for people
    """

    def __init__(self) -> None:
        self.header_duration: float | None = None
        self.warnings: tuple[str, ...] = ()
        self._file = tempfile.TemporaryFile(prefix="airquote-")  # noqa: SIM115, closed by close()
        self._count = 0
        self._hash = hashlib.sha256()

    @classmethod
    def of(cls, samples: np.ndarray) -> Self:
        """A recording of samples at hand: float32, mono, 16 kHz, -1 to 1."""
        recording = cls()
        recording.write(samples)
        return recording

    @property
    def duration(self) -> float:
        """Seconds that were decoded, gaps included."""
        return self._count / SAMPLE_RATE

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def read(self, start: float = 0.0, end: float | None = None) -> np.ndarray:
        """The samples between two times in seconds, float32, -1 to 1; what lies outside is left out."""
        last = self._count if end is None else min(self._count, round(end * SAMPLE_RATE))
        first = max(0, round(start * SAMPLE_RATE))
        self._file.seek(first * SAMPLE_BYTES)
        content = self._file.read(max(0, last - first) * SAMPLE_BYTES)
        return np.frombuffer(content, "<i2").astype(np.float32) / FULL_SCALE

    def write(self, samples: np.ndarray) -> None:
        """Add samples at the end.

        raises  AudioError when the disk is full
        """
        content = np.round(np.clip(samples, -1.0, 1.0) * FULL_SCALE).astype("<i2").tobytes()
        try:
            self._file.seek(0, SEEK_END)
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            raise AudioError(
                f"its decoded sound does not fit into {tempfile.gettempdir()} after {self.duration:.0f} s "
                f"({error.strerror}; 115 MB an hour); make room, or set TMPDIR to another folder"
            ) from error
        self._count += len(samples)
        self._hash.update(content)

    def close(self) -> None:
        """Give the disk its space back; happens by itself when nothing refers to the recording."""
        if hasattr(self, "_file"):  # an interrupt may come before there is one
            self._file.close()

    __del__ = close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load_audio(path: str | Path) -> Recording:
    """Decode a file's best audio stream.

    raises  AudioError when there is no such file, no sound can be had from it, or the disk is full
    """
    path = Path(path)
    head = _read_head(path)
    recording = Recording()
    try:
        _decode_into(recording, path, head)
    except BaseException:
        recording.close()
        raise
    return recording


def _decode_into(recording: Recording, path: Path, head: bytes) -> None:
    with open_container(path, head) as container:
        stream = container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise AudioError(f"{path}: {_describe(head, 'there is no audio stream in it')}")
        decoder = _Decoder(container, stream, recording)
        try:
            decoder.decode()
        except AudioError as error:
            raise AudioError(f"{path}: {error}") from error
        recording.header_duration = _header_duration(container, stream)
    if not recording.duration:
        raise AudioError(f"{path}: {_describe(head, 'nothing of its audio stream can be decoded')}")
    recording.warnings = decoder.warnings + _truncation(recording.header_duration, recording.duration)


@contextmanager
def open_container(path: Path, head: bytes = b"") -> Iterator[InputContainer]:
    """Let libav read this file and no other, whatever a hostile one refers to.

    head    its first bytes, by which a fault is explained
    raises  AudioError when it cannot be read, now or while it is open
    """
    try:
        options = {"protocol_whitelist": "none"}
        with _File(path) as file, av.open(file, metadata_errors="replace", options=options) as container:
            yield container
    except _DAMAGE as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise AudioError(f"{path}: {_describe(head, f'it cannot be read as audio ({reason})')}") from error


class _Decoder:
    """Decodes one stream onto a timeline that starts at the container's first moment."""

    def __init__(self, container: InputContainer, stream: AudioStream, recording: Recording) -> None:
        self.container = container
        self.stream = stream
        self.timeline = Timeline(recording.write)
        self.origin: Fraction | None = None  # what the stream's clock shows at 0:00
        self.damaged = 0
        self.doubtful = 0  # damaged packets since the last good one
        self.broke_off = False
        self.good = self.good_bytes = 0  # packets that decoded, and their size

    def decode(self) -> None:
        """Write everything that can be decoded."""
        for packet in self._packets():
            try:
                frames = packet.decode()
            except _DAMAGE:
                self.doubtful += 1
                self.timeline.shift += self._swallowed(packet)
                continue
            self.good += 1
            self.good_bytes += packet.size
            for frame in frames:
                assert isinstance(frame, AudioFrame)
                self.timeline.add(frame, self._time(frame), EXACT if self.doubtful else JITTER)
                self.damaged += self.doubtful
                self.doubtful = 0
        self.timeline.finish()

    def _time(self, frame: AudioFrame) -> float | None:
        """When the frame sounds. In a file without pictures 0:00 is the first sound that decodes."""
        if frame.pts is None or frame.time_base is None:
            return None
        at = frame.pts * frame.time_base
        if self.origin is None:
            starts = _start_times(self.container, self.stream)
            self.origin = min(starts) if starts and (len(starts) > 1 or self.doubtful) else at
        return float(at - self.origin)

    def _swallowed(self, packet: Packet[AudioStream]) -> float:
        """Seconds in a damaged packet beyond its own duration.

        Where frames are only counted, the parser runs on to the next header and calls that one frame.
        """
        if self.container.format.name not in FRAME_STREAMS or not self.good_bytes:
            return 0.0
        frames = round(packet.size * self.good / self.good_bytes)
        return max(0, frames - 1) * float((packet.duration or 0) * (packet.time_base or 0))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a listener should know, known after decoding."""
        lines = []
        if self.damaged:
            lines.append(f"{self.damaged} damaged piece(s) were skipped")
        if self.timeline.filled > JITTER:
            lines.append(
                f"{self.timeline.filled:.2f} s missing at {self.timeline.gaps} place(s): silence instead"
            )
        if self.timeline.restarts:
            lines.append(f"its clock jumps {self.timeline.restarts} time(s): the pieces are put end to end")
        if self.broke_off:
            lines.append(f"the file cannot be read beyond {self.timeline.end:.1f} s")
        return tuple(lines)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        """The stream's packets; a demuxer that stumbles gets another try from where it stands."""
        failures = 0
        while failures < MAX_READ_FAILURES:
            try:
                for packet in self.container.demux(self.stream):
                    yield packet
                    failures = 0
                return
            except _DAMAGE:
                failures += 1
                self.doubtful += 1
        self.broke_off = True


class _File(FileIO):
    """A file for libav, which now and then seeks before the start of a damaged one."""

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except OSError:
            return -1


def _start_times(container: InputContainer, stream: AudioStream) -> list[Fraction]:
    """Seconds on the container's clock at which the stream and the pictures beside it start.

    A cover picture is a video stream to libav but has no say in this.
    """
    starts = []
    for each in container.streams:
        moving = each.type == "video" and not each.disposition & Disposition.attached_pic
        if (each is stream or moving) and each.start_time is not None and each.time_base is not None:
            starts.append(each.start_time * each.time_base)
    return starts


def _header_duration(container: InputContainer, stream: AudioStream) -> float | None:
    if container.duration is not None and container.duration > 0:
        return float(container.duration / av.time_base)
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    return None


def _truncation(header_duration: float | None, held: float) -> tuple[str, ...]:
    if header_duration is None or header_duration - held <= max(1.0, 0.02 * header_duration):
        return ()
    return (f"the file says {header_duration:.1f} s but holds {held:.1f} s: it may be truncated",)


def _read_head(path: Path) -> bytes:
    """The first bytes of a file, once it is sure that there are any.

    raises  AudioError when it is missing, empty, no file, a playlist, or may not be read
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError as error:
        raise AudioError(f"{path}: there is no such file") from error
    except IsADirectoryError as error:
        raise AudioError(f"{path}: this is a folder; name the recordings in it") from error
    except PermissionError as error:
        raise AudioError(f"{path}: this account may not read it; change its permissions") from error
    except (OSError, ValueError) as error:
        raise AudioError(f"{path}: it cannot be opened ({error})") from error
    if not head:
        raise AudioError(f"{path}: the file is empty (0 bytes); fetch it again")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(PLAYLISTS):
        raise AudioError(f"{path}: this is a playlist, not audio; name the recordings it lists")
    return head


def _describe(head: bytes, fault: str) -> str:
    """The fault with its remedy, or that this is a web page, which explains any fault."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<rss")):
        return "this is a web page, not audio; download the recording that it shows"
    return f"{fault}; fetch it again, or name another file"
