"""The seeds and some hundred mutations of them, on each run, within limits of time and memory.

A file that fuzzing found to do harm is drawn in `seeds.py`, or kept by its number in FOUND.
"""

import resource
import sys
import time

import pytest

from fuzz.mutate import mutated
from fuzz.seeds import all_seeds, configurations, pdfs, pictures
from fuzz.targets import target_of

SEEDS = all_seeds()
SLOWEST_S = 20.0
# Files of many pages, of which a run of 100,000 expected the pages themselves where parts to read came.
FOUND = [
    ("pages.tif", 32325),
    ("pages.tif", 57315),
    ("pages.tif", 58675),
    ("text.pdf", 60208),
    ("pages.tif", 71595),
    ("pages.tif", 75675),
    ("pages.tif", 83665),
    ("pages.tif", 96585),
]


@pytest.mark.fuzz
@pytest.mark.skipif(sys.platform == "win32", reason="resource")
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_mutated_inputs_do_no_harm(name, pytestconfig):
    data, others = SEEDS[name], list(SEEDS.values())
    target = target_of(name)
    target(data)
    for number in range(pytestconfig.getoption("--examples") or 12):
        begun = time.process_time()
        target(mutated(data, number, others))
        assert time.process_time() - begun < SLOWEST_S, number
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3_000_000  # KB, of all tests so far


@pytest.mark.parametrize(("name", "number"), FOUND)
def test_what_fuzzing_found_does_no_harm(name, number):
    of_then = [data for kind in (pictures, pdfs, configurations) for _, data in kind()]
    target_of(name)(mutated(SEEDS[name], number, of_then))
