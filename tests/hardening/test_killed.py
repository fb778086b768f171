"""kill -9 after the n-th document, for every n: the same command again gives the same bytes."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
KILLED = """
import os, signal, sys
import digitocr.batch.stored as stored
import digitocr.output.write as write
left = int(sys.argv[1])

def ending(real):
    def then(*arguments):
        global left
        real(*arguments)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
    return then

stored.save, write._CsvWriter.write = ending(stored.save), ending(write._CsvWriter.write)
if __name__ == "__main__":
    from digitocr.cli.app import app
    app(sys.argv[2:])
"""
DOCUMENTS = 4


@pytest.fixture
def killed(toy_model, tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)

    def run(n, *arguments):
        command = [sys.executable, script, n, "read", *arguments, "--model", toy_model]
        done = subprocess.run([*map(str, command)], capture_output=True, check=False, timeout=120)
        assert done.returncode == -9, done.stderr

    return run


def test_the_same_bytes_after_each_document(killed, digitocr, scans, tmp_path):
    inputs = [scans / f"n{n}.png" for n in range(1, DOCUMENTS + 1)]
    (tmp_path / "old.csv").write_bytes(b"of last week")
    assert digitocr("read", *inputs, "-o", tmp_path / "whole.csv").returncode == 0
    whole = (tmp_path / "whole.csv").read_bytes()
    for n in range(1, DOCUMENTS + 1):
        table, store = tmp_path / "old.csv", tmp_path / f"{n}.db"
        killed(n, *inputs, "-o", table)
        assert table.read_bytes() == b"of last week"
        killed(n, *inputs, "--run", store)
        again = digitocr("read", *inputs, "--run", store)
        assert again.returncode == 0, again.stderr
        assert f"{n} read before" in again.stderr.decode()
        assert digitocr("export", store, "-o", tmp_path / f"{n}.csv").returncode == 0
        assert (tmp_path / f"{n}.csv").read_bytes() == whole
    assert digitocr("read", *inputs, "-o", table).returncode == 0
    assert table.read_bytes() == whole
