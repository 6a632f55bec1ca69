"""Make train.pkl, the training material of train.py: every sentence in ten voices, six variants each.

The file holds a list a sentence, each a list of synth.Sentence.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from multiprocessing import Pool
from pathlib import Path

from synth import HERE, SAMPLE_RATE, SEEN_VOICES, Sentence, load_sentences, speak_variant


def _speak(job: tuple[str, list[str], int]) -> list[Sentence]:
    voice, texts, seed = job
    return speak_variant(voice, texts, random.Random(seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "train.pkl")
    parser.add_argument("--sentences", type=int, help="only the first N sentences")
    parser.add_argument("--variants", type=int, default=6, help="of a sentence in each voice (default 6)")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()

    begin, texts = time.time(), load_sentences()[: args.sentences]
    jobs = [
        (voice, texts, 100 * variant + i)
        for variant in range(args.variants)
        for i, voice in enumerate(SEEN_VOICES)
    ]
    with Pool(args.processes) as pool:
        spoken = pool.map(_speak, jobs, chunksize=1)
    by_text = [list(variants) for variants in zip(*spoken, strict=True)]
    with args.out.open("wb") as file:
        pickle.dump(by_text, file, protocol=4)
    seconds = sum(len(s.audio) for variants in by_text for s in variants) / SAMPLE_RATE
    count = sum(map(len, by_text))
    print(f"{count} sentences, {seconds:.0f} s of audio, made in {time.time() - begin:.0f} s")


if __name__ == "__main__":
    main()
