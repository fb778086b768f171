"""The exit codes, as a table, and streams that are closed."""

import subprocess
import sys

import pytest

DEEP = "[" * 50_000


def prepared(folder):
    (folder / "bad.png").write_bytes(b"no picture")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7 cut")
    (folder / "form.toml").write_text(f"a = {DEEP}")
    (folder / "model").mkdir()
    (folder / "model" / "digits.json").write_text(DEEP)
    (folder / "model" / "digits.tflite").write_bytes(b"TFL3")
    (folder / "file").touch()


TABLE = [
    (0, ["read", "n1.png"]),
    (0, ["read", "n1.png", "n2.png", "-j", "2"]),
    (2, ["read"]),
    (2, ["read", "n1.png", "--pattern", "(1|11)*2"]),
    (2, ["read", "n1.png", "--pattern", "("]),
    (2, ["read", "n1.png", "--format", "nothing"]),
    (2, ["read", "n1.png", "--pages", "x"]),
    (2, ["read", "n1.png", "-t", "form.toml"]),
    (2, ["read", "n1.png", "-t", "none.toml"]),
    (2, ["read", "@none.txt"]),
    (2, ["read", "n1.png", "-o", "n1.png"]),
    (2, ["read", "n1.png", "--statuses"]),
    (3, ["read", "n1.png", "bad.png"]),
    (3, ["read", "n1.png", "cut.pdf", "none.png", "*.jpg"]),
    (4, ["read", "bad.png"]),
    (4, ["read", "none.png", "cut.pdf"]),
    (5, ["read", "n1.png", "-o", "file/out.csv"]),
    (5, ["read", "n1.png", "--overlay", "file"]),
    (5, ["read", "n1.png", "-o", "/dev/full"]),
    (6, ["read", "n1.png", "--model", "model"]),
    (6, ["read", "n1.png", "--model", "none"]),
]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
@pytest.mark.parametrize(("code", "arguments"), TABLE)
def test_exit_codes(scans, code, arguments):
    prepared(scans)
    command = [sys.executable, "-m", "digitocr", *arguments]
    run = subprocess.run(command, cwd=scans, capture_output=True, check=False, timeout=120)
    assert run.returncode == code, run.stderr
    assert b"Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
@pytest.mark.parametrize(
    ("closed", "options", "code"),
    [
        ("<&-", [], 0),
        (">&-", [], 5),
        (">&-", ["-o", "out.csv"], 0),
        ("2>&-", ["-o", "out.csv"], 0),
        ("<&- >&- 2>&-", ["-o", "out.csv", "--overlay", "drawn"], 0),
    ],
)
def test_closed_streams(scans, closed, options, code):
    command = " ".join([sys.executable, "-m", "digitocr", "read", "n1.png", "bad.png", *options, closed])
    (scans / "bad.png").write_bytes(b"no picture")
    run = subprocess.run(command, shell=True, cwd=scans, capture_output=True, check=False, timeout=120)
    assert run.returncode == (code or 3), run.stderr
    if "2>&-" not in closed and not code:
        assert b"bad.png: not an image" in run.stderr
    if options:
        assert len((scans / "out.csv").read_bytes().splitlines()) == 3
        assert b"bad.png:" not in run.stdout
    assert (scans / "drawn").exists() == ("--overlay" in options)
