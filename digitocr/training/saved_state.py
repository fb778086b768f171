"""The state of a training run on disk, from which it goes on as if it had never stopped."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitocr.atomic_write import atomic_write
from digitocr.errors import UsageError


def save_state(
    file: Path, number: int, variables: Sequence[keras.Variable], **arrays: NDArray[np.generic]
) -> None:
    """Write all variables of a run after `number` steps or rounds, and other arrays by name.

    The file appears whole or not at all.
    """
    values = {f"v{n}": keras.ops.convert_to_numpy(variable) for n, variable in enumerate(variables)}
    with atomic_write(file) as temporary, temporary.open("wb") as archive:
        np.savez(archive, allow_pickle=False, number=np.array(number), **values, **arrays)


def load_state(
    file: Path, variables: Sequence[keras.Variable]
) -> tuple[int, Mapping[str, NDArray[np.generic]]]:
    """Put a saved state into variables of the same shapes.

    Returns:
        The number that it was saved with, and the other arrays by name.

    Raises:
        UsageError: the file holds no state, or that of another network.
    """
    try:
        with np.load(file) as arrays:
            named = {name: arrays[name] for name in arrays}
        number = named.pop("number")
        values = [named.pop(f"v{n}") for n in range(len(variables))]
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{file}: no state of this run ({error}); start it again without --resume"
        ) from error
    return int(number), named
