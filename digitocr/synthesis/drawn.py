"""Candidates from drawn numbers, by the hundred thousand: the training set that looks like reading."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.data import DataSource
from digitocr.datasets.kept_out import fonts_for
from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.amounts import signed_text
from digitocr.synthesis.boxes import print_boxes
from digitocr.synthesis.candidates import DOUBT, MARK, PART, DrawnLine, draw_number, label_line, random_text
from digitocr.synthesis.collected import CollectedHand, index_by_label
from digitocr.synthesis.glyphs import Hand
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.print import PrintHand, installed_fonts
from digitocr.synthesis.recorded import RecordedHand, RecordedWriter
from digitocr.synthesis.strokes import CROSS, StrokeHand
from digitocr.synthesis.writing import Spacing, Written, printed_spacing, random_spacing

PerTask = TypeVar("PerTask")

LINES_A_TASK = 250
DRAWN_PX, SEEN_PX = (22, 44), (10, 44)  # how high digits are drawn, and how high the camera sees them
PRINTED, DRAWN_COLLECTED_SHARE = 0.26, 0.3  # shares of print and of real pens; drawn strokes are the rest
RECORDED = 0.45  # the share of recorded writers, where there are any, of what is not printed
AND = 0.05  # the share of words that are an ampersand
# As often as in English text, about, and none of them like a digit;
LETTERS = "aaacdddeeeeeefhhhkmmnnnnprrrtttttuuvwxy"
OTHER_LETTERS = "bbggiiijlllooooqsssz"  # some of these stand in most words, but among others
CAPITALS = 0.25  # the share of words that are all capitals
SIGNED = 0.3  # the share of numbers with signs of all kinds, for no classifier may take one for a digit
BOXED_GAP = 0.3  # digits as far apart stand in boxes,
BOXED, CROSSED = 0.4, 0.25  # some of them in printed ones, and of some those at the left are crossed out
PARTS_KEPT = 0.35  # there are far more pieces than digits; this share of them teaches as much


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What numbers are drawn with: real pens, recorded writers, and characters that are no digits.

    `characters` are (h, w) uint8, light on dark. Fonts are those installed that training may use.
    """

    collections: "tuple[Collection, ...]" = ()
    writers: tuple[RecordedWriter, ...] = ()
    characters: tuple[Gray, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Real pens: `crops` (N, 28, 28) uint8, light on dark, and their digits `labels` (N,) int64, 0..9."""

    crops: Gray
    labels: NDArray[np.int64]


def collections_of(sources: Sequence[DataSource]) -> list[Collection]:
    """The pens among the sources: digits that drawn numbers may be written with."""
    parts = [source.train for source in sources if source.kind in ("pen", "as-is")]
    digits = [part.labels < 10 for part in parts]
    pens = [Collection(p.crops[d], p.labels[d]) for p, d in zip(parts, digits, strict=True)]
    return [pen for pen in pens if len(np.unique(pen.labels)) == 10]


def draw(
    make: Callable[[np.random.Generator, "Hands"], PerTask | None],
    material: "Sequence[Collection] | Material",
    count: int,
    seed: int,
    workers: int,
    *,
    words: float,
    first: int = 0,
) -> Iterator[PerTask]:
    """Draw `count` numbers, of whose print the share `words` has letters too.

    Those that `make` gives up are left out. The numbers are the same for any number of `workers`, processes
    to which `make`, a module's function, is sent. With `first`, a multiple of 250, the numbers are those from
    there on of all that would be drawn from the beginning.
    """
    whole = material if isinstance(material, Material) else Material(tuple(material))
    end = first + count
    tasks = [(make, seed, n, min(LINES_A_TASK, end - n)) for n in range(first, end, LINES_A_TASK)]
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, (whole, words)) as pool:
        for drawn in pool.map(_draw_task, tasks):
            yield from drawn


def draw_lines(
    collections: Sequence[Collection], count: int, seed: int, workers: int, *, words: bool
) -> Iterator[DrawnLine]:
    """Numbers and their candidates; see `draw`."""
    return draw(draw_line, collections, count, seed, workers, words=words)


def draw_crops(
    collections: Sequence[Collection], lines: int, seed: int, workers: int
) -> tuple[Gray, NDArray[np.int64]]:
    """The candidates of `lines` drawn numbers as the classifier learns them.

    Returns:
        (N, 28, 28) crops and (N,) classes 0..10, with a share of the parts only.
    """
    rng = np.random.default_rng(seed)
    crops, classes = [], []
    for line in draw_lines(collections, lines, seed, workers, words=True):
        spared = rng.random(len(line.labels)) < PARTS_KEPT
        kept = (line.labels != DOUBT) & ((line.labels != PART) | spared)
        crops.append(line.candidates.crops[kept])
        classes.append(np.minimum(line.labels[kept], MARK))
    return np.concatenate(crops), np.concatenate(classes)


def draw_line(rng: np.random.Generator, hands: "Hands") -> DrawnLine | None:
    """Draw one number on some paper and label its candidates; None where its font lacks a sign."""
    try:
        return label_line(*draw_picture(rng, hands, signed_text if rng.random() < SIGNED else random_text))
    except KeyError:
        return None


def draw_picture(
    rng: np.random.Generator, hands: "Hands", make_text: Callable[[np.random.Generator], str] = random_text
) -> tuple[Gray, Written, float]:
    """Draw one number on some paper: (H, W) uint8, what is written, and the picture's size over the ink's."""
    size = float(rng.uniform(*DRAWN_PX))
    hand, text, spacing = hands.choose(rng, size, make_text(rng))
    wide = spacing.gap > BOXED_GAP
    if wide and rng.random() < CROSSED:
        text = CROSS * int(rng.integers(1, 4)) + text
    number = draw_number(rng, hand, text, size, spacing)
    printed = None
    if wide and rng.random() < BOXED:
        number, printed = print_boxes(rng, number, size)
    gray, shrink = photograph(rng, number.ink, size, printed)
    return gray, number, shrink


def photograph(
    rng: np.random.Generator, ink: Gray, size_px: float, printed: NDArray[np.float32] | None = None
) -> tuple[Gray, float]:
    """Ink (H, W) on some paper, as a camera sees it: (h, w) uint8, and its size over the ink's."""
    gray = put_on_paper(rng, ink, writing_px=size_px, printed=printed)
    # The camera sees fewer pixels than the pen drew.
    shrink = min(1.0, float(rng.uniform(*SEEN_PX)) / size_px)
    if shrink < 0.95:
        shape = (max(8, round(gray.shape[1] * shrink)), max(8, round(gray.shape[0] * shrink)))
        gray = opencv.resize(gray, shape)
    return gray, shrink


class Hands:
    """The hands of a run: each number is written by one."""

    def __init__(
        self,
        collections: Sequence[Collection],
        fonts: Sequence[Path],
        words: float,
        writers: Sequence[RecordedWriter] = (),
        characters: Sequence[Gray] = (),
    ) -> None:
        """Take real pens, fonts, the share of print with letters, recorded writers, and what is no digit."""
        self._words, self._writers, self.characters = words, writers, characters
        self._collections = [(c.crops, index_by_label(c.labels)) for c in collections]
        self._fonts = fonts
        # A large collection has more writers, but not in proportion.
        sizes = np.sqrt([len(c.crops) for c in collections])
        self._shares = sizes / sizes.sum()

    def choose(self, rng: np.random.Generator, size_px: float, text: str) -> tuple[Hand, str, Spacing]:
        """A hand, the text it is to write and how it is set: print comes with letters too."""
        draw = rng.random()
        if draw < PRINTED and self._fonts:
            if self._words == 1 or (self._words and rng.random() < self._words):
                text = _with_letters(rng, text)
            return PrintHand(rng, size_px, self._fonts), text, printed_spacing(rng)
        spacing = random_spacing(rng)
        if self._writers and rng.random() < RECORDED:
            return (
                RecordedHand(rng, size_px, self._writers[int(rng.integers(len(self._writers)))]),
                text,
                spacing,
            )
        strokes = StrokeHand(rng, size_px)
        if draw < PRINTED + DRAWN_COLLECTED_SHARE:
            return self.pen(rng, size_px, strokes), text, spacing
        return strokes, text, spacing

    def pen(self, rng: np.random.Generator, size_px: float, marks: Hand) -> Hand:
        """A real pen, which leaves what its collection lacks to `marks`; that hand where there is none."""
        if not self._collections:
            return marks
        crops, by_label = self._collections[int(rng.choice(len(self._collections), p=self._shares))]
        return CollectedHand(rng, size_px, crops, by_label, marks)


def _with_letters(rng: np.random.Generator, text: str) -> str:
    """Sometimes words instead of the number, or beside it."""
    chance = rng.random()
    if chance < 0.3:
        return _word(rng) if chance < 0.22 else _word(rng) + str(rng.choice([" & ", "/", " "])) + _word(rng)
    if chance < 0.45:
        return f"{_word(rng)[:4]} {text}" if chance < 0.38 else text + _word(rng)[:2]
    return text


def _word(rng: np.random.Generator) -> str:
    """Letters, of which one at least is not like a digit, or an ampersand."""
    if rng.random() < AND:
        return "&"
    length = int(rng.integers(2, rng.integers(4, 10)))
    letters = rng.choice(list(LETTERS + OTHER_LETTERS), length)
    letters[rng.integers(0, min(2, length))] = rng.choice(list(LETTERS))
    word = "".join(letters)
    return word.upper() if rng.random() < CAPITALS else word


_hands: Hands | None = None


def hands_of(material: Material, *, words: float) -> Hands:
    """The hands of a run, with the installed fonts that training may use."""
    fonts = fonts_for(installed_fonts(), training=True)
    return Hands(material.collections, fonts, words, material.writers, material.characters)


def _start_worker(material: Material, words: float) -> None:
    global _hands  # noqa: PLW0603 - a worker process keeps what all its tasks need
    cv2.setNumThreads(1)
    _hands = hands_of(material, words=words)


def _draw_task(
    task: tuple[Callable[[np.random.Generator, Hands], PerTask | None], int, int, int],
) -> list[PerTask]:
    assert _hands is not None
    make, seed, start, count = task
    rng = np.random.default_rng((seed, start))
    return [picture for picture in (make(rng, _hands) for _ in range(count)) if picture is not None]
