"""The line recogniser learns from drawn numbers: nothing but what each strip says."""

import math
import time
from collections.abc import Callable, Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitocr.alphabet import digits_of
from digitocr.datasets.data import Source
from digitocr.decoding.ctc import best_string
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT
from digitocr.synthesis.drawn import collections_of, draw
from digitocr.training.fit import precision_here
from digitocr.training.line_images import LabelledLineImage, draw_labelled_line, line_image_batches
from digitocr.training.line_network import build_line_network, ctc, set_weights
from digitocr.training.settings import TrainOptions

SEED_APART = 30_000
BATCH = 96
LEARNING_RATE, LEARNING_RATE_ON = 2.5e-3, 1.5e-3  # from nothing, and where training goes on:
TRAINED_SHARE = 0.7  # then the mean of the weights before and after, of which these are so much, is kept
WARMUP_STEPS, LAST_RATE = 300, 0.01  # the rate climbs for so many steps, and ends at this share of its peak
EASY_LOSS, EASY_SHARE = 0.03, 0.35  # read with ease; the share of those that the next epoch meets
AVERAGING = 0.999  # the decay a step of the mean of weights that is kept
VALIDATION_MAX, VALIDATION_SHARE = 3000, 0.05
BATCHES_AHEAD = 6
LOG_STEPS = 500

Weights = list[NDArray[np.float32]]


def fit_lines(
    sources: Sequence[Source],
    options: TrainOptions,
    workers: int,
    log: Callable[[str], None] = print,
    *,
    start: keras.Model | None = None,
) -> keras.Model:
    """Draw `options.strip_lines` numbers and train the line recogniser on them; it computes in float32.

    `workers` processes draw. Training goes on from `start` if that is given.
    """
    log(f"drawing {options.strip_lines} numbers for the line recogniser")
    pens = collections_of(sources)
    strips = list(
        draw(draw_labelled_line, pens, options.strip_lines, options.seed + SEED_APART, workers, words=True)
    )
    aside = min(VALIDATION_MAX, int(VALIDATION_SHARE * len(strips)))
    return train_lines(strips[aside:], strips[:aside], options.strip_epochs, options.seed, log, start=start)


