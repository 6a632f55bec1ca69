"""The archive folder as Datasette serves it: what `ingest init` puts there, and brings up to date.

Two files tell Datasette what it shows, both derived from ingest/metadata.yml:

    metadata.yml    what a person says about the archive; the tables, their columns, facets and order;
                    the canned queries. Datasette 0.65 takes all of it from here.
    datasette.yml   the canned queries once more: 1.0 takes them from here alone, all else from metadata.yml

Either may end in .yaml or .json instead; Datasette reads the first that it finds, in the order of NAMES.
A file that is there stays as it is, unless it is to be refreshed: then what stands under `databases` is
ours again, with whatever a person has added to it, and everything else is kept byte for byte. Given up:
comments that a person wrote below `databases`, when something was added there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ingest.archive import FILE, rebuild
from ingest.errors import SiteError
from ingest.files import save_file
from ingest.transcript import FOLDER

NAMES = {
    "metadata.yml": ("metadata.json", "metadata.yaml", "metadata.yml"),
    "datasette.yml": ("datasette.json", "datasette.yaml", "datasette.yml"),
}
WORDS = ("title", "description", "license", "license_url", "source", "source_url")  # what a person says
BEGIN, QUERIES = "databases:\n", "    queries:\n"  # where, in our text, the parts of it begin
QUERIES_HEAD = "# For the 1.0 line of Datasette: the canned queries, which 0.65 takes from metadata.yml.\n"


def init_archive(
    folder: Path, words: Mapping[str, str] | None = None, refresh: bool = False
) -> Iterator[tuple[Path, str]]:
    """Make an empty archive; give each path that was written, and of what stays why, in words for a person.

    words    what metadata.yml is to say of the archive, by the keys in WORDS; our own where it is missing
    refresh  bring what is there already up to date
    raises   SiteError when a file that is there cannot be read
    """
    for name in (FOLDER, "clips"):
        if not (folder / name).is_dir():
            (folder / name).mkdir(parents=True)
            yield folder / name, ""
    known = _find(folder, "metadata.yml")
    if words and known:
        yield known, f"is there already; write {', '.join(words)} into it"
    for name, text in make_files(words or {}).items():
        yield from _write(folder, name, text, refresh)
    if not (folder / FILE).exists():
        rebuild(folder)
        yield folder / FILE, ""


def make_files(words: Mapping[str, str]) -> dict[str, str]:
    """The text of each file, by its name."""
    template = files("ingest").joinpath("metadata.yml").read_text("utf-8")
    head, begin, rest = template.partition(BEGIN)
    if words:
        head = head.splitlines(keepends=True)[0] + _format(yaml.safe_load(head) | dict(words))
    queries = rest[rest.index(QUERIES) :]
    return {
        "metadata.yml": head + begin + rest,
        "datasette.yml": f"{QUERIES_HEAD}{BEGIN}  archive:\n{queries}",
    }


def refresh_text(old: str, new: str) -> str:
    """A file's text with what stands under `databases` in the new one, and all else as it was.

    raises  ValueError when the old one is not a mapping in YAML
    """
    block = new[new.index(BEGIN) :]
    try:
        root, values = yaml.compose(old, yaml.SafeLoader), yaml.safe_load(old)
    except yaml.YAMLError as error:
        raise ValueError("is not YAML") from error
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("holds no keys")
    place = next(((key, value) for key, value in root.value if key.value == "databases"), None)
    if place is None:
        return f"{old.rstrip()}\n{block}"
    start, end = place[0].start_mark.index, place[1].end_mark.index
    after = re.search(r"(?:^(?:#.*)?\n)*\Z", old[start:end], re.MULTILINE)  # comments on what comes next
    ours = yaml.safe_load(block)
    merged = _merge({"databases": values["databases"]}, ours)
    text = block if merged == ours else _format(merged)
    return old[:start] + text + (after[0] if after else "") + old[end:]


def _write(folder: Path, name: str, text: str, refresh: bool) -> Iterator[tuple[Path, str]]:
    path = _find(folder, name)
    if path is None:
        save_file(folder / name, text.encode())
        yield folder / name, ""
        return
    try:
        old = path.read_text("utf-8")
        fresh = refresh_text(old, text)
    except ValueError as error:
        raise SiteError(f"{path}: {error}; mend it, or move it away and run `ingest init` again") from error
    if fresh == old:
        return
    if path.suffix == ".json":
        yield path, f"stays as it is; `ingest init` in an empty folder makes a {name} to copy tables from"
    elif refresh:
        save_file(path, fresh.encode())
        yield path, ""
    else:
        yield path, "stays as it is; --refresh brings tables and queries up to date and keeps your words"


def _find(folder: Path, name: str) -> Path | None:
    """The file that Datasette reads, under whichever of its names."""
    return next((folder / n for n in NAMES[name] if (folder / n).exists()), None)


def _merge(own: Any, ours: Any) -> Any:
    """What is ours, with what a person has added: tables, queries, and who may see them."""
    if not isinstance(own, dict) or not isinstance(ours, dict):
        return ours
    merged = {key: value if key == "columns" else _merge(own.get(key), value) for key, value in ours.items()}
    return merged | {key: value for key, value in own.items() if key not in ours}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent)


def _format(values: Mapping[str, Any]) -> str:
    return yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
