"""Templates, patterns, lists and model cards of strangers: told what is wrong, in bounded time."""

import json
import os
import shutil
import time

import numpy as np
import pytest
from material import draw_number

from digitocr import ModelError, Reader, UsageError
from digitocr.formats.formats import make_format
from digitocr.forms.rules.expressions import parse_rule
from digitocr.forms.template.template import load_template
from digitocr.io.inputs import expand
from digitocr.recognition.built_in import CARD_SHA256, is_built_in
from digitocr.recognition.classifier import find_model, load_classifier
from digitocr.recognition.contract import CONTRACT_FILE, file_sha256

TEMPLATE = """
schema = "digitocr-template/1"
name = "count"
width = 100
height = 100
reference = "reference.png"
{}
[[field]]
name = "total"
box = [10, 10, 60, 40]
{}
"""


@pytest.fixture
def template(tmp_path):
    def write(top="", field=""):
        path = tmp_path / "form.toml"
        path.write_bytes(TEMPLATE.format(top, field).encode())
        return path

    return write


@pytest.mark.parametrize(
    ("top", "field"),
    [
        ("a = " + "[" * 20_000 + "]" * 20_000, ""),
        ("a = 1" + "0" * 5000, ""),
        ("", "min = 1" + "0" * 4000),
        ("", "max = inf"),
        ("", 'pattern = "(?R)"'),
        ("", 'pattern = "(1|11)*2"'),
        ("", f'pattern = "{"(" * 2000}"'),
        ("", f'pattern = "{"a?" * 300}{"a" * 300}"'),
        ("", 'values = "null\\u0000byte"'),
        ("rules = ['" + "-" * 20_000 + "1 = total']", ""),
        ("rules = ['" + "9" * 5000 + " = total']", ""),
        ("rules = ['" + "9*" * 2000 + "9 = total']", ""),
        ("rules = ['" + "(" * 500 + "total" + ")" * 500 + " = 1']", ""),
        ("rules = ['\\u0000 = total']", ""),
    ],
)
def test_a_template_that_is_too_much_is_told_soon(template, top, field):
    begun = time.process_time()
    with pytest.raises(UsageError):
        load_template(template(top, field))
    assert time.process_time() - begun < 20


def test_a_large_template_is_not_read(tmp_path):
    path = tmp_path / "form.toml"
    path.write_bytes(b"#" * 5_000_000)
    with pytest.raises(UsageError, match="larger than 4 MB"):
        load_template(path)


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt"])
def test_nothing_outside_the_folder_is_read(tmp_path, name):
    folder = tmp_path / "forms"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("xyz123 secret\n")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    for key in ("reference", "values"):
        path = folder / "form.toml"
        text = TEMPLATE.format("", f'values = "{name}"' if key == "values" else "")
        path.write_text(text if key == "values" else text.replace("reference.png", name))
        with pytest.raises(UsageError, match="not in the folder of the template") as caught:
            load_template(path)
        assert "secret " not in str(caught.value)


def test_what_a_file_holds_is_not_quoted(tmp_path):
    (tmp_path / "values.txt").write_text("1234\nsecret:x:0\n")
    with pytest.raises(UsageError, match="value 2 is no number") as caught:
        make_format({"values": "values.txt"}, folder=tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "use",
    [
        load_template,
        lambda pipe: make_format({"values": pipe.name}, folder=pipe.parent),
        lambda pipe: expand([f"@{pipe}"]),
    ],
)
def test_pipes_are_not_waited_for(tmp_path, use):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"):
        use(tmp_path / "pipe")


def test_long_rules_of_many_fields_are_still_rules():
    fields = [f"ward_{number}" for number in range(150)]
    rule = parse_rule(f"{' + '.join(fields)} = total", [*fields, "total"])
    assert rule.holds(dict.fromkeys(fields, 2) | {"total": 300})


@pytest.fixture
def model(toy_model, tmp_path):
    def change(**entries):
        folder = tmp_path / "model"
        shutil.copytree(toy_model, folder)
        card = json.loads((folder / CONTRACT_FILE).read_text())
        (folder / CONTRACT_FILE).write_text(json.dumps(card | entries))
        return folder

    return change


def with_layer(toy_model, change):
    lattice = json.loads((toy_model / CONTRACT_FILE).read_text())["lattice"]
    change(lattice["line"][0])
    return lattice


@pytest.mark.parametrize(
    "entries",
    [
        {"temperature": 0},
        {"temperature": float("nan")},
        {"temperature": -1.0},
        {"temperature": "1"},
        {"files": None},
        {"lattice": None},
        {"labels": 7},
        {"labels": [[]]},
        {"seed": 10**50},
        {"figures": []},
        {"lattice": {"geometry": []}},
        {"network": [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]},
    ],
)
def test_a_card_with_a_wrong_entry_is_refused_at_load(model, entries):
    with pytest.raises(ModelError):
        load_classifier(model(**entries))


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer["weights"].pop(),
        lambda layer: layer["weights"][0].pop(),
        lambda layer: layer["biases"].append(0.0),
        lambda layer: layer["biases"].__setitem__(0, None),
        lambda layer: layer["weights"].__setitem__(0, "x"),
        lambda layer: layer.pop("biases"),
    ],
)
def test_a_card_with_misshapen_members_is_refused_at_load(model, toy_model, change):
    with pytest.raises(ModelError):
        load_classifier(model(lattice=with_layer(toy_model, change)))


def test_a_card_that_is_nested_deep_is_refused(toy_model, tmp_path):
    folder = tmp_path / "deep"
    shutil.copytree(toy_model, folder)
    (folder / CONTRACT_FILE).write_text("[" * 100_000)
    with pytest.raises(ModelError, match="nested too deep"):
        load_classifier(folder)


def test_a_network_that_gives_no_probabilities_is_refused_at_load(model, toy_model):
    folder = model()
    network = folder / "digits.tflite"
    data = np.frombuffer(network.read_bytes(), np.uint8).copy()
    weights = np.frombuffer((toy_model / "digits.tflite").read_bytes(), np.uint8)
    floats = np.flatnonzero(weights.view(np.uint8) != 0)[-2000:]  # the weights stand last
    data[floats[0] : floats[-1] // 4 * 4] = 0xFF  # all of them NaN
    network.write_bytes(data.tobytes())
    card = json.loads((folder / CONTRACT_FILE).read_text())
    card["files"]["digits.tflite"] = file_sha256(network)
    (folder / CONTRACT_FILE).write_text(json.dumps(card))
    with pytest.raises(ModelError):
        load_classifier(folder)


def test_a_network_that_ends_the_process_costs_no_batch(digitocr, model, scans):
    """Whatever byte is changed: an error of the model, or numbers, but no crash of the command."""
    folder = model()
    network = folder / "digits.tflite"
    good = network.read_bytes()
    card = json.loads((folder / CONTRACT_FILE).read_text())
    for place in (40, 120, 200):
        network.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        card["files"]["digits.tflite"] = file_sha256(network)
        (folder / CONTRACT_FILE).write_text(json.dumps(card))
        assert digitocr("read", scans / "n1.png", "--model", folder).returncode in (0, 4, 6)


def test_the_model_that_comes_along_is_the_one_that_is_known():
    card = find_model(None).parent / CONTRACT_FILE
    assert file_sha256(card) == CARD_SHA256, "digitocr/recognition/built_in.py: write the new SHA-256 there"
    assert is_built_in()


def test_a_reader_is_not_harmed_by_a_wrong_pattern():
    with pytest.raises(UsageError, match="takes too long"):
        Reader(pattern="(1|11)*2").read(draw_number("12"))
