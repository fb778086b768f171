"""Every `--data` read, split and named: MNIST fetched, files read."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.datasets.data import MNIST, DataSource, DataSpec, Split, split
from digitocr.datasets.pictures import Pictures, to_crops, without_labels
from digitocr.datasets.readers import MNIST_LICENCE, Labelled, read_labelled
from digitocr.errors import UsageError

SPLIT_SEED = 1  # one split for every training seed: models compare, and drawn numbers may be kept
DRAWN_LICENCE = "drawn by digitocr, with digits of the other sources among them"


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


def read_source(location: str) -> Labelled:
    """What is at `location`: a path, or `mnist` as Keras fetches and keeps it.

    Raises:
        UsageError: it cannot be read or fetched.
    """
    return _keras_mnist() if location == MNIST else read_labelled(Path(location))


def read_spec(spec: DataSpec) -> Labelled:
    """What a `--data` names."""
    return read_source(spec.location)


def load_sources(
    specs: Sequence[DataSpec],
    validation: float,
    *,
    licences: Mapping[str, str] = MappingProxyType({}),
    left_out: Sequence[tuple[str, str]] = (),
    read: Callable[[DataSpec], Labelled] = read_spec,
) -> list[DataSource]:
    """Read every source and set `validation` (a share, 0..1) of it aside.

    `licences` are by source name and go before what the source itself says. `left_out` are (source name,
    label) pairs that are not trained on. `read` reads one source.

    Raises:
        UsageError: a source cannot be read, two have one name, or no digit at all is in them.
    """
    check_names(specs, [*licences, *(name for name, _ in left_out)])
    sources: list[DataSource] = []
    for spec in specs:
        labelled = read(spec)
        train = without_labels(labelled.train, {label for name, label in left_out if name == spec.name})
        licence = licences.get(spec.name) or labelled.licence or "not stated"
        sources.append(_source(spec, replace(labelled, train=train, licence=licence), validation))
    if not any((source.train.labels < NOT_A_DIGIT).any() for source in sources):
        raise UsageError("the training data holds no digits; label them 0 to 9")
    return sources


def check_names(specs: Sequence[DataSpec], named: Sequence[str] = ()) -> None:
    """Check that sources can be told apart by their names, and that each of those `named` is one of them.

    Raises:
        UsageError: they cannot, or one is not.
    """
    names = [spec.name for spec in specs]
    if len(set(names)) < len(names):
        raise UsageError(f"two --data have one name ({', '.join(names)}); rename one, reports go by the name")
    strangers = set(named) - {*names}
    if strangers:
        raise UsageError(
            f"no --data is named {', '.join(sorted(strangers))}; the names are {', '.join(names)}"
        )


def part_of(pictures: Pictures) -> Split:
    """The pictures as crops and classes."""
    return Split(*to_crops(pictures))


def _source(spec: DataSpec, labelled: Labelled, validation: float) -> DataSource:
    if not labelled.train.labels:
        raise UsageError(f"{spec.location}: every picture is left out; take the source away instead")
    train, held_out = split(part_of(labelled.train), validation, SPLIT_SEED)
    test = part_of(labelled.test) if labelled.test else None
    return DataSource(spec.name, spec.kind, spec.weight, labelled.licence, train, held_out, test)


def _keras_mnist() -> Labelled:
    """MNIST as Keras keeps it, fetched by Keras if it is not there yet."""
    kept = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets" / "mnist.npz"
    if not kept.is_file():
        _fetch_mnist()
    return replace(read_labelled(kept), licence=MNIST_LICENCE)


def _fetch_mnist() -> None:
    try:
        import keras

        keras.datasets.mnist.load_data()
    except ModuleNotFoundError as error:
        raise UsageError(
            "MNIST is not on this machine, and Keras, which would fetch it, is not installed; give its four "
            'idx files in a folder, or install the extra: pip install "digitocr[train]"'
        ) from error
    except Exception as error:  # Keras lets the errors of urllib, of the disk and of numpy through.
        raise UsageError(
            f"MNIST could not be fetched ({error}); give its four idx files with --data FOLDER"
        ) from error
