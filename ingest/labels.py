"""Labels: what stands before the words of a text and says whose they are, `NAME:` and its kin.

A label is believed when it names a person whom the facts state, when it is written in capitals, when
it has a line of its own, or when it comes back in a text that has other labels too, so that
`Washington:` at the start of one paragraph stays part of the text. What is given up: somebody who speaks
once, is stated nowhere and is not written in capitals has no turn of his own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.facts import Speaker
from ingest.words import is_unspaced

LONGEST_LABEL = 60  # characters
MOST_WORDS = 5  # of a name; more is a sentence
LONGEST_UNSPACED = 8  # characters of a name in a script without spaces
HEARD = ("voice", "host", "guest", "announcer")  # the parts of those who are heard

# What asks and who answers, for scripts that do not name them.
ASKS = ("q", "question", "host", "interviewer", "presenter", "moderator", "问", "問", "主持人", "记者", "س",
        "вопрос", "frage", "pregunta")  # fmt: skip
ANSWERS = ("a", "answer", "guest", "interviewee", "答", "嘉宾", "ج", "ответ", "antwort", "respuesta")
# What begins a line before a colon and is nobody; what the author of a script notes about its sound.
NOBODY = frozenset(
    ["note", "notes", "nb", "ps", "update", "updates", "correction", "corrections", "clarification",
     "warning", "disclaimer", "example", "photo", "photos", "picture", "image", "video", "audio", "caption",
     "source", "sources", "credit", "credits", "copyright", "contact", "subject", "re", "date", "time",
     "title", "headline", "duration", "length", "transcript", "transcription", "script", "summary",
     "related", "more", "link", "links", "web", "website", "url", "e-mail", "email", "tel", "telephone",
     "phone", "fax", "address", "continued", "end", "page", "part", "chapter", "section", "step", "figure",
     "table", "editor's note", "editors' note", "read more", "see also", "find out more",
     "for more information", "breaking news", "listen to", "watch now", "key points", "on the record",
     "remember", "first", "second", "third", "finally", "yes", "no", "well", "but", "so", "today",
     "tomorrow", "what", "why", "how", "where", "when", "location", "contents", "introduction"]
)  # fmt: skip
SOUNDS = frozenset(
    ["music", "sound", "sounds", "sfx", "fx", "applause", "laughter", "laughs", "crosstalk", "inaudible",
     "unintelligible", "indistinct", "silence", "pause", "break", "jingle", "theme", "ambience", "actuality",
     "noise", "cheering", "cheers", "clip", "tape", "bell", "singing"]
)  # fmt: skip
TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev", "reverend",
     "sen", "senator", "rep", "representative", "gov", "governor", "president", "minister", "secretary",
     "ambassador", "judge", "justice", "mayor", "general", "gen", "colonel", "col", "captain"]
)  # fmt: skip
PARTICLES = frozenset(
    ["van", "von", "de", "der", "den", "del", "di", "da", "du", "la", "le", "bin", "ibn", "al", "el", "ten",
     "ter", "of", "and", "the", "&"]
)  # fmt: skip

UNKNOWN = "Unknown speaker"  # what we write where it is not known any more who speaks
NAMELESS = frozenset(
    [UNKNOWN.casefold(), "unidentified speaker", "speaker unknown", "unknown", "unidentified"]
)
INLINE = ("bold", "colon", "letter", "turn")  # the forms of labels that stand before words
SHOUTED = 0.6  # share of capitals from which on they tell nothing

_BULLET = re.compile(r"\s*(?:(?:[-–—―•*]|(?P<heading>#{1,6}))\s+|(?P<turn>>>+)\s*)(?=\S)")
_TURN = re.compile(r"\s*>>+\s*")
_NAME = rf"[^\W\d_][^:：\n\[\]*]{{0,{LONGEST_LABEL}}}?"
_FORMS = (
    ("bracket", re.compile(rf"\s*\[(?P<name>{_NAME})\]\s*[:：]?(?:\s+|$)")),
    (
        "bold",
        re.compile(
            rf"\s*(?P<mark>\*\*|__|\*|_)(?P<name>{_NAME})\s*(?:[:：]\s*(?P=mark)|(?P=mark)\s*[:：])\s*"
        ),
    ),
    ("lead", re.compile(rf"\s*(?P<mark>\*\*|__|\*|_)(?P<name>{_NAME})(?P=mark)(?:\s+|$)")),
    ("colon", re.compile(rf"\s*(?P<name>{_NAME})\s?(?::(?=\s|$)|：|(?<=[\u3041-\u9fff]):)\s*")),
    ("letter", re.compile(r"\s*(?P<name>[QA])[.)]\s+")),
    ("alone", re.compile(rf"\s*(?P<name>{_NAME})\s*$")),
)
_OFFICE = re.compile(r"\s*[(（][^)）]*[)）]\s*$|\s*[,，]\s*(?P<office>.*)$")
_QUOTE = re.compile(r"\s*[\"'“„«»‘「『]")


@dataclass(frozen=True, slots=True)
class Label:
    """What may be a label at the start of a line.

    name  without an office after it, in parentheses or behind a comma
    kind  which of the forms it has: bracket, bold, lead (bold without a colon), colon, letter, alone;
          turn: `>>` before any of them
    rest  what follows it; space: what stands between them
    """

    name: str
    kind: str
    rest: str
    space: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """The name in the form in which names are compared."""
        return _fold(self.name)


def find_label(line: str) -> Label | None:
    """The label that a line may begin with.

    >>> find_label("- **Rose (State Department):** We will."), find_label("At 10:30 it rained.")
    (Label(name='Rose', kind='bold', rest='We will.'), None)
    """
    bullet = _BULLET.match(line)
    text = line[bullet.end() :] if bullet else line
    for kind, form in _FORMS:
        if match := form.match(text):
            name, rest = match["name"], text[match.end() :]
            office = _OFFICE.search(name)
            if office and not _is_office(office["office"] or ""):
                return None
            listed = bullet and not bullet["heading"]
            if (kind == "alone" and listed) or (kind in ("bracket", "lead") and rest[:1].islower()):
                return None
            kind = "turn" if bullet and bullet["turn"] else kind
            return Label(_OFFICE.sub("", name).strip(), kind, rest, match[0][len(match[0].rstrip()) :])
    return None


def assign_speakers(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Take the labels off texts that follow one another; give each its speaker and its words.

    A label holds until the next; `>>` alone says that it is another speaker.

    >>> assign_speakers(["JIM LEHRER: Good evening.", "Robin?", ">> Yes.", "LEHRER: Thanks: all."])
    [('Jim Lehrer', 'Good evening.'), ('Jim Lehrer', 'Robin?'), ('', 'Yes.'), ('Jim Lehrer', 'Thanks: all.')]
    >>> assign_speakers(["Remember: it rains."])
    [('', 'Remember: it rains.')]
    """
    labels = [find_label(text) for text in texts]
    labels = [label if label and label.kind in INLINE else None for label in labels]
    cased = [c for text in texts for c in text if c.lower() != c.upper()]
    shouted = len(texts) > 3 and sum(c.isupper() for c in cased) > SHOUTED * len(cased)
    spoken = any(labels[:5]) or len({label.key for label in labels if label}) < sum(map(bool, labels))
    names = name_labels([label for label in labels if label], (), spoken=spoken, shouted=shouted)
    speaker = ""
    turns = []
    for text, label in zip(texts, labels, strict=True):
        name = names.get((label.key, label.kind)) if label else None
        if label and name is not None:
            speaker, text = name, label.rest
        elif turn := _TURN.match(text):
            speaker, text = "", text[turn.end() :]
        turns.append((speaker, text))
    return turns


