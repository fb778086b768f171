"""What is installed: a wheel that reads in an environment of its own, far from the source tree."""

import csv
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READ_AND_TELL = """
import json, sys
from digitocr.__main__ import main
try:
    main()
finally:
    print(json.dumps([sys.modules["digitocr"].__file__, *sys.modules]), file=sys.stderr)
"""


def run(*command, **options):
    arguments = [str(argument) for argument in command]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=True, **options)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="it builds the wheel; the extra dev has it")
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    (file,) = folder.glob("digitocr-*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel; what it depends on is borrowed from this one, nothing is fetched."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    where = {"base": str(folder), "platbase": str(folder)}
    python = Path(sysconfig.get_path("scripts", "venv", where)) / Path(sys.executable).name
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    own = Path(sysconfig.get_path("purelib", "venv", where))
    (own / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return python


def environment():
    """This one, but for what points Python at a source tree."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_the_wheel_carries_the_model_and_no_more_than_the_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"digitocr/models/digits.tflite", "digitocr/models/digits.json", "digitocr/py.typed"} <= set(names)
    assert {"digitocr/review/page/index.html", "digitocr/review/page/main.js"} <= set(names)
    for name in ("LICENSE", "NOTICE"):
        assert any(found.endswith(f"licenses/{name}") for found in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"digitocr"}
    assert not [name for name in names if name.endswith(".keras")]
    assert wheel.stat().st_size < 3_000_000  # 2.3 MB of networks


def test_the_installed_command_reads_without_tensorflow(installed, tmp_path):
    sample = ROOT / "samples" / "line.png"
    told = run(
        installed, "-c", READ_AND_TELL, "read", sample, "-o", "out.csv", cwd=tmp_path, env=environment()
    )
    home, *modules = json.loads(told.stderr.splitlines()[-1])
    assert installed.parents[1] in Path(home).parents
    assert not {"tensorflow", "keras", "sklearn", "matplotlib"} & set(modules)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["source"], row["text"]) == (str(sample), "65598")


def test_the_command_is_on_the_path(installed, tmp_path):
    command = installed.with_name("digitocr.exe" if os.name == "nt" else "digitocr")
    assert run(command, "--version", cwd=tmp_path, env=environment()).stdout.startswith("digitocr 0.")
    assert json.loads(run(command, "schema", cwd=tmp_path, env=environment()).stdout)
