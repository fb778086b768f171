"""A real Ray cluster on this machine: two readers, one of which is killed, and pictures that kill readers."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.ray]
ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'digitocr[ray]'")
parquet = pytest.importorskip("pyarrow.parquet")

BATCH_TESTS = str(Path(__file__).parents[1] / "batch")
sys.path.insert(0, BATCH_TESTS)

from test_documents import BAD_PX, DEADLY_PX, open_echo  # noqa: E402

from digitocr.batch.run import read_documents  # noqa: E402
from digitocr.batch.task import Settings  # noqa: E402
from digitocr.cluster import parts, read_dataset  # noqa: E402
from digitocr.cluster.parts import inputs_done, plan_parts  # noqa: E402
from digitocr.cluster.ray import connect, read_parts  # noqa: E402
from digitocr.output.write import RunInfo  # noqa: E402

RUN = RunInfo("1", "echo", {"layout": "auto"})
FILES = 200


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """A cluster of this machine; its processes find what the tests read with."""
    root = str(Path(__file__).parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join([BATCH_TESTS, root, os.environ.get("PYTHONPATH", "")])
    connect("local")
    yield
    ray.shutdown()


@pytest.fixture
def pictures(tmp_path):
    """Pictures in natural order, some of which cannot be read, and some of which kill who reads them."""
    names = []
    for number in range(FILES):
        names.append(str(tmp_path / f"{number}.png"))
        width = {17: DEADLY_PX, 90: BAD_PX, 151: DEADLY_PX}.get(number, 100)
        cv2.imwrite(names[-1], np.full((20, width), 30 + number, np.uint8))
    Path(names[40]).write_bytes(b"no image")
    return names


def rows_in(folder):
    tables = [parquet.read_table(path).to_pylist() for path in sorted(Path(folder).glob("*.parquet"))]
    return [row for table in tables for row in table]


def local_rows(names):
    return [row for document in read_documents(names, opener=open_echo) for row in document.rows()]


def readers():
    """The processes of this cluster that read."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and b"ray::_read_part" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended
            continue
    return found


def test_rows_are_those_of_one_machine_whoever_dies(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "FILES_MIN", 25)
    folder = tmp_path / "numbers"
    folder.mkdir()
    planned = list(plan_parts(pictures, str(folder), set()))
    assert len(planned) == FILES / 25
    killed = []

    def kill_one():
        while not killed:
            if any(folder.glob("part-*.parquet")) and (found := readers()):
                os.kill(found[0], signal.SIGKILL)
                killed.append(found[0])
            time.sleep(0.05)

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    answers = list(read_parts(planned, Settings(), RUN, workers=2, opener=open_echo))
    killer.join(60)
    assert killed
    assert rows_in(folder) == local_rows(pictures)
    assert sum(tally.files for tally, _ in answers) == FILES
    assert sum(tally.failed_files for tally, _ in answers) == 4
    failures = [failure for _, failures in answers for failure in failures]
    assert sum("SIGKILL" in failure.error for failure in failures) == 2


def test_what_is_there_is_not_read_again(pictures, tmp_path):
    folder = tmp_path / "numbers"
    folder.mkdir()
    first = list(plan_parts(pictures[:30], str(folder), set()))
    list(read_parts(first, Settings(), RUN, workers=2, opener=open_echo))
    done = inputs_done(str(folder), RUN)
    assert done == set(pictures[:30])
    left = list(plan_parts(pictures[:60], str(folder), done))
    assert [part for planned in left for part in planned.sources] != []
    list(read_parts(left, Settings(), RUN, workers=2, opener=open_echo))
    assert rows_in(folder) == local_rows(pictures[:60])


def test_a_dataset_of_files_becomes_one_of_rows(toy_model, scans):
    (scans / "n3.png").write_bytes(b"no image")
    names = sorted(str(path) for path in scans.iterdir())
    dataset = ray.data.read_binary_files(names, include_paths=True)
    rows = read_dataset(dataset, workers=1, model=str(toy_model)).take_all()
    local = read_documents(names, Settings(model=toy_model))
    expected = [row for document in local for row in document.rows()]
    assert sorted(rows, key=str) == sorted(expected, key=str)


def test_the_command_reads_as_without_ray(digitocr, scans, tmp_path):
    (scans / "n3.png").write_bytes(b"no image")
    digitocr("read", scans, "-o", tmp_path / "one.parquet")
    run = digitocr("read", scans, "--ray", "local", "-o", tmp_path / "numbers")
    assert run.returncode == 3, run.stderr
    assert b"10 files, 9 pages" in run.stderr
    assert b"n3.png: not an image" in run.stderr
    assert rows_in(tmp_path / "numbers") == parquet.read_table(tmp_path / "one.parquet").to_pylist()
    again = digitocr("read", scans, "--ray", "local", "-o", tmp_path / "numbers")
    assert again.returncode == 0, again.stderr
    assert b"10 read before" in again.stderr


def test_a_missing_model_ends_the_run(digitocr, scans, tmp_path):
    run = digitocr("read", scans, "--ray", "local", "-o", tmp_path / "out", "--model", tmp_path / "none")
    assert run.returncode == 6, run.stderr
