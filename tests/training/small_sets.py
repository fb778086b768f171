"""Small sets in the places and forms of those that models/data.toml names, drawn here."""

import json
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from material import draw_number

from digitocr.datasets.registry import DataSet, listing_sha256, read_registry
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.writers import FontWriter

ROOT = Path(__file__).parents[2]
FONT = FontWriter(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
WRITERS = (1, 2, 3, 8)  # the last is kept out of training
EACH = 14  # of each digit, of which the last is kept out
# A digit's pen strokes, near enough: points (x, y) with y down, in a square of 1000.
STROKES = {
    "0": [[(500, 0), (200, 500), (500, 1000), (800, 500), (500, 0)]],
    "1": [[(500, 0), (500, 500), (500, 1000)]],
    "2": [[(200, 200), (500, 0), (800, 300), (200, 1000), (800, 1000)]],
    "3": [[(200, 0), (800, 200), (400, 500), (800, 800), (200, 1000)]],
    "4": [[(400, 0), (200, 600), (800, 600)], [(600, 300), (600, 1000)]],
    "5": [[(300, 0), (300, 400), (700, 600), (300, 1000)], [(300, 0), (800, 0)]],
    "6": [[(700, 0), (300, 600), (500, 1000), (700, 700), (300, 700)]],
    "7": [[(200, 0), (800, 0), (400, 1000)]],
    "8": [[(700, 100), (300, 300), (700, 800), (300, 900), (700, 300), (400, 0)]],
    "9": [[(700, 300), (400, 400), (400, 0), (700, 100), (600, 1000)]],
}


def draw_sets(data: Path) -> dict[str, DataSet]:
    """Draw all sets under `data`; the registry of those, with their own sums."""
    for folder in ("mnist", "digits", "unipen_digits", "unipen_strings", "kubiesa_cells", "nsysu_digits"):
        (data / folder).mkdir(parents=True)
    rng = np.random.default_rng(3)
    _characters(data, rng)
    _recorded(data)
    _register_numbers(data / "lectaurep_numbers" / "train")
    _register_pages(data / "register_pages_train")
    _sudokus(data / "pencilled_sudoku_train")
    entries = read_registry(ROOT / "models" / "data.toml")
    return {name: entry for name, entry in entries.items() if (data / entry.path).exists()}


def write_registry(sets: dict[str, DataSet], data: Path, file: Path) -> None:
    """Write the registry of the sets as they lie under `data`."""
    lines = []
    for entry in sets.values():
        told = {key: getattr(entry, key) for key in ("title", "source", "licence", "converter", "path")}
        told |= {"attribution": "a", "sha256": listing_sha256(data / entry.path)}
        lines += [f"[{entry.name}]", *(f"{key} = {json.dumps(value)}" for key, value in told.items())]
    file.write_text("\n".join(lines), encoding="utf-8")


def dark_digit(text: str, side: int, shift: int = 0) -> np.ndarray:
    page = np.full((side, side), 240, np.uint8)
    at = (side // 4 + shift, 3 * side // 4)
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, side / 40, 20, max(1, side // 20), cv2.LINE_AA)
    return page


def _characters(data: Path, rng: np.random.Generator) -> None:
    for digit in range(10):
        folder = data / "mnist" / str(digit)
        folder.mkdir()
        for n in range(EACH):
            cv2.imwrite(str(folder / f"{n:02}.png"), dark_digit(str(digit), 28, int(rng.integers(-2, 3))))
    signs = {"dot": ".", "minus": "-", "plus": "+", "w": "w", "x": "x", "y": "y"}
    labels = [*"0123456789" * EACH, *(label for label in signs for _ in range(3))]
    pictures = np.array([dark_digit(signs.get(label, label), 28) for label in labels])
    np.savez(data / "digits" / "bhmsds.npz", x=pictures, label=np.array(labels))
    strange = np.array([dark_digit(text, 48) for text in "@#&%wm"])
    np.savez(data / "digits" / "omniglot_small.npz", x=strange, label=np.array(["@"] * len(strange)))
    cells = np.array([*(dark_digit(text, 48) for text in "4x3"), np.full((48, 48), 240, np.uint8)])
    arrays = {"y": np.array(["4", "candidates", "3", "blank"])}
    splits = np.array(["train", "val", "test", "train"])
    np.savez(data / "kubiesa_cells" / "kubiesa_cells.npz", x=cells, split=splits, **arrays)
    quiz = np.array([255 - dark_digit(str(digit), 28) for digit in range(10)])
    np.savez(data / "nsysu_digits" / "nsysu_digits.npz", x=quiz, y=np.arange(10))


def _recorded(data: Path) -> None:
    digits = [(writer, text) for writer in WRITERS for text in STROKES]
    owners = [n for n, (_, text) in enumerate(digits) for _ in STROKES[text]]
    strokes = [stroke for _, text in digits for stroke in STROKES[text]]
    np.savez(
        data / "unipen_digits" / "unipen_strokes.npz",
        points=np.array([point for stroke in strokes for point in stroke], np.int16),
        stroke_length=[len(stroke) for stroke in strokes],
        digit=owners,
        y=np.array([text for _, text in digits]),
        writer=[writer for writer, _ in digits],
    )
    texts = np.array(["1"] * len(WRITERS))
    np.savez(
        data / "unipen_strings" / "unipen_strings.npz",
        points=np.array(STROKES["1"][0] * len(WRITERS), np.int16),
        stroke_length=[3] * len(WRITERS),
        string=np.arange(len(WRITERS)),
        writer=np.array(WRITERS),
        **dict.fromkeys(("raw", "label", "read"), texts),
    )


def _register_numbers(folder: Path) -> None:
    folder.mkdir(parents=True)
    rows = ["file,label,raw,document,page"]
    for n in range(12):
        cv2.imwrite(str(folder / f"{n}.png"), draw_number(f"10{n}"))
        rows.append(f"{n}.png,10{n},10{n},d{n},volume{n}_1")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")


def _register_pages(folder: Path) -> None:
    folder.mkdir()
    canvas = Canvas(400, 400)
    lines = []
    for text, base in (("1847", 100), ("paid", 200), ("le 12 mai", 300)):
        canvas.word(FONT, text, (60, base), 26, 0.9)
        polygon = [[40, base - 40], [300, base - 40], [300, base + 15], [40, base + 15]]
        digits = any(map(str.isdigit, text))
        line = {"polygon": polygon, "text": text, "number": text.isdigit(), "has_digits": digits}
        lines.append(line | {"printed": False})
    cv2.imwrite(str(folder / "page.png"), picture_of(canvas))
    pages = [{"file": "page.png", "page": f"volume{n}_1", "lines": lines} for n in range(12)]
    (folder / "lines.jsonl").write_text("\n".join(map(json.dumps, pages)), encoding="utf-8")


def _sudokus(folder: Path) -> None:
    folder.mkdir()
    canvas, cell = Canvas(460, 460), 50
    for n in range(10):
        canvas.line((5 + n * cell, 5), (5 + n * cell, 455), 2, 0.8)
        canvas.line((5, 5 + n * cell), (455, 5 + n * cell), 2, 0.8)
    canvas.word(FONT, "7", (30, 40), 26, 0.9, align="c")
    grid = "\n".join(["phone", "photograph", "7 " + "0 " * 8, *["0 " * 9] * 8])
    rows = ["file," + ",".join(f"p{n}_{axis}" for n in range(1, 5) for axis in "xy")]
    for name in "abcd":
        cv2.imwrite(str(folder / f"{name}.png"), picture_of(canvas))
        (folder / f"{name}.dat").write_text(grid, encoding="utf-8")
        rows.append(f"{name}.png,5,5,455,5,455,455,5,455")
    (folder / "outlines.csv").write_text("\n".join(rows), encoding="utf-8")


def picture_of(canvas: Canvas) -> np.ndarray:
    return np.clip(230 * (1 - canvas.dark), 0, 255).astype(np.uint8)
