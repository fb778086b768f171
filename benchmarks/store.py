"""What the run store costs, and what it bears.

python -m benchmarks.store million      # the dashboard and the next item among 1,000,000 readings
python -m benchmarks.store overhead     # read --run beside read -o
python -m benchmarks.store kill         # a run killed at random moments: nothing lost, the same bytes
"""

import argparse
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.drawings import draw_lines
from digitocr.review.adding import Adder
from digitocr.review.api import Api
from digitocr.review.checks import Checks
from digitocr.review.pictures import Pictures
from digitocr.store.groups import sheet
from digitocr.store.store import open_store

READINGS, A_PAGE = 1_000_000, 20
REPEATED = 15
_COUNTER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
_FILL = (
    "INSERT INTO run VALUES (1, 'f', '0', 'm', '.', NULL, 'litert', '{}', '{}')",
    _COUNTER.format(READINGS // A_PAGE)
    + "INSERT INTO source SELECT i, 'scan-' || i, '/scan-' || i, i, 1, 1, 's' || i, 1, 0 FROM n",
    "INSERT INTO page (id, source, number, width, height, rotation, layout) "
    "SELECT id, id, 1, 1240, 1754, 0, 'page' FROM source",
    _COUNTER.format(READINGS)
    + 'INSERT INTO reading (id, page, position, field, "row", "left", top, "right", bottom, text, status, '
    "confidence, reason, reason_code, raw, written, alternatives) "
    f"SELECT i, (i - 1) / {A_PAGE} + 1, i % {A_PAGE}, 'field_' || (i % {A_PAGE}), 1, 0, 0, 200, 40, "
    "printf('%04d', i % 10000), CASE WHEN i % 9 = 0 THEN 'review' ELSE 'accept' END, "
    "(i % 997) / 1000.0, '', '', '', '', '[]' FROM n",
    "INSERT INTO digit SELECT reading.id, d.value, substr(text, d.value + 1, 1), confidence, 0, 0, 40, 40, 0 "
    "FROM reading JOIN json_each('[0,1,2,3]') AS d",
)


def main() -> None:
    """Run one of the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("million", "overhead", "kill"))
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        match options.what:
            case "million":
                million(Path(folder))
            case "overhead":
                overhead(Path(folder), options.files)
            case _:
                kill(Path(folder), options.files, options.kills)


def million(folder: Path) -> None:
    """Time what the review asks of a store with a million readings."""
    with open_store(folder / "run.db", create=True, durable=True) as store:
        with store.transaction():
            for statement in _FILL:
                store.run(statement)
        pictures = Pictures(store)
        api = Api(store, Checks(store), Adder(store, pictures))
        asked = {"who": "ada", "holder": "window", "queue": "review", "count": 1}
        taken: list[int] = []

        def next_item() -> None:
            found = api.take({**asked, "after": max(taken, default=0), "besides": taken[-5:]})
            taken.extend(item["id"] for item in found["items"])

        _told("dashboard", lambda: api.overview({"who": "ada"}))
        _told("next item", next_item)
        _told("an answer", lambda: api.enter({**asked, "id": taken.pop(), "settled": "value", "value": "1"}))
        _told("a sheet of 100 digits", lambda: sheet(store, "7", "window", 100))


def _told(name: str, call: Callable[[], object]) -> None:
    times = []
    for _ in range(REPEATED):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    print(f"{name:24} median {statistics.median(times):6.1f} ms, worst {max(times):6.1f} ms")


def overhead(folder: Path, files: int) -> None:
    """Processor time of reading into a store and into a table, by turns."""
    (folder / "scans").mkdir()
    draw_lines(folder / "scans", files, seed=1)
    used: dict[str, list[float]] = {"-o": [], "--run": []}
    for turn in range(3):
        for option, name in (("-o", f"table-{turn}.csv"), ("--run", f"run-{turn}.db")):
            used[option].append(_seconds("read", str(folder / "scans"), option, str(folder / name)))
    plain, stored = (min(times) for times in used.values())
    print(
        f"read -o {plain:.2f} s, read --run {stored:.2f} s of processor: {100 * (stored / plain - 1):+.1f} %"
    )


_MEASURED = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_module("digitocr", run_name="__main__")
except SystemExit:
    pass
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    used = resource.getrusage(who)
    print(used.ru_utime + used.ru_stime)
"""


def _seconds(*arguments: str) -> float:
    """The processor time of a command and its processes."""
    command = [sys.executable, "-c", _MEASURED, "digitocr", *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sum(map(float, told.split()))


def kill(folder: Path, files: int, kills: int) -> None:
    """Kill a run at random moments, and compare what comes of it with an undisturbed one."""
    (folder / "scans").mkdir()
    draw_lines(folder / "scans", files, seed=1)
    store = folder / "run.db"
    command = [sys.executable, "-m", "digitocr", "read", str(folder / "scans"), "-q", "-j", "2", "--run"]
    chance, done, lost = random.Random(1), 0, 0
    for _ in range(kills):
        with subprocess.Popen([*command, str(store)], start_new_session=True) as process:
            time.sleep(chance.uniform(0.2, 3.0))
            process.send_signal(signal.SIGKILL)
        now = _finished(store)
        lost += max(0, done - now)
        done = now
    subprocess.run([*command, str(store)], check=True)
    subprocess.run([*command, str(folder / "undisturbed.db")], check=True)
    same = _exported(store) == _exported(folder / "undisturbed.db")
    told = "the same bytes" if same else "OTHER BYTES"
    print(f"{kills} kills of a run over {files} files: {lost} files lost, {told}")


def _finished(store: Path) -> int:
    try:
        with sqlite3.connect(store) as connection:
            return int(connection.execute("SELECT count(run) FROM source").fetchone()[0])
    except sqlite3.OperationalError:  # killed before there was a table
        return 0


def _exported(store: Path) -> bytes:
    command = [sys.executable, "-m", "digitocr", "export", str(store)]
    return subprocess.run(command, capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
