"""The line recogniser goes on with real lines beside drawn ones, in rounds that meet some of each set."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np

from digitocr.errors import UsageError
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
from digitocr.training.settings import TrainOptions

Sets = Mapping[str, Sequence[LabelledLineImage]]


def train_rounds(
    sets: Sets,
    validation: Sets,
    options: TrainOptions,
    log: Callable[[str], None],
    *,
    start: keras.Model | None,
    state: Path,
) -> tuple[keras.Model, dict[str, float]]:
    """Train for `options.line_rounds`, each with so many of each set as `options.round_lines` says.

    Args:
        sets: line images by the name of their set.
        validation: others, to tell the progress on.
        options: how; see `TrainOptions`.
        log: takes a line of progress.
        start: a network to go on from.
        state: a file that keeps the run after each round; if it is there, the run goes on from it.

    Returns:
        The network, which computes in float32, and of each validation set the share in percent that it reads
        rightly.

    Raises:
        UsageError: a set that a round asks for is not there.
    """
    missing = set(options.round_lines) - set(sets)
    if missing:
        raise UsageError(
            f"round_lines: there is no set {', '.join(sorted(missing))}; there are {', '.join(sets)}"
        )
    model = build_line_network(options.seed, precision_here())
    if start:
        set_weights(model, start)
    before = model.get_weights()
    count = sum(min(some, len(sets[name])) for name, some in options.round_lines.items())
    rounds, steps = options.line_rounds, max(1, -(-count // STRIPS_A_STEP))
    learner = LineLearner(model, options.line_learning_rate, rounds * steps)
    begun, first = time.monotonic(), load_state(state, learner.state)[0] if state.is_file() else 0
    for number in range(first, rounds):
        losses = []
        met = chosen(sets, options.round_lines, options.seed, number)
        for step, (batch, labels, members) in enumerate(batches_ahead(met, options.seed, number), 1):
            progress = min(1.0, (number + step / steps) / rounds)
            losses.append(learner.step(batch, labels, np.ones(len(members), np.float32), progress).mean())
        save_state(state, number + 1, learner.state)
        shares = right(learner.averaged(), validation)
        log(
            f"lines, round {number + 1}/{rounds}: loss {np.mean(losses):.3f}; read rightly: "
            + ", ".join(f"{name} {share} %" for name, share in shares.items())
            + f"; {time.monotonic() - begun:.0f} s"
        )
    trained = learner.averaged()
    if start:
        known = len(start.get_weights()[-1])
        trained.set_weights(mean_weights(before, trained.get_weights(), options.trained_share, known))
    return trained, right(trained, validation)


def chosen(sets: Sets, counts: Mapping[str, int], seed: int, number: int) -> list[LabelledLineImage]:
    """What round `number` meets: so many of each set, others in each round."""
    rng = np.random.default_rng((seed, number))
    return [
        sets[name][n]
        for name, count in counts.items()
        for n in rng.permutation(len(sets[name]))[:count].tolist()
    ]


def right(model: keras.Model, sets: Sets) -> dict[str, float]:
    """Of each set the share in percent that `model` reads rightly, to a place."""
    return {name: round(100 * share_right(model, images), 1) for name, images in sets.items()}
