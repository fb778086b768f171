"""Arguments that cannot be are told before networks, TensorFlow or a browser's server are imported."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from interpreter import COMMAND, HEAVY_IN_TRAINING, modules_and_messages

from digitocr.recognition.contract import read_contract, write_contract

ROOT = Path(__file__).parents[2]
HEAVY = {*HEAVY_IN_TRAINING, "ai_edge_litert", "uvicorn", "starlette"}
REGISTRY = """
[mnist]
title = "t"
source = "its makers"
licence = "CC0"
attribution = "a"
converter = "CONVERTER"
path = "mnist"
sha256 = { "train" = "0" }
"""
RECIPE = """
seed = 1
sets = "data.toml"
validation = 0.1
[sources]
drawn = { weight = 1.0, kind = "drawn" }
[[stage]]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a set, a file in the place of folders, a model without its network, and recipes."""
    monkeypatch.chdir(tmp_path)
    np.savez("digits.npz", x=np.zeros((2, 28, 28), np.uint8), label=np.array([1, 2]))
    Path("file").write_text("no folder")
    Path("halved").mkdir()
    card = read_contract(ROOT / "models" / "digits.json")
    write_contract(replace(card, files={"digits.keras": "0" * 64}), Path("halved/digits.json"))
    Path("data.toml").write_text(REGISTRY)
    stages = {
        "polish": 'make = "polish"',
        "misspelt": 'make = "digits"\nepoch = 3',
        "textual": 'make = "digits"\nepochs = "3"',
        "lacking": 'make = "page_patches"\npage_patches = 4',
    }
    for name, stage in stages.items():
        Path(f"{name}.toml").write_text(RECIPE + stage)
    Path("seedless.toml").write_text((RECIPE + stages["lacking"]).replace("seed = 1", 'seed = "one"'))
    Path("weightless.toml").write_text((RECIPE + stages["lacking"]).replace("1.0", "0"))
    return tmp_path


BAD_TRAINING = [
    ("--network resnet", "--network resnet: expected cnn or mlp"),
    ("--epochs 0", "--epochs 0: expected 1 or more, or --start"),
    ("-d none.npz", "none.npz: there is no such data; expected"),
    ("-d file", "file: not a known form of training data; expected"),
    ("-d digits.npz=0", "--data digits.npz=0: expected a weight over 0, got 0.0"),
    ("-d digits.npz=1,pencil", "expected a kind of pen, printed, drawn, as-is, got 'pencil'"),
    ("-d digits.npz --licence CC0", "--licence CC0: expected NAME:TEXT"),
    ("-d digits.npz --leave-out other:7", "no --data is named other; the names are digits"),
    ("-d digits.npz --start none", "none/digits.json: the model's contract is missing"),
    ("-d digits.npz --start halved", "halved/digits.keras: digits.json lists it; copy the model's folder"),
    ("-d digits.npz --start halved --network mlp", "halved: its network is cnn, expected mlp"),
    ("-d digits.npz --resume -o new", "new: no run to resume; start one without --resume"),
    ("-d digits.npz -o file", "file: expected a folder, and a file is in its place"),
    ("-d digits.npz --show none/drawn.png", "none/drawn.png: there is no such folder; make it first"),
    ("-d digits.npz --show drawn.txt", "drawn.txt: the ending names no image format; try .png"),
    ("--recipe none.toml", "none.toml: the recipe cannot be read (No such file or directory)"),
    ("--recipe file", "file: a recipe is TOML in UTF-8, and this is not"),
    ("--recipe seedless.toml", "seedless.toml: seed: expected a whole number from 0 on, got 'one'"),
    ("--recipe weightless.toml", "weightless.toml: the source drawn: expected a weight over 0, got 0"),
    ("--recipe polish.toml", 'make = "polish": there is no such stage; there are drawn'),
    ("--recipe misspelt.toml", 'make = "digits": it has no option epoch; it has'),
    ("--recipe textual.toml", "epochs = '3' is not of the kind of 40"),
    ("--recipe lacking.toml --data-folder sets", "sets/mnist/train: the set mnist is not there; bring it"),
]


@pytest.mark.parametrize(("arguments", "told"), BAD_TRAINING)
def test_train_tells_a_bad_argument_before_it_imports_tensorflow(arguments, told, folder):
    before = set(folder.rglob("*"))
    loaded, messages = modules_and_messages(COMMAND, "train", *arguments.split())
    assert told in messages
    assert not HEAVY & loaded
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("evaluate none", "none: there is no such data; expected"),
        ("evaluate digits.npz none --engine keras", "none: there is no such data; expected"),
        ("evaluate digits.npz --model none --engine keras", "none: there is no such model; give a folder"),
        ("evaluate digits.npz --baseline none", "none: there is no such model; give a folder"),
        ("evaluate digits.npz --plots file", "file: expected a folder, and a file is in its place"),
        ("model show none", "none: there is no such model; give a folder"),
        ("model compare halved halved digits.npz", "no digits.tflite in halved"),
        ("model compare digits.npz digits.npz none", "none: there is no such data"),
        ("export none.db", "none.db: no such run store; digitocr read SCANS --run none.db makes one"),
        ("export file", "file: no run store"),
        ("export none.db -o numbers.pdf", "numbers.pdf: "),
        ("review none.db", "none.db: no such run store"),
        ("review file --static page.html", "file: no run store"),
    ],
)
def test_other_commands_tell_a_bad_argument_before_they_import_what_is_heavy(arguments, told, folder):
    loaded, messages = modules_and_messages(COMMAND, *arguments.split())
    assert told in messages
    assert not HEAVY & loaded


def test_a_converter_that_is_none_is_told(folder):
    del folder
    sums = {"train": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}  # of nothing
    registry = REGISTRY.replace('{ "train" = "0" }', "{ " + f'"train" = {json.dumps(sums["train"])}' + " }")
    Path("data.toml").write_text(registry.replace("CONVERTER", "magic"))
    Path("data/mnist").mkdir(parents=True)
    Path("data/mnist/train").touch()
    recipe = RECIPE.replace("drawn =", "mnist =").replace('kind = "drawn"', 'kind = "pen"')
    Path("recipe.toml").write_text(recipe + 'make = "digits"')
    loaded, messages = modules_and_messages(COMMAND, "train", "--recipe", "recipe.toml")
    assert "the set mnist has the converter 'magic'; there are" in messages
    assert not HEAVY & loaded


def test_export_refuses_a_table_that_cannot_be_before_it_writes_pictures(folder):
    _, messages = modules_and_messages(
        COMMAND, "export", "none.db", "--crops", "new", "-o", "numbers.json", "--wide"
    )
    assert "a wide table is CSV or XLSX, not json" in messages
    assert not (folder / "new").exists()
