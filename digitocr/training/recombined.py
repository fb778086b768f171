"""New numbers put together of the digits of labelled lines, each of one hand: real pens in any order.

Numbers made of MNIST's digits teach a line recogniser many hands; so do those of the few whose numbers people
labelled, of which a rare form, such as a 5 in one long stroke, stands in hardly any number as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS
from digitocr.records import Gray
from digitocr.training.forced_alignment import AlignedLine
from digitocr.training.line_images import LabelledLineImage, label_strip

Random = np.random.Generator

JOINED_SIGNS = ".,-"
PIECES_MIN, DIGITS_MIN = 20, 6  # a hand of which fewer pieces or digits are there writes no numbers
CLEAR_INK = 0.4  # of the row's contrast: a column with less parts two symbols
PIECE_REACH = 1.1  # of the row's height: how far a digit at an end of its line reaches
PIECE_MARGIN = 0.12  # of the row's height: the paper that a piece keeps on either side
WIDTH_MAX = 1.6  # of the row's height: a wider piece is more than one digit
LENGTHS = (0.10, 0.22, 0.28, 0.18, 0.12, 0.06, 0.04)  # shares of numbers of one to seven symbols
SEPARATED = 0.06  # the share of inner symbols that are a separator, where the hand has some
HARDNESS_MIN, HARDNESS_MAX = 0.25, 3.25  # how often a digit is taken: the more, the less probable it was read
LIKE_HIGH = (0.66, 1.5)  # of the median height of a number's digits: others are of another size of writing
NARROW_GAP, WIDE_GAP, WIDE_SHARE = (
    (-0.12, 0.15),
    (0.1, 0.5),
    0.15,
)  # of a digit's height; the share of wide ones
PIECE_PAPER_PERCENTILE = 80.0  # of a piece's gray values: the tone of its paper


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One symbol cut from a line: (h, w) uint8, dark on light, its full height as the line was cut.

    `middle` is the height of the writing's middle in it and `height_px` that of the writing; `hardness` says
    how improbable the symbol was read.
    """

    gray: Gray
    symbol: str
    middle: float
    height_px: float
    hardness: float


@dataclass(frozen=True, slots=True)
class PiecesOfHand:
    """The pieces of one hand by their symbol."""

    pieces: Mapping[str, Sequence[Piece]]

    @property
    def digits(self) -> list[str]:
        return [symbol for symbol in DIGITS if symbol in self.pieces]

    @property
    def count(self) -> int:
        return sum(map(len, self.pieces.values()))

    def piece(self, rng: Random, symbol: str) -> Piece:
        """A piece with a symbol, a hard one more probably."""
        pieces = self.pieces[symbol]
        weights = np.array([piece.hardness for piece in pieces])
        return pieces[int(rng.choice(len(pieces), p=weights / weights.sum()))]


def recombined_lines(lines: Iterable[AlignedLine], count: int, seed: int) -> list[LabelledLineImage]:
    """`count` numbers put together of the digits of `lines`; none where no hand has enough of them."""
    hands = hands_of(lines)
    if not hands:
        return []
    rng = np.random.default_rng(seed)
    shares = np.sqrt([hand.count for hand in hands])
    shares /= shares.sum()
    recombined: list[LabelledLineImage] = []
    while len(recombined) < count:
        hand = hands[int(rng.choice(len(hands), p=shares))]
        number = put_together(rng, [hand.piece(rng, symbol) for symbol in _text(rng, hand)])
        line = label_strip(*number) if number else None
        if line:
            recombined.append(line)
    return recombined


