"""The boxes of a form's field, each of which holds a digit or none: what a person can look at one by one."""

from collections.abc import Sequence
from itertools import pairwise

from digitocr.records import Box, Reading


def cells_of_digits(reading: Reading) -> Sequence[int] | None:
    """In which of its field's boxes each digit stands; None where that does not tell all of the number.

    A digit stands in the box whose centre is nearest. Two in one box, or some out of their order, were not
    read box by box.
    """
    if not reading.cells or not reading.text or "".join(d.text for d in reading.digits) != reading.text:
        return None
    centres = [_centre(cell) for cell in reading.cells]
    stands_in = [_nearest(_centre(digit.box), centres) for digit in reading.digits]
    in_order = all(first < second for first, second in pairwise(stands_in))
    return stands_in if in_order else None


def _centre(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _nearest(point: tuple[float, float], centres: Sequence[tuple[float, float]]) -> int:
    x, y = point
    return min(range(len(centres)), key=lambda n: (centres[n][0] - x) ** 2 + (centres[n][1] - y) ** 2)
