"""Real pages become patches whose maps follow their ink: shown on pages drawn here."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the extra train has it")

import matplotlib as mpl

from digitocr.layout.maps import MAP_NAMES, digit_heights_px
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.writers import FontWriter
from digitocr.training.page_patches import cut_patches
from digitocr.training.real_pages import (
    KEPT_OUT_EVERY,
    register_pages,
    sudoku_photographs,
)

FONT = FontWriter(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
LINES = {  # name: text, row of its writing line, whether it is a number, whether it has digits
    "number": ("1847", 100, True, True),
    "word": ("hello", 200, False, False),
    "both": ("le 12 mai", 300, False, True),
}


def picture_of(canvas: Canvas) -> np.ndarray:
    return np.clip(230 * (1 - canvas.dark), 0, 255).astype(np.uint8)


def around(base: int) -> list[list[int]]:
    return [[40, base - 40], [300, base - 40], [300, base + 15], [40, base + 15]]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    canvas = Canvas(400, 400)
    for text, base, *_ in LINES.values():
        canvas.word(FONT, text, (60, base), 26, 0.9)
    canvas.line((50, 0), (50, 400), 2, 0.9)
    cv2.imwrite(str(tmp_path / "page.png"), picture_of(canvas))
    lines = [
        {"polygon": around(base), "text": text, "number": number, "has_digits": digits, "printed": False}
        for text, base, number, digits in LINES.values()
    ]
    page = json.dumps({"file": "page.png", "lines": lines})
    (tmp_path / "lines.jsonl").write_text("\n".join([page] * (KEPT_OUT_EVERY + 1)), encoding="utf-8")
    return tmp_path


def test_ink_in_a_number_is_digit_ink_and_other_ink_elsewhere(register: Path) -> None:
    page = next(register_pages(register, training=True))
    rows = {name: slice(base - 35, base + 10) for name, (_, base, *_) in LINES.items()}
    maps = page.canvas.maps
    assert maps["digit"][rows["number"]].any()
    assert not maps["other"][rows["number"]].any()
    assert maps["other"][rows["word"]].any()
    assert not maps["digit"][rows["word"]].any()
    assert (page.sure[rows["number"]] == 255).all()
    assert (page.sure[rows["both"], 100:200] == 0).all()
    assert "line" not in page.known


def test_ruled_lines_are_no_ink_of_a_number(register: Path) -> None:
    page = next(register_pages(register, training=True))
    assert not page.canvas.maps["digit"][:, 48:53].any()


def test_the_height_of_a_number_is_that_of_its_digits(register: Path) -> None:
    maps = next(register_pages(register, training=True)).canvas.maps
    assert digit_heights_px(maps["height"][maps["core"] > 0]) == pytest.approx(26, rel=0.1)


def test_some_pages_are_kept_out(register: Path) -> None:
    assert len(list(register_pages(register, training=True))) == KEPT_OUT_EVERY - 1
    assert len(list(register_pages(register, training=False))) == 2


def test_patches_follow_the_scale(register: Path) -> None:
    pages = list(register_pages(register, training=False))
    patches = cut_patches(np.random.default_rng(1), pages, 6, (0.5, 0.5))
    core, height = MAP_NAMES.index("core"), MAP_NAMES.index("height")
    heights = digit_heights_px(patches.maps[..., height][patches.maps[..., core] > 200])
    assert np.median(heights) == pytest.approx(13, rel=0.1)
    assert not patches.known[:, MAP_NAMES.index("line")].any()


def test_a_sudoku_s_digits_and_lines_are_known_and_cells_with_other_ink_are_not(tmp_path: Path) -> None:
    canvas, cell = Canvas(460, 460), 50
    for n in range(10):
        canvas.line((5 + n * cell, 5), (5 + n * cell, 455), 2, 0.8)
        canvas.line((5, 5 + n * cell), (455, 5 + n * cell), 2, 0.8)
    canvas.word(FONT, "7", (30, 40), 26, 0.9, align="c")
    canvas.word(FONT, "3", (80, 40), 26, 0.9, align="c")  # pencilled: the grid beside does not tell it
    grid = [["7", *"00000000"], *[list("000000000")] * 8]
    for name in ("a", "b", "c", "d"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture_of(canvas))
        text = "\n".join(["phone", "photograph", *(" ".join(row) for row in grid)])
        (tmp_path / f"{name}.dat").write_text(text, encoding="utf-8")
    corners = "5,5,455,5,455,455,5,455"
    header = "file," + ",".join(f"p{n}_{axis}" for n in range(1, 5) for axis in "xy")
    rows = [header, *(f"{name}.png,{corners}" for name in "abcd")]
    (tmp_path / "outlines.csv").write_text("\n".join(rows), encoding="utf-8")

    page = next(sudoku_photographs(tmp_path, training=True))
    maps = page.canvas.maps
    assert maps["digit"][12:48, 12:48].any()
    assert not maps["digit"][12:48, 62:98].any()
    assert (page.sure[20:40, 70:90] == 0).all()
    assert (page.sure[20:40, 120:140] == 255).all()
    assert (maps["line"][5:455:10, 104:107] > 0).any(1).mean() > 0.9
