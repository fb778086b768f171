import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from digitocr.errors import DigitocrError, UsageError
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
    arguments += ["--strip-lines", "300", "--strip-epochs", "1"]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    return folder


def test_contract_says_what_the_model_is(trained):
    contract = json.loads((trained / "digits.json").read_text())
    assert contract["network"] == "cnn"
    assert set(contract["files"]) == {
        "digits.keras",
        "digits.tflite",
        "digits-float.tflite",
        "lines.keras",
        "lines.tflite",
    }
    assert contract["training"] == [
        {"name": "drawings", "kind": "pen", "weight": 1.0, "licence": "CC0", "crops": 270}
    ]
    assert contract["figures"]["drawings test"]["crops"] == 100
    assert 0.05 < contract["temperature"] < 20
    assert set(contract["lattice"]) == {"geometry", "line", "page", "opinions"}
    assert set(contract["runs"]) == {"digits", "lattice", "scorer", "lines", "fusion"}
    assert contract["runs"]["digits"]["options"]["epochs"] == 2
    assert contract["runs"]["lines"]["data"] == {"drawings": [1.0, "pen"]}


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


def test_both_engines_give_the_same_columns(trained):
    rng = np.random.default_rng(3)
    strips = [rng.integers(0, 256, (32, width), dtype=np.uint8) for width in (20, 90, 95, 200)]
    shipped = load_classifier(trained).lines.columns(strips)
    keras = load_classifier(trained, engine="keras").lines.columns(strips)
    alone = [load_classifier(trained).lines.columns([strip])[0] for strip in strips]
    for eight_bits, in_float, one in zip(shipped, keras, alone, strict=True):
        assert eight_bits.shape == in_float.shape
        assert np.array_equal(eight_bits, one)
        assert np.abs(np.exp(eight_bits) - np.exp(in_float)).max() < 0.2
    assert [len(columns) for columns in shipped] == [8, 24, 24, 56]


def test_training_goes_on_from_a_model_folder(trained, digits_npz, tmp_path, digit_crops):
    from digitocr.cli.train import train

    app = typer.Typer()
    app.command()(train)
    arguments = ["--data", str(digits_npz), "--output", str(tmp_path), "--start", str(trained)]
    arguments += ["--validation", "0.1"]
    arguments += ["--epochs", "0", "--lattice-lines", "0", "--judge-lines", "60", "--strip-lines", "0"]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "the digit classifier, the line recogniser" in result.stderr.replace(str(trained), "")
    assert "numbers drawn anew" in result.stderr
    assert (tmp_path / "lines.tflite").read_bytes() == (trained / "lines.tflite").read_bytes()
    crops, _ = digit_crops
    before, after = (load_classifier(folder).log_probabilities(crops) for folder in (trained, tmp_path))
    assert np.abs(before - after).mean() < 0.1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--epochs", "0"], "--epochs 0: expected 1 or more"),
        (["--start", "MODEL", "--network", "mlp"], "its network is cnn, expected mlp; add --network cnn"),
        (["--start", "nowhere"], "nowhere"),
    ],
)
def test_a_start_that_cannot_be_made_is_told_before_anything_is_trained(
    trained, digits_npz, tmp_path, more, told
):
    from digitocr.cli.train import train

    app = typer.Typer()
    app.command()(train)
    arguments = ["--data", str(digits_npz), "--output", str(tmp_path)]
    arguments += [str(trained) if word == "MODEL" else word for word in more]
    result = runner.invoke(app, arguments)
    assert isinstance(result.exception, DigitocrError)
    assert told in str(result.exception)
    assert not (tmp_path / "digits.keras").exists()


def test_no_file_is_exported_where_keras_runs_on_another_backend(monkeypatch):
    from digitocr.training.export import to_litert
    from digitocr.training.networks import build_network

    monkeypatch.setattr("keras.config.backend", lambda: "torch")
    with pytest.raises(UsageError, match=r"Keras runs on torch.*without KERAS_BACKEND and with --resume"):
        to_litert(build_network("mlp", 1))
