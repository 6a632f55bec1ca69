"""IEEE.

source  https://journals.ieeeauthorcenter.ieee.org/your-role-in-article-production/ieee-editorial-style-manual/
        (names, months), https://camosun.libguides.com/c.php?g=711431&p=5069907 (radio: the kind in brackets),
        https://libguides.bhtafe.edu.au/c.php?g=762810&p=7001355 (online media: access before the kind)
"""

from __future__ import annotations

from datasette_airquote.citations.dates import IEEE, write_date
from datasette_airquote.citations.names import leading_name
from datasette_airquote.citations.prose import join, list_names, quote, stop
from datasette_airquote.citations.source import Source

LISTED = 6


def write_reference(source: Source) -> str:
    """An entry of the list of references."""
    who = list_names([leading_name(name) for name in source.names], most=LISTED)
    behind = [source.programme, source.broadcaster, write_date(source.date, IEEE)]
    head = join([who, quote(source.title, "," if any(behind) else "."), *behind])
    accessed = f" Accessed: {write_date(source.accessed, IEEE)}." if source.accessed else ""
    head = head if head.endswith("”") else stop(head)
    return f"{head}{accessed} [{source.medium.capitalize()}]. Available: {source.url}{source.aside(LISTED)}"


def write_number(source: Source, number: int = 1) -> str:
    """A citation in the text."""
    return f"[{join([str(number), source.place])}]"
