"""What bounds the work for one page: numbers, candidates, searches for a format, and time in this process."""

import csv
import signal
import subprocess
import sys
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


def pdf_of_forms(depth):
    """A page of a few hundred bytes with a form that draws another twice, and so on: 2**depth pictures."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    for n in range(depth):
        resources = b"/Resources << /XObject << /X %d 0 R >> >>" % (n + 6)
        last = n + 1 == depth
        body = b"0 0 9 9 re f" if last else b"/X Do /X Do"
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 50] %s /Length %d >>\nstream\n%s\nendstream"
            % (b"" if last else resources, len(body), body)
        )
    out, places = b"%PDF-1.7\n", []
    for n, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, start)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
@pytest.mark.parametrize("depth", [3, 26])
def test_a_small_pdf_cannot_ask_for_all_memory(tmp_path, depth):
    (tmp_path / "forms.pdf").write_bytes(pdf_of_forms(depth))
    cv2.imwrite(str(tmp_path / "a.png"), draw_number("1037"))
    command = [sys.executable, "-m", "digitocr", "read", "forms.pdf", "a.png", "-o", "out.csv", "-q"]
    # Started from a small process: what its parent takes counts as the peak of a process that it starts.
    measure = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    run = subprocess.run(
        [sys.executable, "-c", measure, *command], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    failed = [row for row in rows if row["status"] == "error"]
    assert (run.returncode, len(failed)) == ((0, 0) if depth == 3 else (3, 1))
    assert rows[-1]["source"] == "a.png"
    assert int(run.stdout.split()[-1]) < 500_000  # KB, of the largest of its processes


def test_one_picture_is_given_up_by_the_command(digitocr, tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), dense_page(30, 12))
    run = digitocr("read", tmp_path / "a.png", "--page-timeout", "0.05", "--layout", "page")
    (row,) = csv.DictReader(run.stdout.decode().splitlines())
    assert (run.returncode, row["reason_code"]) == (4, "timed_out")
