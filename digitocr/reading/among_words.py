"""Which numbers a page has, where its lines of text say otherwise than the maps."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import OTHER_SHARE_MAX, AnsweredRow, box_of, is_number
from digitocr.layout.layout import CandidateRow
from digitocr.layout.order import in_reading_order
from digitocr.reading.text_lines import NumberAmongWords, Text
from digitocr.records import Box

AMONG_WORDS_MIN = 0.5  # probability of a number that reads the same with its line and alone
CODE_DIGITS_MIN = 5  # of a code of letters and digits: shorter runs of digits are mostly letters misread
SAME_SHARE = 0.5  # of the smaller box: what overlaps by more is the same ink


def with_text_lines(
    numbers: Sequence[AnsweredRow], text: Text, answers: Sequence[Answer]
) -> list[AnsweredRow]:
    """The numbers of a page, with those in its lines of text and without what are words, in reading order.

    What reads the same with its words and alone replaces what the maps show of it: where they take some of
    its digits for letters, or letters for digits, they do not see the whole number.
    """
    if not text.numbers and not text.words:
        return list(numbers)
    by_box = {box_of(row, answer): (row, answer) for row, answer in numbers}
    by_box = {box: pair for box, pair in by_box.items() if not _same(box, text.words)}
    added: dict[Box, AnsweredRow] = {}
    for number, answer in zip(text.numbers, answers, strict=True):
        if not _is_sure(number, answer):
            continue
        box = box_of(number.row, answer)
        same = _same(box, list(by_box))
        known = any(by_box[other][1].strings[0].text == number.text for other in same)
        short = number.in_code and len(number.text) < CODE_DIGITS_MIN
        if (known and not number.in_code) or (short and not same):
            continue
        for other in same:
            del by_box[other]
        added[box] = _with_letters(number.row) if number.in_code else number.row, answer
    by_box |= added
    return [by_box[box] for box in in_reading_order(list(by_box))]


def _is_sure(number: NumberAmongWords, answer: Answer) -> bool:
    """Whether a number reads the same with its line and alone."""
    return is_number(number.row, answer, AMONG_WORDS_MIN) and answer.strings[0].text == number.text


def _with_letters(row: CandidateRow) -> CandidateRow:
    """The digits of a code, which a person has to look at: whether they are a number only the code tells."""
    return replace(row, other_share=OTHER_SHARE_MAX)


def _same(box: Box, others: Sequence[Box]) -> list[Box]:
    """Those boxes that show the same ink as one."""
    same = []
    for other in others:
        width = min(box.right, other.right) - max(box.left, other.left)
        height = min(box.bottom, other.bottom) - max(box.top, other.top)
        least = min(box.width * box.height, other.width * other.height)
        if width > 0 and height > 0 and width * height > SAME_SHARE * least:
            same.append(other)
    return same
