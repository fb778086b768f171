"""A folder watched: what is wholly there, what is moved, what a restart does."""

import signal
import subprocess
import sys
import time

import cv2
import pytest
from material import draw_number

pytest.importorskip("watchfiles", reason="the extra watch has it")

from digitocr.batch.watching import QUIET_S, Growing, on_network
from digitocr.store.store import open_store


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_a_file_is_given_once_it_has_stopped_growing(inbox):
    clock, file = Clock(), inbox / "scan.png"
    growing = Growing(inbox, clock)
    file.write_bytes(b"half")
    assert growing.ready() == []
    clock.now += 0.9 * QUIET_S
    file.write_bytes(b"half and half")
    assert growing.ready() == []
    clock.now += 0.9 * QUIET_S
    assert growing.ready() == []
    assert growing.waiting
    clock.now += 0.2 * QUIET_S
    assert growing.ready() == [str(file)]
    assert not growing.waiting
    assert growing.ready() == []
    file.write_bytes(b"another scan under the same name")
    growing.ready()
    clock.now += 2 * QUIET_S
    assert growing.ready() == [str(file)]


def test_an_empty_file_and_one_that_does_not_open_wait_alone(inbox, monkeypatch):
    clock = Clock()
    growing = Growing(inbox, clock)
    (inbox / "empty.png").touch()
    (inbox / "locked.png").write_bytes(b"x")
    (inbox / "good.png").write_bytes(b"x")
    monkeypatch.setattr("digitocr.batch.watching._opens", lambda name: "locked" not in name)
    growing.ready()
    clock.now += 2 * QUIET_S
    assert growing.ready() == [str(inbox / "good.png")]
    assert growing.waiting


def test_a_folder_of_this_machine_is_on_no_network(inbox):
    assert not on_network(inbox)


@pytest.fixture
def watching(inbox, tmp_path, toy_model):
    """Start the command; it is ended when the test ends."""
    processes = []

    def start(*options):
        command = [sys.executable, "-m", "digitocr", "watch", inbox, "--run", tmp_path / "a.db"]
        command += ["--model", toy_model, "--export", tmp_path / "table.csv", *options]
        processes.append(subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def ended(process):
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 143
    return told


def test_what_comes_is_read_moved_and_exported(watching, inbox, tmp_path):
    done, bad, table = tmp_path / "done", tmp_path / "bad", tmp_path / "table.csv"
    cv2.imwrite(str(inbox / "early.png"), draw_number("31"))
    process = watching("--move-to", done, "--failed-to", bad)
    wait_for((done / "early.png").exists)
    (inbox / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing of it")
    cv2.imwrite(str(inbox / "later.png"), draw_number("42"))
    wait_for((done / "later.png").exists)
    wait_for((bad / "broken.png").exists)
    wait_for(lambda: table.exists() and "later.png" in table.read_text())
    told = ended(process)
    assert "early.png: 1 page" in told
    assert "broken.png: truncated or damaged" in told
    with open_store(tmp_path / "a.db") as store:  # where the files are now
        assert store.value("SELECT count(*) FROM source WHERE path LIKE '%/done/%'") == 2


def test_a_restart_reads_nothing_twice_and_misses_nothing(watching, inbox, tmp_path):
    table = tmp_path / "table.csv"
    cv2.imwrite(str(inbox / "one.png"), draw_number("31"))
    first = watching()
    wait_for(table.exists)
    assert "one.png" in ended(first)
    cv2.imwrite(str(inbox / "two.png"), draw_number("42"))
    second = watching("--poll")
    wait_for(lambda: "two.png" in table.read_text())
    told = ended(second)
    assert "two.png" in told
    assert "one.png" not in told
