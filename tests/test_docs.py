"""What the documentation says, run and compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datasette_airquote.clip import SHORTCUTS
from ingest.archive import TABLES
from ingest.cli import main
from ingest.dates import parse_date
from ingest.engines import list_engines
from ingest.facts import KEYS, SOURCES
from ingest.formats import DOCUMENTS, EXPORTS
from ingest.manifest import COLUMNS as MANIFEST_COLUMNS
from ingest.manifest import is_manifest, load_manifest
from ingest.speakers.people import parse_people
from ingest.web.podcast import ROLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


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


def test_each_make_target_that_the_readme_names_is_there():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (demo|serve|test|lint|bench)\b", README)) <= targets


def test_the_page_on_facts_has_the_origins_in_their_order_and_dates_that_are_right():
    page = (ROOT / "docs/facts.md").read_text()
    origins, dates = page.split("## Dates")
    assert tuple(re.findall(r"^\| `(\w+)` \|", origins, re.MULTILINE)) == SOURCES
    rows = re.findall(r"^\| `(.+)` \| .* \| (\S+) \| (\S+) \|$", dates, re.MULTILINE)
    assert len(rows) > 10
    assert [(text, *parse_date(text)) for text, *_ in rows] == rows


def test_the_page_on_speakers_shows_an_authority_that_can_be_read():
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/speakers.md").read_text(), re.DOTALL)
    people = parse_people(example)
    assert people.find("F. Rose").offices[0].title == "Deputy Assistant Secretary of State"
    assert [people.get_id(name) for name in ("John Smith", "John Smith (priest)")] == [
        "john-smith", "john-smith-priest",
    ]  # fmt: skip


def test_the_page_on_sources_names_each_field_column_and_role():
    page = (ROOT / "docs/sources.md").read_text()
    for name in (*KEYS, *MANIFEST_COLUMNS):
        assert f"`{name}`" in page
    for role, part in ROLES.items():
        assert re.findall(rf"^\| (?:.*, )?{role}(?:,.*)? \| ([a-z]+) \|$", page, re.MULTILINE) == [part]


def test_the_manifest_in_the_documentation_is_one(tmp_path):
    (table,) = re.findall(
        r"^```csv\n(.*?)^```", (ROOT / "docs/sources.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "list.csv").write_text(table)
    (tmp_path / "tapes").mkdir()
    for name in ("tapes/041.wav", "tapes/041.txt"):
        (tmp_path / name).touch()
    manifest = load_manifest(tmp_path / "list.csv")
    assert is_manifest(tmp_path / "list.csv")
    assert [row.facts.title for row in manifest.rows] == ["A talk on the pier", "Fog"]
    assert manifest.reports == ()


def test_the_page_on_formats_lists_each_one_that_is_read_and_written():
    page = (ROOT / "docs/formats.md").read_text()
    read, written = page.split("## Written")
    assert {suffix for suffix in DOCUMENTS if f"{suffix} " not in read} == {".text"}, ".text is .txt"
    assert sorted(re.findall(r"^\| `(\w+)` \|", written, re.MULTILINE)) == sorted(EXPORTS)


def test_the_page_on_listening_has_the_keys_of_the_help():
    page = (ROOT / "docs/listening.md").read_text()
    rows = re.findall(r"^\| (`.+?`) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(" ".join(f"`{key}`" for key in keys), what) for keys, what in SHORTCUTS]
