"""Credits: who takes part in a clip, by the names that it gives and by speakers.yml.

People whom the clip's facts name come first; then voices of its text that they do not name. Whoever has a
voice in the text is heard, whatever the facts say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.facts import NOT_HEARD, Speaker
from ingest.speakers.people import FILE, People, find_office
from ingest.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Credit:
    """A person in a clip.

    speaker     the person's id
    name        by speakers.yml, where it lists the person; named: as the clip gives it
    title       the office held at the time; title_from: "clip.yml", "speakers.yml", or "" without one
    """

    speaker: str
    name: str
    named: str
    part: str
    title: str = ""
    title_from: str = ""


def list_credits(transcript: Transcript, people: People) -> list[Credit]:
    """Each person once, in order: with the first office that the clip states, and as heard if anywhere."""
    facts = transcript.clip.facts
    voices = dict.fromkeys(segment.speaker for segment in transcript.segments if segment.speaker)
    mentions: dict[str, list[Speaker]] = {}
    for speaker in (*facts.speakers, *map(Speaker, voices)):
        mentions.setdefault(people.get_id(speaker.name), []).append(speaker)
    return [_make_credit(key, named, facts.date, people) for key, named in mentions.items()]


def name_people(transcript: Transcript, people: People) -> Transcript:
    """The transcript with the names and offices by speakers.yml, as pages and exports give it."""
    facts = transcript.clip.facts
    credits = {credit.speaker: credit for credit in list_credits(transcript, people)}
    stated = dict.fromkeys(people.get_id(speaker.name) for speaker in facts.speakers)
    speakers = tuple(Speaker(credits[key].name, credits[key].title, credits[key].part) for key in stated)
    segments = tuple(
        replace(segment, speaker=credits[people.get_id(segment.speaker)].name) if segment.speaker else segment
        for segment in transcript.segments
    )
    clip = replace(transcript.clip, facts=replace(facts, speakers=speakers))
    return replace(transcript, clip=clip, segments=segments)


def _make_credit(key: str, mentions: list[Speaker], date: str, people: People) -> Credit:
    named = mentions[0].name
    part = next((each.part for each in mentions if each.part not in NOT_HEARD), mentions[0].part)
    title, source = next((each.title for each in mentions if each.title), ""), "clip.yml"
    person = people.find(named)
    if person and not title:
        title, source = find_office(person, date), FILE
    return Credit(key, person.name if person else named, named, part, title, source if title else "")
