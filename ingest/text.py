"""Text: which words become a clip's text, and when they were said.

what exists already                 what becomes the text
nothing                             what an engine heard
a script                            the script, timed by what was heard, if the recording says it;
                                    its paragraphs in the order in which they are heard
captions, a transcript with times   its words; at the times heard where these fit, else at its own
a text, and no recording            the text; in its order, without times, where it states none
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.alignment import MIN_ANCHORED
from ingest.errors import ScriptError
from ingest.facts import NOT_HEARD, Speaker
from ingest.formats import Document
from ingest.hearing import OFFLINE_ENGINE, SPEECH_ONLY
from ingest.lines import Fit, segment_lines
from ingest.order import order_turns
from ingest.published import SCRIPTS, Published, is_timed, read_published
from ingest.run import IMPORT, Run
from ingest.script import Turn, split_sentences
from ingest.segment import Segment, find_turns, segment_turns, spread_words
from ingest.transcript import Transcript
from ingest.words import split_words


@dataclass(frozen=True, slots=True)
class Text:
    """A clip's text: its segments, where it comes from (see transcript.TEXTS), and a line about it."""

    segments: tuple[Segment, ...]
    text_from: str
    notice: str = ""


def compose_text(path: Path, document: Document | None, speakers: Sequence[Speaker], run: Run) -> Text:
    """Make the text of a clip: the published one if the recording says it, else what was heard.

    raises  ScriptError when it does not, and what was heard is no text of its own
    """
    notice = ""
    if document and is_timed(document):
        segments, fit = segment_lines(document.lines, run)
        return Text(_name_segments(segments, speakers), _came_as(document), _describe_fit(fit, run))
    if document:
        turns = _name_voice([Turn(line.text, line.speaker) for line in document.lines], speakers)
        if not run.duration:
            return Text(tuple(time_turns(turns, run)), _came_as(document))
        segments, anchored = segment_turns(order_turns(turns, run), run)
        if anchored >= MIN_ANCHORED or run.engine == SPEECH_ONLY:
            return Text(tuple(segments), _came_as(document))
        share = f"{anchored:.0%} of its words were heard, at least {MIN_ANCHORED:.0%} are needed"
        if run.engine == OFFLINE_ENGINE:
            raise ScriptError(
                f"{path}: its published text is not what is said in it ({share}); give the right one"
            )
        notice = f"The published text is not what is said here and was not used ({share})."
    heard, _ = segment_turns(_name_voice(find_turns(run), speakers), run)
    return Text(tuple(heard), "machine", notice)


def recompose_text(transcript: Transcript, published: Published | None) -> tuple[Segment, ...]:
    """The text as a clip's run and published text first gave it, before anybody corrected it.

    raises  ScriptError when they would not give one today
    """
    clip = transcript.clip
    people = clip.facts.speakers
    document = read_published(published, clip.id, people) if published else None
    return compose_text(Path(clip.audio), document, people, transcript.runs[clip.run]).segments


def _came_as(document: Document) -> str:
    return "script" if document.format in SCRIPTS and not is_timed(document) else "import"


def _describe_fit(fit: Fit, run: Run) -> str:
    """A line for the reader where the times of a text are not those of its recording."""
    if run.engine in (IMPORT, SPEECH_ONLY) or not run.words:
        return ""
    if not fit.is_of_the_recording:
        return (
            f"Only {fit.heard:.0%} of the words of the imported text were heard in the recording; "
            "its times are its own."
        )
    if fit.shift:
        way = "early" if fit.shift > 0 else "late"
        return f"The imported text was about {abs(fit.shift):.0f} s {way}; it was timed anew."
    return ""


def time_turns(turns: Sequence[Turn], run: Run) -> list[Segment]:
    """Cut turns into sentences with the times of a run.

    Of a run without duration nobody knows any: numbers in the place of seconds then keep the order.
    """
    if run.duration:
        return segment_turns(turns, run)[0]
    sentences = [(turn.speaker, text) for turn in turns for text in split_sentences(turn.text)]
    return [
        Segment(float(n), n + 1.0, text, speaker, spread_words(split_words(text), n, n + 1.0))
        for n, (speaker, text) in enumerate(sentences)
    ]


def _name_segments(segments: Sequence[Segment], speakers: Sequence[Speaker]) -> tuple[Segment, ...]:
    """Name whose voice it is where no line does, as `_name_voice` does for turns."""
    turns = _name_voice([Turn(segment.text, segment.speaker) for segment in segments], speakers)
    return tuple(replace(s, speaker=turn.speaker) for s, turn in zip(segments, turns, strict=True))


def _name_voice(turns: list[Turn], speakers: Sequence[Speaker]) -> list[Turn]:
    """Name whose voice it is where no turn does, and one person alone is stated to be heard, as `voice`."""
    heard = [speaker for speaker in speakers if speaker.part not in NOT_HEARD]
    if len(heard) != 1 or heard[0].part != "voice" or any(turn.speaker for turn in turns):
        return turns
    return [replace(turn, speaker=heard[0].name) for turn in turns]
