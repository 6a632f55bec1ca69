"""Asked: what an address asks of the search, and the search done for it."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from datasette.database import Database

from datasette_airquote.pages import link
from datasette_airquote.search import SORTS, Search, search
from datasette_airquote.search.fields import read_days
from datasette_airquote.search.narrow import PARTS, Filters
from datasette_airquote.search.parse import parse_query
from ingest.dates import parse_date
from ingest.errors import FactsError

PARAMETERS = (
    "q", "speaker", "part", "programme", "language", "review", "from", "to", "clip", "sort", "doubtful"
)  # fmt: skip
MAX_PAGE = 100_000
TOO_SLOW = "This search takes too long here. Add a word, or narrow it with the filters."
BAD_DATE = "“{}” is not a date that can be read, so it was left out; write 2013, 2013-05 or 2013-05-14."
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
        if self.values["sort"] not in SORTS:
            self.values["sort"] = "relevance"
        if self.values["part"] not in PARTS:
            self.values["part"] = ""
        if self.values["doubtful"] in ("0", "no", "false", "off"):
            self.values["doubtful"] = ""
        page = arguments.get("page") or ""
        self.page = min(max(int(page), 1), MAX_PAGE) if re.fullmatch("[0-9]{1,8}", page) else 1
        named = {key: self.values[key] for key in ("speaker", "part", "programme", "language", "review")}
        self.filters = Filters(
            **named, first=self._day("from", 0), last=self._day("to", 1), clip=self.values["clip"],
            doubtful=self.values["doubtful"], fields=self.query.fields,
        )  # fmt: skip
        for field in self.query.fields:
            if field.name == "date":
                self._check(field.value)

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

    def _check(self, dates: str) -> None:
        try:
            read_days(dates)
        except FactsError:
            self.problems.append(BAD_DATE.format(dates))

    async def search(self, db: Database, use: Callable[[Search], T]) -> T:
        """Search, and make of it what is wanted while the connection is at hand.

        raises  TooSlow
        """
        return await run(
            self.datasette, db, lambda connection: use(search(connection, self.query, self.filters))
        )

    def url(self, path: str = "/search", page: int = 1, change: Mapping[str, str] | None = None) -> str:
        """The address of the same search, but for what is changed."""
        values = {**self.values, **(change or {}), "page": "" if page == 1 else str(page)}
        if values["sort"] == "relevance":
            values["sort"] = ""
        return link(self.datasette, path, **values)


async def run(datasette: Any, db: Database, use: Callable[[sqlite3.Connection], T]) -> T:
    """Run something on a connection in one of Datasette's threads, no longer than Datasette lets SQLite.

    Datasette's own limit makes SQLite call Python at every thousandth step, which stalls all searches when
    several run at once.

    raises  TooSlow
    """
    seconds = datasette.setting("sql_time_limit_ms") / 1000

    def limit(connection: sqlite3.Connection) -> T:
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            return use(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TooSlow from error
            raise
        finally:
            timer.cancel()

    result: T = await db.execute_fn(limit)
    return result
