"""Long runs: memory and throughput over time, and time by the length of a file.

`python -m benchmarks.soak --plot soak.png` reads 20,000 pictures and 500 pages in one run, `python -m
benchmarks.soak --long` PDFs and TIFFs of growing length. Memory is that of the command and of all its workers
together (Linux).
"""

import argparse
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image

from digitocr.records import Gray

PDF_PAGES, TIFF_PAGES = (80, 160, 320), (500, 1000, 2000)
SAMPLE_S = 0.5
FORM = Path(__file__).parent.parent / "samples" / "form.png"


@dataclass(frozen=True, slots=True)
class Sample:
    """After `seconds` of a run: the memory of its processes, and how many lines it has written."""

    seconds: float
    megabytes: float
    lines: int


def number(text: str) -> Gray:
    """A number in print, (H, W) uint8."""
    picture = np.full((64, 24 * len(text) + 40), 240, np.uint8)
    cv2.putText(picture, text, (20, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2, cv2.LINE_AA)
    return picture


def megabytes_of(process: int) -> float:
    """The resident memory of a process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children")
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        below = [int(child) for child in children.read_text().split()]
    except (OSError, IndexError):  # it has ended
        return 0.0
    return pages * 4096 / 1e6 + sum(map(megabytes_of, below))


def watched(*arguments: str | Path) -> list[Sample]:
    """Run `digitocr read`, a line a document, and look at it every half second."""
    command = [sys.executable, "-m", "digitocr", "read", *map(str, arguments), "-f", "jsonl", "-q"]
    samples: list[Sample] = []
    lines = 0
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:

        def look() -> None:
            while run.poll() is None:
                samples.append(Sample(time.monotonic() - begun, megabytes_of(run.pid), lines))
                time.sleep(SAMPLE_S)

        looking = threading.Thread(target=look)
        looking.start()
        for _ in run.stdout or ():
            lines += 1
        looking.join()
    if run.returncode:
        raise SystemExit(f"digitocr read ended with {run.returncode}")
    return [*samples, Sample(time.monotonic() - begun, 0.0, lines)]


def soak(folder: Path, pictures: int, pages: int, jobs: int) -> list[Sample]:
    """Read so many pictures of a number, with pages spread among them."""
    every = max(1, pictures // max(pages, 1))
    form = FORM.read_bytes()
    for n in range(pictures):
        cv2.imwrite(str(folder / f"{n}.png"), number(str(1037 * n % 10**7)))
        if n % every == 0 and n // every < pages:
            (folder / f"{n}-page.png").write_bytes(form)
    return watched(folder, "-j", str(jobs))


def plot(samples: list[Sample], path: Path) -> None:
    """Memory and documents a second over time, as a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    seconds = [sample.seconds for sample in samples[:-1]]
    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 5))
    above.plot(seconds, [sample.megabytes for sample in samples[:-1]])
    above.set(ylabel="memory, MB", ylim=(0, None))
    step = max(1, len(samples) // 60)
    ends = samples[:-1:step]
    pairs = list(pairwise(ends))
    rates = [(later.lines - sooner.lines) / (later.seconds - sooner.seconds) for sooner, later in pairs]
    below.plot([later.seconds for _, later in pairs], rates)
    below.set(xlabel="seconds", ylabel="files a second", ylim=(0, None))
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def long_files(folder: Path) -> None:
    """Print time and memory for PDFs and TIFFs of growing length."""
    for suffix, lengths in (("pdf", PDF_PAGES), ("tif", TIFF_PAGES)):
        for length in lengths:
            first, *others = (Image.fromarray(number(str(10_000 + n))) for n in range(length))
            path = folder / f"{length}.{suffix}"
            first.save(path, save_all=True, append_images=others)
            samples = watched(path, "--layout", "line")
            seconds = samples[-1].seconds
            most = max(sample.megabytes for sample in samples)
            each = 1000 * seconds / length
            print(f"{suffix} {length} pages: {seconds:.1f} s, {each:.1f} ms a page, {most:.0f} MB")


def main() -> None:
    """Run, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=20_000)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--plot", type=Path, help="picture to draw")
    parser.add_argument("--long", action="store_true", help="long files instead")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        if options.long:
            long_files(Path(name))
            return
        samples = soak(Path(name), options.pictures, options.pages, options.jobs)
    seconds, tenth = samples[-1].seconds, max(1, len(samples) // 10)
    early = max(sample.megabytes for sample in samples[tenth : 2 * tenth])
    late = max(sample.megabytes for sample in samples[-tenth - 1 : -1])
    print(f"{samples[-1].lines} files in {seconds:.0f} s")
    print(f"memory: {early:.0f} MB in the second tenth of the time, {late:.0f} MB in the last")
    if options.plot:
        plot(samples, options.plot)


if __name__ == "__main__":
    main()
