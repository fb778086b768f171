"""Lines drawn with what training does not draw with: `python -m benchmarks.drawn_lines`.

Printed amounts with signs in fonts kept out of training, what is no number, and single ones, tight and with
margin. The seed is frozen: figures compare from model to model.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.table import Table

from digitocr import Reader
from digitocr.alphabet import OTHER, digits_of
from digitocr.cli.console import console
from digitocr.datasets.kept_out import fonts_for
from digitocr.records import Gray, Reading
from digitocr.synthesis.amounts import signed_text, symbols_of
from digitocr.synthesis.non_numbers import draw_unread
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.print import PrintHand, installed_fonts
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, printed_spacing, write_number

SEED = 20261127
AMOUNTS, NON_NUMBERS, ONES = 600, 1600, 200
SIZE_PX = (20, 40)
TIGHT_PX, MARGIN = 1, 0.6  # of a digit's height


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """A picture (H, W) uint8 of one line, dark on light, and what it says in symbols."""

    gray: Gray
    symbols: str


def amounts(count: int, seed: int = SEED) -> Iterator[DrawnLine]:
    """Printed numbers with signs, in fonts kept out of training."""
    rng = np.random.default_rng((seed, 1))
    fonts = fonts_for(installed_fonts(), training=False) or installed_fonts()
    drawn = 0
    while drawn < count:
        size, text = float(rng.uniform(*SIZE_PX)), signed_text(rng)
        try:
            written = write_number(
                rng, PrintHand(rng, size, fonts), text, size, printed_spacing(rng), margin_px=8
            )
        except KeyError:  # the font lacks a sign
            continue
        drawn += 1
        yield DrawnLine(put_on_paper(rng, written.ink, size, "page"), symbols_of(text))


def non_numbers(count: int, seed: int = SEED) -> Iterator[DrawnLine]:
    """Ticks, dashes, words, stamps, struck out and cut off numbers: none of them a number to accept."""
    rng = np.random.default_rng((seed, 2))
    drawn = 0
    while drawn < count:
        size = float(rng.uniform(*SIZE_PX))
        unread = draw_unread(rng, size, ())
        if digits_of(unread.symbols):  # a number that is cut at one end has whole digits
            continue
        drawn += 1
        yield DrawnLine(put_on_paper(rng, np.pad(unread.ink, 8), size, "page"), unread.symbols)


def single_ones(count: int, seed: int = SEED, *, tight: bool) -> Iterator[DrawnLine]:
    """A 1 that stands alone, cut tight or with a margin."""
    rng = np.random.default_rng((seed, 3))
    for _ in range(count):
        size = float(rng.uniform(*SIZE_PX))
        margin = TIGHT_PX if tight else int(MARGIN * size)
        written = write_number(rng, StrokeHand(rng, size), "1", size, Spacing(), margin_px=margin)
        yield DrawnLine(put_on_paper(rng, written.ink, size, "page"), "1")


def read(reader: Reader, lines: Iterator[DrawnLine]) -> list[tuple[DrawnLine, Reading]]:
    """Each line and what was read of it."""
    return [(line, reader.read(line.gray).readings[0]) for line in lines]


def share(right: list[bool]) -> str:
    """In percent."""
    return f"{100 * float(np.mean(right)):.1f} %"


def main() -> None:
    """Draw, read and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a model's folder; the one that comes along by default")
    parser.add_argument("--share", type=float, default=1.0, help="of the pictures, 0 to 1")
    chosen = parser.parse_args()
    reader = Reader(layout="line", model=chosen.model)
    printed = read(reader, amounts(int(AMOUNTS * chosen.share)))
    others = read(reader, non_numbers(int(NON_NUMBERS * chosen.share)))
    table = Table("drawn lines", "pictures", "share")
    texts = [reading.text == digits_of(line.symbols) for line, reading in printed]
    table.add_row("printed amounts: text", str(len(printed)), share(texts))
    written = [reading.written == line.symbols.replace(OTHER, "").strip() for line, reading in printed]
    table.add_row("printed amounts: written", str(len(printed)), share(written))
    accepted = [reading.status == "accept" for _, reading in others]
    table.add_row("no number: accepted", str(len(others)), share(accepted))
    for tight in (True, False):
        ones = read(reader, single_ones(int(ONES * chosen.share), tight=tight))
        right = [reading.text == "1" for _, reading in ones]
        table.add_row(f"a single 1, {'tight' if tight else 'with margin'}", str(len(ones)), share(right))
    console().print(table)


if __name__ == "__main__":
    main()
