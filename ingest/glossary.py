"""The glossary: names and terms that engines get wrong, and the corrections that follow from it.

glossary.yml lies in the archive's folder:

    - Okoro                       # a term: told to the engine before it hears a clip
    - term: Frank Rose            # … with what engines make of it: corrected afterwards
      aliases: [Frank Rows, Franc Rose]

Corrections replace whole words only, in transcripts that an engine wrote; a published text is never
touched. Each is noted in glossary.log, so that the last ones can be taken back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import FactsError
from ingest.files import save_file
from ingest.transcript import (
    FOLDER,
    hash_text,
    is_edited,
    list_ids,
    load_asides,
    load_clip,
    load_cues,
    save_clip,
)
from ingest.vtt import Cue, format_vtt
from ingest.words import word_spans

FILE = "glossary.yml"
LOG = "glossary.log"  # an object a line, the newest last
_CORE = re.compile(r"^\W*(?P<core>.*?)(?:['’]s)?\W*$", re.DOTALL)  # a word without punctuation and 's


@dataclass(frozen=True, slots=True)
class Term:
    """How a name or term is written, and what engines make of it."""

    text: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """One cue's text before and after; made: when, the same for all of one application."""

    made: str
    clip: str
    start: float
    old: str
    new: str


def load_glossary(archive: Path) -> list[Term]:
    """Read glossary.yml; an archive without one has no terms.

    raises  FactsError when it cannot be read
    """
    path = archive / FILE
    if not path.exists():
        return []
    try:
        entries = yaml.load(path.read_text("utf-8-sig"), Loader=yaml.BaseLoader) or []
        if not isinstance(entries, list):
            raise TypeError("it is not a list")
        return [_parse_term(entry) for entry in entries]
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise FactsError(
            f"{FILE}: cannot be read ({str(error).splitlines()[0]}); write `- TERM`, or `- term: TERM` "
            "with `aliases: [WRONG, WRONG]` below it"
        ) from error


def correct_text(text: str, terms: Sequence[Term]) -> str:
    """Replace aliases by their terms; capitals do not matter, punctuation and 's stay.

    >>> correct_text("“Frank rows’s plan,” growers said.", [Term("Frank Rose", ("Frank Rows",))])
    '“Frank Rose’s plan,” growers said.'
    """
    wanted = {
        tuple(alias.casefold().split()): term.text for term in terms for alias in (*term.aliases, term.text)
    }
    spans = [_core_span(text, span) for span in word_spans(text)]
    corrected, at, n = "", 0, 0
    while n < len(spans):
        for length in sorted({len(alias) for alias in wanted}, reverse=True):
            cores = tuple(text[a:b].casefold() for a, b in spans[n : n + length])
            if len(cores) == length and cores in wanted and _is_bare(text, spans[n : n + length]):
                corrected += text[at : spans[n][0]] + wanted[cores]
                at = spans[n + length - 1][1]
                n += length - 1
                break
        n += 1
    return corrected + text[at:]


def propose_corrections(archive: Path, clips: Sequence[str], made: str = "") -> Iterator[Correction]:
    """Every cue that the glossary would correct, in transcripts that an engine wrote.

    clips   ids to look at, all when empty
    raises  FactsError when the glossary cannot be read, TranscriptError when a clip cannot
    """
    terms = load_glossary(archive)
    for clip_id in clips or list_ids(archive):
        folder = archive / FOLDER / clip_id
        if load_clip(folder).text_from != "machine":
            continue
        for cue in load_cues(folder):
            new = correct_text(cue.text, terms)
            if new != cue.text:
                yield Correction(made, clip_id, cue.start, cue.text, new)


def apply_corrections(archive: Path, corrections: Sequence[Correction]) -> None:
    """Write corrections into the transcripts, and note them in glossary.log first."""
    log = archive / LOG
    before = log.read_bytes() if log.exists() else b""
    lines = "".join(json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in corrections)
    save_file(log, before + lines.encode())
    _replace_cues(archive, corrections)


def undo_corrections(archive: Path) -> list[Correction]:
    """Take the last application back, where the text is still as it left it; return what was undone."""
    log = archive / LOG
    entries = (
        [Correction(**json.loads(line)) for line in log.read_text("utf-8").splitlines()]
        if log.exists()
        else []
    )
    last = [entry for entry in entries if entry.made == entries[-1].made] if entries else []
    undone = _replace_cues(archive, [replace(entry, old=entry.new, new=entry.old) for entry in last])
    kept = "".join(
        json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in entries[: len(entries) - len(last)]
    )
    if entries:
        save_file(log, kept.encode())
    return undone


def _replace_cues(archive: Path, corrections: Sequence[Correction]) -> list[Correction]:
    """Replace the cues that still read as `old`; return which those were."""
    done = []
    for clip_id in dict.fromkeys(c.clip for c in corrections):
        folder = archive / FOLDER / clip_id
        wanted = {(c.start, c.old): c for c in corrections if c.clip == clip_id}
        clip, before = load_clip(folder), load_cues(folder)
        cues: list[Cue] = []
        for cue in before:
            correction = wanted.get((cue.start, cue.text))
            if correction:
                done.append(correction)
                cue = replace(cue, text=correction.new)
            cues.append(cue)
        save_file(folder / "transcript.vtt", format_vtt(cues, load_asides(folder)).encode())
        if not is_edited(clip, before):  # the words are still those of a program
            save_clip(folder, replace(clip, text_sha256=hash_text(cues)))
    return done


def _parse_term(entry: Any) -> Term:
    if isinstance(entry, str):
        return Term(entry)
    if unknown := set(entry) - {"term", "aliases"}:
        raise ValueError(f"there is no key {sorted(unknown)[0]!r}")
    aliases = entry.get("aliases", [])
    return Term(entry["term"], tuple([aliases] if isinstance(aliases, str) else aliases))


def _core_span(text: str, span: tuple[int, int]) -> tuple[int, int]:
    core = _CORE.match(text[span[0] : span[1]])
    assert core is not None, "the pattern matches anything"
    return span[0] + core.start("core"), span[0] + core.end("core")


def _is_bare(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing but spaces stands between words that are to be replaced together."""
    return all(not text[a[1] : b[0]].strip() for a, b in pairwise(spans))
