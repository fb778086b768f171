"""The page segmenter learns from patches of pages: `python -m digitocr.training.fit_pages`."""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitocr.evaluation.page_maps import intersection_over_union
from digitocr.layout.maps import HEIGHT_MAP, MAP_NAMES, STRIDE
from digitocr.training.averaging import AveragingOptimizer
from digitocr.training.fit import precision_here
from digitocr.training.page_network import build_page_network
from digitocr.training.page_shards import CROP_PX, Patches, Shards, load_patches
from digitocr.training.saved_state import load_state, save_state

PATCHES_A_STEP = 16
PAGE_LEARNING_RATE, PAGE_WARMUP_STEPS, PAGE_LAST_RATE = 2e-3, 200, 0.02
PAGE_AVERAGING = 0.998  # the decay a step of the mean of weights that is kept
INK_WEIGHT = 2.0  # ink is rarer than paper: a pixel that is on counts so much more
HEIGHT_WEIGHT = 4.0
PAGE_LOG_STEPS, SAVE_STEPS = 100, 500
PAGE_BATCHES_AHEAD = 4


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How to train: for so many `steps`, batches of 16 crops; `seed` decides all choices."""

    steps: int
    learning_rate: float = PAGE_LEARNING_RATE
    seed: int = 1


def page_loss(maps: tf.Tensor, known: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy and Dice of the maps that are known, and how far heights are off, as a scalar.

    Args:
        maps: (N, h, w, 6) uint8, 255 = on.
        known: (N, h, w, 6) bool, where each is known.
        logits: (N, h, w, 6) float32.
    """
    truth, mask = tf.cast(maps, tf.float32) / 255, tf.cast(known, tf.float32)
    chance = tf.sigmoid(logits)
    inks = tf.constant([0.0 if name == "height" else 1.0 for name in MAP_NAMES])
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(truth, logits) * (1 + INK_WEIGHT * truth) * mask * inks
    both = tf.reduce_sum(chance * truth * mask, (0, 1, 2))
    sizes = tf.reduce_sum((chance + truth) * mask, (0, 1, 2))
    dice = inks * (1 - (2 * both + 1) / (sizes + 1))
    where = tf.cast(maps[..., HEIGHT_MAP] > 0, tf.float32) * mask[..., HEIGHT_MAP]
    off = tf.abs(chance[..., HEIGHT_MAP] - truth[..., HEIGHT_MAP]) * where
    height = tf.reduce_sum(off) / (tf.reduce_sum(where) + 1)
    return 2 * tf.reduce_mean(entropy) + tf.reduce_mean(dice) + HEIGHT_WEIGHT * height


