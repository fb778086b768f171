"""The line recogniser learns in rounds: each meets some line images of each set, varied anew."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import cv2
import keras
import numpy as np

from digitocr.errors import UsageError
from digitocr.training.fit import precision_here
from digitocr.training.line_batches import line_batches
from digitocr.training.line_images import LabelledLineImage
from digitocr.training.line_learner import LineLearner, share_right
from digitocr.training.line_network import build_line_network
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
    processes: int = 1,
) -> tuple[keras.Model, dict[str, float]]:
    """Train for `options.line_rounds`, each with so many of each set as `options.round_lines` says.

    Args:
        sets: line images by the name of their set.
        validation: others, to tell the progress on.
        options: how; see `TrainOptions`.
        log: takes a line of progress.
        start: a network to go on from, of the kind that `build_line_network` makes.
        state: a file that keeps the run after each round; if it is there, the run goes on from it.
        processes: how many vary line images; the weights are the same for any number of them.

    Returns:
        The network, which computes in float32, and of each validation set the share in percent that it reads
        rightly.

    Raises:
        UsageError: a set that a round asks for is not there, or `start` is another kind of network.
    """
    missing = set(options.round_lines) - set(sets)
    if missing:
        raise UsageError(
            f"round_lines: there is no set {', '.join(sorted(missing))}; there are {', '.join(sets)}"
        )
    model = build_line_network(options.seed, precision_here())
    if start:
        _go_on_from(start, model)
    count = sum(some for name, some in options.round_lines.items() if sets[name])
    rounds, size = options.line_rounds, options.lines_a_step
    learner = LineLearner(model, options.line_learning_rate, rounds * max(1, -(-count // size)))
    begun, first = time.monotonic(), load_state(state, learner.state)[0] if state.is_file() else 0
    with _pool(processes) as pool:
        for number in range(first, rounds):
            met = chosen(sets, options.round_lines, options.seed, number)
            loss = learner.learn(line_batches(met, size, options.seed, number, pool))
            save_state(state, number + 1, learner.state)
            shares = right(learner.averaged(), validation)
            log(
                f"lines, round {number + 1}/{rounds}: loss {loss:.3f}; read rightly: "
                + ", ".join(f"{name} {share} %" for name, share in shares.items())
                + f"; {time.monotonic() - begun:.0f} s"
            )
    trained = learner.averaged()
    if start:
        _keep_of(start, trained, options.trained_share)
    return trained, right(trained, validation)


def chosen(sets: Sets, counts: Mapping[str, int], seed: int, number: int) -> list[LabelledLineImage]:
    """What round `number` meets: so many of each set, others in each round; a small set is met repeatedly."""
    rng = np.random.default_rng((seed, number))
    met = []
    for name, count in counts.items():
        lines = sets[name]
        times = -(-count // len(lines)) if lines else 0
        orders = [rng.permutation(len(lines)).tolist() for _ in range(times)]
        met += [lines[n] for n in chain.from_iterable(orders)][:count]
    return met


def right(model: keras.Model, sets: Sets) -> dict[str, float]:
    """Of each set the share in percent that `model` reads rightly, to a place."""
    return {name: round(100 * share_right(model, images), 1) for name, images in sets.items()}


def _pool(processes: int) -> AbstractContextManager[Executor | None]:
    """The processes that vary line images; none where one is enough, for the training has its own."""
    if processes <= 1:
        return nullcontext()
    return ProcessPoolExecutor(processes, get_context("spawn"), cv2.setNumThreads, (1,))


def _keep_of(start: keras.Model, trained: keras.Model, share: float) -> None:
    """Leave `trained` the share `share` of its weights, and of those it went on from the rest.

    Both read what each has learned almost as well, and other writing better (M. Wortsman et al., "Robust
    fine-tuning of zero-shot models", 2022).
    """
    pairs = zip(start.get_weights(), trained.get_weights(), strict=True)
    trained.set_weights([before + share * (after - before) for before, after in pairs])


def _go_on_from(start: keras.Model, model: keras.Model) -> None:
    try:
        model.set_weights(start.get_weights())
    except ValueError as error:
        raise UsageError(
            f"the line recogniser to start from is another kind of network ({error}); train without it"
        ) from error
