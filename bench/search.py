"""How fast is search, through HTTP, against plain FTS5 on the same rows? Tables.

    python bench/search.py [--clips N] [--folder DIR] [--rounds N]

Builds a made-up archive of N clips of 300 segments (bench/synthetic.py) by the code that `ingest rebuild`
runs, and beside it the floor: the same texts in one plain FTS5 table. Then asks a real Datasette, its own
process on this machine, over HTTP. The floor is one query: the best 20 by bm25 with their snippets. It does
not count, narrow, locate words, group, or write a page. It is asked through the same server (floor/), and
once more on a warm connection in this process, without HTTP.

cold   the first answer of a process that has just started, with files that are in the system's memory
warm   further answers; each asks for another word of about the same frequency, so that nothing is at hand
again  the last of these once more
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from floor.floor_page import BEST  # noqa: E402
from synthetic import make_transcripts  # noqa: E402

from ingest import archive  # noqa: E402
from ingest.speakers.people import People  # noqa: E402

PORT = 8765


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clips", type=int, default=340)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/airquote-bench"))
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    folder = options.folder / str(options.clips)
    folder.mkdir(parents=True, exist_ok=True)
    print(f"load {os.getloadavg()[0]:.1f}, SQLite {sqlite3.sqlite_version}")
    if not (folder / archive.FILE).exists():
        build(folder, options.clips)
    measure(folder, options.rounds)


def build(folder: Path, clips: int) -> None:
    """Write the archive as `rebuild` does, and the floor, and say how long each took."""
    draft = folder / "draft.db"
    draft.unlink(missing_ok=True)
    rows = seconds = 0.0
    with archive.draft_archive(draft, People()) as add:
        for transcript in make_transcripts(clips):
            began = time.perf_counter()
            add(transcript)
            seconds += time.perf_counter() - began
            rows += len(transcript.segments)
        began = time.perf_counter()
    took = time.perf_counter() - began
    print(f"{rows:,.0f} segments in {clips} clips; rows {rows / seconds:,.0f} segments/s ({seconds:.1f} s)")
    print(f"index {rows / took:,.0f} segments/s ({took:.1f} s)")
    with closing(sqlite3.connect(draft)) as db:
        texts = db.execute("SELECT id, text FROM segments ORDER BY id").fetchall()
    with closing(sqlite3.connect(folder / "floor.db")) as floor:
        floor.execute("PRAGMA journal_mode = MEMORY")
        floor.execute("PRAGMA synchronous = OFF")
        floor.execute("CREATE VIRTUAL TABLE floor USING fts5(text)")
        began = time.perf_counter()
        floor.executemany("INSERT INTO floor(rowid, text) VALUES (?, ?)", texts)
        floor.commit()
        took = time.perf_counter() - began
        floor.execute("CREATE VIRTUAL TABLE words USING fts5vocab(floor, row)")
    print(f"floor {rows / took:,.0f} segments/s ({took:.1f} s)")
    draft.rename(folder / archive.FILE)


def describe_size(folder: Path) -> str:
    with closing(sqlite3.connect(folder / archive.FILE)) as db:
        (rows,) = db.execute("SELECT count(*) FROM segments").fetchone()
        pages = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY 1").fetchall()
    floor = (folder / "floor.db").stat().st_size
    parts = {
        "index": "segments_fts",
        "vocabulary": "vocabulary",
        "marks": "segment_marks",
        "times": "word_times",
    }
    sizes = {part: sum(size for table, size in pages if name in table) for part, name in parts.items()}
    whole = sum(size for _, size in pages)
    each = ", ".join(f"{part} {size / rows:.0f}" for part, size in sizes.items())
    ours = f"{each}: {sum(sizes.values()) / floor:.2f} floors; whole file {whole / rows:.0f}"
    return f"bytes a segment: floor {floor / rows:.0f}; {ours}"


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Datasette on the archive and the floor; gives the process's id."""
    files = [str(folder / archive.FILE), str(folder / "floor.db")]
    command = [sys.executable, "-m", "datasette", *files, "--port", str(PORT),
               "--plugins-dir", str(ROOT / "bench" / "floor"),
               "--setting", "sql_time_limit_ms", "20000"]  # fmt: skip
    server = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/-/versions.json").read()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def ask(path: str, **parameters: object) -> tuple[float, bytes]:
    """Seconds that an answer took, and the answer."""
    url = f"http://127.0.0.1:{PORT}{path}?{urllib.parse.urlencode(parameters)}"
    began = time.perf_counter()
    with urllib.request.urlopen(url) as response:
        body = response.read()
    return time.perf_counter() - began, body


