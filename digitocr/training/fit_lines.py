"""The line recogniser learns from drawn numbers: nothing but what each strip says."""

import time
from collections.abc import Callable, Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf

from digitocr.imaging.strip import STRIP_HEIGHT
from digitocr.recognition.ctc import best_string
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.training.data import Source
from digitocr.training.drawn import collections_of, draw
from digitocr.training.fit import precision_here
from digitocr.training.line_network import build_line_network, ctc
from digitocr.training.settings import TrainOptions
from digitocr.training.strips import DrawnStrip, draw_strip, strip_batches

SEED_APART = 30_000
BATCH = 96
LEARNING_RATE, LEARNING_RATE_ON = 2.5e-3, 1.5e-3  # from nothing, and where training goes on
WARMUP_STEPS = 300
AVERAGING = 0.999  # the decay a step of the mean of weights that is kept
VALIDATION_MAX, VALIDATION_SHARE = 3000, 0.05
BATCHES_AHEAD = 6
LOG_STEPS = 500


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
    strips = list(draw(draw_strip, pens, options.strip_lines, options.seed + SEED_APART, workers, words=True))
    aside = min(VALIDATION_MAX, int(VALIDATION_SHARE * len(strips)))
    return train_lines(strips[aside:], strips[:aside], options.strip_epochs, options.seed, log, start=start)


def train_lines(
    strips: Sequence[DrawnStrip],
    validation: Sequence[DrawnStrip],
    epochs: int,
    seed: int,
    log: Callable[[str], None] = print,
    *,
    start: keras.Model | None = None,
) -> keras.Model:
    """Train on `strips`, from `start` on, varied anew in each of `epochs`; it computes in float32."""
    model = build_line_network(seed, precision_here())
    peak = LEARNING_RATE
    if start:
        model.set_weights(start.get_weights())
        peak = LEARNING_RATE_ON
    steps = max(1, epochs * (len(strips) // BATCH))
    warmup = min(WARMUP_STEPS, steps // 2)
    rate = keras.optimizers.schedules.CosineDecay(
        peak / 25, steps - warmup, alpha=0.01, warmup_target=peak, warmup_steps=warmup
    )
    optimizer = keras.optimizers.AdamW(
        rate,
        weight_decay=0.02,
        global_clipnorm=5.0,
        use_ema=True,
        ema_momentum=min(AVERAGING, max(0.0, 1 - 10 / steps)),  # a tenth of a short run
        ema_overwrite_frequency=None,
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimizer, ctc, jit_compile=False)
    begun, losses = time.monotonic(), []
    for epoch in range(epochs):
        for step, (batch, labels) in enumerate(_ahead(strips, seed, epoch), 1):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(batch, labels)))
            if step % LOG_STEPS == 0:
                log(f"lines, epoch {epoch + 1}, step {step}: loss {np.mean(losses):.3f}")
                losses.clear()
        current = model.get_weights()
        optimizer.finalize_variable_values(model.trainable_variables)
        right = share_right(model, validation)
        log(
            f"lines {epoch + 1}/{epochs}  {100 * right:.2f} % of the strips read rightly, "
            f"{time.monotonic() - begun:.0f} s"
        )
        if epoch + 1 < epochs:
            model.set_weights(current)
    averaged = build_line_network(seed)
    averaged.set_weights(model.get_weights())
    return averaged


def share_right(model: keras.Model, strips: Sequence[DrawnStrip]) -> float:
    """The share (0..1) of `strips` of which the columns' best digits spell what they say."""
    reader = LineRecogniser(lambda batch: np.asarray(model.predict_on_batch(batch), np.float32))
    columns = reader.columns([one.strip for one in strips])
    right = [best_string(c) == one.digits for c, one in zip(columns, strips, strict=True)]
    return float(np.mean(right)) if right else 0.0


def _ahead(strips: Sequence[DrawnStrip], seed: int, epoch: int) -> Iterable[tuple[tf.Tensor, tf.Tensor]]:
    """The batches of an epoch, made while the network learns from those before."""
    shapes = (
        tf.TensorSpec((None, STRIP_HEIGHT, None, 1), tf.uint8),
        tf.TensorSpec((None, None), tf.int32),
    )
    made = tf.data.Dataset.from_generator(
        lambda: strip_batches(strips, BATCH, seed, epoch), output_signature=shapes
    )
    batches: Iterable[tuple[tf.Tensor, tf.Tensor]] = made.prefetch(BATCHES_AHEAD)
    return batches
