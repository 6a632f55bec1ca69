"""The site fixture: a small archive, written and built the way every archive is, and Datasette on it."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from hypothesis import settings
from web import Web, serve

from ingest.archive import FILE, draft_archive, rebuild
from ingest.chapters import Chapter
from ingest.facts import Facts, Speaker
from ingest.peaks import format_peaks
from ingest.published import Published
from ingest.run import Run
from ingest.script import Turn
from ingest.segment import Segment, segment_turns
from ingest.speakers.people import People
from ingest.transcript import Clip, Transcript, save_new
from ingest.words import Word, split_words

WEATHER = "2024-06-01-weather"
PUBLISHED = [
    "The harbour office expects strong wind from the west <today>.",
    "Boats under ten metres should stay in port until Tuesday.",
    "The next forecast follows at noon.",
    "This forecast was written by the harbour office.",  # nobody says it
]
BROADCAST = [
    "The harbour office expects strong wind from the far <north> <today>.",
    "Good luck to all of you out there.",  # nobody wrote it
    "Boats under ten metres should stay in port until Wednesday evening.",
    "The next forecast follows at noon.",
]

WORD = 0.4  # seconds that each word of the made clips lasts
PAUSE = 0.2  # seconds between two of their sentences

HARBOUR = "2024-03-05-harbour-talk"
COOPERATION = "cooperation-is-key"
CHINESE = "2025-jingshuizhan"
ARABIC = "2019-05-akhbar"
SILENT = "2013-minutes"

PEAKS = bytes([0, 42, 7, 100] * 56)  # of the harbour talk, a tenth of a second each

HARBOUR_TEXT = [
    ("Clara Benning", "Good morning, and welcome to the harbour."),  # 0.0
    ("Clara Benning", "Today we ask about ballistic missile"),  # 3.0
    ("Thomas Okoro", "Defense is a well-known word, but the tide is mine."),  # 5.6
    ("Thomas Okoro", "The minister’s friend said that naïve café owners like AT&T & C++."),  # 9.8
    ("Clara Benning", "So the tide waits for the sluice."),  # 14.4
    ("Thomas Okoro", "Nobody can wait for the tide at the old pier."),  # 17.4, ends at 21.4
]


def time_text(lines: list[tuple[str, str]]) -> tuple[Segment, ...]:
    """Give each word WORD seconds, and each sentence a PAUSE behind it."""
    segments, clock = [], 0.0
    for speaker, text in lines:
        start, words = clock, []
        for word in split_words(text):
            words.append(Word(word, round(clock, 2), round(clock + WORD, 2), 0.9))
            clock += WORD
        segments.append(Segment(round(start, 2), round(clock, 2), text, speaker, tuple(words)))
        clock += PAUSE
    return tuple(segments)


def make_transcript(clip_id: str, facts: Facts, lines: list[tuple[str, str]], **values: Any) -> Transcript:
    """A clip as `ingest` would have written it after one run."""
    segments = time_text(lines)
    duration = segments[-1].end + 1
    run = Run(
        engine=values.pop("engine", "whisper"), version="20250625", model=values.pop("model", "base"),
        checkpoint_sha256="", language=facts.language, duration=duration,
        speech=tuple((s.start, s.end) for s in segments),
        words=tuple(word for s in segments for word in s.words),
    )  # fmt: skip
    return Transcript(Clip(clip_id, facts, duration=duration, **values), segments, {1: run})


def make_differing() -> Transcript:
    """A clip whose published text and recording differ in four places."""
    facts = Facts(
        title="Weather for the Harbour", date="2024-06-01", programme="Weather", language="en",
        broadcaster="Radio Port Ansgar", speakers=(Speaker("Clara Benning", part="voice"),),
    )  # fmt: skip
    heard = make_transcript(WEATHER, facts, [("Clara Benning", text) for text in BROADCAST],
                            audio="clips/weather.wav", text_from="script")  # fmt: skip
    segments, _ = segment_turns([Turn(" ".join(PUBLISHED), "Clara Benning")], heard.runs[1])
    return replace(heard, segments=tuple(segments))


def write_wav(path: Path, seconds: float) -> None:
    """A quiet recording of the given length: 8 kHz, 16 bit, mono."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x01\x00\xff" * int(seconds * 4000))


