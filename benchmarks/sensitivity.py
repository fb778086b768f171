"""What each threshold does to accuracy: `python -m benchmarks.sensitivity DATA... -o docs/thresholds.md`.

Every number among the constants of the chosen modules is multiplied by 0.8 and by 1.25, one at a time, and
the sets are read again. A threshold that changes nothing can go; one that helps one set alone belongs to that
set. Defaults of parameters are bound when a function is made, and stay as they are.
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

from digitocr.evaluation.compare import OURS, digitocr_lines, digitocr_pages
from digitocr.evaluation.compare import measure as measure_numbers
from digitocr.evaluation.pages import labelled_pages, measure_pages
from digitocr.evaluation.sets import read_sets, sample

FACTORS = (0.8, 1.25)
MODULES = ("imaging", "segmentation", "layout", "decoding", "forms", "reading")
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
        comment = lines[node.lineno - 1].partition("#")[2].strip()
        for element in target.elts if isinstance(target, ast.Tuple) else [target]:
            name = element.id if isinstance(element, ast.Name) else ""
            value = getattr(module, name, None)
            if name.isupper() and is_number(value):
                yield Threshold(module, name, value, comment)  # type: ignore[arg-type]


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


def scores(locations: list[Path], model: Path | None, limit: int) -> dict[str, float]:
    """The percentage of numbers that are right, for each set."""
    lines, pages = digitocr_lines(model), digitocr_pages(model)[OURS]
    result: dict[str, float] = {}
    for location in locations:
        if any((location / name).is_file() for name in ("labels.csv", "fields.csv")):
            for data in read_sets(location):
                result[data.name] = measure_numbers(data, OURS, lines, limit).percent
        else:
            some = sample(labelled_pages(location, whole=False), limit)
            result[location.name] = measure_pages(location.name, some, OURS, pages).percent
    return result


def effect(threshold: Threshold, factor: float, arguments: argparse.Namespace) -> dict[str, float] | None:
    """The scores with a threshold changed; None where reading fails then."""
    with changed(threshold, scaled(threshold.value, factor)):
        try:
            return scores(arguments.data, arguments.model, arguments.limit)
        except Exception:  # whatever an impossible value leads to
            return None


def report(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of the document, as they become known."""
    base = scores(arguments.data, arguments.model, arguments.limit)
    sets = ", ".join(f"{name} ({percent:.1f} %)" for name, percent in base.items())
    yield "# Thresholds\n"
    yield (
        f"Made by `python -m benchmarks.sensitivity` on {datetime.now(UTC):%Y-%m-%d}, with at most "
        f"{arguments.limit} images a set: {sets}. The columns are the change in percentage points when the "
        "value is multiplied by the factor; sets without a change are left out.\n"
    )
    yield f"| threshold | value | {' | '.join(f'x {factor}' for factor in FACTORS)} | says |"
    yield "|---|---|" + "---|" * (len(FACTORS) + 1)
    for threshold in thresholds_of(arguments.modules):
        cells = []
        for factor in FACTORS:
            now = effect(threshold, factor, arguments)
            changes = {name: now[name] - base[name] for name in base} if now else {}
            told = ", ".join(f"{name} {by:+.1f}" for name, by in changes.items() if abs(by) >= 0.05)
            cells.append(told or ("nothing" if now else "fails"))
        module = threshold.module.__name__.removeprefix("digitocr.")
        comment = threshold.comment.replace("|", "/")
        yield f"| `{module}.{threshold.name}` | {threshold.value} | {' | '.join(cells)} | {comment} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="folders with labels.csv, fields.csv or pages")
    parser.add_argument("--model", type=Path, help="a model's folder (the one that comes along)")
    parser.add_argument("--limit", type=int, default=200, help="images a set (%(default)s)")
    parser.add_argument("--modules", nargs="+", default=MODULES, help="packages of digitocr (%(default)s)")
    parser.add_argument("-o", "--output", type=Path, help="the document (standard output)")
    arguments = parser.parse_args()
    stream = arguments.output.open("w", encoding="utf-8") if arguments.output else sys.stdout
    for line in report(arguments):
        print(line, file=stream, flush=True)


if __name__ == "__main__":
    main()
