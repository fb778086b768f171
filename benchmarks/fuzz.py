"""Many mutated inputs over all kinds, in a process that may die: `python -m benchmarks.fuzz --count 100000`.

A crash is a process that ends, a hang an input that takes over 20 s, a defect anything but a told error. The
same number makes the same input.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from digitocr.batch.worker import WorkerLostError
from digitocr.batch.workers import Workers
from digitocr.options import WorkLimits

TESTS = Path(__file__).parent.parent / "tests"
CHUNK = 50
READ_OF = 5  # of so many pictures one is read, the others are decoded alone: faults lie in decoders
LIMITS = WorkLimits(page_timeout=20.0, max_memory=500)
Case = tuple[str, int]


def main() -> None:
    """Run, and print what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--start", type=int, default=0, help="number of the first mutation")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    options = parser.parse_args()
    sys.path.insert(0, str(TESTS))
    begun = time.monotonic()
    met: Counter[str] = Counter()
    peak = 0
    with Workers(_set_up, 1, LIMITS) as workers:
        for task, (told, megabytes) in workers.map(_cases(options.start, options.count), _follow_up):
            met.update(outcome for outcome, _ in told)
            peak = max(peak, megabytes)
            for outcome, what in told:
                if outcome != "fine":
                    print(outcome, what, flush=True)
            if time.monotonic() - begun > options.seconds:
                break
            if task[-1][1] % 2000 < CHUNK:
                print(sum(met.values()), dict(met), f"{peak} MB", flush=True)
    print(f"{sum(met.values())} inputs in {time.monotonic() - begun:.0f} s: {dict(met)}; at most {peak} MB")


def _cases(start: int, count: int) -> Iterator[list[Case]]:
    from fuzz.seeds import all_seeds

    names = list(all_seeds())
    cases = [(names[number % len(names)], number) for number in range(start, start + count)]
    yield from (cases[at : at + CHUNK] for at in range(0, count, CHUNK))


Told = tuple[list[tuple[str, str]], int]


def _follow_up(task: list[Case], answer: Told | WorkerLostError) -> list[tuple[list[Case], Told | None]]:
    if not isinstance(answer, WorkerLostError):
        return [(task, answer)]
    if len(task) > 1:
        return [([case], None) for case in task]
    return [(task, ([("hang" if answer.timed_out else "crash", f"{task[0]} {answer}")], 0))]


def _set_up() -> Callable[[list[Case]], Told]:
    sys.path.insert(0, str(TESTS))
    import warnings

    import cv2
    from fuzz.seeds import all_seeds

    warnings.simplefilter("ignore")
    cv2.setNumThreads(1)
    return partial(_run, all_seeds())


def _run(seeds: dict[str, bytes], task: list[Case]) -> Told:
    import resource

    from fuzz.mutate import mutated
    from fuzz.targets import decode_picture, read_picture, target_of

    told: list[tuple[str, str]] = []
    for name, number in task:
        target = target_of(name)
        if target is read_picture and number // len(seeds) % READ_OF:
            target = decode_picture
        try:
            target(mutated(seeds[name], number, list(seeds.values())))
        except Exception as error:
            told.append(("defect", f"{name} {number} {type(error).__name__} {str(error)[:300]}"))
        else:
            told.append(("fine", ""))
    return told, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