def encode(samples: Any, path: Path, codec: str, rate: int, layout: str = "mono", bit_rate: int = 0) -> Path:
    """Write a sound, 16 kHz, float32, -1 to 1, with one of PyAV's encoders."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        size = stream.codec_context.frame_size or 1024
        cutter = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=size)
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, 0, Fraction(1, 16_000)
        for part in [*cutter.resample(frame), *cutter.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def make_clips() -> list[Transcript]:
    return [
        make_transcript(
            HARBOUR,
            Facts(
                title="Harbour Talk: Why the Tide Waits", date="2024-03-05", programme="The Morning Tide",
                broadcaster="Radio Port Ansgar", language="en", summary="A talk about <water> & time.",
                speakers=(
                    Speaker("Clara Benning", "Presenter, The Morning Tide", "host"),
                    Speaker("Thomas Okoro", "Keeper of the Tide Records", "guest"),
                ),
                note="Invented, for tests", rights="CC0 1.0", page_url="https://radio.example/harbour",
            ),
            HARBOUR_TEXT, audio="clips/harbour.wav", text_from="machine",
        ),
        make_transcript(
            COOPERATION,
            Facts(
                title="Cooperation Is Key", programme="Editorials", broadcaster="Voice of America",
                language="en",
                speakers=(Speaker("Frank Rose", "U.S. Deputy Assistant Secretary", "quoted"),),
            ),
            [
                ("", "The threat to the U.S. grows, said Frank Rose."),
                ("", "“We will strengthen missile defense with the minister.”"),
            ],
            audio="clips/missing.mp3", text_from="script", engine="pocketsphinx", model="",
        ),
        make_transcript(
            CHINESE,
            Facts(
                title="新的净水站", date="2025", programme="港城新闻", broadcaster="安港广播电台",
                language="zh",
            ),
            [("", "海港城市安港今天启用了一座新的净水"), ("", "站每天供应12000吨饮用水，符合WHO的标准。")],
            audio="clips/chinese.wav", text_from="script",
        ),
        make_transcript(
            ARABIC,
            Facts(
                title="أخبار الميناء", date="2019-05", language="ar", broadcaster="إذاعة المرفأ",
                audio_url="https://radio.example/akhbar.mp3",
            ),
            [("", "صَباحُ الخَيْرِ مِنَ الميناء."), ("", "الحُكُومَةُ تُعْلِنُ عَنْ مَدْرَسَةٍ جديدة.")],
        ),
        make_transcript(
            SILENT,
            Facts(title="Minutes of the Committee?", date="2013~", language="en"),
            [("", "The committee met about the tide gauge.")], text_from="script", review="reviewed",
        ),
    ]  # fmt: skip


settings.register_profile("airquote", deadline=None)  # how fast something is, bench/ measures
settings.load_profile("airquote")


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of five clips; nobody may change it."""
    folder = tmp_path_factory.mktemp("archive")
    for transcript in make_clips():
        save_new(folder, transcript, None)
    write_wav(folder / "clips" / "harbour.wav", 22.4)
    write_wav(folder / "clips" / "chinese.wav", 20)
    (folder / "transcripts" / HARBOUR / "peaks.txt").write_text(format_peaks(PEAKS), "utf-8")
    assert rebuild(folder) == []
    return folder


