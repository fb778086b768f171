"""Sources of crops: what `--data` names, split for validation and mixed by weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import UsageError
from digitocr.training.augment import AUGMENTATIONS
from digitocr.training.pictures import Classes, Crops, Pictures, to_crops, without_labels
from digitocr.training.readers import Labelled, read_labelled

MNIST = "mnist"
MNIST_LICENCE = "CC BY-SA 3.0, Y. LeCun and C. Cortes"
DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class DataSpec:
    """One `--data`: `place` is a path or the word `mnist`, `kind` says how far to vary the crops."""

    place: str
    weight: float = 1.0
    kind: str = "pen"

    @property
    def name(self) -> str:
        return MNIST if self.place == MNIST else Path(self.place).stem


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Crops (N, 28, 28) uint8, light on dark, and their classes (N,), 0..10."""

    crops: Crops
    labels: Classes

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One source, split. `test` is never used to fit or to choose; it is None where there is none."""

    name: str
    kind: str
    weight: float
    licence: str
    train: Part
    validation: Part
    test: Part | None = None


def parse_data(text: str) -> DataSpec:
    """Read `PATH[=WEIGHT[,KIND]]`.

    >>> parse_data("cells.npz=0.5,printed")
    DataSpec(place='cells.npz', weight=0.5, kind='printed')

    Raises:
        UsageError: the weight is not a number over 0, or the kind is unknown.
    """
    place, _, rest = text.partition("=")
    weight, _, kind = rest.partition(",")
    try:
        spec = DataSpec(place, float(weight or 1), kind or "pen")
    except ValueError as error:
        raise UsageError(f"--data {text}: the weight {weight!r} is not a number") from error
    if not 0 < spec.weight < float("inf") or spec.kind not in AUGMENTATIONS:
        raise UsageError(
            f"--data {text}: expected PATH=WEIGHT,KIND with a weight over 0 and "
            f"a kind of {', '.join(AUGMENTATIONS)}"
        )
    return spec


def parse_named(texts: Sequence[str], option: str, form: str) -> list[tuple[str, str]]:
    """Read `NAME:VALUE` options.

    Raises:
        UsageError: one has no name or no value.
    """
    pairs = [(name, value) for name, _, value in (text.partition(":") for text in texts)]
    for text, (name, value) in zip(texts, pairs, strict=True):
        if not name or not value:
            raise UsageError(
                f"{option} {text}: expected {form}, the NAME being the file name without its suffix"
            )
    return pairs


def load_sources(
    specs: Sequence[DataSpec],
    validation: float,
    seed: int,
    licences: Mapping[str, str] = MappingProxyType({}),
    left_out: Sequence[tuple[str, str]] = (),
) -> list[Source]:
    """Read every source and set `validation` (a share, 0..1) of it aside.

    `licences` are by source name and go before what the source itself says. `left_out` are
    (source name, label) pairs that are not trained on.

    Raises:
        UsageError: a source cannot be read, two have one name, or no digit at all is in them.
    """
    names = [spec.name for spec in specs]
    if len(set(names)) < len(names):
        raise UsageError(f"two --data have one name ({', '.join(names)}); rename one, reports go by the name")
    strangers = ({*licences} | {name for name, _ in left_out}) - {*names}
    if strangers:
        raise UsageError(
            f"no --data is named {', '.join(sorted(strangers))}; the names are {', '.join(names)}"
        )
    sources = [
        _load_source(
            spec, validation, seed, licences, {label for name, label in left_out if name == spec.name}
        )
        for spec in specs
    ]
    if not any((source.train.labels < 10).any() for source in sources):
        raise UsageError("the training data holds no digits; label them 0 to 9")
    return sources


def split(part: Part, share: float, seed: int) -> tuple[Part, Part]:
    """Set `share` (0..1) of each class aside, the same crops for the same seed."""
    rng = np.random.default_rng(seed)
    aside = np.zeros(len(part), bool)
    for label in np.unique(part.labels):
        members = rng.permutation(np.flatnonzero(part.labels == label))
        aside[members[: round(share * len(members))]] = True
    return Part(part.crops[~aside], part.labels[~aside]), Part(part.crops[aside], part.labels[aside])


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


def _load_source(
    spec: DataSpec, validation: float, seed: int, licences: Mapping[str, str], left_out: set[str]
) -> Source:
    found = _keras_mnist() if spec.place == MNIST else read_labelled(Path(spec.place))
    train, aside = split(
        _part(without_labels(found.train, left_out) if left_out else found.train), validation, seed
    )
    if not len(train):
        raise UsageError(f"{spec.place}: nothing is left to train on")
    licence = (
        licences.get(spec.name) or found.licence or (MNIST_LICENCE if spec.name == MNIST else "not stated")
    )
    test = _part(found.test) if found.test else None
    return Source(spec.name, spec.kind, spec.weight, licence, train, aside, test)


def _part(pictures: Pictures) -> Part:
    return Part(*to_crops(pictures))


def _keras_mnist() -> Labelled:
    import keras

    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras lets the errors of urllib, of the disk and of numpy through.
        raise UsageError(
            f"MNIST could not be fetched ({error}); give its four idx files with --data FOLDER"
        ) from error
    return Labelled(
        Pictures(x_train, [str(label) for label in y_train]),
        Pictures(x_test, [str(label) for label in y_test]),
    )
