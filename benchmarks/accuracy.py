"""How many numbers and single digits are read right: `python -m benchmarks.accuracy DATA...`."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.engines import ReadLines, ReadPage, Seen, available, page_readers
from benchmarks.pages import LabelledPage, PageScore, labelled_pages, measure_pages
from benchmarks.sets import Numbers, read_sets, sample
from digitocr import DigitocrError, Reader
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Gray
from digitocr.training.evaluation.outcomes import classify

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
            Seen(one.text, (one.box.left + one.box.right) / 2, (one.box.top + one.box.bottom) / 2)
            for one in reader.read(page).readings
            if one.text and (one.status == "accept" or not accepted)
        ]

    return {OURS: partial(readings, accepted=False), f"{OURS}, accepted": partial(readings, accepted=True)}


def measure_crops(place: str, model: Path | None) -> Score:
    """Single digits through the classifier: MNIST's idx files, or an .npz; the part set aside for tests."""
    start = time.perf_counter()
    outcomes = classify(place, load_classifier(model))
    seconds = time.perf_counter() - start
    return Score(f"{Path(place).stem}, digits", OURS, len(outcomes), sum(o.right for o in outcomes), seconds)


def holds_numbers(place: Path) -> bool:
    """Whether a place holds pictures of whole numbers, not crops of digits."""
    return any((place / name).is_file() for name in ("labels.csv", "fields.csv"))


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data", nargs="+", help="a folder with labels.csv, fields.csv or labelled pages, MNIST's idx, or .npz"
    )
    parser.add_argument("--model", type=Path, help="a model's folder or file (the one that comes along)")
    parser.add_argument("--limit", type=int, default=1000, help="pictures a set for the others (%(default)s)")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="pictures of labels.csv are pages: its number is one among others",
    )
    parser.add_argument("--alone", action="store_true", help="leave the others out")
    parser.add_argument("--json", action="store_true", help="the scores as JSON")
    arguments = parser.parse_args()

    others = {} if arguments.alone else dict(available())
    for name in {"Tesseract", "RapidOCR"} - {*others} if not arguments.alone else ():
        print(f"{name} is not installed: left out", file=sys.stderr)
    ours = digitocr_lines(arguments.model)
    scores: list[Score] = []
    page_scores: list[PageScore] = []
    try:
        for place in arguments.data:
            pages = labelled_pages(Path(place), whole=arguments.whole) if Path(place).is_dir() else []
            if pages:
                page_scores += score_pages(
                    Path(place).name, sample(pages, arguments.limit), arguments.model, alone=arguments.alone
                )
                continue
            if not holds_numbers(Path(place)):
                scores.append(measure_crops(place, arguments.model))
                continue
            for data in read_sets(Path(place)):
                scores.append(measure(data, OURS, ours, len(data.truths)))
                if others and len(data.truths) > arguments.limit:
                    scores.append(measure(data, OURS, ours, arguments.limit))
                scores += [measure(data, name, read, arguments.limit) for name, read in others.items()]
    except (DigitocrError, ValueError) as error:
        parser.error(str(error))
    report(scores, page_scores, as_json=arguments.json)


def report(scores: Sequence[Score], pages: Sequence[PageScore], *, as_json: bool) -> None:
    """Print the scores as JSON, or as a table for each kind that there is."""
    if as_json:
        both: list[Score | PageScore] = [*scores, *pages]
        print(json.dumps([{**asdict(score), "percent": score.percent} for score in both], indent=2))
        return
    if scores:
        Console().print(table_of(scores))
    if pages:
        Console().print(table_of_pages(pages))


if __name__ == "__main__":
    main()
