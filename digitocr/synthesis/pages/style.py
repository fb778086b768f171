"""How one page looks: the height of its digits, who writes, how dark pen, print and lines are."""

import math
from dataclasses import dataclass

import numpy as np

from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.writers import FontWriter, PenWriter, Writer

DIGIT_PX = (7.0, 56.0)  # what a page segmenter has to find
COUNTS = 0.24  # the share of numbers that are mostly zeros and ones
UNLIKE_DIGITS = frozenset("acdefhkmnprtuvwxy")  # a word has one of these: "Oll" might as well be 011
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aaeeeiioouy"


@dataclass(frozen=True)
class Style:
    """The choices that a page keeps to.

    Attributes:
        rng: the source of every further choice.
        size: the height of a digit in pixels.
        printed: whether the numbers are printed.
        writer: writes the numbers.
        font: prints headings and labels.
        pen: how dark the numbers are, 0..1.
        print: how dark the print is.
        rule: how dark ruled lines are.
        rule_px: how thick they are.
    """

    rng: np.random.Generator
    size: float
    printed: bool
    writer: Writer
    font: FontWriter
    pen: float
    print: float
    rule: float
    rule_px: float

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def spaced(self, gap: float) -> Writer:
        """The writer with digits `gap` of their height apart, if it is a pen."""
        return self.writer.spaced(gap) if isinstance(self.writer, PenWriter) else self.writer

    def words(self) -> Writer:
        """Who writes the words beside the numbers: their writer, or print."""
        return self.writer if self.printed or self.chance(0.5) else self.font


def random_style(
    rng: np.random.Generator, pens: Pens, printed: float, size_px: tuple[float, float] = DIGIT_PX
) -> Style:
    """A style; its numbers are printed with the chance `printed`, and high as `size_px` says, log-uniform."""
    size = math.exp(rng.uniform(*np.log(size_px)))
    is_printed = bool(rng.random() < printed)
    font = pens.printer(rng)
    pen = rng.uniform(0.45, 1.0) if is_printed or rng.random() < 0.6 else rng.uniform(0.18, 0.55)
    return Style(
        rng=rng,
        size=size,
        printed=is_printed,
        writer=font if is_printed else pens.pen(rng, size),
        font=font,
        pen=pen,
        print=rng.uniform(0.3, 1.0),
        rule=rng.uniform(0.12, 0.95),
        rule_px=max(0.5, size * rng.uniform(0.02, 0.13)),
    )


def random_number(rng: np.random.Generator, digits_max: int = 8) -> str:
    """A number of up to `digits_max` digits, as a table or a text might have it: some with separators."""
    shares = np.array([0.2, 0.25, 0.2, 0.14, 0.09, 0.06, 0.03, 0.03])[: max(1, digits_max)]
    count = int(rng.choice(len(shares), p=shares / shares.sum())) + 1
    text = "".join(rng.choice(list("0123456789"), count))
    if rng.random() < COUNTS:  # many are 0, 000 or 001: round zeros and plain strokes are digits there
        kept = "0001" if rng.random() < 0.6 else "0001117"
        text = "".join(rng.choice(list(kept), min(digits_max, int(rng.integers(1, 5)))))
    return text


def separated(rng: np.random.Generator, text: str) -> str:
    """The number with a decimal mark, thousands parted, or as a date or a time."""
    kind = rng.random()
    if kind < 0.55 and len(text) > 1:
        decimals = min(len(text) - 1, int(rng.choice([1, 2, 2, 2, 3])))
        mark, thousands = (".", ",") if rng.random() < 0.65 else (",", ".")
        whole = text[:-decimals]
        if rng.random() < 0.5:
            whole = _parted(whole, thousands)
        return whole + mark + text[-decimals:]
    if kind < 0.75 and len(text) > 3:
        return _parted(text, str(rng.choice([",", "."])))
    if kind < 0.85:
        return "".join(("-", text))
    if kind < 0.95:
        mark = str(rng.choice(["/", "-", "."]))
        day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
        return f"{day:02}{mark}{month:02}{mark}{rng.integers(1900, 2035)}"
    return f"{rng.integers(0, 24):02}:{rng.integers(0, 60):02}"


def _parted(text: str, mark: str) -> str:
    first = len(text) % 3 or 3
    return mark.join([text[:first], *(text[n : n + 3] for n in range(first, len(text), 3))])


def random_word(rng: np.random.Generator, letters_max: int = 9) -> str:
    """A word that can be spoken, in small letters, capitals or with one capital."""
    length = int(rng.integers(1, letters_max + 1))
    letters = [
        str(rng.choice(list(VOWELS if n % 2 else CONSONANTS)))
        for n in range(int(rng.integers(2)), length + 1)
    ]
    if not UNLIKE_DIGITS & set(letters):
        letters[int(rng.integers(len(letters)))] = str(rng.choice(list("acehkmnrtuw")))
    word = "".join(letters)
    kind = rng.random()
    return word.upper() if kind < 0.3 else word.capitalize() if kind < 0.5 else word
