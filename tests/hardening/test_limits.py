"""What bounds the work for one page: numbers, candidates, searches for a format, and time in this process."""

import csv
import signal
import time

import cv2
import numpy as np
import pytest
from material import draw_number

from digitocr import InputError, Reader
from digitocr.batch.deadline import DeadlineError, deadline
from digitocr.batch.run import read_documents
from digitocr.batch.task import Settings
from digitocr.options import WorkLimits
from digitocr.records import Box, PageResult, Reading


def dense_page(rows=6, columns=5):
    page = np.full((60 + 60 * rows, 60 + 150 * columns), 245, np.uint8)
    for row in range(rows):
        for column in range(columns):
            at = (40 + 150 * column, 70 + 60 * row)
            cv2.putText(page, str(1234 + 37 * row + column), at, cv2.FONT_HERSHEY_SIMPLEX, 1, 20, 2)
    return page


@pytest.mark.parametrize(
    "bound",
    [
        "digitocr.layout.layout.NUMBERS_MAX",
        "digitocr.reading.budget.ARCS_MAX",
        "digitocr.reading.budget.CONSTRAINED_ARCS_MAX",
    ],
)
def test_a_page_with_too_much_on_it_fails_alone_and_says_so(tmp_path, monkeypatch, bound):
    cv2.imwrite(str(tmp_path / "dense.png"), dense_page())
    cv2.imwrite(str(tmp_path / "few.png"), draw_number("1037"))
    reader = Reader(layout="page", pattern="[0-9]{3}")  # no number on it has three digits: all are searched
    files = [tmp_path / "dense.png", tmp_path / "few.png"]
    assert not any(document.failures for document in reader.read_many(files))
    monkeypatch.setattr(bound, 25)
    failed, read = reader.read_many(files)
    (failure,) = failed.failures
    assert failure.reason_code == "too_much_on_the_page"
    assert failure.error.startswith(f"{files[0]}, page 1: ")
    assert "cut" in failure.error
    assert not read.failures
    with pytest.raises(InputError, match="cut"):
        reader.read(files[0])


def slow(pages):
    time.sleep(30 if pages[0].gray.shape[1] > 200 else 0)
    reading = Reading("", 1, Box(0, 0, 9, 9), "1", "accept", 1.0)
    return [PageResult(page.source, 1, 9, 9, "line", (reading,)) for page in pages]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers there")
def test_this_process_gives_a_page_up_too(tmp_path):
    paths = [str(tmp_path / "slow.png"), str(tmp_path / "quick.png")]
    for path, width in zip(paths, (300, 100), strict=True):
        cv2.imwrite(path, np.full((20, width), 200, np.uint8))
    before = signal.getsignal(signal.SIGALRM)
    settings = Settings(limits=WorkLimits(page_timeout=0.5))
    lost, read = read_documents(paths, settings, isolated=False, opener=lambda _: slow)
    (failure,) = lost.failures
    assert (failure.reason_code, failure.page) == ("timed_out", 0)
    assert failure.error.startswith(f"{paths[0]}: reading it was given up (not done in 0.5 s)")
    assert read.texts == ("1",)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers there")
def test_what_swallows_an_exception_is_ended_all_the_same(monkeypatch):
    monkeypatch.setattr("digitocr.batch.deadline.AGAIN_S", 0.05)

    def stubborn():
        try:
            time.sleep(5)
        except BaseException:  # as a library written in C does while it is imported
            time.sleep(5)

    with pytest.raises(DeadlineError), deadline(0.05):
        stubborn()
    with deadline(0):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_reader_leaves_the_timer_of_its_program_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(
        signal, "setitimer", lambda *_: pytest.fail("the timer is the program's"), raising=False
    )
    cv2.imwrite(str(tmp_path / "a.png"), draw_number("1037"))
    assert Reader(layout="line").read(tmp_path / "a.png").texts


def test_one_picture_is_given_up_by_the_command(digitocr, tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), dense_page(30, 12))
    run = digitocr("read", tmp_path / "a.png", "--page-timeout", "0.05", "--layout", "page")
    (row,) = csv.DictReader(run.stdout.decode().splitlines())
    assert (run.returncode, row["reason_code"]) == (4, "timed_out")
