"""What training made, beside what it started from: on what was set aside, and on numbers drawn anew.

Training on a few pictures of one's own gains on their like and loses elsewhere (catastrophic forgetting,
M. McCloskey and N. Cohen, 1989): the drawn numbers are there to show that.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from digitocr.alphabet import LABELS
from digitocr.datasets.data import DataSource, Split, read_classes
from digitocr.datasets.numbers import NumberSource
from digitocr.evaluation.outcomes import Outcome
from digitocr.evaluation.versus import Difference, difference
from digitocr.reader import Reader
from digitocr.recognition.classifier import Classifier, load_classifier
from digitocr.records import Gray
from digitocr.synthesis.drawn import collections_of, draw, draw_picture

DRAWN_NUMBERS = 300
AUDIT_SEED_APART = 60_000  # numbers that no stage of the run has drawn


def audit(
    made: Path,
    start: Path,
    sources: Sequence[DataSource],
    numbers: Sequence[NumberSource],
    *,
    seed: int,
    processes: int,
) -> list[Difference]:
    """Compare the model folder `made` with the one it started from, set by set."""
    ours, theirs = load_classifier(made), load_classifier(start)
    differences = [
        difference(source.name, _classified(ours, source.validation), _classified(theirs, source.validation))
        for source in sources
        if len(source.validation)
    ]
    drawn = draw(
        draw_picture, collections_of(sources), DRAWN_NUMBERS, seed + AUDIT_SEED_APART, processes, words=False
    )
    pictures = [(gray, "".join(filter(str.isdigit, number.text))) for gray, number, _ in drawn]
    sets = {"numbers drawn anew": pictures} | {
        data.name: list(zip(data.validation.pictures, data.validation.texts, strict=True))
        for data in numbers
        if len(data.validation)
    }
    readers = Reader(layout="line", model=made), Reader(layout="line", model=start)
    return differences + [
        difference(name, _read(readers[0], pairs), _read(readers[1], pairs)) for name, pairs in sets.items()
    ]


def _classified(classifier: Classifier, part: Split) -> list[Outcome]:
    read = read_classes(classifier.log_probabilities(part.crops), part.labels)
    pairs = zip(part.labels.tolist(), read.tolist(), part.crops, strict=True)
    return [_outcome(LABELS[truth], LABELS[text], crop) for truth, text, crop in pairs]


def _read(reader: Reader, pairs: Iterable[tuple[Gray, str]]) -> list[Outcome]:
    return [_outcome(truth, "".join(reader.read(gray).texts), gray) for gray, truth in pairs]


def _outcome(truth: str, text: str, picture: Gray) -> Outcome:
    return Outcome("", truth, text, 0.0, lambda: picture)
