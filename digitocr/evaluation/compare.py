"""How many numbers and single digits are read right, by this package and by other programs beside it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.table import Table

from digitocr.evaluation.engines import ReadLines, ReadPage, Seen, available, page_readers
from digitocr.evaluation.outcomes import classify
from digitocr.evaluation.pages import LabelledPage, PageScore, labelled_pages, measure_pages
from digitocr.evaluation.sets import Numbers, read_sets, sample
from digitocr.reader import Reader
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Gray

OURS = "digitocr"


@dataclass(frozen=True, slots=True)
class Score:
    """How one engine did on one set: `right` of `pictures`, in `seconds`."""

    data: str
    engine: str
    pictures: int
    right: int
    seconds: float

    @property
    def percent(self) -> float:
        return 100 * self.right / self.pictures


def measure(data: Numbers, engine: str, read: ReadLines, limit: int) -> Score:
    """Read a sample of at most `limit` pictures."""
    pictures, truths = sample(data.pictures, limit), sample(data.truths, limit)
    read(pictures[:1])  # loads what it needs
    start = time.perf_counter()
    texts = read(pictures)
    seconds = time.perf_counter() - start
    right = sum(text == truth for text, truth in zip(texts, truths, strict=True))
    return Score(data.name, engine, len(truths), right, seconds)


def digitocr_lines(model: Path | None) -> ReadLines:
    """This package, told that each picture is one number."""
    reader = Reader(layout="line", model=model)

    def read(pictures: Sequence[Gray]) -> list[str]:
        return ["".join(reader.read(picture).texts) for picture in pictures]

    return read


def digitocr_pages(model: Path | None) -> dict[str, ReadPage]:
    """This package, left to guess the layout: all its readings, and those that it accepts."""
    reader = Reader(model=model)

    def readings(page: Gray, *, accepted: bool) -> list[Seen]:
        return [
            Seen(
                reading.text,
                (reading.box.left + reading.box.right) / 2,
                (reading.box.top + reading.box.bottom) / 2,
            )
            for reading in reader.read(page).readings
            if reading.text and (reading.status == "accept" or not accepted)
        ]

    return {OURS: partial(readings, accepted=False), f"{OURS}, accepted": partial(readings, accepted=True)}


def measure_crops(location: str, model: Path | None) -> Score:
    """Single digits through the classifier: MNIST's idx files, or an .npz; the part set aside for tests."""
    start = time.perf_counter()
    outcomes = classify(location, load_classifier(model))
    seconds = time.perf_counter() - start
    return Score(
        f"{Path(location).stem}, digits", OURS, len(outcomes), sum(o.right for o in outcomes), seconds
    )


def holds_pages(location: str) -> bool:
    """Whether a place holds labelled pages or fields of pages, not crops or pictures of one number each."""
    folder = Path(location)
    if not folder.is_dir() or (folder / "labels.csv").is_file():
        return False
    return (folder / "fields.csv").is_file() or bool(labelled_pages(folder, whole=False))


def compare(
    location: str, model: Path | None, *, limit: int, alone: bool, whole: bool = False
) -> list[Score] | list[PageScore]:
    """Score this package on one place, and beside it the other programs that are installed.

    Args:
        location: a folder with labels.csv, fields.csv or labelled pages, MNIST's idx files, or an .npz.
        model: a model's folder or file, None for the one that comes along.
        limit: the most pictures of a set that the others read; this package then has a score for these too.
        whole: whether the pictures of a labels.csv are pages, on which its number is one among others.
        alone: whether to leave the others out.

    Raises:
        ValueError, UsageError: the place cannot be read.
    """
    folder = Path(location)
    pages = labelled_pages(folder, whole=whole) if folder.is_dir() else []
    if pages:
        return score_pages(folder.name, sample(pages, limit), model, alone=alone)
    if not any((folder / name).is_file() for name in ("labels.csv", "fields.csv")):
        return [measure_crops(location, model)]
    ours, others = digitocr_lines(model), {} if alone else dict(available())
    scores = []
    for data in read_sets(folder):
        scores.append(measure(data, OURS, ours, len(data.truths)))
        if others and len(data.truths) > limit:
            scores.append(measure(data, OURS, ours, limit))
        scores += [measure(data, name, read, limit) for name, read in others.items()]
    return scores


def table_of(scores: Sequence[Score]) -> Table:
    """One row a set, one column an engine: percent right, milliseconds a picture."""
    engines = list(dict.fromkeys(score.engine for score in scores))
    table = Table("set", "pictures", *engines, title="wholly right, and time a picture", title_justify="left")
    by_row: dict[tuple[str, int], dict[str, Score]] = {}
    for score in scores:
        by_row.setdefault((score.data, score.pictures), {})[score.engine] = score
    for (data, pictures), found in by_row.items():
        cells = [
            f"{found[e].percent:.2f} %\n{1000 * found[e].seconds / pictures:.1f} ms" if e in found else ""
            for e in engines
        ]
        table.add_row(data, str(pictures), *cells)
    return table


def score_pages(
    name: str, pages: Sequence[LabelledPage], model: Path | None, *, alone: bool
) -> list[PageScore]:
    """Every engine on the pages of one set; this package `alone`, or beside those that are installed."""
    readers = digitocr_pages(model) | ({} if alone else dict(page_readers()))
    return [measure_pages(name, pages, engine, read) for engine, read in readers.items()]


def table_of_pages(scores: Sequence[PageScore]) -> Table:
    """One row a set and engine: percent of the numbers found, readings besides, time a page."""
    title = "numbers found on whole pages"
    table = Table("set", "pages", "engine", "found", "extra", "a page", title=title, title_justify="left")
    for score in scores:
        found = f"{score.found} of {score.numbers}, {score.percent:.1f} %" if score.numbers else ""
        table.add_row(
            score.data,
            str(score.pages),
            score.engine,
            found,
            str(score.extra),
            f"{1000 * score.seconds / score.pages:.0f} ms",
        )
    return table


def tables_of(scores: Sequence[Score | PageScore]) -> list[Table]:
    """A table for each kind of score that there is."""
    lines = [score for score in scores if isinstance(score, Score)]
    pages = [score for score in scores if isinstance(score, PageScore)]
    return ([table_of(lines)] if lines else []) + ([table_of_pages(pages)] if pages else [])
