"""What the documentation says, run and compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ingest.archive import TABLES
from ingest.cli import main
from ingest.engines import list_engines
from ingest.facts import KEYS
from ingest.formats import DOCUMENTS, EXPORTS
from ingest.index import VIEWS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
METADATA = {
    path: yaml.safe_load(path.read_text()) for path in (ROOT / "metadata.yml", ROOT / "ingest/metadata.yml")
}


def examples():
    """Each command of the README's console blocks with the output it promises."""
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def matches(promised, printed):
    """Whether an output is the promised one: `...` stands for anything, and lines may be wrapped anywhere."""
    pattern = ".*".join(r"\s+".join(map(re.escape, part.split())) for part in promised.split("..."))
    return re.fullmatch(rf"\s*{pattern}\s*".replace(".*", r"\s*.*\s*"), printed, re.DOTALL)


def test_the_readmes_commands_print_what_it_says(tmp_path):
    pytest.importorskip("pocketsphinx", reason="the extra `offline` is not installed")
    shutil.copytree(ROOT / "clips", tmp_path / "clips")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "https_proxy": "http://127.0.0.1:9",  # nobody listens there: a machine without network
    }
    commands = list(examples())
    assert len(commands) > 5
    for command, promised in commands:
        result = subprocess.run(
            ["bash", "-c", f"{command} 2>&1" if "2>" not in command else command],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        assert matches(promised, result.stdout), f"$ {command}\n{result.stdout}\nis not\n{promised}"


def test_the_readme_names_each_table_and_column():
    for table, definition in TABLES.items():
        (row,) = re.findall(rf"^\| `{table}` \|.*$", README, re.MULTILINE)
        assert re.findall(r"`([a-z0-9_]+)`", row.split("|")[3])[: len(definition["columns"])] == list(
            definition["columns"]
        )


def test_the_readme_names_each_module_command_key_and_engine():
    for path in [*ROOT.glob("ingest/*.py")]:
        assert path.name in README or path.name.startswith("__")
    for name in set(main.commands) - {"add"}:
        assert f"ingest {name}" in README
    for name in [*KEYS, *list_engines()]:
        assert f"`{name}`" in README


@pytest.mark.parametrize("path", METADATA, ids=["demo", "init"])
def test_the_metadata_explains_each_table_and_column(path):
    tables = METADATA[path]["databases"]["archive"]["tables"]
    columns = {name: list(table["columns"]) for name, table in TABLES.items()}
    columns |= {name: list(view) for name, view in VIEWS.items()}
    assert {name: list(table["columns"]) for name, table in tables.items()} == columns
    assert all(table["title"] for table in tables.values())


def test_a_new_archive_explains_its_tables_as_the_demonstration_does():
    demo, new = (metadata["databases"] for metadata in METADATA.values())
    assert demo == new


def test_each_make_target_that_the_readme_names_is_there():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (demo|serve|test|lint|bench)\b", README)) <= targets


def test_the_page_on_formats_lists_each_one_that_is_read_and_written():
    page = (ROOT / "docs/formats.md").read_text()
    read, written = page.split("## Written")
    assert {suffix for suffix in DOCUMENTS if f"{suffix} " not in read} == {".text"}, ".text is .txt"
    assert sorted(re.findall(r"^\| `(\w+)` \|", written, re.MULTILINE)) == sorted(EXPORTS)
