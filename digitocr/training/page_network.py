"""The page segmenter's network: a page in, at each second pixel the chance of each map out.

Fully convolutional with skip connections, as O. Ronneberger et al., "U-Net" (2015). Its last features are at
a quarter of the input's size, and its maps at half of it by pixel shuffle (W. Shi et al., 2016): one more
level of features at half the size would take as long again (34 for 20 ms a page of 704x1024 pixels). It
upsamples by pixel shuffle too, for LiteRT runs that at any size in 8 bits.
"""

import keras

from digitocr.layout.maps import MAP_NAMES

PAGE_FILTERS = (16, 32, 64, 96, 128)  # at a half, a quarter, ... a thirty-second of the input's size
PAGE_BLOCKS = (1, 2, 2, 1)  # residual blocks at each level from the quarter on
SHUFFLE = 2


def build_page_network(seed: int, precision: str = "float32") -> keras.Model:
    """Make an untrained network: (N, H, W, 1) gray 0..255 in, (N, H / 2, W / 2, 6) float32 logits out.

    H and W are multiples of 32. `precision` is a Keras dtype policy for the hidden layers; the weights are
    float32 whatever it is.
    """
    keras.utils.set_random_seed(seed)
    policy, layers, ops = keras.DTypePolicy(precision), keras.layers, keras.ops

    def convolution(x: keras.KerasTensor, filters: int, strides: int = 1) -> keras.KerasTensor:
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, dtype=policy)(x)
        x = layers.BatchNormalization(momentum=0.98, dtype=policy)(x)
        return layers.ReLU(dtype=policy)(x)

    def enlarged(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
        x = layers.Conv2D(filters * SHUFFLE**2, 1, dtype=policy)(x)
        return ops.depth_to_space(x, SHUFFLE)

    page = keras.Input((None, None, 1), name="page")
    x = convolution(layers.Rescaling(1 / 127.5, -1, dtype=policy)(page), PAGE_FILTERS[0], 2)
    levels = []
    for filters, blocks in zip(PAGE_FILTERS[1:], PAGE_BLOCKS, strict=True):
        x = convolution(x, filters, 2)
        for _ in range(blocks):
            x = layers.Add(dtype=policy)([x, convolution(x, filters)])
        levels.append(x)
    for skip in reversed(levels[:-1]):
        filters = skip.shape[-1]
        x = convolution(layers.Add(dtype=policy)([enlarged(x, filters), skip]), filters)
    x = layers.Conv2D(len(MAP_NAMES) * SHUFFLE**2, 3, padding="same", dtype="float32", name="maps")(x)
    return keras.Model(page, ops.depth_to_space(x, SHUFFLE), name="page")


def with_probabilities(model: keras.Model) -> keras.Model:
    """The network that gives probabilities 0..1 in place of logits, as it is exported."""
    return keras.Model(
        model.input, keras.layers.Activation("sigmoid", dtype="float32")(model.output), name="page"
    )