def hands_of(lines: Iterable[AlignedLine]) -> list[PiecesOfHand]:
    """The hands of which there are pieces enough."""
    pieces: dict[str, dict[str, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        for piece in pieces_of(line):
            pieces[line.line.hand][piece.symbol].append(piece)
    hands = [PiecesOfHand(dict(by_symbol)) for by_symbol in pieces.values()]
    return [hand for hand in hands if len(hand.digits) >= DIGITS_MIN and hand.count >= PIECES_MIN]


def pieces_of(line: AlignedLine) -> Iterator[Piece]:
    """The digits and separators of a line that no ink joins to their neighbours."""
    segments, scale = line.segments, line.scale
    ink = segments.dark.max(axis=0) / max(segments.contrast, 1.0)
    cuts = _cuts(ink, [symbol.middle for symbol in line.symbols])
    reach, margin = PIECE_REACH * segments.height, PIECE_MARGIN * segments.height
    middle = float(np.average((segments.boxes[:, 1] + segments.boxes[:, 3]) / 2, weights=segments.area))
    for symbol, (start, end) in zip(line.symbols, pairwise(cuts), strict=True):
        if start is None or end is None or symbol.symbol not in DIGITS + JOINED_SIGNS:
            continue
        left, right = max(start, int(symbol.middle - reach)), min(end, int(symbol.middle + reach))
        inked = np.flatnonzero(ink[left:right] > CLEAR_INK) + left
        if not len(inked) or inked[-1] - inked[0] > WIDTH_MAX * segments.height:
            continue
        left, right = max(left, int(inked[0] - margin)), min(right, int(inked[-1] + 1 + margin))
        gray = line.line.gray[:, int(left / scale) : int(np.ceil(right / scale))]
        hardness = min(HARDNESS_MAX, HARDNESS_MIN - symbol.log_probability)
        yield Piece(gray, symbol.symbol, middle / scale, segments.height / scale, hardness)


def _cuts(ink: NDArray[np.float64], middles: Sequence[float]) -> list[int | None]:
    """Between symbols the column (W,) with the least ink, None where there is too much; and both ends."""
    cuts: list[int | None] = [0]
    at = np.clip(np.array(middles, int), 0, len(ink) - 1)
    for start, end in pairwise(at.tolist()):
        between = ink[start : end + 1]
        least = np.flatnonzero(between == between.min(initial=np.inf))
        clear = end > start + 1 and between[least[0]] < CLEAR_INK
        cuts.append(int(start + least[len(least) // 2]) if clear else None)
    return [*cuts, len(ink)]


def _text(rng: Random, hand: PiecesOfHand) -> str:
    """Digits that a hand has, each as often, and some separators between them."""
    length = int(rng.choice(len(LENGTHS), p=LENGTHS)) + 1
    digits = rng.choice(hand.digits, length).tolist()
    separators = [symbol for symbol in JOINED_SIGNS if symbol in hand.pieces]
    for n in range(1, length - 1):
        if separators and rng.random() < SEPARATED:
            digits[n] = str(rng.choice(separators))
    return "".join(digits)


def put_together(rng: Random, pieces: Sequence[Piece]) -> tuple[Gray, str] | None:
    """A line (H, W) uint8 of pieces side by side, their middles level, and what it says.

    Returns:
        None where they are of writing of different sizes.
    """
    heights = [piece.height_px for piece in pieces if piece.symbol in DIGITS]
    height = float(np.median(heights))
    if min(heights) < LIKE_HIGH[0] * height or max(heights) > LIKE_HIGH[1] * height:
        return None
    papers = [float(np.percentile(piece.gray, PIECE_PAPER_PERCENTILE)) for piece in pieces]
    paper = float(np.median(papers))
    rise = height * rng.normal(0, 0.04, len(pieces))
    tops = np.round([up - piece.middle for up, piece in zip(rise, pieces, strict=True)]).astype(int)
    top = int(tops.min())
    rows = max(t + piece.gray.shape[0] for t, piece in zip(tops, pieces, strict=True)) - top
    gap = rng.uniform(*(WIDE_GAP if rng.random() < WIDE_SHARE else NARROW_GAP))
    margin, end = int(height * rng.uniform(0.1, 0.5)), 0
    layers, x = [], margin
    for piece, own_paper, at in zip(pieces, papers, tops - top, strict=True):
        layers.append((np.clip(piece.gray + (paper - own_paper), 0, 255), x, int(at)))
        x += max(1, piece.gray.shape[1] + round(height * (gap + rng.normal(0, 0.05))))
        end = max(end, layers[-1][1] + piece.gray.shape[1])
    line = np.full((rows, end + margin), paper)
    for layer, left, at in layers:
        part = line[at : at + layer.shape[0], left : left + layer.shape[1]]
        np.minimum(part, layer, out=part)
    text = "".join(piece.symbol for piece in pieces)
    return np.rint(line).astype(np.uint8), text
