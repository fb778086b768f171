"""How fast digitocr starts and reads, and in how much memory: `python -m benchmarks.speed`."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from rich.table import Table

from benchmarks.drawings import NUMBERS_A_PAGE, draw_lines, draw_page
from digitocr import Reader
from digitocr.cli.console import console
from digitocr.evaluation.engines import available
from digitocr.evaluation.sets import sample
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Gray

SEED = 1
STARTS = 7
COMPARED = 100  # pictures read by the other programs too
MEMORY_STEPS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    unit: str


def seconds_of(work: Callable[[], object], times: int) -> float:
    """The median time of some calls, after one that is not counted."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def run(*arguments: str | Path) -> str:
    """Run Python with `arguments`; returns its standard output."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def starts(picture: Path) -> Iterator[Figure]:
    """The time from a process's start to its end."""
    commands: dict[str, tuple[str | Path, ...]] = {
        "python alone": ("-c", "pass"),
        "import digitocr": ("-c", "import digitocr"),
        "digitocr --help": ("-m", "digitocr", "--help"),
        "digitocr read, one small picture": ("-m", "digitocr", "read", picture),
    }
    for what, arguments in commands.items():
        yield Figure(what, seconds_of(partial(run, *arguments), STARTS), "s")


def pages(folder: Path) -> Iterator[Figure]:
    """A4 pages of 60 digits, JPEG files of 8.7 megapixels."""
    file = folder / "page.jpg"
    numbers = draw_page(file, SEED)
    reader = Reader(layout="page")
    found = set(reader.read(file).texts)
    seconds = seconds_of(lambda: reader.read(file), 10)
    yield Figure("A4 pages of 60 digits, 8.7 MP JPEG", 1 / seconds, "pages/s")
    yield Figure("  numbers of that page read right", len(found & {*numbers}), f"of {NUMBERS_A_PAGE}")


def lines(folder: Path, pictures: Sequence[Gray]) -> Iterator[Figure]:
    """Small files of one number each."""
    reader = Reader(layout="line")
    files = sorted(folder.glob("*.png"))
    seconds = seconds_of(lambda: list(reader.read_many(files)), 3)
    yield Figure("small number pictures, in Python", len(files) / seconds, "pictures/s")
    arguments = ("-m", "digitocr", "read", folder, "--layout", "line", "-o", folder / "numbers.csv", "-q")
    seconds = seconds_of(lambda: run(*arguments), 3)
    yield Figure("small number pictures, by the command", len(files) / seconds, "pictures/s")
    few = sample(pictures, COMPARED)
    ours = seconds_of(lambda: [reader.read(picture) for picture in few], 3) / len(few)
    yield Figure("one by one, digitocr", 1000 * ours, "ms/picture")
    for name, read in available():
        theirs = seconds_of(partial(read, few), 1) / len(few)
        yield Figure(f"one by one, {name}", 1000 * theirs, "ms/picture")
        yield Figure(f"  {name}'s time over digitocr's", theirs / ours, "times")


def crops() -> Iterator[Figure]:
    """The classifier alone."""
    classifier = load_classifier()
    batch = np.random.default_rng(SEED).integers(0, 256, (4096, 28, 28), np.uint8)
    seconds = seconds_of(lambda: classifier.log_probabilities(batch), 3)
    yield Figure("crops through the classifier", len(batch) / seconds, "crops/s")


def memory(folder: Path, count: int) -> Iterator[Figure]:
    """The peak of a process that reads `count` pictures, early and at the end."""
    peaks: dict[str, float] = json.loads(
        run("-m", "benchmarks.speed", "--worker", folder, "--pictures", str(count))
    )
    for read, megabytes in peaks.items():
        yield Figure(f"peak memory of one worker after {int(read):,} pictures", megabytes, "MB")


def worker(folder: Path, count: int) -> dict[int, float]:
    """Read the pictures of a folder over and over; the process's peak memory in MB on the way."""
    reader = Reader(layout="line")
    files = sorted(folder.glob("*.png"))
    peaks = {}
    for step in range(1, MEMORY_STEPS + 1):
        read = count * step // MEMORY_STEPS
        for n in range(count * (step - 1) // MEMORY_STEPS, read, len(files)):
            list(reader.read_many(files[: read - n]))
        peaks[read] = peak_memory()
    return peaks


def peak_memory() -> float:
    """The most memory that this process has had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's ru_maxrss begins with that of the process that started this one
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def take_one_core() -> None:
    """Keep this process, and those it starts, to one core where the system can."""
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure(pictures: int, memory_pictures: int) -> Iterator[Figure]:
    """All figures, each as soon as it is known."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "numbers"
        folder.mkdir()
        drawn = draw_lines(folder, pictures, SEED)
        yield from starts(folder / "00000.png")
        yield from pages(Path(name))
        yield from lines(folder, drawn)
        yield from crops()
        yield from memory(folder, memory_pictures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500, help="small pictures to draw (%(default)s)")
    parser.add_argument("--pictures", type=int, default=5000, help="to read for the memory (%(default)s)")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    take_one_core()
    if arguments.worker:
        print(json.dumps(worker(arguments.worker, arguments.pictures)))
        return
    figures = []
    for figure in measure(arguments.lines, arguments.pictures):
        figures.append(figure)
        print(f"{figure.what}: {figure.value:.4g} {figure.unit}", file=sys.stderr)
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
        return
    table = Table("one process, one core", "", title="digitocr", title_justify="left")
    for figure in figures:
        table.add_row(figure.what, f"{figure.value:.4g} {figure.unit}")
    console().print(table)


if __name__ == "__main__":
    main()
