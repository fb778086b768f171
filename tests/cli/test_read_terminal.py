"""What `digitocr read` tells on a terminal."""

import os
import subprocess
import sys


def on_a_terminal(command, **options):
    """What a command writes to a terminal on stderr."""
    terminal, theirs = os.openpty()
    with subprocess.Popen(command, stderr=theirs, **options) as process:
        os.close(theirs)
        told = b""
        while chunk := _read_some(terminal):
            told += chunk
    os.close(terminal)
    assert process.returncode == 0
    return told.decode()


def _read_some(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux ends a terminal
        return b""


def test_progress_is_drawn_on_a_terminal_unless_the_results_are(scans, toy_model, tmp_path):
    command = [sys.executable, "-m", "digitocr", "read", str(scans), "--model", str(toy_model)]
    told = on_a_terminal([*command, "-o", str(tmp_path / "out.csv")])
    assert "10/10" in told
    assert "10 files" in told.splitlines()[-1]
    assert "10/10" in on_a_terminal(command, stdout=subprocess.DEVNULL)
    terminal, theirs = os.openpty()
    assert "10/10" not in on_a_terminal(command, stdout=theirs)
    os.close(theirs)
    os.close(terminal)


def test_quiet_says_nothing(digitocr, scans):
    (scans / "n4.png").write_bytes(b"")
    run = digitocr("read", scans, "--quiet")
    assert (run.returncode, run.stderr) == (3, b"")


def test_verbose_says_more(digitocr, scans):
    told = digitocr("read", scans / "n1.png", "--verbose").stderr.decode()
    assert "n1.png: 1 page, " in told
