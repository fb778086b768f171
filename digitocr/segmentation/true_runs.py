"""Where along a line something is: runs of marked places."""

import numpy as np
from numpy.typing import NDArray


def true_runs(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N, 2) where the runs of what is `marked` (L,) begin and end, from the left, the end exclusive."""
    ends = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    return ends.reshape(-1, 2).astype(np.int64)
