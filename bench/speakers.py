"""How many words get the right speaker from a diariser's turns? A table.

    python bench/speakers.py

The interview (93 s, two synthetic voices, exact times) with its transcript as it is committed, the names
taken off. The turns are the true ones; then with both ends of each off by 0.2 s (standard deviation), by
0.5 s, and with one turn in ten missing besides. A label means whoever says most of its words. Deterministic;
200 draws each.

Columns: share of the words with the right speaker, mean and worst of the draws; segments.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest.speakers.diarisation import apply_turns  # noqa: E402
from ingest.speakers.rttm import VoiceTurn  # noqa: E402
from ingest.transcript import load_transcript  # noqa: E402

CLIP = "2026-05-14-a-century-of-tides-read-by-hand"
TRUTH = ROOT / f"tests/data/truth/{CLIP}.json"
CASES = {"true turns": (0.0, 0.0), "ends off by 0.2 s": (0.2, 0.0), "ends off by 0.5 s": (0.5, 0.0),
         "… and one turn in ten missing": (0.5, 0.1)}  # fmt: skip
DRAWS = 200


def blur(turns: list[VoiceTurn], off: float, missing: float, chance: random.Random) -> list[VoiceTurn]:
    blurred = []
    for turn in turns:
        start = max(turn.start + chance.gauss(0, off), 0.0)
        end = turn.end + chance.gauss(0, off)
        if end > start and chance.random() >= missing:
            blurred.append(VoiceTurn(start, end, turn.label))
    return blurred


def main() -> None:
    given = load_transcript(ROOT / "transcripts" / CLIP).segments
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))["turns"]
    turns = [VoiceTurn(turn["start"], turn["end"], turn["speaker"].title()) for turn in truth]
    anonymous = [replace(segment, speaker="") for segment in given]
    right = [segment.speaker for segment in given for _ in segment.words]
    print(f"{'turns':32} {'mean':>8} {'worst':>8} {'segments':>9}")
    for name, (off, missing) in CASES.items():
        chance = random.Random(0)
        shares, counts = [], []
        for _ in range(DRAWS if off else 1):
            segments = apply_turns(anonymous, blur(turns, off, missing, chance))
            heard = [segment.speaker for segment in segments for _ in segment.words]
            pairs = Counter(zip(heard, right, strict=True))
            best = {voice: max(n for (v, _), n in pairs.items() if v == voice) for voice in {*heard} - {""}}
            shares.append(sum(best.values()) / len(right))
            counts.append(len(segments))
        mean = sum(shares) / len(shares)
        print(f"{name:32} {mean:8.1%} {min(shares):8.1%} {sum(counts) / len(counts):9.1f}")


if __name__ == "__main__":
    main()
