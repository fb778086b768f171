"""Every `--data` read, split and named: MNIST fetched, files read, synthetic numbers drawn."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from digitocr.datasets.data import DRAWN, MNIST, DataSpec, Part, Source, split
from digitocr.datasets.pictures import Pictures, to_crops, without_labels
from digitocr.datasets.readers import MNIST_LICENCE, Labelled, read_labelled
from digitocr.errors import UsageError
from digitocr.recognition.contract import NOT_A_DIGIT

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


def load_sources(
    specs: Sequence[DataSpec],
    validation: float,
    seed: int,
    *,
    licences: Mapping[str, str] = MappingProxyType({}),
    left_out: Sequence[tuple[str, str]] = (),
    drawn_lines: int = 0,
) -> list[Source]:
    """Read every source and set `validation` (a share, 0..1) of it aside.

    `seed` decides what is drawn, not the split. `licences` are by source name and go before what the source
    itself says. `left_out` are (source name, label) pairs that are not trained on. The place `drawn` stands
    for the candidates of `drawn_lines` synthetic numbers, written with the project's hands and the other
    sources' digits.

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
    sources: list[Source] = []
    # The drawn one needs the training digits of the others.
    for spec in sorted(specs, key=lambda spec: spec.place == DRAWN):
        found = _draw(sources, drawn_lines, seed) if spec.place == DRAWN else read_source(spec.place)
        train = without_labels(found.train, {label for name, label in left_out if name == spec.name})
        licence = licences.get(spec.name) or found.licence or "not stated"
        sources.append(_source(spec, replace(found, train=train, licence=licence), validation))
    if not any((source.train.labels < NOT_A_DIGIT).any() for source in sources):
        raise UsageError("the training data holds no digits; label them 0 to 9")
    return sources


def read_source(place: str) -> Labelled:
    """What is at `place`: a path, or `mnist` as Keras fetches and keeps it.

    Raises:
        UsageError: it cannot be read or fetched.
    """
    return _keras_mnist() if place == MNIST else read_labelled(Path(place))


def part_of(pictures: Pictures) -> Part:
    """The pictures as crops and classes."""
    return Part(*to_crops(pictures))


def _source(spec: DataSpec, found: Labelled, validation: float) -> Source:
    if not found.train.labels:
        raise UsageError(f"{spec.place}: every picture is left out; take the source away instead")
    train, aside = split(part_of(found.train), validation, SPLIT_SEED)
    test = part_of(found.test) if found.test else None
    return Source(spec.name, spec.kind, spec.weight, found.licence, train, aside, test)


def _draw(sources: Sequence[Source], lines: int, seed: int) -> Labelled:
    from digitocr.synthesis.drawn import collections_of, draw_crops

    if lines < 1:
        raise UsageError("--data drawn: say with --drawn-lines how many numbers to draw")
    drawn, classes = draw_crops(collections_of(sources), lines, seed, os.cpu_count() or 1)
    return Labelled(Pictures(drawn, [str(label) for label in classes]), licence=DRAWN_LICENCE)


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
        MNIST_LICENCE,
    )
