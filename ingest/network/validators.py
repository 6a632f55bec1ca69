"""Validators: how a file that was fetched before is asked for again, so that it need not come twice.

Those of a clip's page and recording stand in its watch.yml (see sightings.py). Feeds, which belong to no
clip, are fetched whole each time.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """The ETag and the Last-Modified that a server gave with a file; "" where it gave none."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


NOTHING = Validators()
