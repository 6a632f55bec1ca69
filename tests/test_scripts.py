"""Recall in twelve scripts: what a reader would expect to be found, and what is found."""

import re
import sqlite3
from pathlib import Path

import pytest
import yaml
from conftest import make_transcript

from datasette_airquote.search import search
from datasette_airquote.search.narrow import Filters
from datasette_airquote.search.parse import parse_query
from ingest.archive import FILE, rebuild
from ingest.facts import Facts
from ingest.transcript import save_new

ROOT = Path(__file__).parent.parent
SCRIPTS = yaml.safe_load((ROOT / "tests/data/scripts.yml").read_text())


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """A clip a script, and all of them in one archive."""
    folder = tmp_path_factory.mktemp("scripts")
    for script, each in SCRIPTS.items():
        lines = [("", line) for line in each["lines"]]
        facts = Facts(title=script, language=each["language"])
        save_new(folder, make_transcript(script.lower(), facts, lines), None)
    assert rebuild(folder) == []
    return sqlite3.connect(folder / FILE)


def find(connection, script, q):
    """The sentences of a script that a query finds."""
    query = parse_query(str(q))
    clip = Filters(clip=script.lower(), fields=query.fields)
    return {match.sentence for match in search(connection, query, clip).list_matches("oldest", 0, 99)}


def find_plainly(script, q):
    """The same by FTS5 as it comes, each word in quotation marks."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
    db.executemany("INSERT INTO t VALUES (?)", [[line] for line in SCRIPTS[script]["lines"]])
    match = " ".join(f'"{word}"' for word in re.sub('[„“"]', "", str(q)).split())
    return {number for (number,) in db.execute("SELECT rowid FROM t WHERE t MATCH ?", [match])}


def count(script, look):
    """How many of the expected sentences are found, of how many, and how many others."""
    pairs = [(set(numbers), look(q)) for q, numbers in SCRIPTS[script]["queries"].items()]
    found, others = (sum(map(len, sets)) for sets in zip(*((w & h, h - w) for w, h in pairs), strict=True))
    return f"{found}/{sum(len(wanted) for wanted, _ in pairs)}, {others}"


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_reader_expects_is_found(connection, script):
    for q, numbers in SCRIPTS[script]["queries"].items():
        missed = SCRIPTS[script].get("missed", {}).get(q, [])
        assert (q, find(connection, script, q)) == (q, set(numbers) - set(missed))


def test_the_documentation_has_the_same_figures(connection):
    page = (ROOT / "docs/search.md").read_text()
    rows = re.findall(r"^\| ([A-Z]\w+) \| (\w\w) \| (\d+/\d+, \d+) \| (\d+/\d+, \d+) \|", page, re.MULTILINE)
    assert rows == [
        (
            script,
            each["language"],
            count(script, lambda q, script=script: find(connection, script, q)),
            count(script, lambda q, script=script: find_plainly(script, q)),
        )
        for script, each in SCRIPTS.items()
    ]
