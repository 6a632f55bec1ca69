"""The archive folder as Datasette serves it: what `ingest init` puts there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from ingest.archive import FILE, rebuild
from ingest.files import save_file
from ingest.transcript import FOLDER


def init_archive(folder: Path) -> Iterator[Path]:
    """Make an empty archive, and give each path that was made; what is there already stays."""
    for name in (FOLDER, "clips"):
        if not (folder / name).is_dir():
            (folder / name).mkdir(parents=True)
            yield folder / name
    if not (folder / "metadata.yml").exists():
        save_file(folder / "metadata.yml", files("ingest").joinpath("metadata.yml").read_bytes())
        yield folder / "metadata.yml"
    if not (folder / FILE).exists():
        rebuild(folder)
        yield folder / FILE
