"""Which of the rows that were found on a page are numbers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.formats.formats import Format
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout
from digitocr.layout.order import in_reading_order
from digitocr.records import Box
from digitocr.segmentation.candidates import GEOMETRY

DIGIT_INK_MIN = 0.5  # of the ink of a row: with less in digits it is no number
ALONE_MIN = 0.3  # probability of a number that stands alone: a word looks like many numbers at once
AMONG_WORDS_MIN = 0.9  # the same, if there are words in the same text line
WORDS_SHARE = 0.25  # of the width of a text line: less that is no number may be dirt, or part of a ruled line
OF_FORMAT_MIN = 0.5  # the same for numbers of the format that was asked for, and for windows
POSTAL_MIN = 0.1  # the same for an envelope's only code
LONGER_MIN = 0.1  # the same for a longer number: a part of it is for a person to look at
OTHER_SHARE_MAX = 0.6  # of the ink around a number's core: with more ink of no digit, it is a word or drawing
PART_MAX = 0.9  # of the width of a number: a window that is narrower is part of it

AnsweredRow = tuple[CandidateRow, Answer]


def numbers(layout: PageLayout, answers: Sequence[Answer], allowed: Format | None) -> list[AnsweredRow]:
    """The rows that are numbers, in reading order; all rows if the image is one number.

    Args:
        layout: the rows and windows of the page.
        answers: those of the rows, then those of the windows.
        allowed: the format that numbers have, None for any.
    """
    rows = list(zip(layout.rows, answers[: len(layout.rows)], strict=True))
    if layout.layout != "page":
        return rows
    words = _with_words(rows)
    among_words_min = OF_FORMAT_MIN if allowed else AMONG_WORDS_MIN
    minimum = {True: among_words_min, False: ALONE_MIN}
    alone = [(row, answer) for row, answer in rows if is_number(row, answer, minimum[row.phrase in words])]
    if not allowed:
        return alone
    windows = list(zip(layout.windows, answers[len(layout.rows) :], strict=True))
    by_box = {box_of(row, answer): (row, answer) for row, answer in alone}
    for row, answer in _numbers_in_windows(windows, rows, joins=allowed.postal or not alone):
        box = box_of(row, answer)
        if not any(box.intersects(other) for other in by_box):
            by_box[box] = row, answer
    if not by_box and allowed.postal:
        # Every envelope has a postal code, even one that is hard to read.
        answered = zip((*layout.rows, *layout.windows), answers, strict=True)
        return sorted(
            (pair for pair in answered if is_number(*pair, POSTAL_MIN)),
            key=lambda pair: -pair[1].probability,
        )[:1]
    return [by_box[box] for box in in_reading_order(list(by_box))]


def _numbers_in_windows(
    windows: Sequence[AnsweredRow], rows: Sequence[AnsweredRow], *, joins: bool
) -> list[AnsweredRow]:
    """The windows that are numbers of the format, most probable first.

    A part of what is surely a longer number is none; of one that may be, the answer says so. What is put
    together of several numbers is left out unless `joins`.
    """
    sure_wholes = [box_of(row, free) for row, free in _unconstrained(rows, OF_FORMAT_MIN)]
    wholes = {
        row.phrase: free.strings[0].text for row, free in _unconstrained(rows, LONGER_MIN) if free.strings
    }
    numbers_of_format = [
        (row, replace(answer, within=wholes.get(row.phrase, "")))
        for row, answer in windows
        if is_number(row, answer, OF_FORMAT_MIN)
        and (joins or not row.joined)
        and not any(_part_of(box_of(row, answer), whole) for whole in sure_wholes)
    ]
    return sorted(numbers_of_format, key=lambda pair: -pair[1].probability)


def _with_words(rows: Sequence[AnsweredRow]) -> set[int]:
    """The text lines of which a considerable part is no number."""
    total: Counter[int] = Counter()
    other: Counter[int] = Counter()
    for row, answer in rows:
        width = row.box(row.candidates.boxes).width
        total[row.phrase] += width
        if not is_number(row, answer, ALONE_MIN):
            other[row.phrase] += width
    return {phrase for phrase, width in other.items() if width > WORDS_SHARE * total[phrase]}


def is_number(row: CandidateRow, answer: Answer, minimum: float) -> bool:
    """Whether a row is a number: its answer is probable enough, and most of its ink is in digits."""
    strings = answer.strings
    if not answer.satisfied or not strings or not strings[0].text or answer.probability < minimum:
        return False
    if row.other_share > OTHER_SHARE_MAX:
        return False
    ink = row.candidates.geometry[:, GEOMETRY.index("area")]
    in_digits = ink[[arc for arc, _ in strings[0].arcs]].sum()
    in_slices = ink[row.candidates.last == row.candidates.first + 1].sum()
    return bool(in_digits > DIGIT_INK_MIN * in_slices)


def box_of(row: CandidateRow, answer: Answer) -> Box:
    """The box on the page of the digits of the first string."""
    return row.box(row.candidates.boxes[[arc for arc, _ in answer.strings[0].arcs]])


def _unconstrained(rows: Sequence[AnsweredRow], minimum: float) -> Iterator[AnsweredRow]:
    """The rows that are numbers of any format, so probably at least, with their unconstrained answers."""
    for row, answer in rows:
        free = (
            Answer([answer.unconstrained], probability=answer.unconstrained.probability)
            if answer.unconstrained
            else Answer([])
        )
        if is_number(row, free, minimum):
            yield row, free


def _part_of(box: Box, whole: Box) -> bool:
    return box.intersects(whole) and box.width < PART_MAX * whole.width
