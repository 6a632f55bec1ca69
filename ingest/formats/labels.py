"""Labels: who speaks, in texts that have no place for it but the beginning of a line.

`NAME:` and `>> NAME:` name the next speaker, `>>` alone says that it is another one; each holds until
the next. What looks like a name may be none ("Remember: …"), so the whole file is looked at first.
A wrong name is worse than none: in doubt the words stay in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

_LABEL = re.compile(r"(?P<mark>(?:>>+|[-–—])\s*)?(?P<name>[^\W\d_][^:：\n]{0,70}?)\s*[:：](?:\s+|$)")
_MARK = re.compile(r">>+\s*")
_ASIDE = re.compile(r"\s*[\[(](?:[^\[\]()]*)[\])]")  # (voice-over), [off camera]
_HONORIFICS = "mr mrs ms miss dr sen rep pres gov gen col maj capt lt sgt prof rev sir hon fr amb"
_PARTICLES = "de da del della di du van von der den ter la le al el bin ibn y e i of the and"
_NO_NAMES = """
    note remember question answer example warning first second third finally yes no well and but so or the
    a an this that here there now today tomorrow what why how who when where which in on at for to from with
    chapter part step section figure table page line source sources summary title date duration time
    location subject contents introduction update correction credits music
"""
_UNKNOWN = frozenset(
    ("unknown speaker", "unidentified speaker", "speaker unknown", "unknown", "unidentified")
)
UNKNOWN = "Unknown speaker"  # what we write where it is not known any more who speaks


def assign_speakers(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Take the labels off texts that follow one another; give each its speaker and its words.

    A text may have several lines; a label is looked for where it begins.

    >>> assign_speakers(["JIM LEHRER: Good evening.", "Robin?", ">> Yes.", "LEHRER: Thanks: all."])
    [('Jim Lehrer', 'Good evening.'), ('Jim Lehrer', 'Robin?'), ('', 'Yes.'), ('Jim Lehrer', 'Thanks: all.')]
    >>> assign_speakers(["Remember: it rains."])
    [('', 'Remember: it rains.')]
    """
    labels = _find_labels(texts)
    known: dict[str, str] = {}
    speaker = ""
    turns = []
    for text in texts:
        found = _LABEL.match(text)
        if found and found["name"] in labels:
            speaker = name_speaker(found["name"], known)
            text = text[found.end() :]
        elif mark := _MARK.match(text):
            speaker, text = "", text[mark.end() :]
        turns.append((speaker, text))
    return turns


def name_speaker(label: str, known: dict[str, str]) -> str:
    """The name that a label means: without office and remarks, and in full once it was given in full.

    known  names by the forms in which they may come again; filled here

    >>> known = {}
    >>> [name_speaker(label, known) for label in ("Sen. PAUL LAXALT, (R) Nevada", "LAXALT", "REPORTER [off]")]
    ['Paul Laxalt', 'Paul Laxalt', 'Reporter']
    """
    name = _ASIDE.sub("", label).split(",")[0].strip(" *_") or label.strip()
    words = name.split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in _HONORIFICS.split():
        words = words[1:]
    name = " ".join(_write_name(word) for word in words)
    if name.casefold() in _UNKNOWN:
        return ""
    full = known.get(name.casefold())
    if full is None:
        full = known[name.casefold()] = name
        if len(words) > 1:
            known.setdefault(words[-1].casefold(), name)
            known.setdefault(words[0].casefold(), name)
    return full


def _write_name(word: str) -> str:
    """ROSE becomes Rose; BBC, MacNEIL and SPEAKER_01 stay."""
    is_word = word.isupper() and "_" not in word and not re.fullmatch(r"[B-DF-HJ-NP-TV-Z]{2,3}", word)
    return word.title() if is_word else word


def _find_labels(texts: Sequence[str]) -> frozenset[str]:
    """Those of the possible labels that are names, judged by the whole file."""
    found = [(n, text, match) for n, text in enumerate(texts) if (match := _LABEL.match(text))]
    counts = Counter(match["name"] for *_, match in found)
    letters = [c for text in texts for c in text if c.isalpha() and c.lower() != c.upper()]
    shouted = sum(c.isupper() for c in letters) > 0.6 * len(letters) and len(texts) > 3
    labelled = bool(found) and (found[0][0] < 5 or max(counts.values()) > 1)
    return frozenset(
        match["name"] for _, text, match in found if _is_name(text, match, counts, shouted, labelled)
    )


def _is_name(
    text: str, match: re.Match[str], counts: Mapping[str, int], shouted: bool, labelled: bool
) -> bool:
    label = match["name"]
    name = _ASIDE.sub("", label).split(",")[0]
    words = name.split()
    if (
        not words
        or len(words) > 6
        or words[0].casefold() in _NO_NAMES.split()
        or re.search(r"[!?;“”\"/]", name)
    ):
        return False
    if any(word.endswith(".") and len(word) > 6 for word in words):
        return False
    marked = bool(match["mark"]) and match["mark"].startswith(">")
    alone = (
        text[match.end("name") :].lstrip().startswith((":", "："))
        and "\n" in text[match.start() : match.end()]
    )
    if marked or counts[label] > 1 or alone:
        return len(words) <= 4 or _is_capital(words[0])
    if shouted:
        return False
    if any(word.isupper() and (len(word) > 1 or len(words) == 1) for word in words):
        return True
    capitals = all(
        _is_capital(word) or word.casefold() in _PARTICLES.split() or word.isdigit() for word in words
    )
    return capitals and labelled


def _is_capital(word: str) -> bool:
    """Whether a word is written as names are; scripts without capitals count as such."""
    return not word[:1].islower()
