"""The engine in docs/engines.md, installed as another package would be, and run by the command."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("av", reason="the extra `audio` is not installed")

ROOT = Path(__file__).parent.parent
SPOKEN = ROOT / "tests/data/miniature-whisper/clips/a01_rms.flac"


@pytest.fixture
def environment(tmp_path):
    """An environment in which the page's package is installed."""
    page = (ROOT / "docs/engines.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (declared,) = re.findall(r'^```toml\n\[project.entry-points."(.*)"\]\n(.*?)\n```', page, re.MULTILINE)
    assert len([line for line in code.partition("class")[2].splitlines() if line.strip()]) <= 14
    site = tmp_path / "site"
    (site / "my_engine-1.0.dist-info").mkdir(parents=True)
    (site / "my_engine.py").write_text(code)
    (site / "my_engine-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: my-engine\nVersion: 1.0\n"
    )
    (site / "my_engine-1.0.dist-info/entry_points.txt").write_text(
        f"[{declared[0]}]\n{declared[1].replace(chr(34), '')}\n"
    )
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}


def ingest(folder, environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, arguments)],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip


def test_the_documented_engine_is_listed_and_hears(tmp_path, environment):
    assert "beep: installed" in ingest(tmp_path, environment, "engines").stdout.splitlines()
    result = ingest(
        tmp_path, environment, SPOKEN, "--engine", "beep", "--model", "high", "--threads", "1", "--json"
    )
    (outcome,) = map(json.loads, result.stdout.splitlines())
    assert (outcome["status"], outcome["coverage"]) == ("added", 1.0)
    assert re.fullmatch(
        r"1/1 \S+a01_rms.flac: hearing 0:08\n1/1 \S+: heard in 0:0\d, .* x real time\n1 added\n",
        result.stderr,
    )
    run = json.loads((tmp_path / "transcripts/a01-rms/runs/0001.json").read_text())
    assert (run["engine"], run["model"]) == ("beep", "high")
    assert {word["text"] for word in run["words"]} == {"beep"}
    assert [[word["start"], word["end"]] for word in run["words"]] == run["speech"]