def measure(folder: Path, rounds: int) -> None:
    print(describe_size(folder))
    print("milliseconds, median / 95th percentile; work: of a processor, for one answer")
    print("| query | matches | SQL | floor | work | 8 at once | cold | warm | work | again | 8 at once |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with closing(sqlite3.connect(folder / "floor.db")) as floor:
        cases = list(list_cases(floor, rounds))
    for name, match, queries in cases:
        report(folder, name, [match(query) for query in queries], queries)


def report(folder: Path, name: str, matches: Sequence[str], queries: Sequence[dict[str, object]]) -> None:
    path = str(queries[0].get("path", "/search.json"))
    asked = [{k: v for k, v in query.items() if k != "path"} for query in queries]
    plain = [partial(time_answer, "/floor.json", {"q": match}) for match in matches]
    ours = [partial(time_answer, path, each) for each in asked[1:]]
    direct = [time_floor(folder, match) for match in matches]
    with serve(folder) as process:
        cold, body = ask(path, **asked[0])
        open_files()
        floor, floor_work = time_work(process, plain)
        warm, work = time_work(process, ours)
        again = [time_answer(path, asked[-1]) for _ in range(5)]
    with serve(folder):
        open_files()
        floor_many = run_at_once(plain, 8)
        many = run_at_once(ours, 8)
    count = f"{json.loads(body)['count']:,}" if path == "/search.json" else ""
    cells = [name, count, spread(direct), spread(floor), f"{floor_work * 1000:.0f}", spread(floor_many),
             f"{cold * 1000:.0f}", spread(warm), f"{work * 1000:.0f}",
             f"{statistics.median(again) * 1000:.0f}", spread(many)]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


def open_files() -> None:
    """Let each thread of the server open the files."""
    for path in ("/search.json", "/floor.json"):
        run_at_once([partial(time_answer, path, {"q": '""'})] * 12, 6)


def time_work(process: int, tasks: Sequence[Callable[[], float]]) -> tuple[list[float], float]:
    """Seconds that each task took, one after the other, and of a processor on average."""
    before = read_work(process)
    took = run_at_once(tasks, 1)
    return took, (read_work(process) - before) / len(tasks)


def read_work(process: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_at_once(tasks: Sequence[Callable[[], float]], workers: int) -> list[float]:
    """What all tasks give when so many threads work, each on the next one as soon as it is done."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda task: task(), tasks))


def time_answer(path: str, query: dict[str, object]) -> float:
    return ask(path, **query)[0]


def time_floor(folder: Path, match: str) -> float:
    """Seconds of a query on the floor, on a connection that has just answered it."""
    with closing(sqlite3.connect(folder / "floor.db")) as floor:
        floor.execute(BEST, [match]).fetchall()
        began = time.perf_counter()
        floor.execute(BEST, [match]).fetchall()
        return time.perf_counter() - began


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return f"{statistics.median(ordered) * 1000:.0f} / {ordered[int(0.95 * (len(ordered) - 1))] * 1000:.0f}"


Case = tuple[str, Callable[[dict[str, object]], str], list[dict[str, object]]]


def list_cases(floor: sqlite3.Connection, rounds: int) -> Iterator[Case]:
    (rows,) = floor.execute("SELECT count(*) FROM floor").fetchone()
    known = floor.execute(
        "SELECT term, doc FROM words WHERE term GLOB '[a-z]*' ORDER BY doc DESC LIMIT 30000"
    ).fetchall()

    def words(share: float) -> list[str]:
        near = sorted(known, key=lambda pair: abs(pair[1] - share * rows))
        return [word for word, _ in near[:rounds]]

    def plain(query: dict[str, object]) -> str:
        return " ".join(f'"{word}"' for word in str(query["q"]).split())

    def phrase(query: dict[str, object]) -> str:
        return str(query["q"])

    for share in (0.0005, 0.003, 0.01, 0.03, 0.10):
        yield f"word in {share:.2%} of the segments", plain, [{"q": word} for word in words(share)]
    third = words(0.33)
    yield "word in a third", plain, [{"q": word} for word in third[: max(4, rounds // 4)]]
    pairs = [{"q": f"{a} {b}"} for a, b in zip(words(0.03), words(0.01), strict=True)]
    yield "two words, 3 % and 1 %", plain, pairs
    pairs = [{"q": f"{a} {b}"} for a, b in zip(words(0.10), words(0.03), strict=True)]
    yield "two words, 10 % and 3 %", plain, pairs
    yield "rare phrase", phrase, [{"q": text} for text in find_phrases(floor, rounds)]
    yield "prefix, 3 letters", prefix_match, [{"q": f"{word[:3]}*"} for word in words(0.01)]
    yield "10 %, page 50", plain, [{"q": word, "page": 50} for word in words(0.10)]
    yield "10 %, newest first", plain, [{"q": word, "sort": "newest"} for word in words(0.10)]
    chosen = {"programme": "Harbour Report", "language": "en"}
    yield "3 %, two facets chosen", plain, [{"q": word, **chosen} for word in words(0.03)]
    yield "3 %, a speaker chosen", plain, [{"q": word, "speaker": "anna-benning"} for word in words(0.03)]
    yield "3 %, the page", plain, [{"q": word, "path": "/search"} for word in words(0.03)]
    yield "3 %, timeline", plain, [{"q": word, "path": "/timeline.json"} for word in words(0.03)]


def prefix_match(query: dict[str, object]) -> str:
    return f'"{str(query["q"]).rstrip("*")}"*'


def find_phrases(floor: sqlite3.Connection, count: int) -> list[str]:
    """Two words in a row that are said about a hundred times."""
    found: dict[str, int] = {}
    rows = floor.execute("SELECT text FROM floor WHERE rowid % 97 = 0 LIMIT 40000")
    for (text,) in rows:
        words = text.rstrip(".").lower().split()
        for pair in pairwise(words):
            if all(word.isascii() and word.isalpha() and len(word) > 3 for word in pair):
                found[" ".join(pair)] = 0
    phrases = []
    for pair in found:
        quoted = f'"{pair}"'
        (said,) = floor.execute("SELECT count(*) FROM floor WHERE floor MATCH ?", [quoted]).fetchone()
        if 20 <= said <= 200:
            phrases.append(quoted)
        if len(phrases) == count:
            break
    return phrases


if __name__ == "__main__":
    main()
