"""Ctrl-C and SIGTERM, at any moment: no traceback, no half-written file, the exit code of the signal."""

import signal
import subprocess
import sys
import time

import cv2
import pytest
from material import draw_number

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
WHILE_IMPORTING = """
import os, signal, sys
import digitocr.__main__
class Signaller:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{signal})
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Signaller())
digitocr.__main__.main()
"""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize(
    "module", ["typer", "numpy", "cv2", "ai_edge_litert.interpreter", "digitocr.batch.run"]
)
def test_while_it_starts(scans, toy_model, tmp_path, module, number, code):
    script = WHILE_IMPORTING.format(module=module, signal=number.name)
    # The process that was started runs the network itself where it is one picture and its own model.
    here = [str(scans / "n1.png")] if "litert" in module else [str(scans), "--model", str(toy_model)]
    arguments = ["read", *here, "-o", str(tmp_path / "out.csv")]
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, timeout=60, check=False
    )
    assert run.returncode == code
    assert run.stderr in (b"digitocr: interrupted\n", b"")  # LiteRT is loaded with its greeting muted
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_while_it_reads(toy_model, tmp_path, jobs, number, code):
    scans, out, drawn = (tmp_path / name for name in ("scans", "out", "drawn"))
    for folder in (scans, out):
        folder.mkdir()
    for page in range(400):
        cv2.imwrite(str(scans / f"{page}.png"), draw_number(str(page)))
    arguments = [
        "read",
        scans,
        "-o",
        out / "all.csv",
        "--overlay",
        drawn,
        "--jobs",
        jobs,
        "--model",
        toy_model,
    ]
    command = [sys.executable, "-m", "digitocr", *map(str, arguments)]
    # A test run in the background may ignore Ctrl-C, and its children with it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (tmp_path / "told").open("wb") as told:
            process = subprocess.Popen(command, stderr=told)
    finally:
        signal.signal(signal.SIGINT, before)
    while not (drawn.is_dir() and list(drawn.iterdir())) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(timeout=60) == code
    assert (tmp_path / "told").read_bytes() == b"digitocr: interrupted\n"
    assert not list(out.iterdir())
    assert all(cv2.imread(str(picture)) is not None for picture in drawn.iterdir())


def test_what_ignores_the_signal_goes_on_ignoring_it(scans, toy_model):
    """As in `nohup digitocr read ... &`."""
    script = WHILE_IMPORTING.format(module="cv2", signal="SIGHUP").replace(
        "digitocr.__main__.main()", "signal.signal(signal.SIGHUP, signal.SIG_IGN); digitocr.__main__.main()"
    )
    arguments = ["read", str(scans), "--model", str(toy_model)]
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, timeout=60, check=False
    )
    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == 11