class _Learner:
    """A network that learns by AdamW along a cosine, and the mean of its weights."""

    def __init__(self, options: PageOptions, start: keras.Model | None) -> None:
        self.model = build_page_network(options.seed, precision_here())
        if start:
            self.model.set_weights(start.get_weights())
        self._options = options
        self._optimizer = AveragingOptimizer(
            self.model, options.learning_rate, weight_decay=0.01, clipnorm=2.0, momentum=PAGE_AVERAGING
        )
        self._apply = tf.function(self._learn, reduce_retracing=True)

    def step(self, number: int, batch: tuple[tf.Tensor, ...]) -> float:
        """Learn from a batch as step `number` of the run; returns the loss."""
        progress = min(1.0, number / max(1, self._options.steps))
        self._optimizer.set_rate(progress, warmup_steps=PAGE_WARMUP_STEPS, last_rate=PAGE_LAST_RATE)
        return float(self._apply(*batch))

    def _learn(self, pictures: tf.Tensor, maps: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = page_loss(maps, known, self.model(tf.cast(pictures, tf.float32), training=True))
        self._optimizer.apply(loss, tape)
        return loss

    def averaged(self) -> keras.Model:
        """The network with the mean of the weights, computing in float32; learning is not disturbed."""
        return self._optimizer.averaged(build_page_network(0))

    @property
    def state(self) -> list[keras.Variable]:
        return self._optimizer.state


def fit_pages(
    shards: Shards,
    validation: Patches,
    options: PageOptions,
    folder: Path,
    log: Callable[[str], None] = print,
    *,
    start: keras.Model | None = None,
    resume: bool = False,
) -> keras.Model:
    """Train the page segmenter.

    Args:
        shards: what to learn from.
        validation: what to tell the progress on.
        options: how.
        folder: where the run is kept every 500 steps, to go on from with `resume`, and the network with the
            mean of the weights, `pages.keras`.
        log: takes a line of progress.
        start: a network to go on from.
        resume: go on from `folder`.

    Returns:
        The network with the mean of the weights, float32, whose output are logits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learner = _Learner(options, start)
    number = load_state(folder / "run.npz", learner.state)[0] if resume else 0
    begun, lately = time.monotonic(), []
    for batch in _ahead(shards, options.seed, number):
        if number >= options.steps:
            break
        lately.append(learner.step(number, batch))
        number += 1
        if number % PAGE_LOG_STEPS == 0:
            seconds = time.monotonic() - begun
            log(f"pages, step {number}/{options.steps}: loss {np.mean(lately):.4f}, {seconds:.0f} s")
            lately.clear()
        if number % SAVE_STEPS == 0 or number == options.steps:
            save_state(folder / "run.npz", number, learner.state)
            averaged = learner.averaged()
            averaged.save(folder / "pages.keras")
            scores = intersection_over_union(
                zip(predicted(averaged, validation.pictures), validation.maps, strict=True)
            )
            log(
                "  ".join(f"{name} {100 * share:.1f}" for name, share in scores.items())
                + f"  of {len(shards)} patches"
            )
            shards.refresh()
    return learner.averaged()


def predicted(model: keras.Model, pictures: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The maps (h, w, 6) uint8 that a network with logits gives for pictures (N, H, W)."""
    run = tf.function(lambda x: tf.sigmoid(model(x, training=False)), reduce_retracing=True)
    return [
        np.rint(255 * run(tf.constant(p[None, ..., None], tf.float32))[0].numpy()).astype(np.uint8)
        for p in pictures
    ]


def _ahead(shards: Shards, seed: int, start: int) -> tf.data.Dataset:
    half = CROP_PX // STRIDE
    signature = (
        tf.TensorSpec((PATCHES_A_STEP, CROP_PX, CROP_PX, 1), tf.uint8),
        tf.TensorSpec((PATCHES_A_STEP, half, half, len(MAP_NAMES)), tf.uint8),
        tf.TensorSpec((PATCHES_A_STEP, half, half, len(MAP_NAMES)), tf.bool),
    )
    made = tf.data.Dataset.from_generator(
        lambda: shards.batches(PATCHES_A_STEP, seed, start), output_signature=signature
    )
    return made.prefetch(PAGE_BATCHES_AHEAD)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on shards of pages."""
    parser = argparse.ArgumentParser(prog="python -m digitocr.training.fit_pages", description=__doc__)
    parser.add_argument("shards", nargs="+", help="FOLDER/PATTERN=SHARE of each group of shards")
    parser.add_argument("--validation", type=Path, required=True, help="a shard to tell the progress on")
    parser.add_argument("--output", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--steps", type=int, default=20_000, help="batches of 16 crops (%(default)s)")
    parser.add_argument(
        "--learning-rate", type=float, default=PAGE_LEARNING_RATE, help="at its peak (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides all choices (%(default)s)")
    parser.add_argument("--start", type=Path, help="a pages.keras of another run to go on from")
    parser.add_argument("--resume", action="store_true", help="go on from --output")
    given = parser.parse_args(arguments)
    groups = [
        (Path(pattern).parent, Path(pattern).name, float(share))
        for pattern, share in (g.split("=") for g in given.shards)
    ]
    fit_pages(
        Shards(groups),
        load_patches(given.validation),
        PageOptions(given.steps, given.learning_rate, given.seed),
        given.output,
        lambda line: print(line, flush=True),
        start=keras.models.load_model(given.start, compile=False) if given.start else None,
        resume=given.resume,
    )


if __name__ == "__main__":
    main()
