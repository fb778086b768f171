"""The line recogniser learns from drawn numbers: nothing but what each line image says."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitocr.training.fit import precision_here
from digitocr.training.line_images import LabelledLineImage
from digitocr.training.line_learner import (
    STRIPS_A_STEP,
    LineLearner,
    batches_ahead,
    mean_weights,
    share_right,
)
from digitocr.training.line_network import build_line_network, set_weights
from digitocr.training.saved_state import load_state, save_state

LINE_LEARNING_RATE, LEARNING_RATE_ON = 2.5e-3, 1.5e-3  # from nothing, and where training goes on:
TRAINED_SHARE = 0.7  # then the mean of the weights before and after, of which these are so much, is kept
EASY_LOSS, EASY_SHARE = 0.03, 0.35  # read with ease; the share of those that the next epoch meets
VALIDATION_MAX, VALIDATION_SHARE = 3000, 0.05
LINE_LOG_STEPS = 500


def split_validation(
    strips: Sequence[LabelledLineImage],
) -> tuple[Sequence[LabelledLineImage], Sequence[LabelledLineImage]]:
    """The line images to train with, and those to validate on."""
    held_out = min(VALIDATION_MAX, int(VALIDATION_SHARE * len(strips)))
    return strips[held_out:], strips[:held_out]


def train_lines(
    strips: Sequence[LabelledLineImage],
    validation: Sequence[LabelledLineImage],
    epochs: int,
    seed: int,
    log: Callable[[str], None] = print,
    *,
    start: keras.Model | None = None,
    state: Path | None = None,
) -> tuple[keras.Model, float]:
    """Train on `strips`, from `start` on, varied anew in each of `epochs`.

    What was read with ease is met less often from the second epoch on, and counts for as much more, so that
    the mean of the loss stays what it is (importance sampling). Where training went on, the mean of the
    weights before and after reads the new drawings almost as well, and other writing better than either
    (M. Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).

    Args:
        strips: what to learn from.
        validation: what to tell the progress on.
        epochs: how often each is met, at most.
        seed: decides all choices.
        log: takes a line of progress.
        start: a network to go on from.
        state: a file that keeps the run after each epoch; if it is there, the run goes on from it.

    Returns:
        The network, which computes in float32, and the share (0..1) of `validation` that it reads rightly.
    """
    model = build_line_network(seed, precision_here())
    if start:
        set_weights(model, start)
    before = model.get_weights()
    learner = LineLearner(
        model, LEARNING_RATE_ON if start else LINE_LEARNING_RATE, epochs * (len(strips) // STRIPS_A_STEP)
    )
    begun, chances, first = time.monotonic(), np.ones(len(strips), np.float32), 0
    if state and state.is_file():
        first, kept = load_state(state, learner.state)
        chances = np.asarray(kept["chances"], np.float32)
    for epoch in range(first, epochs):
        chances = _train_epoch(learner, strips, chances, epoch, epochs, seed, log)
        if state:
            save_state(state, epoch + 1, learner.state, chances=chances)
        right = share_right(learner.averaged(), validation)
        log(
            f"lines {epoch + 1}/{epochs}  {100 * right:.2f} % of the strips read rightly, "
            f"{time.monotonic() - begun:.0f} s"
        )
    trained = learner.averaged()
    if start:
        known = len(start.get_weights()[-1])
        trained.set_weights(mean_weights(before, trained.get_weights(), TRAINED_SHARE, known))
    return trained, share_right(trained, validation)


def _train_epoch(
    learner: LineLearner,
    strips: Sequence[LabelledLineImage],
    chances: NDArray[np.float32],
    epoch: int,
    epochs: int,
    seed: int,
    log: Callable[[str], None],
) -> NDArray[np.float32]:
    """Train on those strips that their chances (N,) let through; the chances of the next epoch."""
    met = np.flatnonzero(np.random.default_rng((seed, epoch)).random(len(strips)) < chances)
    weights, losses = (1 / chances).astype(np.float32), np.empty(len(met), np.float32)
    met_strips, steps = [strips[n] for n in met.tolist()], max(1, -(-len(met) // STRIPS_A_STEP))
    lately: list[NDArray[np.float32]] = []
    for step, (batch, labels, members) in enumerate(batches_ahead(met_strips, seed, epoch), 1):
        progress = min(1.0, (epoch + step / steps) / epochs)
        losses[members] = learner.step(batch, labels, weights[met[members]], progress)
        lately.append(losses[members])
        if step % LINE_LOG_STEPS == 0:
            log(f"lines, epoch {epoch + 1}, step {step}/{steps}: loss {np.concatenate(lately).mean():.3f}")
            lately.clear()
    changed = chances.copy()
    changed[met] = np.where(losses < EASY_LOSS, EASY_SHARE, 1.0)
    return changed
