"""What the tests of the whole command share: a small model, made in milliseconds, and drawn numbers."""

import shutil
import subprocess
import sys

import cv2
import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as tflite
from hypothesis import settings
from material import draw_number

from digitocr.decoding.candidate_scorer import CONTEXTS, CandidateScorer, scorers_to_contract
from digitocr.imaging.normaliser import CROP_VERSION
from digitocr.recognition.classifier import find_model
from digitocr.recognition.contract import PAGES_LITERT_FILE, Contract, file_sha256, write_contract
from digitocr.segmentation.candidates import GEOMETRY

pytest_plugins = ["digit_sets"]

# The same examples on every run, however slow the machine.
settings.register_profile("digitocr", derandomize=True, deadline=None)
settings.load_profile("digitocr")


def pytest_addoption(parser):
    parser.addoption(
        "--examples",
        type=int,
        help="fuzz: try so many examples of each property, other ones on every run, and so many mutations",
    )


def pytest_configure(config):
    if examples := config.getoption("--examples"):
        settings.register_profile("fuzz", max_examples=examples, deadline=None, print_blob=True)
        settings.load_profile("fuzz")


def linear_model(weights):
    """A LiteRT file of one dense layer: (N, 28, 28, 1) float32 by weights (11, 784) float32 to (N, 11)."""

    def tensor(name, shape, buffer, signature=None):
        made = tflite.TensorT()
        made.name, made.shape, made.buffer, made.shapeSignature = name, shape, buffer, signature
        made.type = tflite.TensorType.FLOAT32
        return made

    def buffer(data=None):
        made = tflite.BufferT()
        made.data = data
        return made

    dense = tflite.OperatorT()
    dense.opcodeIndex, dense.inputs, dense.outputs = 0, [0, 1, -1], [2]
    dense.builtinOptionsType = tflite.BuiltinOptions.FullyConnectedOptions
    dense.builtinOptions = tflite.FullyConnectedOptionsT()
    graph = tflite.SubGraphT()
    graph.tensors = [
        tensor("crops", [1, 28, 28, 1], 1, [-1, 28, 28, 1]),
        tensor("weights", list(weights.shape), 2),
        tensor("logits", [1, len(weights)], 3, [-1, len(weights)]),
    ]
    graph.inputs, graph.outputs, graph.operators = [0], [2], [dense]
    code = tflite.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = tflite.BuiltinOperator.FULLY_CONNECTED
    code.version = 1
    model = tflite.ModelT()
    model.version, model.operatorCodes, model.subgraphs = 3, [code], [graph]
    model.buffers = [buffer(), buffer(), buffer(np.frombuffer(weights.tobytes(), np.uint8)), buffer()]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory):
    """A model's folder; it reads something in everything, never right, but always the same.

    Its page segmenter is the one that comes along, for what is found on a page is no part of the toy.
    """
    folder = tmp_path_factory.mktemp("toy")
    rng = np.random.default_rng(7)
    weights = (rng.normal(size=(11, 784)) / 2000).astype(np.float32)
    (folder / "digits.tflite").write_bytes(linear_model(weights))
    shutil.copy(find_model(None).with_name(PAGES_LITERT_FILE), folder)
    scorer = CandidateScorer(
        ((rng.normal(size=(11 + len(GEOMETRY), 11)).astype(np.float32), np.zeros(11, np.float32)),)
    )
    contract = Contract(
        network="toy",
        seed=7,
        crop_version=CROP_VERSION,
        files={name: file_sha256(folder / name) for name in ("digits.tflite", PAGES_LITERT_FILE)},
        lattice=scorers_to_contract(dict.fromkeys(CONTEXTS, scorer)),
    )
    write_contract(contract, folder / "digits.json")
    return folder


@pytest.fixture
def scans(tmp_path):
    """A folder with ten small numbers, `n1.png` to `n10.png`."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(1, 11):
        cv2.imwrite(str(folder / f"n{number}.png"), draw_number(str(1037 * number)))
    return folder


@pytest.fixture
def digitocr(toy_model):
    """Run the command as a user does, in a process of its own; `read` gets the toy model."""

    def run(*arguments, **options):
        arguments = [str(argument) for argument in arguments]
        if arguments[0] == "read" and "--model" not in arguments:
            arguments += ["--model", str(toy_model)]
        command = [sys.executable, "-m", "digitocr", *arguments]
        return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)

    return run
