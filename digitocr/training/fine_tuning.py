"""The second part of training: the network learns through the lattice, from whole numbers.

Each drawn number says only which digits it holds, not where. The network and a judge of its candidates are
moved so that the paths which spell them gain on all others (Y. LeCun et al., 1998, section X); digits alone
go on beside them. The mean of the weights before and after keeps what was known of digits alone and gains
most of the rest (M. Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitocr.alphabet import LABELS
from digitocr.datasets.data import DRAWN, DataSource
from digitocr.decoding.candidate_scorer import LOG_PROBABILITY_MIN
from digitocr.segmentation.candidates import GEOMETRY
from digitocr.synthesis.candidates import DrawnLine
from digitocr.synthesis.drawn import collections_of, draw_lines
from digitocr.training.augment import elastic_bank
from digitocr.training.candidate_scorer import build_perceptron, lattice_gradient
from digitocr.training.feed import Batch, batches
from digitocr.training.fit import Watch, precision_here, unwatched
from digitocr.training.networks import build_network, in_float32
from digitocr.training.numbers import mixed
from digitocr.training.settings import TrainOptions

LINES_A_STEP = 48
CROPS_A_STEP = 192
FINE_TUNING_RATE = 3e-4  # the network's; its judge begins from nothing and learns faster
JUDGE_LEARNING_RATE = 2e-3
FINE_TUNING_WARMUP_STEPS = 100
TUNED_SHARE = 0.5  # of the tuned weights in the mean
FINE_TUNING_SEED_APART = 20_000
FINE_TUNING_LOG_STEPS = 100


def fine_tune(
    model: keras.Model,
    sources: Sequence[DataSource],
    options: TrainOptions,
    workers: int,
    *,
    real: Sequence[DrawnLine] = (),
    log: Callable[[str], None] = print,
    watch: Watch = unwatched,
) -> keras.Model:
    """Train `model` on with `options.lattice_lines` numbers, drawn as they are needed; a new model.

    `workers` processes draw. A share of each step is `real` numbers. The model returned computes in float32.
    """
    steps = options.lattice_lines // LINES_A_STEP
    if steps == 0:
        return model
    before = model.get_weights()
    reader = _Reader(model, options.seed, steps)
    lines = draw_lines(
        collections_of(sources),
        steps * LINES_A_STEP,
        options.seed + FINE_TUNING_SEED_APART,
        workers,
        words=True,
    )
    shares: list[float] = []
    feed = watch(
        zip(
            mixed(_in_steps(lines), real, options.seed), _digits_alone(sources, options, steps), strict=False
        ),
        "lattice",
        steps,
    )
    for step, (drawn, alone) in enumerate(feed, 1):
        shares += reader.step(drawn, alone)
        if step % FINE_TUNING_LOG_STEPS == 0 or step == steps:
            log(f"lattice {step}/{steps}  right {100 * np.exp(shares).mean():.1f} % of the probability")
            shares = []
    after = reader.network.get_weights()
    reader.network.set_weights(
        [(1 - TUNED_SHARE) * a + TUNED_SHARE * b for a, b in zip(before, after, strict=True)]
    )
    return in_float32(reader.network)


class _Reader:
    """A network and a judge that learn together."""

    def __init__(self, model: keras.Model, seed: int, steps: int) -> None:
        self.network = build_network(model.name, seed, precision_here())
        self.network.set_weights(model.get_weights())
        self._judge = build_perceptron(len(LABELS) + len(GEOMETRY), seed)
        decay = keras.optimizers.schedules.CosineDecay
        warmup = min(FINE_TUNING_WARMUP_STEPS, steps // 2)
        rate = decay(
            FINE_TUNING_RATE / 10, steps - warmup, warmup_target=FINE_TUNING_RATE, warmup_steps=warmup
        )
        self._learn = keras.optimizers.AdamW(rate, weight_decay=0.01)
        self._learn.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._learn.build(self.network.trainable_variables)
        self._learn_judge = keras.optimizers.Adam(decay(JUDGE_LEARNING_RATE, steps))
        self._learn_judge.build(self._judge.trainable_variables)

    def step(self, lines: Sequence[DrawnLine], alone: Batch) -> list[float]:
        """Learn from some lines and some digits alone; the logarithms of the right strings' shares."""
        crops = np.concatenate([line.candidates.crops for line in lines])[..., np.newaxis]
        geometry = np.concatenate([line.candidates.geometry for line in lines])
        digits, classes = alone
        network, scorer = self.network.trainable_variables, self._judge.trainable_variables
        with tf.GradientTape() as tape:
            # Batch statistics stay as they are: candidates are no sample of what the network meets.
            logits = self.network(np.concatenate([crops, digits]).astype(np.float32), training=False)
            scores = _scores(logits[: len(crops)], geometry, self._judge)
            shares, gradient = lattice_gradient(lines, scores.numpy())
            loss = tf.reduce_mean(
                keras.losses.categorical_crossentropy(classes, logits[len(crops) :], from_logits=True)
            ) - tf.reduce_sum(scores * gradient) / len(lines)
        gradients = tape.gradient(loss, [variable.value for variable in [*network, *scorer]])
        self._learn.apply(gradients[: len(network)])
        self._learn_judge.apply(gradients[len(network) :])
        return shares


def _scores(logits: tf.Tensor, geometry: NDArray[np.float32], scorer: keras.Model) -> tf.Tensor:
    """`recognition.scorer` in TensorFlow: (N, 11) scores, without the cost of marks."""
    said = tf.nn.log_softmax(logits)
    inputs = tf.concat([tf.maximum(said, LOG_PROBABILITY_MIN) / 6, tf.clip_by_value(geometry, -3, 5)], axis=1)
    return said + scorer(inputs)


def _in_steps(lines: Iterable[DrawnLine]) -> Iterator[list[DrawnLine]]:
    iterator = iter(lines)
    while batch := list(islice(iterator, LINES_A_STEP)):
        yield batch


def _digits_alone(sources: Sequence[DataSource], options: TrainOptions, steps: int) -> Iterator[Batch]:
    """One batch a step of the collected crops, of the drawn ones where there are no others."""
    collected = [source for source in sources if source.kind != DRAWN] or list(sources)
    fed = replace(options, batch_size=CROPS_A_STEP, epoch_samples=CROPS_A_STEP * steps)
    return batches(collected, elastic_bank(options.seed), fed, epoch=0)