@pytest.fixture(scope="session")
def differing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one clip whose text and recording differ; nobody may change it."""
    folder = tmp_path_factory.mktemp("differing")
    save_new(folder, make_differing(), Published(" ".join(PUBLISHED).encode()))
    write_wav(folder / "clips" / "weather.wav", 16)
    assert rebuild(folder) == []
    return folder


TIDES = "2024-06-02-tides"
LETTER = "1931-letter"


def make_exchanged() -> list[Transcript]:
    """A clip with all that other machines may be told, and a text whose times nobody knows."""
    facts = Facts(
        title="Tides & <b>Time</b>", date="2024-06-02", programme="The Morning Tide", language="en-GB",
        broadcaster="Radio Port Ansgar", summary="Why they rise.", rights="CC BY-SA 4.0",
        page_url="https://radio.example/tides", note="Invented, for tests",
        speakers=(
            Speaker("Clara Benning", "Presenter", "host"), Speaker("Ada Lind", "", "author"),
            Speaker("Thomas Okoro", "Keeper of the Tide Records", "quoted"),
        ),
    )  # fmt: skip
    lines = [("Clara Benning", "The tide is high."), ("", "So it was said, and nobody measured it.")]
    chapters = (Chapter(0.0, "High & low"), Chapter(1.8, "Measured"))
    tides = make_transcript(
        TIDES, facts, lines, audio="clips/tides.wav", audio_sha256="ab" * 32, text_from="script",
        chapters=chapters,
    )  # fmt: skip
    letter = make_transcript(
        LETTER, Facts(title="A letter", date="1931", language="en"), [("", "The harbour is closed.")],
        text_from="script", timed=False,
    )  # fmt: skip
    return [tides, letter]


@pytest.fixture(scope="session")
def exchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of five clips and these two, with a person whom Wikidata knows; nobody may change it."""
    folder = tmp_path_factory.mktemp("exchanged")
    (folder / "speakers.yml").write_text("- name: Clara Benning\n  wikidata: Q42\n  viaf: 123\n")
    for transcript in [*make_clips(), *make_exchanged()]:
        save_new(folder, transcript, None)
    for name, seconds in (("harbour", 22.4), ("chinese", 20), ("tides", 6.2)):
        write_wav(folder / f"clips/{name}.wav", seconds)
    assert rebuild(folder) == []
    return folder


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web server on the loopback; see web.py."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    web, server = serve(tmp_path_factory.mktemp("web"))
    yield web
    web.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(archive: Path) -> Iterator[str]:
    """Where the archive is served, for a browser."""
    from browsing import serve

    with serve(archive) as address:
        yield address


@pytest.fixture(scope="module")
def weather(differing: Path) -> Iterator[str]:
    """The address of the clip whose text and recording differ."""
    from browsing import serve

    with serve(differing) as address:
        yield f"{address}/clip/{WEATHER}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from browsing import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of which window.seeks holds where its recordings have been sought."""
    from browsing import LISTEN

    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script(LISTEN)
    yield context.new_page()
    context.close()


@pytest.fixture
async def site(archive: Path) -> Any:
    """Datasette on the archive, in process; `site.client` asks it."""
    return await open_site(archive)


async def open_site(archive: Path, metadata: dict[str, Any] | None = None, **settings: Any) -> Any:
    """Datasette with other metadata or settings; both lines of it take them differently."""
    import inspect

    both: dict[str, Any] = {"metadata": metadata or {}}
    if "config" in inspect.signature(Datasette.__init__).parameters:  # 1.0
        both["config"] = metadata or {}
    datasette = Datasette([str(archive / "archive.db")], settings=settings, **both)
    await datasette.invoke_startup()
    return datasette


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 3,000 short clips, over thirty years; nobody may change it."""
    folder = tmp_path_factory.mktemp("many")
    with draft_archive(folder / FILE, People()) as add:
        for number in range(3000):
            facts = Facts(
                title=f"Clip {number}", date=str(1990 + number % 30), programme=f"Programme {number % 3}",
                language="en", speakers=(Speaker("Clara Benning", "Presenter", "host"),
                                         Speaker(f"Ann Lee{number % 500}", "", "quoted")),
            )  # fmt: skip
            add(make_transcript(f"clip-{number}", facts, [("Clara Benning", "The tide.")]))
    return folder
