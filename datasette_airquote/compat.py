"""The two lines of Datasette, 0.65 and 1.0, where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from datasette.plugins import pm
from datasette.utils import await_me_maybe


async def may_view_tables(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    """Whether the visitor may see all of these tables, by the rules for each, the database and the site."""
    if not hasattr(datasette, "permission_allowed"):  # 1.0
        return await _may_view_resources(datasette, actor, database, tables)
    above = None  # what holds where a table has no rule of its own, asked once
    for table in tables:
        allowed = await _ask_rules(datasette, actor, "view-table", (database, table))
        if allowed is None and above is None:
            rules = [("view-database", database), "view-instance"]
            above, _ = await datasette.check_visibility(actor, permissions=rules)
        if not (above if allowed is None else allowed):
            return False
    return True


async def _ask_rules(datasette: Any, actor: Any, action: str, resource: tuple[str, str]) -> bool | None:
    """What the plugins, and the rules of the metadata, say of a table; None where they say nothing.

    As Datasette 0.65's `permission_allowed` asks them, but for its look into the database for how a name is
    spelt: at a dozen tables a page that took 2 ms, and as many turns of its threads.
    """
    allowed = None
    for answer in pm.hook.permission_allowed(
        datasette=datasette, actor=actor, action=action, resource=resource
    ):
        each = await await_me_maybe(answer)
        allowed = allowed if each is None else each
    return allowed


async def _may_view_resources(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    from datasette.resources import TableResource

    for table in tables:
        resource = TableResource(database=database, table=table)
        if not await datasette.allowed(action="view-table", resource=resource, actor=actor):
            return False
    return True


async def load_metadata(datasette: Any) -> dict[str, Any]:
    """What the metadata says about the whole site: title, description, licence."""
    if hasattr(datasette, "get_instance_metadata"):  # 1.0
        return dict(await datasette.get_instance_metadata())
    return dict(datasette.metadata() or {})
