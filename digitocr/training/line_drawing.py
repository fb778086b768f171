"""The kinds of line that are drawn for the line recogniser, and how many of each."""

from collections.abc import Callable, Mapping

import numpy as np

from digitocr.synthesis.amounts import even_text, round_text, signed_text, single_text, symbols_of
from digitocr.synthesis.candidates import draw_number, random_text
from digitocr.synthesis.drawn import DRAWN_PX, Hands, draw_picture, photograph
from digitocr.synthesis.glyphs import Hand
from digitocr.synthesis.non_numbers import draw_unread
from digitocr.synthesis.register_forms import REGISTER_FORMS
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, random_spacing
from digitocr.training.line_images import LabelledLineImage, label_strip
from digitocr.training.settings import LINE_KINDS

ROUND_COLLECTED = 0.6  # the share of round numbers that a real pen writes
DRAWN_MARGIN_MAX = 0.5  # of a digit's height, about what is no number
Random = np.random.Generator


def draw_line_strip(
    rng: Random, hands: Hands, kinds: Mapping[str, float] = LINE_KINDS
) -> LabelledLineImage | None:
    """Draw one line of some kind, by the shares `kinds`.

    Returns:
        None for one that shows no ink, or that its font cannot draw.
    """
    shares = [kinds.get(kind, 0.0) for kind in _LINE_DRAWINGS]
    return list(_LINE_DRAWINGS.values())[int(rng.choice(len(_LINE_DRAWINGS), p=shares))](rng, hands)


def _numbers(text: Callable[[Random], str]) -> Callable[[Random, Hands], LabelledLineImage | None]:
    def draw(rng: Random, hands: Hands) -> LabelledLineImage | None:
        try:
            gray, number, _ = draw_picture(rng, hands, text)
        except KeyError:  # a sign that the font lacks
            return None
        return label_strip(gray, symbols_of(number.text))

    return draw


def _no_number(rng: Random, hands: Hands) -> LabelledLineImage | None:
    size = float(rng.uniform(*DRAWN_PX))
    unread = draw_unread(rng, size, hands.characters)
    margins = [(int(a), int(b)) for a, b in rng.uniform(1, DRAWN_MARGIN_MAX * size + 2, (2, 2))]
    gray, _ = photograph(rng, np.pad(unread.ink, margins), size)
    return label_strip(gray, unread.symbols)


def _register_number(rng: Random, _: Hands) -> LabelledLineImage | None:
    size = float(rng.uniform(*DRAWN_PX))
    hand, text = StrokeHand(rng, size, REGISTER_FORMS), random_text(rng)
    number = draw_number(rng, hand, text, size, random_spacing(rng))
    return label_strip(photograph(rng, number.ink, size)[0], symbols_of(number.text))


def _round_number(rng: Random, hands: Hands) -> LabelledLineImage | None:
    """Zeros at the end are written in one go: small, raised, joined and overlapping."""
    size = float(rng.uniform(*DRAWN_PX))
    hand: Hand = StrokeHand(rng, size, REGISTER_FORMS)
    if rng.random() < ROUND_COLLECTED:
        hand = hands.pen(rng, size, hand)
    spacing = Spacing(
        gap=rng.normal(0.0, 0.08),
        gap_spread=abs(rng.normal(0, 0.06)),
        slope=rng.normal(0, 0.04),
        wobble=abs(rng.normal(0, 0.05)),
        size_spread=abs(rng.normal(0, 0.05)),
        joined=rng.uniform(0.3, 1.0),
        tail=rng.uniform(0.45, 1.0),
        lift=rng.uniform(0, 1.1),
    )
    number = draw_number(rng, hand, round_text(rng), size, spacing)
    return label_strip(photograph(rng, number.ink, size)[0], symbols_of(number.text))


_LINE_DRAWINGS = {
    "plain": _numbers(random_text),
    "even": _numbers(even_text),
    "single": _numbers(single_text),
    "signed": _numbers(signed_text),
    "no_number": _no_number,
    "register": _register_number,
    "round": _round_number,
}
