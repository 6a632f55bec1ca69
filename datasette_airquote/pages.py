"""What every page shares: the archive it reads, who may read it, links, and the frame around it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from datasette import Forbidden, NotFound, Response
from datasette.database import Database

from datasette_airquote.compat import load_metadata, may_view_tables
from ingest import __version__
from ingest.archive import TABLES, VERSION

DATABASE = "archive"  # unless the plugin's setting `database` names another
DATABASE_VERSION = """
SELECT user_version, (SELECT count(*) FROM sqlite_master WHERE name = 'segment_marks') AS ours
FROM pragma_user_version
"""


def name_database(datasette: Any) -> str:
    """The name of the database that holds the archive."""
    settings = datasette.plugin_config("airquote") or {}
    return str(settings.get("database", DATABASE))


async def find_archive(datasette: Any) -> Database | None:
    """The database of the archive, None when there is none of that name, or it is something else."""
    db = datasette.databases.get(name_database(datasette))
    if db is None:
        return None
    row = (await db.execute(DATABASE_VERSION)).first()
    return db if row["ours"] and row["user_version"] == VERSION else None


async def open_archive(datasette: Any, request: Any) -> Database:
    """The database of the archive, for a visitor who may see it.

    raises  NotFound when there is none; Forbidden when the visitor may not see it
    """
    db = await find_archive(datasette)
    if db is None:
        raise NotFound(
            f"There is no archive {name_database(datasette)!r} of this version of Airquote here; "
            "`ingest rebuild` makes it from the folder transcripts/"
        )
    # Who may not see one of them sees no page of ours.
    if not await may_view_tables(datasette, request.actor, db.name, TABLES):
        raise Forbidden(f"You may not see all of {db.name}")
    return db


def link(datasette: Any, path: str, fragment: str = "", **parameters: object) -> str:
    """A link within the site, below base_url; parameters that are empty are left out.

    The commas of a time range stay readable.
    """
    known = {key: value for key, value in parameters.items() if value not in ("", None)}
    query = "?" + urlencode(known, safe=",") if known else ""
    return str(datasette.urls.path(quote(path))) + query + (f"#{fragment}" if fragment else "")


async def name_site(datasette: Any) -> str:
    """The name of the archive, "" where its metadata has none."""
    return str((await load_metadata(datasette)).get("title") or "")


async def render(
    datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    """A page of ours in the frame of all pages."""
    metadata = await load_metadata(datasette)
    license_url = metadata.get("license_url")
    frame = {
        "site_title": metadata.get("title") or "Airquote",
        "bibliography_url": link(datasette, "/bibliography"),
        "site_license": metadata.get("license") or "",
        "site_license_url": license_url if is_web_address(license_url) else "",
        "home_url": link(datasette, "/"),
        "search_url": link(datasette, "/search"),
        "podcast_url": link(datasette, "/feed.xml"),
        "timeline_url": link(datasette, "/timeline"),
        "clips_url": link(datasette, "/clips"),
        "speakers_url": link(datasette, "/speakers"),
        "data_url": str(datasette.urls.database(name_database(datasette))),
        "version": __version__,
        "query_text": "",
    }
    html = await datasette.render_template(template, {**frame, **context}, request=request)
    return Response.html(html, status=status)


async def render_message(datasette: Any, request: Any, title: str, message: str, status: int) -> Response:
    """A page that says one thing, with the search box above it."""
    context = {"title": title, "message": message}
    return await render(datasette, request, "airquote_message.html", context, status)


async def render_no_clip(datasette: Any, request: Any) -> Response:
    """The page for an address that no clip has."""
    message = "No clip has this address. Perhaps the search finds what you are looking for."
    return await render_message(datasette, request, "There is no such clip", message, 404)


def is_web_address(url: Any) -> bool:
    """Whether a page may lead to an address: http or https, nothing that a browser would run."""
    return isinstance(url, str) and url.startswith(("http://", "https://"))
