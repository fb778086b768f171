"""What a page costs on a Ray cluster, beside this machine alone: processor time of all processes.

    python -m benchmarks.cluster --pages 300

Pages are drawn, with 36 numbers each. The cluster has one CPU of this machine; what its own processes take is
counted from when it stands.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from digitocr.batch.run import read_documents
from digitocr.batch.task import Settings
from digitocr.cluster.parts import plan_parts
from digitocr.cluster.ray import connect, read_parts
from digitocr.output.write import RunInfo, open_writer

WIDTH, HEIGHT, ACROSS, DOWN = 1130, 1600, 3, 12
SETTLED_S = 8  # by which the processes of a cluster have started
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Draw, read here, read on a cluster, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--turns", type=int, default=1)
    options = parser.parse_args()
    import ray

    with tempfile.TemporaryDirectory() as folder:
        names = draw_pages(Path(folder), options.pages)
        connect("local")
        time.sleep(SETTLED_S)
        for turn in range(options.turns):
            local = read_here(names, Path(folder, f"local-{turn}.parquet"))
            cluster = read_there(names, Path(folder, f"cluster-{turn}"))
            more = 100 * (cluster / local - 1)
            print(
                f"{options.pages} pages: {local / options.pages:.3f} s each here, "
                f"{cluster / options.pages:.3f} s on a cluster, {more:+.1f} %; "
                f"{'the same' if _same(Path(folder), turn) else 'OTHER'} rows",
                flush=True,
            )
        ray.shutdown()


def draw_pages(folder: Path, count: int) -> list[str]:
    """Pages of printed numbers; their names."""
    rng = np.random.default_rng(1)
    names = []
    for number in range(count):
        page = np.full((HEIGHT, WIDTH), 245, np.uint8)
        for place in range(ACROSS * DOWN):
            corner = 80 + 340 * (place % ACROSS), 120 + 120 * (place // ACROSS)
            text = str(rng.integers(10_000, 100_000))
            cv2.putText(page, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 30, 3, cv2.LINE_AA)
        names.append(str(folder / f"{number:05}.jpg"))
        cv2.imwrite(names[-1], page)
    return names


def read_here(names: list[str], path: Path) -> float:
    """Read with one process into a file; the processor time of this process and of what it started."""
    before = _own_seconds()
    with open_writer(str(path), "parquet", RunInfo("1", "m")) as writer:
        for document in read_documents(names, Settings()):
            writer.write(document)
    return _own_seconds() - before


def _own_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def read_there(names: list[str], folder: Path) -> float:
    """Read with one process of the cluster into a folder; the processor time of all of its processes."""
    folder.mkdir()
    parts = list(plan_parts(names, str(folder), set()))
    before = _family_seconds()
    for _ in read_parts(parts, Settings(), RunInfo("1", "m"), workers=1):
        pass
    return _family_seconds() - before


def _family_seconds() -> float:
    """The processor time of this process, its descendants, and those of them that have ended."""
    stats = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                stats[int(process.name)] = (process / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it has ended
                continue
    family = {os.getpid()}
    while more := {pid for pid, stat in stats.items() if int(stat[1]) in family} - family:
        family |= more
    return sum(sum(map(int, stats[pid][11:15])) for pid in family if pid in stats) / TICKS


def _same(folder: Path, turn: int) -> bool:
    from pyarrow.parquet import read_table

    parts = sorted((folder / f"cluster-{turn}").glob("*.parquet"))
    rows = [row for part in parts for row in read_table(part).to_pylist()]
    return bool(rows == read_table(folder / f"local-{turn}.parquet").to_pylist())


if __name__ == "__main__":
    main()
