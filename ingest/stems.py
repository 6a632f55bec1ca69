"""Stems: the part of a word that its forms share, by the rules of its language (Snowball).

Search finds the other forms of a word by the stem, and ranks the form that was typed first. A
language without rules here keeps its words as they are: so do Chinese, Japanese and Thai, whose
words have no forms, and clips that state no language. Devanagari has more than one way to write the
same sounds (हिंदी, हिन्दी); there a stem is written in one of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

# Snowball's rules by the code of the language; its newer ones are missing from older versions.
RULES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def name_base(language: str) -> str:
    """The code of a language without its region.

    >>> name_base("pt-BR"), name_base("EN_gb")
    ('pt', 'en')
    """
    return language.replace("_", "-").partition("-")[0].lower()


# A nasal before another consonant is written as itself or as a dot; a dot below is often left out.
_NASAL = re.compile("[\u0919\u091e\u0923\u0928\u092e]\u094d(?=[\u0915-\u0939])|\u0901")
_NUKTA = "\u093c"
_ONE = Lock()  # a stemmer keeps the word that it works on, and a site asks from several threads


@lru_cache(1 << 18)
def find_stem(word: str, language: str) -> str:
    """The stem of a word; the word itself where the language has no rules.

    word      in lower case, with its diacritics
    language  as `name_base` gives it

    >>> [find_stem(w, "en") for w in ("defense", "defenses", "ministers")], find_stem("häuser", "de")
    (['defens', 'defens', 'minist'], 'haus')
    """
    if word[:1] > "\u0900" and word[:1] < "\u0980":
        word = _NASAL.sub("\u0902", unicodedata.normalize("NFC", word).replace(_NUKTA, ""))
    stemmer = _load_stemmer(language)
    if stemmer is None:
        return word
    with _ONE:
        return str(stemmer.stemWord(word))


@cache
def _load_stemmer(language: str) -> Any:
    import snowballstemmer

    rules = RULES.get(language)
    return snowballstemmer.stemmer(rules) if rules in snowballstemmer.algorithms() else None