def train_lines(
    strips: Sequence[LabelledLineImage],
    validation: Sequence[LabelledLineImage],
    epochs: int,
    seed: int,
    log: Callable[[str], None] = print,
    *,
    start: keras.Model | None = None,
) -> keras.Model:
    """Train on `strips`, from `start` on, varied anew in each of `epochs`; it computes in float32.

    What was read with ease is met less often from the second epoch on, and counts for as much more, so that
    the mean of the loss stays what it is (importance sampling). Where training went on, the mean of the
    weights before and after reads the new drawings almost as well, and other writing better than either
    (M. Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
    """
    model = build_line_network(seed, precision_here())
    if start:
        set_weights(model, start)
    before = model.get_weights()
    learner = _Learner(model, LEARNING_RATE_ON if start else LEARNING_RATE, epochs * (len(strips) // BATCH))
    rng = np.random.default_rng(seed)
    begun, chances = time.monotonic(), np.ones(len(strips), np.float32)
    for epoch in range(epochs):
        met = np.flatnonzero(rng.random(len(strips)) < chances)
        weights, losses = (1 / chances).astype(np.float32), np.empty(len(met), np.float32)
        met_strips, steps = [strips[n] for n in met.tolist()], max(1, -(-len(met) // BATCH))
        lately: list[NDArray[np.float32]] = []
        for step, (batch, labels, members) in enumerate(_ahead(met_strips, seed, epoch), 1):
            progress = min(1.0, (epoch + step / steps) / epochs)
            losses[members] = learner.step(batch, labels, weights[met[members]], progress)
            lately.append(losses[members])
            if step % LOG_STEPS == 0:
                log(
                    f"lines, epoch {epoch + 1}, step {step}/{steps}: loss {np.concatenate(lately).mean():.3f}"
                )
                lately.clear()
        chances[met] = np.where(losses < EASY_LOSS, EASY_SHARE, 1.0)
        right = share_right(learner.averaged(), validation)
        log(
            f"lines {epoch + 1}/{epochs}  {100 * right:.2f} % of the strips read rightly, "
            f"{time.monotonic() - begun:.0f} s"
        )
    trained = learner.averaged()
    if start:
        trained.set_weights(_mean(before, trained.get_weights(), known=len(start.get_weights()[-1])))
    return trained


def _mean(before: Weights, after: Weights, known: int) -> Weights:
    """The mean of two sets of weights; symbols after the first `known` are new, and as they were learned."""
    mean = [b + TRAINED_SHARE * (a - b) for b, a in zip(before, after, strict=True)]
    for mixed, learned in zip(mean[-2:], after[-2:], strict=True):
        mixed[..., known:] = learned[..., known:]
    return mean


class _Learner:
    """A network that learns by AdamW along a cosine, and the mean of its weights."""

    def __init__(self, model: keras.Model, peak: float, steps: int) -> None:
        self._model, self._peak, self._seen = model, peak, 0
        self._warmup = max(1, min(WARMUP_STEPS, steps // 2))
        self._optimizer = keras.optimizers.AdamW(
            peak,
            weight_decay=0.02,
            global_clipnorm=5.0,
            use_ema=True,
            ema_momentum=min(AVERAGING, max(0.0, 1 - 10 / max(1, steps))),  # a tenth of a short run
            ema_overwrite_frequency=None,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(model.trainable_variables)
        self._apply = tf.function(self._learn, reduce_retracing=True)

    def step(
        self, batch: tf.Tensor, labels: tf.Tensor, weights: NDArray[np.float32], progress: float
    ) -> NDArray[np.float32]:
        """Learn from a batch, at `progress` (0..1) of the run; the loss of each strip (n,)."""
        self._seen += 1
        fallen = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        self._optimizer.learning_rate.assign(self._peak * fallen * min(1.0, self._seen / self._warmup))
        losses: NDArray[np.float32] = self._apply(batch, labels, tf.constant(weights)).numpy()
        return losses

    def _learn(self, batch: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            losses = ctc(labels, self._model(batch, training=True))
            loss = tf.reduce_mean(losses * weights)
        self._optimizer.apply(tape.gradient(loss, [one.value for one in variables]), variables)
        return losses

    def averaged(self) -> keras.Model:
        """The network with the mean of the weights, computing in float32; learning is not disturbed."""
        current = self._model.get_weights()
        self._optimizer.finalize_variable_values(self._model.trainable_variables)
        averaged = build_line_network(0)
        averaged.set_weights(self._model.get_weights())
        self._model.set_weights(current)
        return averaged


def share_right(model: keras.Model, strips: Sequence[LabelledLineImage]) -> float:
    """The share (0..1) of `strips` of which the columns' best digits spell what they say."""
    reader = LineRecogniser(lambda batch: np.asarray(model.predict_on_batch(batch), np.float32))
    columns = reader.columns([one.strip for one in strips])
    right = [best_string(c) == digits_of(one.symbols) for c, one in zip(columns, strips, strict=True)]
    return float(np.mean(right)) if right else 0.0


def _ahead(strips: Sequence[LabelledLineImage], seed: int, epoch: int) -> Iterable[tuple[tf.Tensor, ...]]:
    """The batches of an epoch, made while the network learns from those before."""
    signature = (
        tf.TensorSpec((None, LINE_IMAGE_HEIGHT, None, 1), tf.uint8),
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None,), tf.int64),
    )
    made = tf.data.Dataset.from_generator(
        lambda: line_image_batches(strips, BATCH, seed, epoch), output_signature=signature
    )
    for batch, labels, members in made.prefetch(BATCHES_AHEAD):
        yield batch, labels, members.numpy()