def name_person(name: str, speakers: Iterable[Speaker]) -> str:
    """The whole name of the stated person whom a name or a part means, else the name itself.

    >>> name_person("Sen. Lee", [Speaker("Ann Lee")]), name_person("host", [Speaker("Ann Lee", part="host")])
    ('Ann Lee', 'Ann Lee')
    """
    return _find_person(Label(name, "colon", ""), _list_names(tuple(speakers))) or name


def name_labels(
    labels: Sequence[Label], speakers: Iterable[Speaker], *, spoken: bool = False, shouted: bool = False
) -> Mapping[tuple[str, str], str]:
    """The speaker of each label that is believed, by its key and kind; "" where it says that nobody knows.

    labels   all that the text may have, in order
    spoken   whether all of the text is somebody's words, as captions are, so that what could be a name is one
    shouted  whether all of it is in capitals, so that those of a label say nothing
    """
    speakers = tuple(speakers)
    stated = _list_names(speakers)
    heard = _list_names([speaker for speaker in speakers if speaker.part in HEARD])
    counts = Counter((label.key, label.kind) for label in labels)
    found: dict[tuple[str, str], Label] = {}
    often: dict[tuple[str, str], Label] = {}
    for label in labels:
        mark = label.key, label.kind
        if label.key in ("q", "a") and not (counts["q", label.kind] and counts["a", label.kind]):
            continue
        people = heard if label.kind in ("alone", "lead", "colon") else stated
        if _find_person(label, people) or (_may_name(label) and _is_sure(label, counts, spoken, shouted)):
            found.setdefault(mark, label)
        elif label.kind == "alone" or _QUOTE.match(label.rest):
            continue
        elif (counts[mark] > 1 and _may_name(label)) or (
            label.kind == "colon" and _find_person(label, stated)
        ):
            often.setdefault(mark, label)  # `Rose: peace is near` may be a headline
    if len({key for key, _ in (*found, *often)}) > 1:
        found = often | found
    return {mark: _name(label, stated, found.values()) for mark, label in found.items()}


