"""Pager: the pages of a long list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from datasette_airquote.pages import link


def find_page(arguments: Any, count: int, size: int) -> tuple[int, int]:
    """The number of the page that is asked for, and how many there are; the last where there are fewer."""
    pages = max(-(-count // size), 1)
    asked = arguments.get("page") or ""
    return min(max(int(asked), 1), pages) if re.fullmatch("[0-9]{1,8}", asked) else 1, pages


def show_pager(datasette: Any, path: str, page: int, pages: int, values: Mapping[str, str]) -> dict[str, Any]:
    """Where one is in a list of several pages, with links to the ones beside it, for airquote_pager.html."""

    def turn(number: int) -> str:
        if not 1 <= number <= pages:
            return ""
        return link(datasette, path, **values, page="" if number == 1 else number)

    return {"page": page, "pages": pages, "previous_url": turn(page - 1), "next_url": turn(page + 1)}
