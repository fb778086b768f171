"""How many machines a batch needs, how long it takes and what that costs: a simulation of measured rates.

Work is handed out in tasks (one machine's run store, a shard, a part of a Ray run). A machine fails now and
then, which costs the tasks that it had under way: with a run store what is in it is kept, a shard without one
and a part begin again. What is measured here: pages a second of one core, seconds to start. What is assumed
stands in the options, for it is not ours to measure: how often machines fail, what a core costs.
"""

import argparse
import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

SIZES = (10**5, 10**7, 10**9)
PAGE_BYTES = 400_000  # an A4 page in gray at 200 dpi as JPEG, which is what most scanners give
ROWS_PER_PAGE, ROW_BYTES = 60, 40  # of a page of 60 numbers; a row in Parquet, as measured
STORE_PAGES = 16  # small files that are read in one go and saved together
LOTS_MAX = 200_000
LISTED_PER_S = 5_000  # keys of an object store, 1,000 to an answer of 0.2 s
HEADER = """| way | hours | core hours | machines that failed | core hours lost so | price |
|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Rates:
    """What was measured and what is assumed; times in seconds.

    `page_s` and `page_spread` are the mean and the standard deviation of what a page takes one core;
    `start_s` is what a process takes that reads; `poison` the share of pages that end their process or its
    patience, `timeout_s`. A machine fails `failures_an_hour` and is replaced in `replace_s`.
    """

    page_s: float = 0.12
    page_spread: float = 0.2
    start_s: float = 1.0
    poison: float = 1e-5
    timeout_s: float = 60.0
    failures_an_hour: float = 1 / 720
    replace_s: float = 300.0


@dataclass(frozen=True)
class Way:
    """One way to spread a batch: how many machines of how many cores, and pages a task.

    A task is one core's, or, where `by_machine`, the share of a whole machine.
    """

    name: str
    machines: int
    cores: int
    pages_a_task: int
    by_machine: bool = False


@dataclass(frozen=True)
class Run:
    """How a simulated run went."""

    hours: float
    core_hours: float
    lost_core_hours: float
    failures: int


def ways(pages: int) -> Iterator[Way]:
    """The ways that make sense for so many pages."""
    if pages <= 10**6:
        yield Way("laptop, 8 cores", 1, 8, STORE_PAGES)
    if pages <= 10**7:
        yield Way("server, 64 cores", 1, 64, STORE_PAGES)
    machines = max(4, min(500, pages // 250_000))
    where = f"{machines} machines of 16 cores"
    yield Way(f"Slurm or Kubernetes, {where}, run stores", machines, 16, STORE_PAGES)
    yield Way(f"Slurm or Kubernetes, {where}, tables", machines, 16, math.ceil(pages / machines), True)
    yield Way(f"Ray, {where}", machines, 16, min(1024, max(64, math.ceil(pages / 1000))))


def simulate(pages: int, way: Way, rates: Rates, seed: int = 1) -> Run:
    """One run of a batch.

    Each unit, a core or a machine, takes the next task when it is free; a machine that fails loses what it
    had under way, which is done again.

    Args:
        pages: of the batch.
        way: how it is spread.
        rates: what is measured and assumed.
        seed: of the random numbers.
    """
    rng = np.random.default_rng(seed)
    units, width = (1, way.cores) if way.by_machine else (way.cores, 1)
    tasks = math.ceil(pages / way.pages_a_task)
    left = min(tasks, LOTS_MAX)  # beyond that several tasks are one, which moves no figure by a percent
    pages_a_lot = pages / left
    starts = 0.0 if way.pages_a_task == STORE_PAGES else rates.start_s
    free = [(rates.start_s, unit) for unit in range(way.machines * units)]
    between_s = 3600 / rates.failures_an_hour
    fails_at = rng.exponential(between_s, way.machines)
    busy = lost = last = 0.0
    failures = 0
    while left:
        now, unit = heapq.heappop(free)
        machine = unit // units
        if now > fails_at[machine]:
            failures += 1
            fails_at[machine] = now + rng.exponential(between_s)
        takes = starts + _seconds(pages_a_lot, rates, rng) / width
        if now + takes <= fails_at[machine]:
            left -= 1
            busy += takes * width
            last = max(last, now + takes)
            heapq.heappush(free, (now + takes, unit))
        else:
            lost += (fails_at[machine] - now) * width
            heapq.heappush(free, (fails_at[machine] + rates.replace_s, unit))
    return Run(last / 3600, busy / 3600, lost / 3600, failures)


def _seconds(pages: float, rates: Rates, rng: np.random.Generator) -> float:
    """Seconds of a core for so many pages, a sum of many that is as good as normal."""
    spread = rates.page_spread * math.sqrt(pages)
    poisoned = rng.poisson(rates.poison * pages) * (rates.timeout_s + rates.start_s)
    return float(max(rng.normal(rates.page_s * pages, spread), 0.1 * rates.page_s * pages) + poisoned)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page-s", type=float, default=Rates.page_s, help="seconds of a core a page")
    parser.add_argument(
        "--page-spread", type=float, default=Rates.page_spread, help="their standard deviation"
    )
    parser.add_argument("--poison", type=float, default=Rates.poison, help="share that ends a process")
    parser.add_argument("--failures-an-hour", type=float, default=Rates.failures_an_hour, help="of a machine")
    parser.add_argument("--core-hour", type=float, default=0.04, help="price of a core for an hour")
    options = parser.parse_args()
    rates = Rates(
        page_s=options.page_s,
        page_spread=options.page_spread,
        poison=options.poison,
        failures_an_hour=options.failures_an_hour,
    )
    for pages in SIZES:
        read, written = pages * PAGE_BYTES / 1e9, pages * ROWS_PER_PAGE * ROW_BYTES / 1e9
        listed = pages / LISTED_PER_S / 3600
        print(f"\n{pages:,} pages, {read:,.0f} GB in, {written:,.1f} GB out, {listed:.2f} h to list them\n")
        print(HEADER)
        for way in ways(pages):
            run = simulate(pages, way, rates)
            paid = (run.core_hours + run.lost_core_hours) * options.core_hour
            print(
                f"| {way.name} | {run.hours:,.1f} | {run.core_hours:,.0f} | {run.failures} | "
                f"{run.lost_core_hours:,.1f} | {paid:,.2f} |"
            )


if __name__ == "__main__":
    main()
