"""Which numbers a page has, where its lines of text say otherwise than the maps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import OTHER_SHARE_MAX, AnsweredRow, box_of, is_number
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.order import in_reading_order
from digitocr.reading.text_lines import NumberAmongWords, Text
from digitocr.records import Box

READ_ALIKE_MIN = 0.5  # probability of a number that reads the same with its line and alone
CODE_DIGITS_MIN = 5  # of a code of letters and digits: shorter runs of digits are mostly letters misread
SAME_INK_SHARE = 0.5  # of the smaller box: what overlaps by more is the same ink


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
    by_box = {box: pair for box, pair in by_box.items() if _covered(box, text.words) <= SAME_INK_SHARE}
    sure = {
        box_of(number.row, answer): (number, answer)
        for number, answer in zip(text.numbers, answers, strict=True)
        if _is_sure(number, answer)
    }
    kept = {box: pair for box, pair in by_box.items() if _is_kept(box, pair[1].strings[0].text, sure)}
    for box, (number, answer) in sure.items():
        short = number.in_code and len(number.text) < CODE_DIGITS_MIN
        if any(_is_same(box, other) for other in kept) or (short and not _covered(box, list(by_box))):
            continue
        row = number.row if number.is_sure and not number.in_code else _for_review(number.row)
        kept[box] = row, answer
    return [kept[box] for box in in_reading_order(list(kept))]


def _is_kept(box: Box, text: str, sure: Mapping[Box, tuple[NumberAmongWords, Answer]]) -> bool:
    """Whether what the maps show as a number is one, by the sure numbers of the lines of text."""
    same = [other for other in sure if _is_same(box, other)]
    if any(sure[other][0].text == text and not sure[other][0].in_code for other in same):
        return True
    return _covered(box, same) <= SAME_INK_SHARE


def _is_sure(number: NumberAmongWords, answer: Answer) -> bool:
    """Whether a number reads the same with its line and alone."""
    return is_number(number.row, answer, READ_ALIKE_MIN) and answer.strings[0].text == number.text


def _for_review(row: CandidateRow) -> CandidateRow:
    """A row that a person has to look at for the letters beside it: which part is a number only they tell."""
    return replace(row, other_share=OTHER_SHARE_MAX)


def _is_same(box: Box, other: Box) -> bool:
    """Whether two boxes show the same ink, at least in part."""
    least = min(box.width * box.height, other.width * other.height)
    return _shared(box, other) > SAME_INK_SHARE * least


def _covered(box: Box, others: Sequence[Box]) -> float:
    """How much of the width of a box others on its line cover."""
    same = [other for other in others if _is_same(box, other)]
    widths = [min(box.right, other.right) - max(box.left, other.left) for other in same]
    return sum(widths) / max(1, box.width)


def _shared(box: Box, other: Box) -> int:
    """The area that two boxes share."""
    width = min(box.right, other.right) - max(box.left, other.left)
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0, width) * max(0, height)
