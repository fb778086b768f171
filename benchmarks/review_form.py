"""A clerk's batch, drawn: a form of 18 fields, its template, and sheets filled in by different hands."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from digitocr.records import Box
from digitocr.synthesis.sheet import BLACK, BLUE, GREY, Colour, Sheet
from digitocr.synthesis.strokes import StrokeHand

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
PAPER: Colour = (0.985, 0.985, 0.98)
BOX, STEP, TOP, ROW_STEP, MARK = Box(0, 0, 50, 64), 54, 330, 140, 30
COLUMNS = (180, 740)
ROWS, DIGITS = 9, 4
TEMPLATE_HEAD = f"""schema = "digitocr-template/1"
name = "stock"
width = {WIDTH}
height = {HEIGHT}
reference = "form.png"
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """The drawn batch: the template, the sheets, and what stands in each field of each (by file's name)."""

    template: Path
    sheets: tuple[Path, ...]
    truth: dict[str, dict[str, str]]


def draw_batch(folder: Path, sheets: int = 12, seed: int = 5) -> Batch:
    """Draw a form, its template and filled sheets into a folder."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(_blank(rng).scanned()).save(folder / "form.png")
    fields = "".join(_toml(name, first) for name, first in _fields().items())
    (folder / "form.toml").write_text(TEMPLATE_HEAD + fields, "utf-8")
    truth: dict[str, dict[str, str]] = {}
    files = []
    (folder / "scans").mkdir(exist_ok=True)
    for number in range(1, sheets + 1):
        sheet, hand = _blank(rng), StrokeHand(rng, 42)
        values = {name: _value(rng) for name in _fields()}
        for name, first in _fields().items():
            sheet.write_in_boxes(hand, values[name], first, STEP, BLUE)
        files.append(folder / "scans" / f"sheet-{number:02}.jpg")
        Image.fromarray(sheet.scanned()).save(files[-1], quality=88)
        truth[files[-1].name] = values
    return Batch(folder / "form.toml", tuple(files), truth)


def _fields() -> dict[str, Box]:
    """The first box of each field, by the field's name."""
    return {
        f"{'stock' if column == 0 else 'sold'}_{row + 1}": BOX.shifted(left, TOP + ROW_STEP * row)
        for row in range(ROWS)
        for column, left in enumerate(COLUMNS)
    }


def _value(rng: np.random.Generator) -> str:
    return "".join(map(str, rng.integers(0, 10, int(rng.integers(2, DIGITS + 1)))))


def _blank(rng: np.random.Generator) -> Sheet:
    sheet = Sheet(rng, WIDTH, HEIGHT, PAPER, grain=0.004)
    for x in (50, WIDTH - 50 - MARK):
        for y in (50, HEIGHT - 50 - MARK):
            sheet.stain(np.ones((MARK, MARK), np.float32), x, y, BLACK)
    sheet.label("Stock taking", 130, 170, 52)
    sheet.label("In stock", COLUMNS[0], TOP - 40, 30)
    sheet.label("Sold", COLUMNS[1], TOP - 40, 30)
    for name, first in _fields().items():
        sheet.label(name.rpartition("_")[2], first.left - 60, first.bottom - 16, 30, GREY)
        for n in range(DIGITS):
            sheet.frame(first.shifted(STEP * n, 0), GREY, 2)
    return sheet


def _toml(name: str, first: Box) -> str:
    cells = [first.shifted(STEP * n, 0) for n in range(DIGITS)]
    boxes = ", ".join(f"[{c.left}, {c.top}, {c.right}, {c.bottom}]" for c in cells)
    whole = f"[{first.left}, {first.top}, {cells[-1].right}, {first.bottom}]"
    return (
        f'\n[[field]]\nname = "{name}"\nbox = {whole}\nkind = "boxes"\ndigits = {DIGITS}\ncells = [{boxes}]\n'
    )
