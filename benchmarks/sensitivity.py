"""What each threshold does to accuracy: `python -m benchmarks.sensitivity DATA... -o docs/thresholds.md`.

Every number among the constants of the chosen modules is multiplied by 0.8 and by 1.25, one at a time, and
the sets are read again. A set is left out where nothing that reads it names the constant. A threshold that
changes no reading of any set can go; one that helps one set alone belongs to that set. Limits and sizes (see
`benchmarks.constants`) are listed apart.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import CodeType

from benchmarks.constants import (
    NOT_THRESHOLDS,
    Threshold,
    calls_noted,
    changed,
    is_read_by,
    scaled,
    thresholds_of,
)
from digitocr.evaluation.compare import digitocr_lines, digitocr_page
from digitocr.evaluation.engines import ReadLines, ReadPage
from digitocr.evaluation.pages import LabelledPage, found_on, labelled_pages
from digitocr.evaluation.sets import NumberSet, read_gray, read_sets, sample
from digitocr.records import Gray

FACTORS = (0.8, 1.25)
MODULES = ("imaging", "segmentation", "layout", "decoding", "forms", "reading")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a set was read: the numbers that are right, of how many, and the texts of each image."""

    right: int
    numbers: int
    texts: tuple[tuple[str, ...], ...]

    def against(self, base: "Outcome") -> str:
        """The change to a base, as "+1.2, 3 read otherwise"; empty where every text is the same."""
        changed = sum(now != before for now, before in zip(self.texts, base.texts, strict=True))
        points = 100 * (self.right - base.right) / max(1, base.numbers)
        extra = sum(map(len, self.texts)) - sum(map(len, base.texts)) - (self.right - base.right)
        return f"{points:+.1f} ({changed} read otherwise, {extra:+d} extra)" if changed else ""


@cache
def line_reader(model: Path | None) -> ReadLines:
    """The reader of single lines, loaded once."""
    return digitocr_lines(model)


@cache
def page_reader(model: Path | None) -> ReadPage:
    """The reader of pages, loaded once."""
    return digitocr_page(model)


@cache
def lines_of(folder: Path) -> tuple[NumberSet, ...]:
    """The sets of single lines in a folder; empty for a folder of pages."""
    has_lines = any((folder / name).is_file() for name in ("labels.csv", "fields.csv"))
    return tuple(read_sets(folder)) if has_lines else ()


@cache
def pages_of(folder: Path, limit: int) -> tuple[tuple[LabelledPage, Gray], ...]:
    """A sample of the labelled pages of a folder, and their pictures; a labels.csv may name the pages."""
    pages = sample(labelled_pages(folder, whole=True), limit)
    return tuple((page, read_gray(page.file)) for page in pages)


def readers_of(arguments: argparse.Namespace) -> dict[str, Callable[[], Outcome]]:
    """What reads each set, by its name."""
    model, limit = arguments.model, arguments.limit
    readers: dict[str, Callable[[], Outcome]] = {}
    for folder in arguments.data:
        for data in lines_of(folder):
            readers[data.name] = partial(read_as_lines, data, model, limit)
        if not lines_of(folder):
            readers[folder.name] = partial(read_as_pages, folder, model, limit)
    for folder in arguments.auto:
        readers[f"{folder.name}, auto"] = partial(read_as_pages, folder, model, limit)
    return readers


@dataclass(frozen=True, slots=True)
class Base:
    """A set as it is read without a change: what reads it, the outcome, and the code that was called."""

    read: Callable[[], Outcome]
    outcome: Outcome
    code: set[CodeType]


def bases(arguments: argparse.Namespace) -> dict[str, Base]:
    """Each set as it is read without a change."""
    made = {}
    for name, read in readers_of(arguments).items():
        with calls_noted() as code:
            made[name] = Base(read, read(), code)
    return made


def read_as_lines(data: NumberSet, model: Path | None, limit: int) -> Outcome:
    """What is read of a sample of pictures of one number each."""
    truths = sample(data.truths, limit)
    texts = line_reader(model)(sample(data.pictures, limit))
    right = sum(text == truth for text, truth in zip(texts, truths, strict=True))
    return Outcome(right, len(truths), tuple((text,) for text in texts))


