"""A run: what one engine heard in one clip, with its provenance. Evidence, never edited."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.words import Word

SAMPLE_RATE = 16_000  # Hz, what all recognisers and the speech detector expect
IMPORT = "import"  # named as the engine where nobody listened: a text has its own times, or none
Region = tuple[float, float]  # start, end in seconds


@dataclass(frozen=True)
class Run:
    """One engine's output for one clip.

    engine, version    the program that recognised, and its version
    model              the weights it loaded, by name or file name; "" for an engine without any
    checkpoint_sha256  of the weights' file; "" when there is none
    language           ISO 639-1 code, "" when unknown
    duration           seconds of decoded audio
    speech             regions where voice activity was found, in order, not overlapping
    words              in order; starts never decrease
    parameters         whatever changes the engine's answer
    made               UTC, ISO 8601, to the second
    language_probability  how sure the engine was of the language, 0 to 1; None when it was told or cannot say
    languages          share of the speech in each language that was heard, most first; empty when one was
    """

    engine: str
    version: str
    model: str
    checkpoint_sha256: str
    language: str
    duration: float
    speech: tuple[Region, ...]
    words: tuple[Word, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    made: str = ""
    language_probability: float | None = None
    languages: dict[str, float] = field(default_factory=dict)


def format_run(run: Run) -> str:
    """Write a run as JSON, a word a line, so that two runs can be compared with any diff.

    Times are rounded to milliseconds, probabilities to three decimals.
    """
    facts = asdict(run)
    lines = {
        "speech": [json.dumps([round(start, 3), round(end, 3)]) for start, end in run.speech],
        "words": [json.dumps(_word_to_dict(word), ensure_ascii=False) for word in run.words],
    }
    facts["duration"] = round(run.duration, 3)
    parts = [
        f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in facts.items()
        if key not in lines
    ]
    parts += [
        f" {json.dumps(key)}: [" + ",".join(f"\n  {line}" for line in value) + "\n ]"
        for key, value in lines.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def parse_run(text: str) -> Run:
    """Read what `format_run` wrote.

    raises  ValueError, KeyError or TypeError when it is something else
    """
    facts = json.loads(text)
    facts["speech"] = tuple((float(a), float(b)) for a, b in facts["speech"])
    facts["words"] = tuple(Word(**word) for word in facts["words"])
    return Run(**facts)


def _word_to_dict(word: Word) -> dict[str, Any]:
    facts: dict[str, Any] = {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
    if word.probability is not None:
        facts["probability"] = round(word.probability, 3)
    if word.inferred:
        facts["inferred"] = True
    return facts
