"""`read --run`, `export`, `status` and `forget` as a user calls them."""

import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import cv2
import pytest
from material import draw_number

from benchmarks.text_layer import draw as draw_report
from benchmarks.text_layer import report
from digitocr.store.entries import Entry, enter
from digitocr.store.store import open_store


def read_names(path):
    with sqlite3.connect(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM source WHERE run IS NOT NULL")}


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_the_export_is_what_read_writes(digitocr, exported, scans, tmp_path, form):
    (scans / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot much of a picture")
    plain = digitocr("read", scans, "-f", form)
    stored = digitocr("read", scans, "--run", tmp_path / "a.db", "-j", "2")
    assert plain.returncode == stored.returncode == 3
    assert exported(tmp_path / "a.db", "-f", form) == plain.stdout


def test_the_same_command_again_reads_only_what_is_new_or_changed(digitocr, scans, tmp_path):
    command = ["read", scans, "--run", tmp_path / "a.db", "-v"]
    digitocr(*command)
    assert b"0 files, " in digitocr(*command).stderr
    shutil.copy(scans / "n3.png", scans / "n3b.png")
    cv2.imwrite(str(scans / "n5.png"), draw_number("99"))
    os.utime(scans / "n7.png")  # touched, and the same
    told = digitocr(*command).stderr.decode()
    assert re.findall(r"(\w+\.png): ", told) == ["n3b.png", "n5.png"]
    assert "10 files, " in digitocr(*command, "--again").stderr.decode().replace("11 files", "10 files")


def test_other_options_read_anew(digitocr, scans, tmp_path):
    store = tmp_path / "a.db"
    digitocr("read", scans, "--run", store)
    told = digitocr("read", scans, "--run", store, "--min-confidence", "0.2").stderr
    assert b"10 files, " in told


def test_a_new_file_comes_out_where_it_belongs(digitocr, exported, scans, tmp_path):
    shutil.move(scans / "n4.png", tmp_path / "later.png")
    digitocr("read", scans, "--run", tmp_path / "a.db")
    shutil.move(tmp_path / "later.png", scans / "n4.png")
    digitocr("read", scans, "--run", tmp_path / "a.db")
    assert exported(tmp_path / "a.db") == digitocr("read", scans).stdout


def test_names_that_are_not_utf8(digitocr, exported, scans, tmp_path):
    odd = os.fsencode(scans) + b"/caf\xe9.png"
    shutil.copy(scans / "n1.png", odd)
    digitocr("read", scans, "--run", tmp_path / "a.db")
    assert exported(tmp_path / "a.db") == digitocr("read", scans).stdout


def test_killed_at_random_moments_nothing_is_lost(digitocr, exported, toy_model, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        cv2.imwrite(str(folder / f"{number}.png"), draw_number(str(7919 * (number + 1))))
    store = tmp_path / "a.db"
    command = [sys.executable, "-m", "digitocr", "read", folder, "--run", store, "-j", "2", "-q"]
    command = [*map(str, command), "--model", str(toy_model)]
    chance, done = random.Random(20), set()
    for _ in range(4):
        with subprocess.Popen(command, start_new_session=True) as process:
            time.sleep(chance.uniform(0.3, 2.0))
            os.killpg(process.pid, signal.SIGKILL)
        if store.exists() and sqlite3.connect(store).execute("PRAGMA user_version").fetchone()[0]:
            now = read_names(store)
            assert done <= now  # what was finished stays so
            done = now
    assert subprocess.run(command, check=False).returncode == 0
    assert exported(store) == digitocr("read", folder).stdout


def test_two_commands_on_one_store(digitocr, scans, tmp_path):
    store = tmp_path / "a.db"
    digitocr("read", scans / "n1.png", "--run", store)
    with sqlite3.connect(tmp_path / ".a.db.read.lock", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused = digitocr("read", scans, "--run", store)
        assert refused.returncode == 2
        assert b"another digitocr reads into it" in refused.stderr
        assert digitocr("status", store).returncode == 0  # looking is no harm
    assert read_names(store) == {str(scans / "n1.png")}


def test_a_full_disk_keeps_what_is_finished(toy_model, scans, tmp_path, digitocr, exported):
    store = tmp_path / "a.db"

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (230_000, 230_000))

    full = digitocr("read", scans, "--run", store, preexec_fn=small_disk)
    assert full.returncode == 5, full.stderr
    assert b"a.db: the disk" in full.stderr
    assert 0 < len(read_names(store)) < 10
    assert digitocr("read", scans, "--run", store).returncode == 0
    assert exported(store) == digitocr("read", scans).stdout


def test_where_a_number_was_read_is_kept(digitocr, exported, tmp_path):
    draw_report(tmp_path / "report.pdf", list(report(5, pages=1))[:12])
    store = tmp_path / "a.db"
    plain = digitocr("read", tmp_path / "report.pdf", "-f", "json").stdout
    digitocr("read", tmp_path / "report.pdf", "--run", store)
    assert b'"origin": "text_layer"' in plain or b'"origin":"text_layer"' in plain
    assert exported(store, "-f", "json") == plain
    with open_store(store) as opened:
        enter(opened, opened.value("SELECT min(id) FROM reading"), Entry("value", "4711"), "ada")
    digitocr("read", tmp_path / "report.pdf", "--run", store, "--again")
    document = json.loads(exported(store, "-f", "jsonl"))
    readings = document["pages"][0]["readings"]
    assert readings[0]["text"] == "4711"
    assert {reading["origin"] for reading in readings} == {"text_layer"}


def test_what_a_person_said_outlives_reading_again(digitocr, exported, scans, tmp_path):
    path = tmp_path / "a.db"
    digitocr("read", scans, "--run", path)
    with open_store(path) as store:
        first = store.value("SELECT min(id) FROM reading")
        enter(store, first, Entry("value", "4711"), "ada")
    digitocr("read", scans, "--run", path, "--again")
    digitocr("read", scans, "--run", path, "--min-confidence", "0.1")
    document = json.loads(exported(path, "-f", "jsonl").splitlines()[0])
    reading = document["pages"][0]["readings"][0]
    assert (reading["text"], reading["status"], reading["settled_by"]) == ("4711", "accept", "person")
    assert reading["machine"]["text"] != "4711"


def test_what_was_settled_of_another_picture_is_for_review_again(digitocr, exported, scans, tmp_path):
    path = tmp_path / "a.db"
    digitocr("read", scans / "n1.png", "--run", path)
    with open_store(path) as store:
        enter(store, store.value("SELECT min(id) FROM reading"), Entry("value", "4711"), "ada")
    cv2.imwrite(str(scans / "n1.png"), draw_number("2074"))
    digitocr("read", scans / "n1.png", "--run", path)
    row = exported(path).decode().splitlines()[1]
    assert ",review," in row
    assert "settled it as 4711" in row


def test_status_tells_what_waits_and_what_failed(digitocr, scans, tmp_path):
    (scans / "n5.png").write_bytes(b"")
    digitocr("read", scans, "--run", tmp_path / "a.db")
    run = digitocr("status", tmp_path / "a.db", "--json")
    told = json.loads(run.stdout)
    assert run.returncode == 3
    assert (told["inputs"], told["read"], told["failed"], told["pages"]) == (10, 10, 1, 9)
    assert told["failures"][0]["source"].endswith("n5.png")
    assert sum(told["readings"].values()) == 9
    assert b"n5.png: the file is empty" in digitocr("status", tmp_path / "a.db").stdout


def test_one_picture_is_read_without_a_word_of_the_libraries(scans, tmp_path):
    command = [sys.executable, "-m", "digitocr", "read", scans / "n1.png", "--run", tmp_path / "a.db"]
    run = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith(b"1 file, 1 page")


def test_what_is_forgotten_is_nowhere_in_the_file(digitocr, exported, scans, tmp_path):
    path = tmp_path / "a.db"
    digitocr("read", scans, "--run", path)
    with open_store(path) as store:
        one = store.value("SELECT min(id) FROM reading")
        enter(store, one, Entry("value", "80818283848586"), "ada")
    assert [file for file in tmp_path.glob("a.db*") if b"80818283848586" in file.read_bytes()]
    run = digitocr("forget", path, "--source", "n1.png")
    assert b"1 input and 1 reading forgotten" in run.stderr
    assert not [file for file in tmp_path.glob("a.db*") if b"80818283848586" in file.read_bytes()]
    assert b"n1.png" not in exported(path)
    with sqlite3.connect(path) as connection:
        (what,) = connection.execute("SELECT what FROM event ORDER BY id DESC LIMIT 2").fetchall()[1]
        assert what == "forgotten"
    assert digitocr("forget", path).returncode == 2


def test_the_log_can_only_be_added_to(digitocr, scans, tmp_path):
    path = tmp_path / "a.db"
    digitocr("read", scans / "n1.png", "--run", path)
    with sqlite3.connect(path) as connection:
        for sql in ("DELETE FROM event", "UPDATE event SET who = 'nobody'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(sql)
