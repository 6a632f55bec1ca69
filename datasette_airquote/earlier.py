"""Earlier: the words that a link was made for, where the text has other ones by now.

They are looked for in what other runs heard, and in what was heard before somebody corrected it. A
correction that was itself corrected again is in no run, so its words cannot be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette.database import Database

from datasette_airquote.clips import Clip, Passage
from datasette_airquote.permalink import find_passage, parse_range
from datasette_airquote.wording import format_date
from ingest.words import join_words
from ingest.wordtimes import unpack_times

EARLIER = """
SELECT e.words, e.times, r.engine, r.version, r.model, r.made
FROM earlier_words e JOIN runs r ON r.clip = e.clip AND r.n = e.run
WHERE e.clip = :clip ORDER BY e.run DESC
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Words that a text had once, who heard them, and on which day."""

    text: str
    heard_by: str
    date: str


async def find_earlier(db: Database, clip: Clip, passage: Passage | None, arguments: Any) -> Earlier | None:
    """The words that a link was made for, None when they stand there still, or no run that is kept has them.

    arguments  of the link, with its t, s and w
    """
    if passage is None or passage.state != "changed":
        return None
    start, end = parse_range(arguments.get("t") or arguments.get("s"))
    for row in (await db.execute(EARLIER, {"clip": clip.row["id"]})).rows:
        words = unpack_times(row["times"], row["words"].split(" "))
        found = find_passage(words, start, start if end is None else end, arguments.get("w"))
        if found.state != "changed":
            text = join_words([word.text for word in words[found.first : found.last + 1]])
            heard_by = " ".join(part for part in (row["engine"], row["version"], row["model"]) if part)
            return Earlier(text, heard_by, format_date(row["made"][:10]))
    return None
