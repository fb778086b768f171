import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from digitocr.errors import ModelError
from digitocr.imaging.normaliser import CROP_VERSION
from digitocr.recognition.classifier import CHUNK, find_model, load_classifier
from digitocr.recognition.contract import Contract, file_sha256, read_contract, write_contract
from digitocr.recognition.network import log_softmax


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A folder with a model that knows nothing, in all its forms."""
    pytest.importorskip("tensorflow")
    from digitocr.training.export import to_int8, to_litert
    from digitocr.training.networks import build_network

    folder = tmp_path_factory.mktemp("untrained")
    network = build_network("mlp", seed=4)
    noise = np.random.default_rng(1).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    network.save(folder / "digits.keras")
    (folder / "digits.tflite").write_bytes(to_int8(network, noise))
    (folder / "digits-float.tflite").write_bytes(to_litert(network))
    files = {file.name: file_sha256(file) for file in folder.iterdir()}
    contract = Contract(network="mlp", seed=4, crop_version=CROP_VERSION, files=files, temperature=1.5)
    write_contract(contract, folder / "digits.json")
    return folder


@pytest.fixture
def folder(untrained, tmp_path):
    shutil.copytree(untrained, tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture(scope="module")
def crops():
    return np.random.default_rng(2).integers(0, 256, (2 * CHUNK + 7, 28, 28), dtype=np.uint8)


def test_litert_and_keras_agree(untrained, crops):
    keras = load_classifier(untrained, engine="keras").log_probabilities(crops)
    in_float = load_classifier(untrained / "digits-float.tflite").log_probabilities(crops)
    shipped = load_classifier(untrained).log_probabilities(crops)
    assert keras.shape == shipped.shape == (len(crops), 11)
    assert keras.dtype == shipped.dtype == np.float32
    assert np.abs(keras - in_float).max() < 1e-4
    assert np.abs(np.exp(keras) - np.exp(shipped)).max() < 0.03
    assert np.allclose(np.exp(shipped).sum(1), 1, atol=1e-5)


def test_crops_that_are_alike_are_looked_at_once(untrained, crops):
    classifier = load_classifier(untrained)
    looked_at = []

    def counting(batch):
        looked_at.append(len(batch))
        return classifier._logits(batch)

    some = crops[[3, 1, 3, 2, 1]]
    found = replace(classifier, _logits=counting).log_probabilities(some)
    assert looked_at == [3]
    assert np.array_equal(found, np.concatenate([classifier.log_probabilities(crop[None]) for crop in some]))


def test_a_crop_gets_the_same_answer_in_any_company(untrained, crops):
    classifier = load_classifier(untrained)
    together = classifier.log_probabilities(crops)
    for start, count in ((0, 1), (5, 3), (100, 60), (7, CHUNK + 1)):
        assert np.array_equal(
            classifier.log_probabilities(crops[start : start + count]), together[start : start + count]
        )


def test_no_crops_no_answers(untrained):
    assert load_classifier(untrained).log_probabilities(np.empty((0, 28, 28), np.uint8)).shape == (0, 11)


def test_wrong_crops(untrained):
    classifier = load_classifier(untrained)
    for wrong in (np.zeros((2, 20, 20), np.uint8), np.zeros((2, 28, 28), np.float32)):
        with pytest.raises(ValueError, match="expected crops"):
            classifier.log_probabilities(wrong)


def test_temperature_is_applied(folder, crops):
    warm = load_classifier(folder).log_probabilities(crops[:9])
    write_contract(replace(read_contract(folder / "digits.json"), temperature=3.0), folder / "digits.json")
    cool = load_classifier(folder).log_probabilities(crops[:9])
    assert np.allclose(cool, log_softmax(warm / 2), atol=1e-5)


def test_contract_survives_the_file(tmp_path):
    contract = Contract(network="cnn", seed=1, crop_version=1, files={"a": "b"}, lattice={"skip": -2.5})
    write_contract(contract, tmp_path / "digits.json")
    assert read_contract(tmp_path / "digits.json") == contract


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ["0", "1"]}, "labels is"),
        ({"input_shape": [32, 32]}, "input_shape is"),
        ({"polarity": "dark"}, "polarity is"),
        ({"crop_version": 99}, "crop_version is 99"),
        ({"files": {"other.tflite": ""}}, "does not list this file"),
        ({"files": {"digits.tflite": "0" * 64}}, "SHA-256 differs"),
        ({"surprise": 1}, "not a model contract"),
    ],
)
def test_contract_that_does_not_fit(folder, change, message):
    entries = asdict(read_contract(folder / "digits.json")) | change
    (folder / "digits.json").write_text(json.dumps(entries))
    with pytest.raises(ModelError, match=message):
        load_classifier(folder)


def test_models_that_are_missing_or_broken(folder, tmp_path):
    with pytest.raises(ModelError, match="no such model"):
        load_classifier(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"no digits\.tflite in"):
        load_classifier(tmp_path)
    with pytest.raises(ModelError, match="not a model"):
        load_classifier(folder / "digits.json")
    (folder / "digits.tflite").write_bytes(b"TFL3 nothing")
    with pytest.raises(ModelError, match="SHA-256"):
        load_classifier(folder)
    contract = read_contract(folder / "digits.json")
    files = contract.files | {"digits.tflite": file_sha256(folder / "digits.tflite")}
    write_contract(replace(contract, files=files), folder / "digits.json")
    with pytest.raises(ModelError, match="LiteRT cannot load it"):
        load_classifier(folder)
    (folder / "digits.json").write_text("{")
    with pytest.raises(ModelError, match="not a model contract"):
        load_classifier(folder)
    (folder / "digits.json").unlink()
    with pytest.raises(ModelError, match="contract is missing"):
        load_classifier(folder)


def test_a_model_is_found_by_folder_and_by_file(folder):
    assert find_model(folder) == folder / "digits.tflite"
    assert find_model(folder, "keras") == folder / "digits.keras"
    assert find_model(folder / "digits.keras") == folder / "digits.keras"


def test_the_keras_engine_runs_no_litert_file(toy_model):
    with pytest.raises(ModelError, match=r"\.keras"):
        load_classifier(toy_model / "digits.tflite", engine="keras")


def test_a_model_whose_name_is_too_long():
    with pytest.raises(ModelError, match="check the path"):
        load_classifier(Path("m" * 5000))
