"""The pocketsphinx engine: works offline, with the English acoustic model in its wheel.

Given the published text it listens for that text: a trigram language model made from it, and a
dictionary of its words, decoded over each stretch of speech. On a read editorial of 224 s it places
words with a median error of .011 s, also when sentences of the text are not spoken or the reverse.
Without a text it uses its stock language model and is rough: one word in ten to all of them wrong.

One-pass forced alignment, which pocketsphinx offers too, is wrong by 5-20 s without a sign of it
where text and sound disagree; it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pocketsphinx import Decoder, get_model_path
from pocketsphinx.lm import ArpaBoLM

from ingest.alignment import settle
from ingest.engines import Description, Request
from ingest.engines.pronunciation import format_dictionary, load_dictionary, split_spoken
from ingest.errors import EngineError
from ingest.run import Region, Run
from ingest.words import Word, is_spoken

FRAME = 0.01  # seconds
PAD = 0.3  # seconds of sound around a stretch of speech, so that its first and last phone are whole
MODEL = "en-us"
STOCK_MODEL = "en-us.lm.bin"


class PocketsphinxEngine:
    """Recognises English with pocketsphinx, in one thread; see `ingest.engines.Engine`."""

    def __init__(self, model: str, device: str, threads: int) -> None:
        if model not in ("", MODEL):
            raise EngineError(
                f"engine pocketsphinx: it has no model {model}, only its own ({MODEL}); leave --model out"
            )
        if device not in ("", "cpu"):
            raise EngineError(f"engine pocketsphinx: it runs on the cpu only; leave --device {device} out")

    @classmethod
    def describe(cls) -> Description:
        return Description(version("pocketsphinx"), "cpu", MODEL, (MODEL,))

    def recognise(self, request: Request) -> Run:
        """Hear the words of one clip, in lower case; those of the script when there is one."""
        if request.language not in ("", "en"):
            raise EngineError(
                f"engine pocketsphinx: it hears English only, and this clip is in {request.language!r}; "
                "use --engine whisper"
            )
        duration = request.duration
        sentences = _split_script(request.script)
        words: list[Word] = []
        if request.speech:
            with TemporaryDirectory(prefix="airquote-") as folder:
                decoder = _make_decoder(sentences, Path(folder))
                for region in _pad(request.speech, duration):
                    words += _decode(decoder, request.recording.read(*region), region[0])
                    request.progress(region[1])
        return Run(
            engine="pocketsphinx",
            version=version("pocketsphinx"),
            model=MODEL,
            checkpoint_sha256="",
            language="en",
            duration=duration,
            speech=request.speech,
            words=settle(words, duration),
            parameters={"language_model": "script" if sentences else STOCK_MODEL},
        )


def _split_script(script: str) -> list[list[str]]:
    """The sentences of a text as spoken parts; those without any are left out."""
    sentences = re.split(r"(?<=[.!?…])[\"'”’)]*\s+|\n\s*\n", script)
    split = ([part for word in sentence.split() for part in split_spoken(word)] for sentence in sentences)
    return [parts for parts in split if parts]


def _make_decoder(sentences: Sequence[Sequence[str]], folder: Path) -> Decoder:
    """A decoder for some sentences; for anything in English when there are none.

    folder  for the files that pocketsphinx reads while it starts
    """
    acoustics, stock = get_model_path("en-us/en-us"), Path(get_model_path("en-us/cmudict-en-us.dict"))
    if not sentences:
        language_model = get_model_path(f"en-us/{STOCK_MODEL}")
        return Decoder(hmm=acoustics, lm=language_model, dict=str(stock), loglevel="FATAL")
    dictionary, grammar = folder / "script.dict", folder / "script.lm"
    parts = [part for sentence in sentences for part in sentence]
    dictionary.write_text(format_dictionary(parts, load_dictionary(stock)), encoding="utf-8")
    # Sentences teach where speech begins and ends, the whole text what follows a full stop.
    lines = [" ".join(sentence).lower() for sentence in [*sentences, parts]]
    model = ArpaBoLM(text="\n".join(lines), add_start=True)
    model.compute()
    with grammar.open("w", encoding="utf-8") as file:
        model.write(file)
    return Decoder(hmm=acoustics, lm=str(grammar), dict=str(dictionary), loglevel="FATAL")


def _pad(speech: Iterable[Region], duration: float) -> Iterator[Region]:
    """Widen regions by PAD without letting two overlap."""
    regions = list(speech)
    for n, (start, end) in enumerate(regions):
        low = (regions[n - 1][1] + start) / 2 if n else 0.0
        high = (end + regions[n + 1][0]) / 2 if n + 1 < len(regions) else duration
        yield max(low, start - PAD), min(high, end + PAD)


def _decode(decoder: Decoder, samples: np.ndarray, start: float) -> list[Word]:
    """The words of one stretch that starts at so many seconds, at their times in the clip."""
    sound = np.round(samples * 32767).astype("<i2")
    decoder.start_utt()
    decoder.process_raw(sound.tobytes(), no_search=False, full_utt=True)
    decoder.end_utt()
    words = []
    for piece in decoder.seg() or ():
        text = re.sub(r"\(\d+\)$", "", piece.word)
        if is_spoken(text) and not text.startswith(("<", "[")):
            words.append(Word(text, start + piece.start_frame * FRAME, start + (piece.end_frame + 1) * FRAME))
    return words
