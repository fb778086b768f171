"""The disk fails: at the n-th opening, writing, moving and syncing of a file, for every n, in every form."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from material import draw_number

TESTS = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"), reason="LD_PRELOAD, and a compiler of C"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, TESTS / "faults.c"], check=True)
    return made


@pytest.fixture
def after_faults(library, tmp_path):
    """Run the command with each fault; by kind of call, what came of it."""

    def run(folder, *arguments):
        cv2.imwrite(str(tmp_path / "7.png"), draw_number("7"))
        command = [sys.executable, "-m", "faults", library, folder, "read", tmp_path / "7.png", *arguments]
        environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
        }
        done = subprocess.run(
            [*map(str, command), "--layout", "digit", "-q"],
            env=environment,
            capture_output=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return {line["kind"]: line for line in map(json.loads, done.stdout.splitlines())}

    return run


FORMS = ("csv", "json", "jsonl", "xlsx", "parquet", "db")


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_whole_or_the_one_before(after_faults, tmp_path, form):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f"all.{form}").write_bytes(b"of last week")
    met = after_faults(folder, "-o", folder / f"all.{form}")
    before = {f"all.{form}": hashlib.sha256(b"of last week").hexdigest()}
    whole = met["none"]["after"][0]
    assert (met["none"]["codes"], list(whole)) == ([0], [f"all.{form}"])
    for kind in ("open", "write", "rename", "sync"):
        for n, (code, left) in enumerate(zip(met[kind]["codes"], met[kind]["after"], strict=True)):
            assert code in (0, 5), (kind, n)
            assert left == (before if code else whole), (kind, n)
        for code, left in met[kind]["again"]:
            assert (code, list(left)) == (0, list(whole))
            assert form in ("xlsx", "parquet", "db") or left == whole
    assert all(met[kind]["codes"] for kind in ("open", "write", "rename"))


def test_overlays_cost_no_table(after_faults, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    met = after_faults(folder, "-o", tmp_path / "all.csv", "--overlay", folder / "drawn")
    whole = met["none"]["after"][0]
    assert list(whole) == ["drawn/7.p1.jpg"]
    assert (tmp_path / "all.csv").read_bytes().count(b"\r\n") == 2
    for kind in ("open", "write", "rename"):
        assert met[kind]["codes"]
        assert set(met[kind]["codes"]) <= {0, 5}
        assert all(
            left == (whole if not code else {})
            for code, left in zip(met[kind]["codes"], met[kind]["after"], strict=True)
        )
        assert all(again == [0, whole] for again in met[kind]["again"])


@pytest.mark.slow
def test_a_run_store_goes_on(after_faults, tmp_path, digitocr):
    folder = tmp_path / "out"
    folder.mkdir()
    met = after_faults(folder, "--run", folder / "a.db")
    assert met["none"]["codes"] == [0]
    for kind in ("open", "write", "sync"):
        assert met[kind]["codes"], kind
        assert set(met[kind]["codes"]) <= {0, 5}, kind
        assert {code for code, _ in met[kind]["again"]} == {0}
