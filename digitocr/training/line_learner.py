"""A line recogniser in training: steps along a cosine, and the mean of its weights, which is what is kept.

It runs on whatever Keras runs on: TensorFlow on a processor, another backend where that has an accelerator.
"""

from collections.abc import Iterable, Sequence

import keras
import numpy as np

from digitocr.alphabet import digits_of
from digitocr.decoding.ctc import best_string
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.training.line_batches import LineBatch
from digitocr.training.line_images import LabelledLineImage
from digitocr.training.line_network import build_line_network, ctc

LINE_WARMUP_STEPS = 300  # in which the rate climbs
LINE_FIRST_RATE, LINE_LAST_RATE = 0.05, 0.01  # shares of its peak, where it begins and ends
LINE_AVERAGING = 0.999  # the decay a step of the mean of weights that is kept


class LineLearner:
    """A network that learns by AdamW along a cosine, and the mean of its weights."""

    def __init__(self, model: keras.Model, peak: float, steps: int) -> None:
        warmup = max(1, min(LINE_WARMUP_STEPS, steps // 2))
        rate = keras.optimizers.schedules.CosineDecay(
            LINE_FIRST_RATE * peak,
            max(1, steps - warmup),
            LINE_LAST_RATE,
            warmup_target=peak,
            warmup_steps=warmup,
        )
        self._optimizer = keras.optimizers.AdamW(
            rate,
            weight_decay=0.02,
            global_clipnorm=5.0,
            use_ema=True,
            ema_momentum=min(LINE_AVERAGING, max(0.0, 1 - 10 / max(1, steps))),  # a tenth of a short run
            ema_overwrite_frequency=None,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(model.trainable_variables)
        model.compile(self._optimizer, ctc, jit_compile=False)
        self._model = model

    def learn(self, batches: Iterable[LineBatch]) -> float:
        """Learn from batches as `line_batches` makes them; the mean of their losses."""
        self._model.reset_metrics()
        loss = 0.0
        for batch, labels in batches:
            loss = float(self._model.train_on_batch(batch, labels))  # the mean so far
        return loss

    def averaged(self) -> keras.Model:
        """The network with the mean of the weights, computing in float32; learning is not disturbed."""
        current = self._model.get_weights()
        self._optimizer.finalize_variable_values(self._model.trainable_variables)
        averaged = build_line_network(0)
        averaged.set_weights(self._model.get_weights())
        self._model.set_weights(current)
        return averaged

    @property
    def state(self) -> list[keras.Variable]:
        """All that learning changes."""
        return [*self._model.variables, *self._optimizer.variables]


def share_right(model: keras.Model, strips: Sequence[LabelledLineImage]) -> float:
    """The share (0..1) of `strips` of which the columns' best digits spell what they say."""
    reader = LineRecogniser(lambda batch: np.asarray(model.predict_on_batch(batch), np.float32))
    columns = reader.columns([line.strip for line in strips])
    right = [best_string(c) == digits_of(line.symbols) for c, line in zip(columns, strips, strict=True)]
    return float(np.mean(right)) if right else 0.0