def _fold(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).rstrip(".").casefold()


def _list_names(speakers: Sequence[Speaker]) -> dict[str, str]:
    """What each stated person may be called: by full, first and last name and part, if nobody else is."""
    known: dict[str, set[str]] = {}
    heard = [speaker for speaker in speakers if speaker.part in HEARD]
    for speaker in speakers:
        words = speaker.name.split()
        for called in {speaker.name, words[0], words[-1]}:
            known.setdefault(_fold(called), set()).add(speaker.name)
    for speaker in heard:
        known.setdefault(speaker.part, set()).add(speaker.name)
    hosts = {speaker.name for speaker in heard if speaker.part == "host"}
    guests = {speaker.name for speaker in heard if speaker.part == "guest"} or {
        speaker.name for speaker in heard if speaker.name not in hosts
    }
    for keys, names in ((ASKS, hosts), (ANSWERS, guests)):
        for key in keys:
            known.setdefault(key, set()).update(names)
    return {key: names.pop() for key, names in known.items() if len(names) == 1}


def _find_person(label: Label, names: Mapping[str, str]) -> str:
    """The stated person whom a label calls by name or part, or by a title and the last name; "" for none."""
    *titles, last = label.key.split() or [""]
    titled = titles and {title.rstrip(".") for title in titles} <= TITLES
    return names.get(label.key) or (names.get(last, "") if titled else "")


def _is_office(text: str) -> bool:
    """Whether what follows a name and a comma may be an office: no verb, so no word in lower case."""
    return all(not word[0].islower() or word in PARTICLES for word in text.split())


def _may_name(label: Label) -> bool:
    """Whether a label that names nobody stated could be a name at all."""
    words = label.name.split()
    plain = label.key.split()
    if label.key in NAMELESS:
        return True
    if label.key in NOBODY or plain[0] in NOBODY or not SOUNDS.isdisjoint(plain):
        return False
    if is_unspaced(label.name[0]):
        return len(label.name) <= LONGEST_UNSPACED
    capital = [word for word in words if not word[0].islower()]
    others = [word for word in words if word[0].islower() and word not in PARTICLES]
    ends = any(re.search(r"[!?;]|[^\W\d_]{5,}\.$", word) for word in words)
    return bool(capital) and not others and len(words) <= MOST_WORDS and not ends


def _is_sure(label: Label, counts: Counter[tuple[str, str]], spoken: bool, shouted: bool) -> bool:
    """Whether a label that names nobody stated is one by its form and how often it comes."""
    again = counts[label.key, label.kind] > 1
    if label.key in ("q", "a") or label.kind == "turn" or label.key in NAMELESS:
        return True
    if len(label.name) == 1:
        return False
    bold, colon = label.kind == "bold", label.kind == "colon"
    if colon and (label.rest == "" or "\n" in label.space) and (again or " " in label.name):
        return True
    if spoken and (again or not shouted):
        return True
    cased = label.name.upper() != label.name.lower()
    loud = cased and not shouted and all(_is_loud(word) for word in label.name.split())
    return (again or bold or colon) and (loud or (bold and again))


def _is_loud(word: str) -> bool:
    """Whether a word of a name is in capitals, as far as it has them; MacNEIL and Sen. too."""
    plain = re.sub(r"^Ma?c(?=[A-Z])", "", word)
    return plain.isupper() or not plain.upper().isupper() or word.rstrip(".").casefold() in TITLES


def _name(label: Label, stated: Mapping[str, str], found: Iterable[Label]) -> str:
    """Whom a label means: the stated person, the one whose full name the script gives, or its own name."""
    if known := _find_person(label, stated):
        return known
    if label.key in NAMELESS:
        return ""
    longer = {
        other.key: other.name for other in found
        if len(other.key.split()) > 1 and label.key in (other.key.split()[0], other.key.split()[-1])
    }  # fmt: skip
    if len(longer) == 1 and " " not in label.key:
        ((key, name),) = longer.items()
        label = Label(stated.get(key, name), "", "")
    words = label.name.split()
    while len(words) > 2 and words[0].rstrip(".").casefold() in TITLES:
        words = words[1:]
    return " ".join(map(_write_name, words))


def _write_name(word: str) -> str:
    """ROSE becomes Rose; BBC, MacNEIL and SPEAKER_01 stay."""
    is_word = word.isupper() and "_" not in word and not re.fullmatch(r"[B-DF-HJ-NP-TV-Z]{2,3}", word)
    return word.title() if is_word else word
