"""The second part of training: from whole numbers."""

from dataclasses import replace

import numpy as np
import pytest

from digitocr.datasets.data import DataSpec
from digitocr.datasets.sources import load_sources
from digitocr.training.settings import TrainOptions

OPTIONS = TrainOptions(epochs=2, epoch_samples=2000, batch_size=25, averaging=0.9, validation=0.1)


@pytest.fixture(scope="module")
def sources(digits_npz):
    return load_sources([DataSpec(str(digits_npz))], OPTIONS.validation)


@pytest.mark.slow
def test_numbers_teach_what_digits_alone_do_not(sources, tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.synthesis.drawn import collections_of, draw_lines
    from digitocr.training.candidate_scorer import lattice_gradient
    from digitocr.training.fine_tuning import fine_tune
    from digitocr.training.fit import fit, logits_of

    before = fit(sources, OPTIONS, tmp_path, log=lambda _: None)
    said: list[str] = []
    after = fine_tune(before, sources, replace(OPTIONS, lattice_lines=960), 1, log=said.append)
    lines = list(draw_lines(collections_of(sources), 120, 99, 1, words=False))
    crops = np.concatenate([line.candidates.crops for line in lines])

    def right(model):
        logits = logits_of(model, crops)
        logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return np.mean(lattice_gradient(lines, logs)[0])

    assert right(after) > right(before) + 0.1
    test = sources[0].test
    assert np.mean(logits_of(after, test.crops).argmax(1) == test.labels) > 0.8
    assert all("probability" in line for line in said)


def test_no_numbers_leave_the_network_as_it_is(sources):
    pytest.importorskip("tensorflow")
    from digitocr.training.fine_tuning import fine_tune
    from digitocr.training.networks import build_network

    network = build_network("mlp", 1)
    assert fine_tune(network, sources, replace(OPTIONS, lattice_lines=0), 1) is network


def test_training_scores_candidates_as_reading_does():
    pytest.importorskip("tensorflow")
    from digitocr.decoding.candidate_scorer import REJECT_PENALTY
    from digitocr.segmentation.candidates import GEOMETRY
    from digitocr.training.candidate_scorer import build_perceptron, candidate_scorer_of
    from digitocr.training.fine_tuning import _scores

    rng = np.random.default_rng(4)
    perceptron = build_perceptron(11 + len(GEOMETRY), 1)
    perceptron.set_weights([rng.normal(size=w.shape) for w in perceptron.get_weights()])
    logits = rng.normal(0, 9, (50, 11)).astype(np.float32)
    geometry = rng.normal(0, 3, (50, len(GEOMETRY))).astype(np.float32)
    said = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    digits, marks = candidate_scorer_of(perceptron).scores(said, geometry)
    trained = _scores(logits, geometry, perceptron).numpy()
    assert np.allclose(trained[:, :10], digits, atol=1e-3)
    assert np.allclose(trained[:, 10] - REJECT_PENALTY, marks, atol=1e-3)
