"""What the run store costs, and what it bears.

python -m benchmarks.store million      # the dashboard and the next item among 1,000,000 readings
python -m benchmarks.store overhead     # read --run beside read -o
python -m benchmarks.store kill         # a run killed at random moments: nothing lost, the same bytes
"""

import argparse
import os
import pickle
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import cv2

from benchmarks.drawings import draw_lines, draw_page
from digitocr.batch import stored
from digitocr.batch.run import read_documents
from digitocr.batch.task import Settings
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Gray, PageResult
from digitocr.review.adding import Adder
from digitocr.review.api import Api
from digitocr.review.checks import Checks
from digitocr.review.pictures import PictureCache
from digitocr.store.crops import cut_crops
from digitocr.store.groups import sheet
from digitocr.store.progress import progress
from digitocr.store.saving import register_run, save
from digitocr.store.sources import Stamp, due, register
from digitocr.store.store import open_store

READINGS, A_PAGE = 1_000_000, 20
PAGES = 24  # A4 at 300 dots an inch
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
    'INSERT INTO digit (reading, position, text, confidence, "left", top, "right", bottom) '
    "SELECT reading.id, d.value, substr(text, d.value + 1, 1), confidence, 0, 0, 40, 40 "
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
        pictures = PictureCache(store)
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
    """Processor time that the steps of a run store take, beside reading into a table, in one process.

    Step by step, because whole commands differ by more than this from run to run where others compute too.
    """
    small, pages = folder / "small", folder / "pages"
    for scans in (small, pages):
        scans.mkdir()
    draw_lines(small, files, seed=1)
    for number in range(PAGES):
        draw_page(pages / f"{number:02}.jpg", seed=number)
    cv2.setNumThreads(1)
    for scans, name in ((small, f"{files} pictures of one number"), (pages, f"{PAGES} A4 pages of ten")):
        spent = _steps(folder / f"{scans.name}.db", sorted(map(str, scans.iterdir())))
        into_table = spent["reading"] + spent["table"]
        into_store = sum(spent.values()) - spent["table"]
        print(f"{name}: {1000 * into_table / len(list(scans.iterdir())):.1f} ms each into a table")
        print(f"  the store {100 * (into_store / into_table - 1):+.2f} %, of which")
        for step in ("opening", "crops", "handing over", "saving", "closing", "table"):
            print(f"  {step:14} {100 * spent[step] / into_table:5.2f} %")


def _steps(path: Path, sources: Sequence[str]) -> dict[str, float]:
    """Seconds of processor by step: the pictures, their way between processes, the store, the table."""
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        started = time.process_time()
        yield
        spent[step] += time.process_time() - started

    def crops_timed(gray: Gray, result: PageResult) -> tuple[bytes, ...]:
        with timed("crops"):
            return cut_crops(gray, result)

    stored.cut_crops = crops_timed  # type: ignore[attr-defined]
    run = RunInfo("0", "m")
    how = stored.run_of(Settings())  # looks up the model and versions, as a table's command does
    with timed("opening"):
        store = open_store(path, create=True)
        number = register_run(store, how)
        register(store, sources)
        list(due(store, sources, number))
    read = read_documents(sources, isolated=False, opener=stored.open_cropping_reader)
    with open_writer(str(path.with_suffix(".csv")), "csv", run) as writer:
        for source in sources:
            with timed("reading"):
                document = next(read)
            with timed("handing over"):  # of the pictures, which a table does not need
                pickle.loads(
                    pickle.dumps([page.crops for page in document.pages if isinstance(page, PageResult)])
                )
            with timed("saving"):
                save(store, document, number, "me", Stamp.of(source))
            with timed("table"):
                writer.write(document)
    with timed("closing"):
        progress(store)
        store.close()
    spent["reading"] -= spent["crops"]
    return spent


def kill(folder: Path, files: int, kills: int) -> None:
    """Kill a run at random moments, and compare what comes of it with an undisturbed one.

    The moments are spread over the whole run: each time some files are waited for, then a moment more. Every
    other time the processes that read are killed with it.
    """
    (folder / "scans").mkdir()
    draw_lines(folder / "scans", files, seed=1)
    store = folder / "run.db"
    command = [sys.executable, "-m", "digitocr", "read", str(folder / "scans"), "-q", "-j", "2", "--run"]
    chance, done, lost, damaged, while_running = random.Random(1), 0, 0, 0, 0
    for number in range(kills):
        until = done + chance.randint(0, 2 * (files - done) // (kills - number))
        with subprocess.Popen([*command, str(store)], start_new_session=True) as process:
            while process.poll() is None and _finished(store) < min(until, files):
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.2))
            while_running += process.poll() is None
            with suppress(ProcessLookupError):
                (os.killpg if number % 2 else os.kill)(process.pid, signal.SIGKILL)
        now = _finished(store)
        lost += max(0, done - now)
        damaged += not _is_sound(store)
        done = now
    print(f"{while_running} of {kills} kills hit a run under way; {done} of {files} files were read by then")
    subprocess.run([*command, str(store)], check=True)
    subprocess.run([*command, str(folder / "undisturbed.db")], check=True)
    same = _exported(store) == _exported(folder / "undisturbed.db")
    told = "the same bytes" if same else "OTHER BYTES"
    print(f"{kills} kills of a run over {files} files: {lost} files lost, {damaged} stores damaged, {told}")


def _is_sound(store: Path) -> bool:
    if not store.exists():  # killed before it was made
        return True
    with closing(sqlite3.connect(store)) as connection:
        return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")


def _finished(store: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(run) FROM source").fetchone()[0])
    except sqlite3.OperationalError:  # killed before there was a table
        return 0


def _exported(store: Path) -> bytes:
    command = [sys.executable, "-m", "digitocr", "export", str(store)]
    return subprocess.run(command, capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