def read_as_pages(folder: Path, model: Path | None, limit: int) -> Outcome:
    """What is read of a sample of a folder's pages."""
    pages = pages_of(folder, limit)
    readings = [page_reader(model)(gray) for _, gray in pages]
    right = sum(found_on(page, read) for (page, _), read in zip(pages, readings, strict=True))
    numbers = sum(len(page.numbers or ()) for page, _ in pages)
    return Outcome(right, numbers, tuple(tuple(reading.text for reading in read) for read in readings))


def effect(threshold: Threshold, factor: float, sets: dict[str, Base]) -> str:
    """What a threshold times a factor changes, set by set."""
    changes = []
    with changed(threshold, scaled(threshold.value, factor)):
        for name, base in sets.items():
            if not is_read_by(threshold, base.code):
                continue
            try:
                change = base.read().against(base.outcome)
            except Exception:  # whatever an impossible value leads to
                return "fails"
            changes += [f"{name} {change}"] if change else []
    return ", ".join(changes) or "nothing"


def report(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of the document, as they become known."""
    base = bases(arguments)
    sets = ", ".join(f"{name} ({of.outcome.right} of {of.outcome.numbers})" for name, of in base.items())
    constants = list(thresholds_of(arguments.modules))
    fixed = [constant for constant in constants if constant.comment.startswith(NOT_THRESHOLDS)]
    yield "# Thresholds\n"
    yield (
        f"Made by `python -m benchmarks.sensitivity` on {datetime.now(UTC):%Y-%m-%d}, with at most "
        f"{arguments.limit} images a set of {arguments.called}: {sets}. The columns say what changes when "
        "the value is multiplied by the factor: percentage points of numbers right, images whose reading "
        "differs, and readings too many; sets without a change are left out. Forms and formats are not among "
        "these sets: what bears on them alone shows nothing here and stands on the drawn pages of the "
        "tests.\n"
    )
    folders = [[c in fixed for c in constants if _folder(c) == name] for name in arguments.modules]
    counts = [
        f"{len(which) - sum(which)} and {sum(which)} in `{name}`"
        for name, which in zip(arguments.modules, folders, strict=True)
    ]
    yield f"Thresholds, and limits and sizes: {', '.join(counts)}.\n"
    yield f"| threshold | value | {' | '.join(f'x {factor}' for factor in FACTORS)} | says |"
    yield "|---|---|" + "---|" * (len(FACTORS) + 1)
    for threshold in (constant for constant in constants if constant not in fixed):
        cells = [effect(threshold, factor, base) for factor in FACTORS]
        yield f"| {_named(threshold)} | {' | '.join(cells)} | {_comment(threshold)} |"
    yield "\n## Limits and sizes\n"
    yield "They bound time and memory, or belong to a trained network or a file, and are not varied.\n"
    yield "| constant | value | says |"
    yield "|---|---|---|"
    for constant in fixed:
        yield f"| {_named(constant)} | {_comment(constant)} |"


def _folder(threshold: Threshold) -> str:
    return threshold.module.__name__.split(".")[1]


def _named(threshold: Threshold) -> str:
    """The name and value of a constant, as two cells of a table."""
    return f"`{threshold.module.__name__.removeprefix('digitocr.')}.{threshold.name}` | {threshold.value}"


def _comment(threshold: Threshold) -> str:
    return threshold.comment.replace("|", "/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="folders with labels.csv, fields.csv or pages")
    parser.add_argument(
        "--auto", nargs="+", type=Path, default=[], help="folders with a labels.csv that are read as pages"
    )
    parser.add_argument("--model", type=Path, help="a model's folder (the one that comes along)")
    parser.add_argument("--limit", type=int, default=200, help="images a set (%(default)s)")
    parser.add_argument("--modules", nargs="+", default=MODULES, help="packages of digitocr (%(default)s)")
    parser.add_argument("--called", default="the sets", help="what the document calls the data (%(default)s)")
    parser.add_argument("-o", "--output", type=Path, help="the document (standard output)")
    arguments = parser.parse_args()
    stream = arguments.output.open("w", encoding="utf-8") if arguments.output else sys.stdout
    for line in report(arguments):
        print(line, file=stream, flush=True)


if __name__ == "__main__":
    main()
