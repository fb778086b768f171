"""The networks that `digitocr train --network` knows; they end in logits, and softmax comes after."""

from collections.abc import Callable

import keras

from digitocr.alphabet import CROP_SHAPE, LABELS


def build_network(name: str, seed: int, precision: str = "float32") -> keras.Model:
    """Make an untrained network: (N, 28, 28, 1) ink 0..255 in, (N, 11) float32 logits out.

    `precision` is a Keras dtype policy for the hidden layers; the weights are float32 whatever it is.
    """
    keras.utils.set_random_seed(seed)
    hidden = NETWORKS[name](keras.DTypePolicy(precision))
    return keras.Sequential(
        [
            keras.Input((*CROP_SHAPE, 1), name="ink"),
            keras.layers.Rescaling(1 / 255, dtype="float32"),
            *hidden,
            keras.layers.Dense(len(LABELS), dtype="float32", name="logits"),
        ],
        name=name,
    )


def in_float32(model: keras.Model) -> keras.Model:
    """The same network with the same weights, all of it computed in float32."""
    copy = build_network(model.name, seed=0)
    copy.set_weights(model.get_weights())
    return copy


def _cnn(policy: keras.DTypePolicy) -> list[keras.layers.Layer]:
    """About 210,000 weights. Strides instead of pooling: half the time for the same accuracy."""
    layers = keras.layers
    hidden: list[keras.layers.Layer] = []
    for filters, size, stride in ((32, 5, 2), (64, 3, 1), (64, 3, 2), (96, 3, 1), (96, 3, 2)):
        hidden += [
            # The batch normalisation that follows brings the bias.
            layers.Conv2D(filters, size, stride, padding="same", use_bias=False, dtype=policy),
            layers.BatchNormalization(momentum=0.98, dtype=policy),
            layers.ReLU(dtype=policy),
        ]
    return [*hidden, layers.Flatten(dtype=policy), layers.Dropout(0.4, dtype=policy)]


def _mlp(policy: keras.DTypePolicy) -> list[keras.layers.Layer]:
    """The classic beginning: flatten, dense layers."""
    layers = keras.layers
    return [
        layers.Flatten(dtype=policy),
        layers.Dense(512, activation="relu", dtype=policy),
        layers.Dropout(0.2, dtype=policy),
        layers.Dense(256, activation="relu", dtype=policy),
        layers.Dropout(0.2, dtype=policy),
    ]


NETWORKS: dict[str, Callable[[keras.DTypePolicy], list[keras.layers.Layer]]] = {"cnn": _cnn, "mlp": _mlp}
