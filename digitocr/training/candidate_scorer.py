"""The judge of candidates, fitted through the lattice to a classifier on numbers drawn for it alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import LABELS
from digitocr.datasets.data import DataSource
from digitocr.decoding.candidate_scorer import CONTEXTS, CandidateScorer, features
from digitocr.recognition.classifier import Classifier
from digitocr.synthesis.candidates import DrawnLine
from digitocr.synthesis.drawn import collections_of, draw_lines
from digitocr.training.fit import Watch, unwatched
from digitocr.training.spelling import share_and_gradient

HIDDEN = 32
SCORER_EPOCHS = 12
SCORER_LINES_A_STEP = 32
SCORER_LEARNING_RATE = 4e-3
SCORER_SEED_APART = 10_000  # the judge must not learn from numbers that the classifier has learned from


@dataclass(frozen=True, slots=True, eq=False)
class _Example:
    """A drawn line as the judge meets it: what the classifier says, and the perceptron's inputs."""

    line: DrawnLine
    log_probabilities: NDArray[np.float32]
    inputs: NDArray[np.float32]


def draw_and_fit(
    classifier: Classifier,
    sources: Sequence[DataSource],
    lines: int,
    seed: int,
    workers: int,
    *,
    watch: Watch = unwatched,
) -> dict[str, CandidateScorer]:
    """Draw `lines` numbers for each context and fit its judge to what `classifier` says of them."""
    pens = collections_of(sources)
    candidate_scorers = {}
    for context in CONTEXTS:
        drawn = draw_lines(pens, lines, seed + SCORER_SEED_APART, workers, words=context == "page")
        what = f"drawing numbers of a {context}"
        candidate_scorers[context] = fit_candidate_scorer(classifier, list(watch(drawn, what, lines)), seed)
    return candidate_scorers


def fit_candidate_scorer(classifier: Classifier, lines: Sequence[DrawnLine], seed: int) -> CandidateScorer:
    """Fit the perceptron so that the lattices of `lines` spell their digits."""
    said = classifier.log_probabilities(np.concatenate([line.candidates.crops for line in lines]))
    ends = np.cumsum([len(line.labels) for line in lines])[:-1]
    examples = [
        _Example(line, scores, features(scores, line.candidates.geometry))
        for line, scores in zip(lines, np.split(said, ends), strict=True)
    ]
    perceptron = build_perceptron(examples[0].inputs.shape[1], seed)
    steps = SCORER_EPOCHS * -(-len(examples) // SCORER_LINES_A_STEP)
    # The loss is made so that its gradient by the scores is the lattice's.
    perceptron.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(SCORER_LEARNING_RATE, steps)),
        lambda gradient, scores: -keras.ops.sum(gradient * scores) / SCORER_LINES_A_STEP,
    )
    rng = np.random.default_rng(seed)
    for _ in range(SCORER_EPOCHS):
        order = rng.permutation(len(examples))
        for start in range(0, len(order), SCORER_LINES_A_STEP):
            batch = [examples[n] for n in order[start : start + SCORER_LINES_A_STEP]]
            inputs = np.concatenate([example.inputs for example in batch])
            scores = (
                np.concatenate([example.log_probabilities for example in batch]) + perceptron(inputs).numpy()
            )
            perceptron.train_on_batch(
                inputs, lattice_gradient([example.line for example in batch], scores)[1]
            )
    return candidate_scorer_of(perceptron)


def build_perceptron(inputs: int, seed: int) -> keras.Model:
    """What will be a judge: it adds nothing to the classifier's scores yet."""
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(HIDDEN, "relu"),
            keras.layers.Dense(len(LABELS), kernel_initializer="zeros"),
        ]
    )


def candidate_scorer_of(perceptron: keras.Model) -> CandidateScorer:
    """The perceptron as reading runs it."""
    return CandidateScorer(tuple((layer.kernel.numpy(), layer.bias.numpy()) for layer in perceptron.layers))


def lattice_gradient(
    lines: Sequence[DrawnLine], scores: NDArray[np.float32]
) -> tuple[list[float], NDArray[np.float32]]:
    """The shares of the right strings, in logarithms, and their gradient by the scores.

    Args:
        lines: some drawn lines.
        scores: (N, 11) of all their candidates, line after line.

    Returns:
        One share for each line that can be read rightly; (N, 11) float32, 0 for the others.
    """
    gradient = np.zeros(scores.shape, np.float32)
    shares, start = [], 0
    for line in lines:
        end = start + len(line.labels)
        share_and_slope = share_and_gradient(
            line.candidates.first, line.candidates.last, scores[start:end].astype(np.float64), line.digits
        )
        if share_and_slope is not None:
            shares.append(share_and_slope[0])
            gradient[start:end] = share_and_slope[1]
        start = end
    return shares, gradient
