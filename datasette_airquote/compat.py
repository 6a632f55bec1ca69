"""The two lines of Datasette, 0.65 and 1.0, where they differ."""

from __future__ import annotations

from typing import Any


async def may_view_table(datasette: Any, actor: Any, database: str, table: str) -> bool:
    """Whether the visitor may see a table, by the rules for it, its database and the instance."""
    if hasattr(datasette, "permission_allowed"):  # 0.65
        visible, _ = await datasette.check_visibility(
            actor,
            permissions=[("view-table", (database, table)), ("view-database", database), "view-instance"],
        )
        return bool(visible)
    from datasette.resources import TableResource

    resource = TableResource(database=database, table=table)
    return bool(await datasette.allowed(action="view-table", resource=resource, actor=actor))


async def load_metadata(datasette: Any) -> dict[str, Any]:
    """What the metadata says about the whole site: title, description, licence."""
    if hasattr(datasette, "get_instance_metadata"):  # 1.0
        return dict(await datasette.get_instance_metadata())
    return dict(datasette.metadata() or {})
