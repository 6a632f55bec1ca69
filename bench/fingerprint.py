"""Is a recording recognised after it was encoded anew, and no other taken for it? Tables, by trial.

    python bench/fingerprint.py [FOLDER ...] [--encoded 60] [--speed]

Clips: those of the tests and the demonstration, every recording below the folders, and, where the programs
flite and espeak-ng are installed, sentences read by their voices: the same voice with other words, and the
same words in other voices. Which of them are the same recording is told by their samples: a correlation of
0.9 and more, at any shift.

Three ways to compare:

    bits      ours, ingest/fingerprint.py
    envelope  the level of four bands in steps of 3 dB, four times a second; 1 - their correlation
    chroma    Chromaprint's fpcalc, where it is installed; the share of bits that differ

Deterministic, but for the codecs' own versions. --speed measures instead: 10,000 known clips, and ten hours.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

import av
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest import fingerprint as fp  # noqa: E402
from ingest.audio import Recording, load_audio  # noqa: E402
from ingest.errors import AudioError  # noqa: E402
from ingest.run import SAMPLE_RATE as RATE  # noqa: E402

OWN = (ROOT / "tests/data/miniature-whisper/clips", ROOT / "clips")
SENTENCES = ROOT / "tests/data/miniature-whisper/sentences.txt"
VOICES = {"flite": ("rms", "slt", "awb", "kal16"), "espeak-ng": ("en-us", "en-gb+f2")}
READINGS = 40  # by each voice
LONGEST = 60  # seconds of a clip that are encoded
NEAR = 10.0  # seconds by which the lengths of two clips may differ for them to be compared

# codec, ending, sampling rate, channels, bit/s, gain, silence before and behind in seconds
WAYS: dict[str, tuple[str, str, int, str, int, float, float, float]] = {
    "MP3 128k stereo": ("libmp3lame", ".mp3", 44_100, "stereo", 128_000, 1, 0, 0),
    "MP3 64k": ("libmp3lame", ".mp3", 44_100, "mono", 64_000, 1, 0, 0),
    "MP3 32k 22 kHz": ("libmp3lame", ".mp3", 22_050, "mono", 32_000, 1, 0, 0),
    "MP3 16k 16 kHz": ("libmp3lame", ".mp3", 16_000, "mono", 16_000, 1, 0, 0),
    "Opus 64k": ("libopus", ".opus", 48_000, "stereo", 64_000, 1, 0, 0),
    "Opus 16k": ("libopus", ".opus", 48_000, "mono", 16_000, 1, 0, 0),
    "AAC 64k": ("aac", ".m4a", 44_100, "stereo", 64_000, 1, 0, 0),
    "telephone, 8 kHz": ("pcm_mulaw", ".wav", 8_000, "mono", 0, 1, 0, 0),
    "22 kHz, 20 dB quieter": ("pcm_s16le", ".wav", 22_050, "stereo", 0, 0.1, 0, 0),
    "MP3 64k, 10 dB louder, clipped": ("libmp3lame", ".mp3", 44_100, "mono", 64_000, 3, 0, 0),
    "Opus 24k, 3.1 s before": ("libopus", ".opus", 48_000, "mono", 24_000, 1, 3.1, 0),
    "AAC 64k, 7.6 s before": ("aac", ".m4a", 44_100, "mono", 64_000, 1, 7.63, 0),
    "MP3 64k, 5.3 s behind": ("libmp3lame", ".mp3", 44_100, "mono", 64_000, 1, 0, 5.3),
}
TRIMMED, TWICE = "MP3 64k, silence cut off", "AAC 48k, Opus 24k, MP3 48k in turn"


def encode(
    samples: np.ndarray, folder: Path, way: tuple[str, str, int, str, int, float, float, float]
) -> Path:
    """Write samples the given way."""
    codec, ending, rate, layout, bit_rate, gain, before, behind = way
    samples = np.pad(np.clip(samples * gain, -1, 1), (int(before * RATE), int(behind * RATE)))
    path = folder / f"clip{ending}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        size = stream.codec_context.frame_size or 1024
        cutter = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=size)
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for part in [*cutter.resample(frame), *cutter.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def decode(path: Path) -> np.ndarray:
    with load_audio(path) as recording:
        return recording.read()


def encode_all(samples: np.ndarray, folder: Path) -> Iterator[tuple[str, Path]]:
    for name, way in WAYS.items():
        yield name, encode(samples, folder, way)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    cut = samples[max(0, loud[0] - RATE // 20) : loud[-1] + RATE // 20]
    yield TRIMMED, encode(cut, folder, WAYS["MP3 64k"])
    once = decode(encode(samples, folder, ("aac", ".m4a", 44_100, "mono", 48_000, 1, 0, 0)))
    twice = decode(encode(once, folder, ("libopus", ".opus", 48_000, "mono", 24_000, 0.5, 1.27, 0)))
    yield TWICE, encode(twice, folder, ("libmp3lame", ".mp3", 22_050, "mono", 48_000, 1, 0, 2))


# The three ways to compare: what is kept of a clip, and how much two differ, 0 to 1 and more.


def keep_bits(samples: np.ndarray, path: Path) -> fp.Fingerprint:
    return fp.make_fingerprint(Recording.of(samples))


def compare_bits(one: fp.Fingerprint, other: fp.Fingerprint) -> float:
    match = fp.Fingerprints([("", one)]).find(other)
    return match.difference if match else 1.0


def keep_envelope(samples: np.ndarray, path: Path) -> np.ndarray:
    """The levels of four bands in a window of half a second, every quarter, 0 to 15 in steps of 3 dB."""
    powers = fp._measure(Recording.of(samples))
    size = len(powers) // 4 * 4
    power = powers[:size].reshape(size // 4, 4, 4, -1).sum((1, 3)) + 1e-12
    power = np.concatenate([power, power[-1:]])
    power = power[:-1] + power[1:]
    loud = np.sort(power.sum(1))[int(0.95 * len(power))]
    return np.round(np.clip((10 * np.log10(power / loud) + 45) / 3, 0, 15))


def compare_envelope(one: np.ndarray, other: np.ndarray) -> float:
    """1 - the correlation at the best shift within NEAR, in quarters of a step, of where either has sound."""
    size = 1 << (len(one) + len(other) + 200).bit_length()
    spectra = [np.fft.rfft(each - each.mean(0), size, axis=0) for each in (one, other)]
    shifts = np.arange(-int(4 * NEAR), int(4 * NEAR) + 1)
    shift = shifts[np.fft.irfft(spectra[1] * spectra[0].conj(), size, axis=0).sum(1)[shifts].argmax()]
    best = 2.0
    for quarter in range(-4, 5):
        whole, part = divmod(4 * shift + quarter, 4)
        begin, end = min(0, -whole - 1), max(len(one), len(other) - whole)
        a, b, c = np.zeros((3, end - begin, 4))
        a[-begin : len(one) - begin] = one
        b[-whole - begin : len(other) - whole - begin] = other
        c[-whole - 1 - begin : len(other) - whole - 1 - begin] = other
        pair = np.stack([a, b + (c - b) * part / 4])[:, (a + b).any(1)]
        pair -= pair.mean(1, keepdims=True)
        norm = np.sqrt((pair[0] ** 2).sum() * (pair[1] ** 2).sum())
        best = min(best, 1 - (pair[0] * pair[1]).sum() / norm) if norm else best
    return float(best)


def keep_chroma(samples: np.ndarray, path: Path) -> np.ndarray:
    done = subprocess.run(["fpcalc", "-raw", "-length", "0", str(path)], capture_output=True, text=True)
    numbers = done.stdout.partition("FINGERPRINT=")[2].split(",")
    return np.array([int(n) for n in numbers if n.strip()], np.uint32)


def compare_chroma(one: np.ndarray, other: np.ndarray) -> float:
    """The share of bits that differ at the best shift within NEAR; what lies outside differs by half."""
    best = 1.0
    for shift in range(-int(8 * NEAR), int(8 * NEAR) + 1):
        a, b = one[max(0, -shift) :], other[max(0, shift) :]
        size = min(len(a), len(b))
        if size >= 8:
            differing = np.bitwise_count(a[:size] ^ b[:size]).sum() / 32
            outside = max(len(one), len(other)) - size
            best = min(best, float(differing + outside / 2) / (size + outside))
    return best


METHODS: dict[str, tuple[Callable, Callable, float]] = {
    "bits": (keep_bits, compare_bits, 0.99),  # find() has limits of its own
    "envelope": (keep_envelope, compare_envelope, 0.15),
    "chroma": (keep_chroma, compare_chroma, 0.25),
}


def collect(folders: list[Path], scratch: Path) -> dict[str, np.ndarray]:
    """The samples of each clip by its name."""
    clips = {}
    for folder in [*OWN, *folders]:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix.lower() not in (
                ".txt",
                ".json",
                ".yml",
                ".csv",
                ".md",
                ".html",
            ):
                try:
                    clips[str(path.relative_to(folder.parent))] = decode(path)
                except AudioError:
                    continue
    chance = random.Random(1)
    sentences = SENTENCES.read_text("utf-8").splitlines()
    texts = [" ".join(chance.sample(sentences, chance.randint(2, 6))) for _ in range(READINGS)]
    for program, voices in VOICES.items():
        if not shutil.which(program):
            print(f"{program} is not installed: nothing is read by its voices")
            continue
        for voice in voices:
            for number, text in enumerate(texts):
                clips[f"{voice} reads {number}"] = speak(program, voice, text, scratch / "speech.wav")
    return clips


def speak(program: str, voice: str, text: str, path: Path) -> np.ndarray:
    options = ["-voice", voice, "-t", text, "-o"] if program == "flite" else ["-v", voice, text, "-w"]
    subprocess.run([program, *options, str(path)], check=True, capture_output=True)
    return decode(path)


def are_same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the samples, here below 1 kHz, are those of one recording, whatever silence is around it."""
    one, other = (each[: len(each) // 8 * 8].reshape(-1, 8).mean(1) for each in (one, other))
    size = 1 << (len(one) + len(other)).bit_length()
    product = np.fft.rfft(one, size) * np.fft.rfft(other, size).conj()
    norm = np.sqrt((one**2).sum() * (other**2).sum())
    return bool(norm and np.abs(np.fft.irfft(product, size)).max() / norm >= 0.9)


def alter(clips: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Pairs that are not the same recording, though much in them is; each of the second encoded anew."""
    chance = random.Random(3)
    long = [name for name, samples in clips.items() if 12 * RATE < len(samples) < 100 * RATE]
    chance.shuffle(long)
    jingle = clips[min(clips)][: 5 * RATE]
    for name, other in pairwise(long[:41]):
        samples = clips[name]
        size = len(samples)
        at = chance.randrange(size // 4, size // 2)
        for seconds in (1, 2, 3, 5):
            piece = seconds * RATE
            yield f"without its first {seconds} s", samples, samples[piece:]
            yield f"without {seconds} s in the middle", samples, np.delete(samples, slice(at, at + piece))
            replaced = samples.copy()
            replaced[at : at + piece] = np.resize(clips[other], size)[at : at + piece]
            yield f"{seconds} s in the middle replaced", samples, replaced
        yield "half of it", samples, samples[: size // 2]
        yield "another clip behind it", samples, np.concatenate([samples, clips[other]])
        same_length = np.resize(clips[other], size)
        yield (
            "the same 5 s, then another clip",
            *(np.concatenate([jingle, s]) for s in (samples, same_length)),
        )
        yield (
            "the same 5 s before and behind",
            *(np.concatenate([jingle, s[: 10 * RATE], jingle]) for s in (samples, same_length)),
        )
    noises = np.random.default_rng(0)
    for loud in (0.001, 0.01, 0.1) * 5:
        yield "noise and other noise", *(noises.normal(0, loud, (2, 20 * RATE)).clip(-1, 1))
    times = np.arange(20 * RATE) / RATE
    tones = [0.3 * np.sin(2 * np.pi * pitch * times) for pitch in (100, 440, 1000, 1005)]
    yield from (("a tone and another", *pair) for pair in combinations(tones, 2))
    yield "silence and silence", np.zeros(20 * RATE), np.zeros(20 * RATE)


def tell_different(clips: dict[str, np.ndarray], methods: list[str], scratch: Path) -> None:
    """Compare each clip with each other of about its length."""
    kept: dict[str, dict[str, object]] = {method: {} for method in methods}
    for name, samples in clips.items():
        path = encode(samples, scratch, ("pcm_s16le", ".wav", RATE, "mono", 0, 1, 0, 0))
        for method in methods:
            kept[method][name] = METHODS[method][0](samples, path)
    near = [(a, b) for a, b in combinations(clips, 2) if abs(len(clips[a]) - len(clips[b])) <= NEAR * RATE]
    same = {pair for pair in near if are_same(*(clips[name] for name in pair))}
    audible = {name for name, samples in clips.items() if is_audible(samples)}
    print(f"\n{len(clips)} clips, {len(audible)} of them with three seconds of sound")
    print(f"{len(near)} pairs of about the same length, {len(same)} of them the same")
    print("in brackets: where both have three seconds of sound\n")
    print(f"{'method':10} {'false matches':>16} {'missed':>16}   the nearest that are not the same")
    for method in methods:
        _, compare, limit = METHODS[method]
        values = {pair: compare(*(kept[method][name] for name in pair)) for pair in near}
        others = sorted((value, pair) for pair, value in values.items() if pair not in same)
        wrong = [pair for value, pair in others if value <= limit]
        missed = [pair for pair in sorted(same) if values[pair] > limit]
        counts = [f"{len(found)} ({sum(audible.issuperset(p) for p in found)})" for found in (wrong, missed)]
        value, pair = next(each for each in others if audible.issuperset(each[1]))
        print(f"{method:10} {counts[0]:>16} {counts[1]:>16}   {value:.3f} {' / '.join(pair)}")
        if method == "bits":
            for what, pairs in (("false", wrong), ("missed", missed)):
                print("".join(f"    {what}: {' / '.join(pair)}\n" for pair in pairs), end="")


def is_audible(samples: np.ndarray) -> bool:
    return len(samples) >= 3 * RATE and bool(np.sqrt((samples**2).mean()) > 0.001)


def tell_same(clips: dict[str, np.ndarray], methods: list[str], count: int, scratch: Path) -> None:
    """Encode clips anew in each of the ways, and compare them with what they were."""
    chance = random.Random(2)
    names = chance.sample(sorted(clips), min(count, len(clips)))
    found: dict[tuple[str, str], list[float]] = {}
    for name in names:
        samples = clips[name][: LONGEST * RATE]
        path = encode(samples, scratch, ("pcm_s16le", ".wav", RATE, "mono", 0, 1, 0, 0))
        before = {method: METHODS[method][0](samples, path) for method in methods}
        for way, path in encode_all(samples, scratch):
            again = decode(path)
            for method in methods:
                keep, compare, limit = METHODS[method]
                value = compare(before[method], keep(again, path))
                found.setdefault((way, method), []).append(value)
                if value > limit and method == "bits":
                    print(f"    missed: {name}, {way}")
    print(f"\n{len(names)} clips encoded anew: missed; the median difference\n")
    print(f"{'':36}" + "".join(f"{method:>16}" for method in methods))
    for way in dict.fromkeys(way for way, _ in found):
        cells = [(found[way, method], METHODS[method][2]) for method in methods]
        print(
            f"{way:36}"
            + "".join(f"{sum(v > limit for v in vs):9} {np.median(vs):6.3f}" for vs, limit in cells)
        )


def tell_altered(clips: dict[str, np.ndarray], methods: list[str], scratch: Path) -> None:
    """Compare clips with what is nearly the same."""
    found: dict[tuple[str, str], list[bool]] = {}
    for what, one, other in alter(clips):
        way = ("libmp3lame", ".mp3", 44_100, "mono", 64_000, 1, 0, 0)
        paths = [scratch / "one.mp3", scratch / "other.mp3"]
        for samples, path in zip((one, other), paths, strict=True):
            encode(samples, scratch, way).replace(path)
        for method in methods:
            keep, compare, limit = METHODS[method]
            value = compare(keep(one, paths[0]), keep(decode(paths[1]), paths[1]))
            found.setdefault((what, method), []).append(value <= limit)
    print("\nnearly the same: how many are taken for the same\n")
    print(f"{'':36}" + "".join(f"{method:>16}" for method in methods))
    for what in dict.fromkeys(what for what, _ in found):
        cells = [found[what, method] for method in methods]
        print(f"{what:36}" + "".join(f"{sum(cell):9} of {len(cell):3}" for cell in cells))


def measure_speed() -> None:
    """10,000 known clips of four minutes, all of one length; and ten hours."""
    chance = np.random.default_rng(0)
    known = [
        (str(n), fp.Fingerprint((chance.integers(0, 128, 3840, np.uint8) | fp.SOUND).tobytes()))
        for n in range(10_000)
    ]
    began = time.perf_counter()
    shelf = fp.Fingerprints(known)
    print(f"10,000 put together in {time.perf_counter() - began:.2f} s")
    for number in (17, 4711):
        began = time.perf_counter()
        match = shelf.find(known[number][1])
        print(f"one compared with them in {time.perf_counter() - began:.2f} s: {match}")
    for hours in (0.1, 1, 10):
        recording = Recording()
        for _ in range(int(hours * 60)):
            recording.write(chance.normal(0, 0.1, 60 * RATE).astype(np.float32) * chance.random(60 * RATE))
        began = time.perf_counter()
        text = fp.format_fingerprint(fp.make_fingerprint(recording))
        print(f"{hours} h: {time.perf_counter() - began:.1f} s, {len(text)} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, help="more recordings")
    parser.add_argument("--encoded", type=int, default=60, help="how many clips are encoded anew")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        measure_speed()
        return
    methods = [method for method in METHODS if method != "chroma" or shutil.which("fpcalc")]
    with tempfile.TemporaryDirectory(prefix="airquote-bench-") as folder:
        scratch = Path(folder)
        clips = {k: v for k, v in collect(options.folders, scratch).items() if RATE <= len(v) <= 300 * RATE}
        tell_different(clips, methods, scratch)
        loud = {name: samples for name, samples in clips.items() if is_audible(samples)}
        tell_altered(loud, methods, scratch)
        tell_same(loud, methods, options.encoded, scratch)


if __name__ == "__main__":
    main()
