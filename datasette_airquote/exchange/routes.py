"""The addresses of this package."""

from __future__ import annotations

from datasette_airquote.exchange.catalogue import send_record
from datasette_airquote.exchange.embed import embed_page
from datasette_airquote.exchange.feed import podcast_feed, send_chapters
from datasette_airquote.exchange.iiif import send_manifest
from datasette_airquote.exchange.oembed import oembed
from datasette_airquote.exchange.sitemap import robots, site_map

ROUTES = [
    (r"^/feed\.xml$", podcast_feed),
    (r"^/clip/(?P<clip>[^/.]+)\.chapters\.json$", send_chapters),
    (r"^/sitemap(?:-(?P<part>[1-9][0-9]{0,4}))?\.xml$", site_map),
    (r"^/robots\.txt$", robots),
    (r"^/oembed$", oembed),
    (r"^/embed/(?P<clip>[^/.]+)$", embed_page),
    (r"^/iiif/(?P<clip>[^/.]+)/manifest\.json$", send_manifest),
    (r"^/clip/(?P<clip>[^/.]+)\.(?P<form>pbcore|dc)\.xml$", send_record),
]
