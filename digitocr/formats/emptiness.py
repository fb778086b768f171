"""Whether no digits at all have a format: what cannot be is told before anything is read."""

from collections.abc import Callable
from time import process_time

from digitocr.formats.limits import LONGEST

STRINGS_TRIED_MAX = 12_000  # strings looked at to tell whether any digits fit at all,
TRIED_S = 2.0  # and for how long: a hundred times what the formats of the samples take


def none_fits(viable: Callable[[str], bool], accepts: Callable[[str], bool]) -> bool:
    """Whether no digits at all are accepted; False too where that takes long to find out."""
    open_ends = [""] if viable("") else []
    begun = process_time()
    for _ in range(STRINGS_TRIED_MAX):
        if not open_ends:
            return True
        if process_time() - begun > TRIED_S:
            return False
        prefix = open_ends.pop()
        if accepts(prefix) or len(prefix) == LONGEST:
            return False
        longer = (prefix + digit for digit in "9876543210")
        open_ends.extend(prefix for prefix in longer if viable(prefix))
    return False
