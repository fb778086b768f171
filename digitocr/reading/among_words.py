"""Which readings a page has where numbers among words overlap what the maps show as numbers."""

from collections.abc import Iterable, Sequence

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import AnsweredRow, box_of, is_number
from digitocr.layout.order import in_reading_order
from digitocr.reading.text_lines import NumberAmongWords
from digitocr.records import Box

AMONG_WORDS_MIN = 0.5  # probability of a number that reads the same with its line and alone
CODE_DIGITS_MIN = 5  # of a code of letters and digits: shorter runs of digits are mostly letters misread
SAME_SHARE = 0.5  # of the smaller box: what overlaps by more is the same ink


def with_numbers_among_words(
    numbers: Sequence[AnsweredRow], among_words: Iterable[tuple[NumberAmongWords, Answer]]
) -> list[AnsweredRow]:
    """The numbers of a page, with those among words, in reading order.

    What is read with its words and alone alike replaces what the maps show of it: where they take some of
    its digits for letters, or letters for digits, the maps do not see the whole number.
    """
    sure = [(number, answer) for number, answer in among_words if _is_sure(number, answer)]
    if not sure:
        return list(numbers)
    by_box = {box_of(row, answer): (row, answer) for row, answer in numbers}
    added: dict[Box, AnsweredRow] = {}
    for number, answer in sure:
        box = box_of(number.row, answer)
        same = [other for other in by_box if _share(box, other) > SAME_SHARE]
        if any(by_box[other][1].strings[0].text == number.text for other in same):
            continue
        for other in same:
            del by_box[other]
        added[box] = number.row, answer
    by_box |= added
    return [by_box[box] for box in in_reading_order(list(by_box))]


def _is_sure(number: NumberAmongWords, answer: Answer) -> bool:
    if number.in_code and len(number.text) < CODE_DIGITS_MIN:
        return False
    return is_number(number.row, answer, AMONG_WORDS_MIN) and answer.strings[0].text == number.text


def _share(box: Box, other: Box) -> float:
    """How much of the smaller of two boxes both share."""
    width = min(box.right, other.right) - max(box.left, other.left)
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    least = min(box.width * box.height, other.width * other.height)
    return max(0, width) * max(0, height) / max(1, least)
