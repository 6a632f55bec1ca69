"""Validators: how a file that was fetched before is asked for again, so that it need not come twice.

Those of a clip's page and recording stand in its watch.yml (see sightings.py). Those of feeds, which
belong to no clip, are kept beside the archive; when that file is lost, they are fetched once more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.files import save_file

FETCHED = ".fetched.json"


@dataclass(frozen=True, slots=True)
class Validators:
    """The ETag and the Last-Modified that a server gave with a file; "" where it gave none."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


NOTHING = Validators()


def load_fetched(archive: Path) -> dict[str, Validators]:
    """The validators of what was fetched last, by address; none when nobody has noted them."""
    try:
        values = json.loads((archive / FETCHED).read_text("utf-8"))
        return {str(url): Validators(str(etag), str(modified)) for url, (etag, modified) in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save_fetched(archive: Path, fetched: Mapping[str, Validators]) -> None:
    """Note the validators of what was fetched, once all that it led to is in the archive.

    A feed noted too early says `unchanged` next time, and what failed of it is not tried again.
    """
    values = {url: [known.etag, known.last_modified] for url, known in sorted(fetched.items())}
    save_file(archive / FETCHED, (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode())
