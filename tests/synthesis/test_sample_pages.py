"""The sample pages and their truth."""

import csv
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from digitocr.records import Box
from digitocr.synthesis.drawings import PAGES, SamplePage, form, photo
from digitocr.synthesis.sample_pages import DPI, HEADER, SEED, draw_all
from digitocr.synthesis.sheet import BLACK, Sheet

SAMPLES = Path(__file__).parents[2] / "samples"
Rows = list[dict[str, str]]


def truth_of(folder: Path) -> Rows:
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    draw_all(folder, SEED)
    return folder


def pictures(path: Path) -> list[Image.Image]:
    """The pages of a sample, as a reader sees them."""
    if path.suffix == ".pdf":
        return [page.render(scale=DPI / 72).to_pil() for page in pypdfium2.PdfDocument(path)]
    with Image.open(path) as image:
        pages = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            pages.append(image.copy())
        return pages


def test_at_least_eight_small_samples(drawn: Path) -> None:
    sizes = [path.stat().st_size for path in drawn.iterdir()]
    assert len(PAGES) >= 8
    assert {path.name for path in drawn.iterdir()} == {*PAGES, "truth.csv"}
    assert max(sizes) < 300_000
    assert sum(sizes) < 2_000_000


def test_every_number_of_the_truth_is_dark_ink_inside_its_page(drawn: Path) -> None:
    rows = truth_of(drawn)
    assert tuple(rows[0]) == HEADER
    for name in PAGES:
        pages = pictures(drawn / name)
        own = [row for row in rows if row["file"] == name]
        assert {int(row["page"]) for row in own} == set(range(1, len(pages) + 1))
        for row in own:
            gray = np.asarray(pages[int(row["page"]) - 1].convert("L"), np.float64)
            left, top, right, bottom = (int(row[side]) for side in HEADER[4:])
            assert row["text"].isdecimal()
            assert 0 <= left < right <= gray.shape[1]
            assert 0 <= top < bottom <= gray.shape[0]
            inside = gray[top:bottom, left:right]
            assert np.percentile(inside, 2) < np.percentile(inside, 85) - 30


def test_rows_are_counted_in_reading_order(drawn: Path) -> None:
    pages: dict[tuple[str, str], Rows] = {}
    for row in truth_of(drawn):
        pages.setdefault((row["file"], row["page"]), []).append(row)
    for rows in pages.values():
        assert [int(row["row"]) for row in rows] == list(range(1, len(rows) + 1))
        middles = [int(row["top"]) + int(row["bottom"]) for row in rows]
        assert middles == sorted(middles)


def test_several_pages_in_one_file(drawn: Path) -> None:
    assert len(pictures(drawn / "slips.tif")) == 3
    assert len(pictures(drawn / "register.pdf")) == 2


def test_the_same_seed_draws_the_same_files(drawn: Path, tmp_path: Path) -> None:
    draw_all(tmp_path, SEED)
    for path in drawn.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("draw", [form, photo])
def test_another_seed_gives_other_numbers(draw) -> None:  # type: ignore[no-untyped-def]
    def texts(pages: list[SamplePage]) -> list[str]:
        return [text for page in pages for text, _ in page.numbers]

    first, second = (texts(draw(np.random.default_rng(seed))) for seed in (1, 2))
    assert first != second
    assert len(first) == len(second)


def test_the_amounts_add_up(drawn: Path) -> None:
    *entries, total = (int(row["text"]) for row in truth_of(drawn) if row["file"] == "amounts.jpg")
    assert sum(entries) == total


def test_the_samples_of_the_project_are_those_of_its_generator(drawn: Path) -> None:
    assert {path.name for path in SAMPLES.iterdir() if path.is_file()} == {*PAGES, "truth.csv", "README.md"}
    shown, made = (
        [(r["file"], r["page"], r["row"], r["text"]) for r in truth_of(f)] for f in (SAMPLES, drawn)
    )
    assert shown == made  # not the pixels: installed fonts differ between machines


def test_print_off_the_sheet_is_lost_and_cover_hides() -> None:
    sheet = Sheet(np.random.default_rng(0), 60, 40, (1, 1, 1), grain=0)
    sheet.stain(np.ones((30, 30), np.float32), -10, -10, BLACK)
    sheet.stain(np.ones((30, 30), np.float32), 50, 30, BLACK)
    assert sheet.light[10, 10].max() < 0.2
    assert sheet.light[39, 59].max() < 0.2
    assert sheet.light[25, 25].min() == 1
    sheet.cover(np.ones((40, 60), np.float32), 0, 0, (0.5, 0.6, 0.7))
    assert np.allclose(sheet.light, (0.5, 0.6, 0.7))


def test_a_frame_is_drawn_on_its_box() -> None:
    sheet = Sheet(np.random.default_rng(0), 60, 40, (1, 1, 1), grain=0)
    sheet.frame(Box(10, 10, 50, 30), BLACK, 2)
    assert sheet.light[10, 30].max() < 0.5
    assert sheet.light[20, 50].max() < 0.5
    assert sheet.light[20, 30].min() == 1


def test_samples_can_be_drawn_where_no_fonts_are_installed(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitocr.synthesis.drawings.installed_fonts", tuple)
    draw_all(tmp_path, SEED)
    texts = ([(row["file"], row["text"]) for row in truth_of(folder)] for folder in (drawn, tmp_path))
    assert len({tuple(text) for text in texts}) == 1
