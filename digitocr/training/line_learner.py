"""A line recogniser in training: steps along a cosine, the mean of its weights, batches made ahead."""

from collections.abc import Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitocr.alphabet import digits_of
from digitocr.decoding.ctc import best_string
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT
from digitocr.training.averaging import AveragingOptimizer
from digitocr.training.line_images import LabelledLineImage, line_image_batches
from digitocr.training.line_network import build_line_network, ctc

STRIPS_A_STEP = 96
LINE_WARMUP_STEPS, LINE_LAST_RATE = (
    300,
    0.01,
)  # the rate climbs for so many steps, and ends at this share of its peak
LINE_AVERAGING = 0.999  # the decay a step of the mean of weights that is kept
LINE_BATCHES_AHEAD = 6

Weights = list[NDArray[np.float32]]


class LineLearner:
    """A network that learns by AdamW along a cosine, and the mean of its weights."""

    def __init__(self, model: keras.Model, peak: float, steps: int) -> None:
        self._model, self._warmup = model, max(1, min(LINE_WARMUP_STEPS, steps // 2))
        momentum = min(LINE_AVERAGING, max(0.0, 1 - 10 / max(1, steps)))  # a tenth of a short run
        self._optimizer = AveragingOptimizer(model, peak, weight_decay=0.02, clipnorm=5.0, momentum=momentum)
        self._apply = tf.function(self._learn, reduce_retracing=True)

    def step(
        self, batch: tf.Tensor, labels: tf.Tensor, weights: NDArray[np.float32], progress: float
    ) -> NDArray[np.float32]:
        """Learn from a batch, at `progress` (0..1) of the run; the loss of each strip (n,)."""
        self._optimizer.set_rate(progress, warmup_steps=self._warmup, last_rate=LINE_LAST_RATE)
        losses: NDArray[np.float32] = self._apply(batch, labels, tf.constant(weights)).numpy()
        return losses

    def _learn(self, batch: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            losses = ctc(labels, self._model(batch, training=True))
            loss = tf.reduce_mean(losses * weights)
        self._optimizer.apply(loss, tape)
        return losses

    def averaged(self) -> keras.Model:
        """The network with the mean of the weights, computing in float32; learning is not disturbed."""
        return self._optimizer.averaged(build_line_network(0))

    @property
    def state(self) -> list[keras.Variable]:
        """All that learning changes."""
        return self._optimizer.state


def mean_weights(before: Weights, after: Weights, share: float, known: int) -> Weights:
    """Of `after` the share `share` and of `before` the rest.

    Symbols after the first `known` are new, and as they were learned.
    """
    mean = [b + share * (a - b) for b, a in zip(before, after, strict=True)]
    for mixed, learned in zip(mean[-2:], after[-2:], strict=True):
        mixed[..., known:] = learned[..., known:]
    return mean


def share_right(model: keras.Model, strips: Sequence[LabelledLineImage]) -> float:
    """The share (0..1) of `strips` of which the columns' best digits spell what they say."""
    reader = LineRecogniser(lambda batch: np.asarray(model.predict_on_batch(batch), np.float32))
    columns = reader.columns([line.strip for line in strips])
    right = [best_string(c) == digits_of(line.symbols) for c, line in zip(columns, strips, strict=True)]
    return float(np.mean(right)) if right else 0.0


def batches_ahead(
    strips: Sequence[LabelledLineImage], seed: int, epoch: int
) -> Iterable[tuple[tf.Tensor, ...]]:
    """The batches of an epoch, made while the network learns from those before."""
    signature = (
        tf.TensorSpec((None, LINE_IMAGE_HEIGHT, None, 1), tf.uint8),
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None,), tf.int64),
    )
    made = tf.data.Dataset.from_generator(
        lambda: line_image_batches(strips, STRIPS_A_STEP, seed, epoch), output_signature=signature
    )
    for batch, labels, members in made.prefetch(LINE_BATCHES_AHEAD):
        yield batch, labels, members.numpy()
