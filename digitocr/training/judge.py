"""The judge of candidates, fitted to a trained classifier on numbers that were drawn for it alone."""

from collections.abc import Sequence

import numpy as np
from sklearn.neural_network import MLPClassifier

from digitocr.recognition.classifier import Classifier
from digitocr.recognition.judge import CONTEXTS, WHOLE, Judge, features
from digitocr.recognition.judge import MARK as MARK_KIND
from digitocr.recognition.judge import PART as PART_KIND
from digitocr.training.data import Source
from digitocr.training.drawn import collections_of, draw_candidates
from digitocr.training.synth.candidates import MARK, PART, Labelled

HIDDEN = 32
SEED_APART = 10_000  # the judge must not learn from numbers that the classifier has learned from


def draw_and_fit(
    classifier: Classifier, sources: Sequence[Source], lines: int, seed: int, workers: int
) -> dict[str, Judge]:
    """Draw `lines` numbers for each context and fit its judge to what `classifier` says of them."""
    pens = collections_of(sources)
    return {
        context: fit_judge(
            classifier,
            draw_candidates(pens, lines, seed + SEED_APART, workers, words=context == "page"),
            seed,
        )
        for context in CONTEXTS
    }


def fit_judge(classifier: Classifier, candidates: Labelled, seed: int) -> Judge:
    """Fit the perceptron that tells wholes, marks and parts by log-probabilities and geometry."""
    kinds = np.full(len(candidates.labels), WHOLE)
    kinds[candidates.labels == MARK] = MARK_KIND
    kinds[candidates.labels == PART] = PART_KIND
    x = features(classifier.log_probabilities(candidates.crops), candidates.geometry)
    perceptron = MLPClassifier(
        (HIDDEN,),
        batch_size=256,
        learning_rate_init=3e-3,
        max_iter=40,
        early_stopping=True,
        n_iter_no_change=4,
        random_state=seed,
    )
    perceptron.fit(x, kinds)
    return Judge(
        tuple(
            (weights.astype(np.float32), biases.astype(np.float32))
            for weights, biases in zip(perceptron.coefs_, perceptron.intercepts_, strict=True)
        )
    )
