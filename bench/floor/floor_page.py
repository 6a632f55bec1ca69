"""/floor.json: the least that a search over HTTP can be, to measure ours against (see ../search.py).

Plain FTS5 on the same texts, the best 20 by bm25 with their snippets, through the same Datasette.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

BEST = """
SELECT rowid, snippet(floor, 0, '<b>', '</b>', '…', 20) FROM floor WHERE floor MATCH ? ORDER BY rank LIMIT 20
"""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/floor\.json$", floor_json)]


async def floor_json(datasette: Any, request: Any) -> Response:
    def find(connection: sqlite3.Connection) -> list[tuple[int, str]]:
        return [tuple(row) for row in connection.execute(BEST, [request.args["q"]])]

    found = await datasette.get_database("floor").execute_fn(find)
    return Response.json({"matches": [{"id": id, "excerpt": excerpt} for id, excerpt in found]})
