"""What the system lacks: descriptors, memory, room on the disk, files that stay; the exit code of each."""

import os
import shutil
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")


def limited(scans, toy_model, limit, value, *options):
    """Run the command on three pictures with a limit of the system (RLIMIT_...)."""
    import resource

    def apply():
        resource.setrlimit(getattr(resource, limit), (value, value))

    names = [scans / f"n{n}.png" for n in (1, 2, 3)]
    command = [sys.executable, "-m", "digitocr", "read", *names, "--model", toy_model, *options]
    return subprocess.run(
        [*map(str, command)], preexec_fn=apply, capture_output=True, check=False, timeout=300
    )


@pytest.mark.parametrize("descriptors", [12, 16, 20, 24, 40])
def test_few_descriptors_are_told(scans, toy_model, tmp_path, descriptors):
    run = limited(scans, toy_model, "RLIMIT_NOFILE", descriptors, "-o", tmp_path / "a.csv")
    assert run.returncode in (0, 3, 4, 5, 6), run.stderr
    assert b"Traceback" not in run.stderr
    assert (tmp_path / "a.csv").exists() == (run.returncode in (0, 3, 4))


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "xlsx", "db"])
def test_a_full_disk_leaves_no_half_table(scans, toy_model, tmp_path, form):
    run = limited(scans, toy_model, "RLIMIT_FSIZE", 100, "-o", tmp_path / f"a.{form}")
    assert run.returncode == 5, run.stderr
    assert b"cannot be written" in run.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.endswith((form, ".tmp"))]


def test_too_little_memory_is_told(digitocr, scans):
    run = digitocr("read", scans, "--max-memory", "60")
    assert run.returncode == 2, run.stderr
    assert b"--max-memory" in run.stderr
    assert b"Traceback" not in run.stderr


def test_two_runs_at_one_output_leave_a_whole_one(scans, toy_model, tmp_path):
    command = [
        sys.executable,
        "-m",
        "digitocr",
        "read",
        scans,
        "--model",
        toy_model,
        "-o",
        tmp_path / "a.csv",
    ]
    runs = [subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    assert len((tmp_path / "a.csv").read_bytes().splitlines()) == 11
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.csv"]


def test_files_that_vanish_are_told(scans, toy_model, tmp_path):
    names = [f"{scans}/n{n}.png" for n in range(1, 11)]
    (tmp_path / "list.txt").write_text("\n".join([*names, *(f"{scans}/gone{n}.png" for n in range(50))]))
    for n in range(50):
        shutil.copy(names[0], scans / f"gone{n}.png")
    command = [sys.executable, "-m", "digitocr", "read", f"@{tmp_path}/list.txt", "--model", toy_model]
    with subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout.readline()  # the header: it reads now
        for n in range(50):
            (scans / f"gone{n}.png").unlink()
        rows = run.stdout.read().splitlines()
        assert run.wait() in (0, 3)
    assert len(rows) == 60
    assert all(b"no such file" in row for row in rows if b",error," in row)


def test_a_clock_that_is_set_back_costs_nothing(digitocr, scans, tmp_path):
    future = time.time() + 10**8
    for path in scans.iterdir():
        os.utime(path, (future, future))
    command = ("read", scans, "--run", tmp_path / "a.db")
    assert digitocr(*command).returncode == 0
    for path in scans.iterdir():
        os.utime(path, (0, 0))
    again = digitocr(*command)
    assert (again.returncode, b"10 read before" in again.stderr) == (0, True)
