"""Sources of crops: what `--data` says, the split for validation and the mix by weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.pictures import Classes, Crops
from digitocr.errors import UsageError

MNIST = "mnist"
DRAWN = "drawn"  # a location, and the kind of what comes from there
# How far training varies the crops of a source; `as-is` not at all.
SOURCE_KINDS = ("pen", "printed", DRAWN, "as-is")


@dataclass(frozen=True, slots=True)
class DataSpec:
    """One `--data`: `location` is a path, `mnist` or `drawn`; `kind` says how far to vary the crops.

    It goes by the name `called`, else by that of its file without the suffix.
    """

    location: str
    weight: float = 1.0
    kind: str = "pen"
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or (MNIST if self.location == MNIST else Path(self.location).stem)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Crops (N, 28, 28) uint8, light on dark, and their classes (N,), 0..10."""

    crops: Crops
    labels: Classes

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class DataSource:
    """One source, split. `test` is never used to fit or to choose; it is None where there is none."""

    name: str
    kind: str
    weight: float
    licence: str
    train: Split
    validation: Split
    test: Split | None = None


def parse_data(text: str, usual_kind: str = "pen") -> DataSpec:
    """Read `PATH[=WEIGHT[,KIND]]`.

    >>> parse_data("cells.npz=0.5,printed")
    DataSpec(location='cells.npz', weight=0.5, kind='printed', called='')

    Raises:
        UsageError: the weight is not a number over 0, or the kind is unknown.
    """
    location, _, weight_and_kind = text.partition("=")
    weight, _, kind = weight_and_kind.partition(",")
    try:
        spec = DataSpec(location, float(weight or 1), kind or (DRAWN if location == DRAWN else usual_kind))
    except ValueError as error:
        raise UsageError(f"--data {text}: the weight {weight!r} is not a number") from error
    return check_spec(spec, f"--data {text}")


def check_spec(spec: DataSpec, called: str) -> DataSpec:
    """The spec, which a message calls `called`, if its weight and kind can be.

    Raises:
        UsageError: the weight is no number over 0, or the kind is unknown.
    """
    if type(spec.weight) not in (int, float) or not 0 < spec.weight < float("inf"):
        raise UsageError(f"{called}: expected a weight over 0, got {spec.weight!r}")
    if spec.kind not in SOURCE_KINDS:
        raise UsageError(f"{called}: expected a kind of {', '.join(SOURCE_KINDS)}, got {spec.kind!r}")
    return spec


def split(part: Split, share: float, seed: int) -> tuple[Split, Split]:
    """Set `share` (0..1) of each class aside, the same crops for the same seed."""
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(part), bool)
    for label in np.unique(part.labels):
        members = rng.permutation(np.flatnonzero(part.labels == label))
        held_out[members[: round(share * len(members))]] = True
    return Split(part.crops[~held_out], part.labels[~held_out]), Split(
        part.crops[held_out], part.labels[held_out]
    )


def plan_epoch(
    sizes: Sequence[int], weights: Sequence[float], samples: int, seed: int, epoch: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which crops an epoch takes: (source, index within it), each (samples,), shuffled.

    Each source gives its share by weight. It is gone through in turn, so none of its crops comes a
    second time before all have come once, over as many epochs as that takes.
    """
    shares = np.asarray(weights, float) / np.sum(weights)
    bounds = np.rint(np.cumsum(shares) * samples).astype(int)
    counts = np.diff(bounds, prepend=0)
    indices = [
        _in_turn(size, epoch * n, n, seed + i) for i, (size, n) in enumerate(zip(sizes, counts, strict=True))
    ]
    order = np.random.default_rng((seed, epoch)).permutation(samples)
    return np.repeat(np.arange(len(sizes)), counts)[order], np.concatenate(indices)[order]


def _in_turn(size: int, start: int, count: int, seed: int) -> NDArray[np.int64]:
    """Positions `start` to `start + count` of an endless row of permutations of 0..size-1."""
    rounds = range(start // size, (start + count) // size + 1)
    row = np.concatenate([np.random.default_rng((seed, r)).permutation(size) for r in rounds])
    return row[start % size :][:count]


def read_classes(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class read of each crop: (N, 11) scores and true classes (N,) to classes (N,).

    What is known to be a digit is read as the best of the ten, as `--layout digit` does. Whether a crop is
    a digit at all is for the judge of candidates to say, who knows its size and its place in the row; a
    crop alone cannot tell a 1 from the half of a 0.
    """
    read: NDArray[np.int64] = np.where(labels < 10, scores[:, :10].argmax(1), scores.argmax(1))
    return read
