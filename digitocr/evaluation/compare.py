"""How many numbers and single digits are read right, by this package and by other programs beside it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from digitocr.evaluation.engines import ReadLines, ReadPage, Seen, available, page_readers
from digitocr.evaluation.halves import Halves
from digitocr.evaluation.outcomes import classify
from digitocr.evaluation.pages import (
    LabelledPage,
    PageScore,
    all_halves,
    labelled_pages,
    measure_pages,
)
from digitocr.evaluation.sets import NumberSet, read_sets, sample
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
    half: str = ""

    @property
    def percent(self) -> float:
        return 100 * self.right / self.pictures


def measure(data: NumberSet, engine: str, read: ReadLines, limit: int) -> Score:
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


def digitocr_page(model: Path | None) -> ReadPage:
    """This package, left to guess the layout."""
    reader = Reader(model=model)

    def read(page: Gray) -> list[Seen]:
        return [
            Seen(
                reading.text,
                (reading.box.left + reading.box.right) / 2,
                (reading.box.top + reading.box.bottom) / 2,
                reading.status == "accept",
            )
            for reading in reader.read(page).readings
            if reading.text
        ]

    return read


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
    location: str,
    model: Path | None,
    *,
    limit: int,
    alone: bool,
    whole: bool = False,
    halves: Halves | None = None,
) -> list[Score] | list[PageScore]:
    """Score this package on one place, and beside it the other programs that are installed.

    Args:
        location: a folder with labels.csv, fields.csv or labelled pages, MNIST's idx files, or an .npz.
        model: a model's folder or file, None for the one that comes along.
        limit: the most pictures of a set that the others read; this package then has a score for these too.
        whole: whether the pictures of a labels.csv are pages, on which its number is one among others.
        alone: whether to leave the others out.
        halves: by which each half has scores of its own, beside those of the whole set.

    Raises:
        UsageError: the place cannot be read.
    """
    folder = Path(location)
    pages = labelled_pages(folder, whole=whole) if folder.is_dir() else []
    if pages:
        return score_pages(folder, sample(pages, limit), model, alone=alone, halves=halves or Halves())
    if not any((folder / name).is_file() for name in ("labels.csv", "fields.csv")):
        return [measure_crops(location, model)]
    ours, others = digitocr_lines(model), {} if alone else dict(available())
    scores: list[Score] = []
    for data in read_sets(folder):
        parts = (halves or Halves()).parts(folder, data.files)
        for half, indexes in parts.items():
            scores += _score_lines(data.part(indexes), half, ours, others, limit)
        if len(parts) > 1:
            scores += _whole_set([score for score in scores if score.data == data.name])
    return scores


def _score_lines(
    data: NumberSet, half: str, ours: ReadLines, others: Mapping[str, ReadLines], limit: int
) -> list[Score]:
    """All engines on a set or a half of it; this package also on the sample that the others read."""
    scores = [measure(data, OURS, ours, len(data.truths))]
    if others and len(data.truths) > limit:
        scores.append(measure(data, OURS, ours, limit))
    scores += [measure(data, name, read, limit) for name, read in others.items()]
    return [replace(score, half=half) for score in scores]


def _whole_set(scores: Sequence[Score]) -> Iterator[Score]:
    """For each engine the sum of its scores on the halves of a set, where each is of the whole half."""
    for engine in dict.fromkeys(score.engine for score in scores):
        largest: dict[str, Score] = {}
        for score in scores:
            if score.engine == engine and score.pictures >= largest.get(score.half, score).pictures:
                largest[score.half] = score
        halves = largest.values()
        pictures, right = sum(s.pictures for s in halves), sum(s.right for s in halves)
        yield Score(scores[0].data, engine, pictures, right, sum(s.seconds for s in halves))


def table_of(scores: Sequence[Score]) -> Table:
    """One row a set, one column an engine: percent right, milliseconds a picture."""
    engines = list(dict.fromkeys(score.engine for score in scores))
    table = Table("set", "pictures", *engines, title="wholly right, and time a picture", title_justify="left")
    by_row: dict[tuple[str, int], dict[str, Score]] = {}
    for score in scores:
        by_row.setdefault((_name_of(score), score.pictures), {})[score.engine] = score
    for (data, pictures), by_engine in by_row.items():
        cells = [
            f"{by_engine[e].percent:.2f} %\n{1000 * by_engine[e].seconds / pictures:.1f} ms"
            if e in by_engine
            else ""
            for e in engines
        ]
        table.add_row(data, str(pictures), *cells)
    return table


def _name_of(score: Score | PageScore) -> str:
    return f"{score.data}, half {score.half}" if score.half else score.data


def score_pages(
    folder: Path, pages: Sequence[LabelledPage], model: Path | None, *, alone: bool, halves: Halves
) -> list[PageScore]:
    """Every engine on the pages of one set; this package `alone`, or beside those that are installed."""
    readers = {OURS: digitocr_page(model)} | ({} if alone else dict(page_readers()))
    parts = halves.parts(folder, [page.file.name for page in pages])
    scores = []
    for engine, read in readers.items():
        by_half = [
            replace(measure_pages(folder.name, [pages[n] for n in indexes], engine, read), half=half)
            for half, indexes in parts.items()
        ]
        scores += by_half if len(by_half) < 2 else [*by_half, all_halves(by_half)]
    return scores


def table_of_pages(scores: Sequence[PageScore]) -> Table:
    """One row a set and engine: percent of the numbers found, readings besides, what is accepted, time."""
    heads = (
        "set",
        "pages",
        "engine",
        "found",
        "extra",
        "accepted",
        "of these wrong",
        "found ones accepted",
        "a page",
    )
    table = Table(*heads, title="numbers found on whole pages", title_justify="left")
    for score in scores:
        own = score.engine == OURS
        table.add_row(
            _name_of(score),
            str(score.pages),
            score.engine,
            f"{score.found} of {score.numbers}, {score.percent:.1f} %" if score.numbers else "",
            str(score.extra),
            str(score.accepted) if own else "",
            _share(score.accepted_wrong, score.accepted) if own else "",
            _share(score.accepted_found, score.found) if own else "",
            f"{1000 * score.seconds / score.pages:.0f} ms",
        )
    return table


def _share(part: int, whole: int) -> str:
    return f"{part}, {100 * part / whole:.1f} %" if whole else str(part)


def tables_of(scores: Sequence[Score | PageScore]) -> list[Table]:
    """A table for each kind of score that there is."""
    lines = [score for score in scores if isinstance(score, Score)]
    pages = [score for score in scores if isinstance(score, PageScore)]
    return ([table_of(lines)] if lines else []) + ([table_of_pages(pages)] if pages else [])
