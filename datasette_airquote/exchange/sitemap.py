"""/sitemap.xml and /robots.txt: which pages search engines are asked to know, and which they need not.

No page states when it was last changed, for nobody knows that: a transcript is corrected in a file, and the
database is made anew. Above MOST addresses the map is an index of parts, /sitemap-1.xml and so on.

source  https://www.sitemaps.org/protocol.html, https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from datasette import Response

from datasette_airquote.exchange.stated import address, refuse, send
from datasette_airquote.exchange.xml import add, write
from datasette_airquote.pages import link, name_database, open_archive

MOST = 50_000  # addresses of a map, as the protocol says
PAGES = ("/", "/clips", "/speakers")
COUNT = "SELECT (SELECT count(*) FROM clips) + (SELECT count(*) FROM speakers) AS paths"
PATHS = """
SELECT path FROM (
  SELECT 0 AS kind, id, '/clip/' || id AS path FROM clips
  UNION ALL SELECT 1, id, '/speaker/' || id FROM speakers
) ORDER BY kind, id LIMIT :limit OFFSET :offset
"""
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CHANGING = ("/search", "/timeline")  # another page for everything that can be asked


async def site_map(datasette: Any, request: Any) -> Response:
    """The map, one of its parts, or the index of them."""
    db = await open_archive(datasette, request)
    site = partial(address, datasette, request)
    parts = -(-(len(PAGES) + (await db.execute(COUNT)).first()["paths"]) // MOST)
    part = int(request.url_vars.get("part") or 0)
    if not part and parts > 1:
        urls = [site(f"/sitemap-{n}.xml") for n in range(1, parts + 1)]
        return send(datasette, write_map("sitemapindex", "sitemap", urls), "application/xml")
    if part > parts:
        return refuse("The map of this site has no such part.")
    # The fixed pages stand at the head of the first part.
    first = part <= 1
    limits = {"limit": MOST - len(PAGES) * first, "offset": 0 if first else (part - 1) * MOST - len(PAGES)}
    rows = await db.execute_fn(lambda connection: connection.execute(PATHS, limits).fetchall())
    home = site("/").removesuffix("/")  # asked once: 50,000 whole addresses would take seconds
    urls = [home + quote(path) for path in (*(PAGES if first else ()), *(row[0] for row in rows))]
    return send(datasette, write_map("urlset", "url", urls), "application/xml")


def write_map(kind: str, each: str, urls: list[str]) -> str:
    """A map of pages (urlset, url) or of other maps (sitemapindex, sitemap)."""
    root = ET.Element(f"{{{SPACE}}}{kind}")
    for url in urls:
        add(ET.SubElement(root, f"{{{SPACE}}}{each}"), f"{{{SPACE}}}loc", url)
    return write(root, {"": SPACE})


async def robots(datasette: Any, request: Any) -> Response:
    """What robots may read: all pages but those that answer a question, and the map of them."""
    await open_archive(datasette, request)
    changing = [link(datasette, path) for path in CHANGING]
    closed = [*changing, datasette.urls.database(name_database(datasette))]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return Response.text("\n".join([*lines, f"Sitemap: {address(datasette, request, '/sitemap.xml')}", ""]))
