"""Which of the places found on a page hold a number."""

from collections import Counter
from collections.abc import Iterator, Sequence

from digitocr.decoding.answer import Answer
from digitocr.formats.formats import Format
from digitocr.layout.groups import in_reading_order
from digitocr.layout.layout import Found, Row
from digitocr.records import Box
from digitocr.segmentation.candidates import GEOMETRY

NUMBER_MIN = 0.5  # a group is a number only where this share of its ink is in digits,
PROBABILITY_MIN = 0.3  # and only where one string is so probable: a word looks like many numbers
AMONG_WORDS_MIN = 0.9  # the same where words stand in the same line:
WORDS_SHARE = 0.25  # of the width of what stands in it; less may be dirt, or a piece of a rule
OF_FORMAT_MIN = 0.5  # the same for what has the format that is asked for, and for windows
POSTAL_MIN = 0.1  # the same for an envelope's only code
PART_MAX = 0.9  # of a number's width: what is narrower is a part of it

Place = tuple[Row, Answer]


def numbers(found: Found, answers: Sequence[Answer], allowed: Format | None) -> list[Place]:
    """The rows that are numbers, in reading order; all where the image is one number.

    Args:
        found: what was found.
        answers: of its rows, then of its windows.
        allowed: the format that numbers have, None for any.
    """
    rows = list(zip(found.rows, answers[: len(found.rows)], strict=True))
    if found.layout != "page":
        return rows
    words = _with_words(rows)
    among_words = OF_FORMAT_MIN if allowed else AMONG_WORDS_MIN
    least = {True: among_words, False: PROBABILITY_MIN}
    alone = [(row, answer) for row, answer in rows if is_number(row, answer, least[row.phrase in words])]
    if not allowed:
        return alone
    whole = [box_of(row, free) for row, free in _freely(rows)]
    windows = [
        (row, answer)
        for row, answer in zip(found.windows, answers[len(found.rows) :], strict=True)
        if is_number(row, answer, OF_FORMAT_MIN)
    ]
    windows.sort(key=lambda place: -place[1].sure)
    by_box = {box_of(row, answer): (row, answer) for row, answer in alone}
    for row, answer in windows:
        box = box_of(row, answer)
        if not any(box.intersects(other) for other in by_box) and not any(_part_of(box, o) for o in whole):
            by_box[box] = row, answer
    if not by_box and allowed.postal:
        # An envelope has a code, be it hard to read.
        places = zip((*found.rows, *found.windows), answers, strict=True)
        return sorted((p for p in places if is_number(*p, POSTAL_MIN)), key=lambda place: -place[1].sure)[:1]
    return [by_box[box] for box in in_reading_order(list(by_box))]


def _with_words(rows: Sequence[Place]) -> set[int]:
    """The phrases of which more than a little is no number."""
    total: Counter[int] = Counter()
    other: Counter[int] = Counter()
    for row, answer in rows:
        width = row.box(row.found.boxes).width
        total[row.phrase] += width
        if not is_number(row, answer, PROBABILITY_MIN):
            other[row.phrase] += width
    return {phrase for phrase, width in other.items() if width > WORDS_SHARE * total[phrase]}


def is_number(row: Row, answer: Answer, least: float) -> bool:
    """Whether a group is a number: the answer is at least so sure, its digits are most of the ink."""
    strings = answer.strings
    if not answer.fits or not strings or not strings[0].text or answer.sure < least:
        return False
    ink = row.found.geometry[:, GEOMETRY.index("area")]
    in_digits = ink[[arc for arc, _ in strings[0].arcs]].sum()
    in_slices = ink[row.found.last == row.found.first + 1].sum()
    return bool(in_digits > NUMBER_MIN * in_slices)


def box_of(row: Row, answer: Answer) -> Box:
    """The box on the page around the digits of an answer's first string."""
    return row.box(row.found.boxes[[arc for arc, _ in answer.strings[0].arcs]])


def _freely(rows: Sequence[Place]) -> Iterator[Place]:
    """The rows that are numbers of whatever format."""
    for row, answer in rows:
        free = Answer([answer.free], sure=answer.free.probability) if answer.free else Answer([])
        if is_number(row, free, OF_FORMAT_MIN):
            yield row, free


def _part_of(box: Box, whole: Box) -> bool:
    return box.intersects(whole) and box.width < PART_MAX * whole.width
