"""A model file as a function from batches of ink to logits: run by LiteRT, or by Keras to compare."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError

if TYPE_CHECKING:
    import keras

Shape = tuple[int | None, ...]
RunNetwork = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def load_network(file: Path, inputs: Shape, outputs: Shape, threads: int = 1) -> RunNetwork:
    """Load `file`, a .tflite or a .keras one.

    Args:
        file: the model.
        inputs: the shape of a batch that it has to take, None where any size is good.
        outputs: the shape of what it has to give.
        threads: how many threads LiteRT may use.

    Returns:
        From (N, ...) uint8 to float32; what comes of one in a batch is the same in any batch.

    Raises:
        ModelError: the file cannot be loaded, or is another kind of network.
    """
    return _keras(file) if file.suffix == ".keras" else _litert(file, inputs, outputs, threads)


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-softmax over the last axis, float32.

    >>> log_softmax(np.zeros((1, 2), np.float32)).round(3).tolist()
    [[-0.6930000185966492, -0.6930000185966492]]
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    scores: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return scores


def _litert(file: Path, inputs: Shape, outputs: Shape, threads: int) -> RunNetwork:
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_path=str(file), num_threads=threads)
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{file}: LiteRT cannot load it ({error}); export the model again") from error
    entrance, exit_ = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if not (_fits(entrance["shape"], inputs) and _fits(exit_["shape"], outputs)):
        raise ModelError(
            f"{file}: takes {_named(entrance['shape'])} and gives {_named(exit_['shape'])}, where "
            f"{_named(inputs)} and {_named(outputs)} are needed; train a model with `digitocr train`"
        )
    allocated: tuple[int, ...] = ()
    alone = Lock()  # an interpreter holds one batch: several threads take turns

    def run(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        nonlocal allocated
        with alone:
            if batch.shape != allocated:
                allocated = ()
                interpreter.resize_tensor_input(entrance["index"], batch.shape)
                interpreter.allocate_tensors()
                allocated = batch.shape
            interpreter.set_tensor(entrance["index"], batch.astype(entrance["dtype"], copy=False))
            interpreter.invoke()
            logits: NDArray[np.float32] = interpreter.get_tensor(exit_["index"])
        return logits

    return run


def _fits(actual: NDArray[np.int32], wanted: Shape) -> bool:
    return len(actual) == len(wanted) and all(
        w is None or f == w for f, w in zip(actual.tolist(), wanted, strict=True)
    )


def _named(shape: NDArray[np.int32] | Shape) -> str:
    return f"({', '.join('N' if side is None else str(side) for side in shape)})"


def load_keras(file: Path) -> "keras.Model":
    """Load a .keras file.

    Raises:
        ModelError: Keras is missing or cannot load it.
    """
    try:
        import keras
    except ImportError as error:
        raise ModelError('the keras engine needs TensorFlow: pip install "digitocr[train]"') from error
    try:
        return keras.models.load_model(file, compile=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: Keras cannot load it ({error}); export the model again") from error


def _keras(file: Path) -> RunNetwork:
    network = load_keras(file)

    def run(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(network(batch, training=False), np.float32)

    return run
