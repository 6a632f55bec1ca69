"""Asked: what an address asks of the search, and the search done for it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from datasette.database import Database

from datasette_airquote.pages import link
from datasette_airquote.search import SORTS, Search, search
from datasette_airquote.search.fields import ATTRIBUTES, find_named, is_just, read_days, read_field
from datasette_airquote.search.narrow import FACETS, OF_CLIP, PARTS, Filters
from datasette_airquote.search.parse import parse_query
from ingest.dates import parse_date
from ingest.errors import FactsError

PARAMETERS = (
    "q", "speaker", "part", "programme", "year", "month", "language", "review", "from", "to", "clip", "sort",
    "doubtful",
)  # fmt: skip
MAX_PAGE = 100_000
TOO_SLOW = "This search takes too long here. Add a word, or narrow it with the filters."
BAD_DATE = "“{}” is not a date that can be read, so it was left out; write 2013, 2013-05 or 2013-05-14."
BACKWARDS = "“{}” is later than “{}”, so nothing can lie between them."
LEFT_OUT = "There is no {} “{}”, so it was left out."
NOBODY = "Nobody here is called “{}”."
NO_CLIP = "No clip here has the {} “{}”."
CHANGED = "The archive has changed since the page before, so matches may be shown twice or left out."
T = TypeVar("T")


class TooSlow(Exception):
    """SQLite was stopped because it took longer than Datasette allows."""


class Asked:
    """What the address asks for; `problems` says what in it could not be understood."""

    def __init__(self, datasette: Any, arguments: Any) -> None:
        self.datasette = datasette
        self.values = {key: (arguments.get(key) or "").strip() for key in PARAMETERS}
        self.problems: list[str] = []
        self.query = parse_query(self.values["q"])
        for key, known in (("sort", SORTS), ("part", PARTS)):
            if self.values[key] and self.values[key] not in known:
                self.problems.append(LEFT_OUT.format(key, self.values[key]))
                self.values[key] = ""
        self.values["sort"] = self.values["sort"] or SORTS[0]
        if self.values["doubtful"] in ("0", "no", "false", "off"):
            self.values["doubtful"] = ""
        page = arguments.get("page") or ""
        self.page = min(max(int(page), 1), MAX_PAGE) if re.fullmatch("[0-9]{1,8}", page) else 1
        self.state = arguments.get("state") or ""
        named = {key: self.values[key] for key in FACETS}
        self.filters = Filters(
            **named, first=self._day("from", 0), last=self._day("to", 1), clip=self.values["clip"],
            doubtful=self.values["doubtful"], fields=self.query.fields,
        )  # fmt: skip
        self._check((self.values["from"], self.values["to"]), (self.filters.first, self.filters.last))
        for field in self.query.fields:
            if field.name == "date":
                try:
                    self._check(field.value.split(".."), read_days(field.value))
                except FactsError:
                    self.problems.append(BAD_DATE.format(field.value))

    @property
    def sort(self) -> str:
        return self.values["sort"]

    def _day(self, key: str, end: int) -> str:
        """The first or the last day of a date; "" when it is none, and then a line says so."""
        try:
            return parse_date(self.values[key])[end]
        except FactsError:
            self.problems.append(BAD_DATE.format(self.values[key]))
            self.values[key] = ""
            return ""

    def _check(self, typed: Sequence[str], days: tuple[str, str]) -> None:
        """Say when a range of two dates ends before it begins."""
        if all(days) and days[0] > days[1]:
            self.problems.append(BACKWARDS.format(*typed))

    async def search(self, db: Database, use: Callable[[Search], T]) -> T:
        """Search, and make of it what is wanted while the connection is at hand.

        raises  TooSlow
        """

        def look(connection: sqlite3.Connection) -> T:
            found = search(connection, self.query, self.filters)
            self.explain(found)
            return use(found)

        return await run(self.datasette, db, look)

    def explain(self, search: Search) -> None:
        """Add to the problems what nobody could have found, and whether this page follows the one before."""
        catalog = search.catalog
        if self.page > 1 and self.state and self.state != catalog.state:
            self.problems.append(CHANGED)
        self.state = catalog.state
        if search.found.groups:
            return
        clips = catalog.clips.values()
        speaker = self.values["speaker"]
        if speaker and catalog.find_speaker(speaker) not in catalog.names:
            self.problems.append(NOBODY.format(speaker))
        for key in (*OF_CLIP, "clip"):
            value, name = self.values[key], ATTRIBUTES.get(key, key)
            if value and not any(map(is_just(name, value), clips)):
                self.problems.append(NO_CLIP.format(name, value))
        for each in self.query.fields:
            if each.negated or each.name in ("date", "part"):
                continue
            if each.name == "speaker":
                if not find_named(catalog, each.value):
                    self.problems.append(NOBODY.format(each.value))
            elif not any(map(read_field(each), clips)):
                self.problems.append(NO_CLIP.format(ATTRIBUTES.get(each.name, each.name), each.value))

    def url(self, path: str = "/search", page: int = 1, change: Mapping[str, str] | None = None) -> str:
        """The address of the same search, but for what is changed."""
        values = {**self.values, **(change or {})}
        if page > 1:
            values |= {"page": str(page), "state": self.state}
        if values["sort"] == "relevance":
            values["sort"] = ""
        return link(self.datasette, path, **values)


async def run(datasette: Any, db: Database, use: Callable[[sqlite3.Connection], T]) -> T:
    """Run something on a connection in one of Datasette's threads, no longer than Datasette lets SQLite.

    Datasette's own limit makes SQLite call Python at every thousandth step, which stalls all searches when
    several run at once; a timer of its own would be a thread for each search. Here the event loop looks
    after it. What waits for a free thread may run twice as long.

    raises  TooSlow
    """
    seconds = datasette.setting("sql_time_limit_ms") / 1000
    loop = asyncio.get_running_loop()
    running: list[sqlite3.Connection] = []

    def stop() -> None:
        for connection in running:
            connection.interrupt()
        timers.append(loop.call_later(seconds, stop))

    def limit(connection: sqlite3.Connection) -> T:
        running.append(connection)
        try:
            return use(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TooSlow from error
            raise
        finally:
            running.clear()

    timers = [loop.call_later(seconds, stop)]
    try:
        result: T = await db.execute_fn(limit)
    finally:
        timers[-1].cancel()
    return result
