"""The line recogniser's network: a strip in, at each of its time steps a symbol or the blank (CTC) out.

A. Graves et al., "Connectionist temporal classification" (2006). Convolutions only, so that it runs in 8 bits
at any width; no recurrence, for a digit says nothing of the next.
"""

import keras

from digitocr.alphabet import ALPHABET, BLANK
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT
from digitocr.training.line_batches import NO_LABEL

LINE_FILTERS = (
    (32, (2, 2)),
    (64, (1, 1)),
    (64, (2, 2)),
    (96, (1, 1)),
    (96, (1, 1)),
    (128, (2, 1)),
    (160, (1, 1)),
)  # and strides
ROWS_LEFT = LINE_IMAGE_HEIGHT // 8  # by the strides, which also make a column of `TIME_STEP_PX` pixels
LINE_CHANNELS, CONTEXT, LINE_BLOCKS = 192, 5, 3


def build_line_network(seed: int, precision: str = "float32") -> keras.Model:
    """Make an untrained network: (N, 32, W, 1) ink 0..255 in, (N, 1, W / 4, A) float32 logits out.

    A is the length of `ALPHABET`.
    `precision` is a Keras dtype policy for the hidden layers; the weights are float32 whatever it is.
    """
    keras.utils.set_random_seed(seed)
    policy, layers = keras.DTypePolicy(precision), keras.layers

    def convolution(
        x: keras.KerasTensor, filters: int, size: object, **settings: object
    ) -> keras.KerasTensor:
        x = layers.Conv2D(filters, size, use_bias=False, dtype=policy, **settings)(x)
        x = layers.BatchNormalization(momentum=0.98, dtype=policy)(x)
        return layers.ReLU(dtype=policy)(x)

    ink = keras.Input((LINE_IMAGE_HEIGHT, None, 1), name="ink")
    x = layers.Rescaling(1 / 255, dtype="float32")(ink)
    for filters, strides in LINE_FILTERS:
        x = convolution(x, filters, 3, strides=strides, padding="same")
    x = layers.SpatialDropout2D(0.1, dtype=policy)(x)
    x = convolution(x, LINE_CHANNELS, (ROWS_LEFT, 1))
    for _ in range(LINE_BLOCKS):
        x = layers.Add(dtype=policy)([x, convolution(x, LINE_CHANNELS, (1, CONTEXT), padding="same")])
    x = layers.Dropout(0.2, dtype=policy)(x)
    logits = layers.Conv2D(len(ALPHABET), 1, dtype="float32", name="logits")(x)
    return keras.Model(ink, logits, name="line")


def ctc(labels: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """The loss of each line: labels (N, L), `NO_LABEL` after the last; logits as the network's."""
    ops = keras.ops
    labels = ops.cast(labels, "int32")
    lengths = ops.sum(ops.cast(labels != NO_LABEL, "int32"), axis=1)
    columns = ops.shape(logits)[2]
    known = ops.maximum(labels, 0)
    widths = ops.zeros_like(lengths) + columns
    return ops.ctc_loss(known, ops.squeeze(logits, 1), lengths, widths, BLANK)
