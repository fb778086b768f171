import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from digitocr.recognition.classifier import load_classifier

runner = CliRunner()


@pytest.fixture(scope="module")
def trained(digits_npz, tmp_path_factory):
    """What `digitocr train` leaves after two short epochs of the cnn."""
    pytest.importorskip("tensorflow")
    from digitocr.cli.train import train

    app = typer.Typer()
    app.command()(train)
    folder = tmp_path_factory.mktemp("trained")
    arguments = ["--data", str(digits_npz), "--output", str(folder), "--licence", "drawings:CC0"]
    arguments += ["--epochs", "2", "--epoch-samples", "1500", "--batch-size", "25", "--validation", "0.1"]
    arguments += ["--lattice-lines", "480", "--judge-lines", "200"]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    return folder


def test_contract_says_what_the_model_is(trained):
    contract = json.loads((trained / "digits.json").read_text())
    assert contract["network"] == "cnn"
    assert set(contract["files"]) == {"digits.keras", "digits.tflite", "digits-float.tflite"}
    assert contract["training"] == [
        {"name": "drawings", "kind": "pen", "weight": 1.0, "licence": "CC0", "crops": 270}
    ]
    assert contract["figures"]["drawings test"]["crops"] == 100
    assert 0.05 < contract["temperature"] < 20
    assert set(contract["lattice"]) == {"geometry", "line", "page"}


def test_every_form_of_the_model_says_the_same(trained, digit_crops):
    crops, labels = digit_crops[0][300:], digit_crops[1][300:]
    shipped = load_classifier(trained).log_probabilities(crops)
    in_float = load_classifier(trained / "digits-float.tflite").log_probabilities(crops)
    keras = load_classifier(trained, engine="keras").log_probabilities(crops)
    assert np.mean(keras.argmax(1) == labels) > 0.8
    assert np.abs(np.exp(in_float) - np.exp(keras)).max() < 1e-3
    assert np.abs(np.exp(shipped) - np.exp(keras)).max() < 0.15
    assert np.mean(shipped.argmax(1) == keras.argmax(1)) >= 0.98


def test_the_8_bit_model_takes_bytes_and_any_number_of_them(trained, digit_crops):
    from ai_edge_litert.interpreter import Interpreter

    entrance = Interpreter(model_path=str(trained / "digits.tflite")).get_input_details()[0]
    assert entrance["dtype"] == np.uint8
    assert entrance["quantization"] == (1.0, 0)
    assert entrance["shape_signature"].tolist() == [-1, 28, 28, 1]


def test_temperature_undoes_overconfidence():
    pytest.importorskip("tensorflow")
    from digitocr.recognition.network import log_softmax
    from digitocr.training.export import fit_temperature

    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (4000, 11)).astype(np.float32)
    probabilities = np.exp(log_softmax(logits))
    labels = np.array([rng.choice(11, p=row / row.sum()) for row in probabilities.astype(float)])
    assert fit_temperature(log_softmax(3 * logits), labels) == pytest.approx(3, rel=0.1)
