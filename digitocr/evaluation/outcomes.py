"""What was read of each labelled picture: crops through the classifier, numbers through the reader."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from digitocr.alphabet import LABELS
from digitocr.datasets.data import MNIST, DataSpec, read_classes
from digitocr.datasets.pictures import to_crops
from digitocr.datasets.readers import check_place, read_image, read_rows
from digitocr.datasets.sources import read_source
from digitocr.errors import UsageError
from digitocr.options import Engine, Layout
from digitocr.reader import Reader
from digitocr.recognition.classifier import Classifier, load_classifier
from digitocr.records import Document, Gray


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One picture: what stands there, what was read and how surely (0..1), and how to see it again."""

    name: str
    truth: str
    text: str
    confidence: float
    picture: Callable[[], Gray]

    @property
    def right(self) -> bool:
        return self.text == self.truth


def holds_numbers(location: str) -> bool:
    """Whether `location` is labels.csv, or a folder with one: pictures of numbers, not crops."""
    path = Path(location)
    return path.suffix == ".csv" or (path / "labels.csv").is_file()


def check_set(location: str) -> None:
    """Check that a set is there, in a form that is known by its name; nothing is read.

    Raises:
        UsageError: it is not.
    """
    if location != MNIST:
        check_place(Path(location))


def read_set(
    location: str, model: Path | None, *, engine: Engine = "litert", layout: Layout = "line", jobs: int = 1
) -> list[Outcome]:
    """What a model reads of a labelled set: of numbers the reader's texts, of single digits the classifier's.

    Raises:
        UsageError: the set cannot be read.
        ModelError: the model cannot.
    """
    if not holds_numbers(location):
        return classify(location, load_classifier(model, engine))
    reader = Reader(layout=layout, model=model, engine=engine)
    return read_numbers(location, partial(reader.read_many, jobs=jobs))


def classify(location: str, classifier: Classifier) -> list[Outcome]:
    """Classify the crops of one set: its test part where it has one, else all of it.

    Raises:
        UsageError: the set cannot be read.
    """
    labelled = read_source(location)
    crops, classes = to_crops(labelled.test or labelled.train)
    probabilities = np.exp(classifier.log_probabilities(crops))
    read = read_classes(probabilities, classes)
    return [
        Outcome(f"{i}", LABELS[true], LABELS[best], float(row[best]), partial(np.asarray, crop))
        for i, (crop, true, best, row) in enumerate(zip(crops, classes, read, probabilities, strict=True))
    ]


def read_numbers(location: str, read_many: Callable[[Sequence[Path]], Iterable[Document]]) -> list[Outcome]:
    """Read the pictures that a labels.csv lists, each one number.

    A picture with several readings counts as their texts joined, and one that fails as nothing read.

    Raises:
        UsageError: the list cannot be read or is empty.
    """
    path = Path(location)
    rows = list(read_rows(path / "labels.csv" if path.is_dir() else path))
    if not rows:
        raise UsageError(f"{location}: lists no pictures")
    documents = read_many([file for file, _ in rows])
    return [_outcome(*row, document) for row, document in zip(rows, documents, strict=True)]


def _outcome(file: Path, label: str, document: Document) -> Outcome:
    confidences = [reading.confidence for reading in document.readings if reading.text]
    confidence = float(np.prod(confidences)) if confidences else 0.0
    return Outcome(file.name, label, "".join(document.texts), confidence, lambda: read_image(file))


def set_names(locations: Sequence[str]) -> list[str]:
    """A short name for each set, the whole place where two would share one."""
    short = [
        DataSpec(location).name if Path(location).stem != "labels" else Path(location).parent.name
        for location in locations
    ]
    return [
        location if short.count(name) > 1 else name for location, name in zip(locations, short, strict=True)
    ]
