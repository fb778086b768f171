"""What each threshold does to accuracy: `python -m benchmarks.sensitivity DATA... -o docs/thresholds.md`.

Every number among the constants of the chosen modules is multiplied by 0.8 and by 1.25, one at a time, and
the sets are read again. A threshold that changes no reading of any set can go; one that helps one set alone
belongs to that set. A constant whose comment starts with "limit" bounds time or memory, one that starts with
"size" is a property of a trained network or of a file: neither is a threshold, and both are listed apart.
Defaults of parameters are bound when a function is made, and stay as they are.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

from digitocr.evaluation.compare import digitocr_lines, digitocr_page
from digitocr.evaluation.engines import ReadLines, ReadPage
from digitocr.evaluation.pages import LabelledPage, found_on, labelled_pages
from digitocr.evaluation.sets import NumberSet, read_gray, read_sets, sample
from digitocr.records import Gray

FACTORS = (0.8, 1.25)
MODULES = ("imaging", "segmentation", "layout", "decoding", "forms", "reading")
NOT_THRESHOLDS = ("limit", "size", "index")  # how comments of constants start that are no thresholds
Value = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A constant that is a number, or several: its module, its name, its value, and its comment."""

    module: ModuleType
    name: str
    value: Value
    comment: str


def thresholds_of(packages: list[str]) -> Iterator[Threshold]:
    """The numeric constants of packages of digitocr, in the order of their source."""
    for package in packages:
        root = import_module(f"digitocr.{package}")
        paths = getattr(root, "__path__", None)
        names = [m.name for m in walk_packages(paths, f"{root.__name__}.")] if paths else [root.__name__]
        for name in sorted(names):
            yield from _in_module(import_module(name))


def _in_module(module: ModuleType) -> Iterator[Threshold]:
    source = Path(str(module.__file__)).read_text("utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        comment = _comment_of(lines, node)
        for element in target.elts if isinstance(target, ast.Tuple) else [target]:
            name = element.id if isinstance(element, ast.Name) else ""
            value = getattr(module, name, None)
            if name.isupper() and is_number(value):
                yield Threshold(module, name, value, comment)  # type: ignore[arg-type]


def _comment_of(lines: list[str], node: ast.Assign) -> str:
    """The comment beside a constant, or else the lines of comment right above it."""
    beside = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2].strip()
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.startswith("#"):
            break
        above.insert(0, line.lstrip("# "))
    return beside or " ".join(above)


def is_number(value: object) -> bool:
    """Whether a constant is a number, or a tuple of numbers."""
    if isinstance(value, tuple):
        return bool(value) and all(type(part) in (int, float) for part in value)
    return type(value) in (int, float)


def scaled(value: Value, factor: float) -> Value:
    """The value times a factor; whole numbers stay whole, and change by one at least."""
    if isinstance(value, tuple):
        return tuple(float(scaled(part, factor)) for part in value)  # type: ignore[arg-type]
    if type(value) is float:
        return value * factor
    return round(value * factor) if round(value * factor) != value else value + (1 if factor > 1 else -1)


@cache
def imports_of(module: ModuleType) -> frozenset[tuple[str, str]]:
    """The names that a module imports, as (module, name)."""
    nodes = ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return frozenset((node.module or "", alias.name) for node in imports for alias in node.names)


@contextmanager
def changed(threshold: Threshold, value: Value) -> Iterator[None]:
    """The threshold with another value, in its module and in all that import it by name."""
    homes = [
        module
        for name, module in sorted(sys.modules.items())
        if module is threshold.module
        or (
            name.startswith("digitocr.") and (threshold.module.__name__, threshold.name) in imports_of(module)
        )
    ]
    for module in homes:
        setattr(module, threshold.name, value)
    try:
        yield
    finally:
        for module in homes:
            setattr(module, threshold.name, threshold.value)


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


def outcomes(arguments: argparse.Namespace) -> dict[str, Outcome]:
    """What is read of each set."""
    model, limit = arguments.model, arguments.limit
    result: dict[str, Outcome] = {}
    for folder in arguments.data:
        for data in lines_of(folder):
            result[data.name] = read_as_lines(data, model, limit)
        if not lines_of(folder):
            result[folder.name] = read_as_pages(folder, model, limit)
    for folder in arguments.auto:
        result[f"{folder.name}, auto"] = read_as_pages(folder, model, limit)
    return result


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


def effect(
    threshold: Threshold, factor: float, arguments: argparse.Namespace, base: dict[str, Outcome]
) -> str:
    """What a threshold times a factor changes, set by set."""
    with changed(threshold, scaled(threshold.value, factor)):
        try:
            now = outcomes(arguments)
        except Exception:  # whatever an impossible value leads to
            return "fails"
    changes = {name: now[name].against(base[name]) for name in base}
    return ", ".join(f"{name} {change}" for name, change in changes.items() if change) or "nothing"


def report(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of the document, as they become known."""
    base = outcomes(arguments)
    sets = ", ".join(f"{name} ({read.right} of {read.numbers})" for name, read in base.items())
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
    yield f"| threshold | value | {' | '.join(f'x {factor}' for factor in FACTORS)} | says |"
    yield "|---|---|" + "---|" * (len(FACTORS) + 1)
    for threshold in (constant for constant in constants if constant not in fixed):
        cells = [effect(threshold, factor, arguments, base) for factor in FACTORS]
        yield f"| {_named(threshold)} | {' | '.join(cells)} | {_comment(threshold)} |"
    yield "\n## Limits and sizes\n"
    yield "They bound time and memory, or belong to a trained network or a file, and are not varied.\n"
    yield "| constant | value | says |"
    yield "|---|---|---|"
    for constant in fixed:
        yield f"| {_named(constant)} | {_comment(constant)} |"


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
