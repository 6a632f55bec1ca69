"""Language: which one a clip is in, asked of several windows of speech, and whether it is the only one.

Whisper itself listens to the first 30 s only, which are music in many a broadcast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ingest.run import Region

ASKED = 5  # windows that are asked for the language
SURE = 0.6  # probability from which a window's own language counts for the shares
LONG_ENOUGH = 3.0  # seconds; a shorter window is often taken for another language
SHARE = 0.15  # of the speech, from which a second language is worth telling


def pick_windows(windows: Sequence[Region]) -> list[Region]:
    """At most ASKED windows, spread over the clip."""
    count = min(ASKED, len(windows))
    return [windows[n * len(windows) // count] for n in range(count)]


class Ballot:
    """Finds the language of a clip from its windows; one that was stated is not voted on."""

    def __init__(self, stated: str) -> None:
        self.language = stated
        self.probability: float | None = None
        self._seconds: dict[str, float] = {}

    @property
    def is_open(self) -> bool:
        return not self.language

    def choose(self, ballots: Iterable[Mapping[str, float]]) -> None:
        """Take the language that is most probable over some windows; English where there are none."""
        sums: dict[str, float] = {}
        count = 0
        for shares in ballots:
            count += 1
            for language, share in shares.items():
                sums[language] = sums.get(language, 0.0) + share
        self.language = max(sums, key=lambda language: sums[language], default="en")
        self.probability = round(float(sums[self.language]) / count, 3) if sums else None

    def count(self, window: Region, shares: Mapping[str, float]) -> None:
        """Note what language a window is in, if that is clear."""
        length = window[1] - window[0]
        best = max(shares, key=lambda language: shares[language], default="")
        if best and shares[best] >= SURE and length >= LONG_ENOUGH:
            self._seconds[best] = self._seconds.get(best, 0.0) + length

    @property
    def shares(self) -> dict[str, float]:
        """The languages with a good share of the speech, when there are several."""
        total = sum(self._seconds.values())
        ranked = sorted(self._seconds.items(), key=lambda item: -item[1])
        shares = {language: round(seconds / total, 2) for language, seconds in ranked}
        kept = {language: share for language, share in shares.items() if share >= SHARE}
        return kept if len(kept) > 1 else {}
