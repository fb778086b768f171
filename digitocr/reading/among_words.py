"""Which numbers a page has, where its lines of text say otherwise than the maps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import AMONG_WORDS_MIN, OTHER_SHARE_MAX, AnsweredRow, box_of, is_number
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
    kept = dict(_kept(by_box, sure))
    for box, (number, answer) in sure.items():
        short = number.in_code and len(number.text) < CODE_DIGITS_MIN
        if any(_is_same(box, other) for other in kept) or (short and not _covered(box, list(by_box))):
            continue
        doubtful = number.in_code or not number.is_sure or _is_longer(box, number.text, by_box)
        kept[box] = _for_review(number.row) if doubtful else number.row, answer
    return [kept[box] for box in in_reading_order(list(kept))]


def _kept(
    by_box: Mapping[Box, AnsweredRow], sure: Mapping[Box, tuple[NumberAmongWords, Answer]]
) -> Iterator[tuple[Box, AnsweredRow]]:
    """What the maps show as numbers and the sure numbers of the lines of text do not gainsay.

    What these read the same, but with an unsure digit, is for a person to look at.
    """
    for box, (row, answer) in by_box.items():
        same = {other: sure[other][0] for other in sure if _is_same(box, other)}
        text = answer.strings[0].text
        same_text = [number for number in same.values() if number.text == text and not number.in_code]
        if same_text:
            yield box, (row if any(number.is_sure for number in same_text) else _for_review(row), answer)
        elif _covered(box, list(same)) <= SAME_INK_SHARE:
            yield box, (row, answer)


def _is_longer(box: Box, text: str, by_box: Mapping[Box, AnsweredRow]) -> bool:
    """Whether the maps surely show a part of a number, so that the rest may be letters, as of `114B`."""
    parts = [answer for other, (_, answer) in by_box.items() if _is_same(box, other)]
    return any(
        part.strings[0].text != text and part.strings[0].text in text and part.probability >= AMONG_WORDS_MIN
        for part in parts
    )


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
