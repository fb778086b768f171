"""The overlay draws what was read, beside the ink and not on it."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitocr.errors import OutputError, UsageError
from digitocr.output.labels import label_for
from digitocr.output.overlay import check_overlays, draw_overlay, overlay_stems, save_overlay
from digitocr.records import Box, Digit, Gray, PageResult, Reading, Status


def page_with(
    boxes: list[Box], height: int, width: int, status: Status = "accept"
) -> tuple[Gray, PageResult]:
    gray = np.full((height, width), 250, np.uint8)
    for box in boxes:
        gray[box.top : box.bottom, box.left : box.right : 2] = 0
    readings = tuple(
        Reading("", row, box, "123", status, 0.97, digits=(Digit("123", 0.5, box),))
        for row, box in enumerate(boxes, 1)
    )
    return gray, PageResult("scan.png", 1, width, height, "page", readings)


@pytest.mark.parametrize("size", [(34, 60), (1, 1), (5, 900), (900, 5), (290, 690), (2600, 3400)])
def test_any_size_gives_a_picture_worth_looking_at(size: tuple[int, int]) -> None:
    height, width = size
    gray, result = page_with([Box(0, 0, max(1, width // 2), max(1, height // 2))], height, width)
    image = draw_overlay(gray, result)
    assert image.dtype == np.uint8
    assert image.shape[2] == 3
    assert max(image.shape) < 4000
    if min(size) > 30:
        assert 900 <= image.shape[1] <= 3000


def coloured(image: np.ndarray) -> np.ndarray:
    return np.ptp(image.astype(np.int16), axis=2) > 60


@pytest.mark.parametrize("status", ["accept", "review", "blank", "error"])
def test_colours_tell_the_status(status: Status) -> None:
    images = [draw_overlay(*page_with([Box(300, 200, 420, 240)], 600, 1000, s)) for s in (status, "accept")]
    assert np.array_equal(*images) == (status == "accept")


def test_page_without_readings() -> None:
    image = draw_overlay(*page_with([], 600, 1000))
    assert not coloured(image).any()


def test_labels_keep_clear_of_ink_and_of_each_other() -> None:
    boxes = [Box(100 + 300 * x, 60 + 50 * y, 200 + 300 * x, 90 + 50 * y) for x in range(3) for y in range(10)]
    gray, result = page_with(boxes, 600, 1000)
    image = draw_overlay(gray, result)
    margin = (image.shape[1] - 1000) // 2
    ink = np.zeros(image.shape[:2], bool)
    ink[margin : margin + 600, margin : margin + 1000] = gray < 128
    underlines = 7 * ink.sum() // 30
    assert (coloured(image) & ink).sum() <= underlines
    labels, _ = cv2.connectedComponents(coloured(image).astype(np.uint8))
    assert labels > len(boxes)


def named_page(boxes: list[Box], height: int, width: int, names: list[str]) -> tuple[Gray, PageResult]:
    gray, result = page_with(boxes, height, width)
    named = tuple(replace(one, field=name) for one, name in zip(result.readings, names, strict=True))
    return gray, replace(result, readings=named)


def test_field_names_stand_beside_readings_and_not_on_ink() -> None:
    boxes = [Box(60 + 300 * x, 60 + 90 * y, 200 + 300 * x, 100 + 90 * y) for x in range(3) for y in range(6)]
    gray, plain = page_with(boxes, 640, 1000)
    _, named = named_page(boxes, 640, 1000, [f"certificate_{n}" for n in range(len(boxes))])
    before, after = draw_overlay(gray, plain), draw_overlay(gray, named)
    margin = (after.shape[1] - 1000) // 2
    assert coloured(after).sum() > 1.3 * coloured(before).sum()
    ink = np.zeros(after.shape[:2], bool)
    ink[margin : margin + 640, margin : margin + 1000] = gray < 128
    assert (coloured(after) & ink).sum() <= (coloured(before) & ink).sum()


def test_a_label_has_its_name_before_the_number_or_on_it() -> None:
    reading = Reading("roll_women", 1, Box(0, 0, 90, 30), "186", "accept", 0.98)
    plain = label_for(replace(reading, field=""), 20)
    beside, stacked = (label_for(reading, 20, stacked=stacked) for stacked in (False, True))
    assert (plain.name, beside.name, stacked.name) == ("", "roll_women", "roll_women")
    assert beside.width > stacked.width
    assert beside.height == plain.height < stacked.height
    assert label_for(replace(reading, field="x" * 99), 20).width < 2 * label_for(reading, 20).width + 200


@pytest.mark.parametrize(("confidence", "note"), [(0.9969, "99 %"), (0.29, "29 %"), (1.0, "100 %")])
def test_a_label_never_says_more_than_the_confidence(confidence: float, note: str) -> None:
    assert label_for(Reading("", 1, Box(0, 0, 90, 30), "186", "accept", confidence), 20).note == note


def test_a_shadow_is_no_ink() -> None:
    boxes = [Box(100, 60 + 120 * y, 240, 100 + 120 * y) for y in range(4)]
    gray, result = page_with(boxes, 560, 1000)
    shaded = np.where(gray > 128, 120, gray).astype(np.uint8)
    light, dark = (np.argwhere(coloured(draw_overlay(page, result))).mean(axis=0) for page in (gray, shaded))
    assert np.abs(light - dark).max() < 3


def test_same_reading_same_picture() -> None:
    assert np.array_equal(*(draw_overlay(*page_with([Box(10, 10, 50, 30)], 200, 300)) for _ in range(2)))


def test_many_readings_and_a_long_name() -> None:
    boxes = [Box(5 * x, 9 * y, 5 * x + 4, 9 * y + 7) for x in range(20) for y in range(15)]
    gray, result = page_with(boxes, 140, 110)
    long = PageResult("x" * 500 + ".png", 1, 110, 140, "page", result.readings)
    assert draw_overlay(gray, long).ndim == 3


def test_stems_are_unique_and_do_not_depend_on_the_order() -> None:
    sources = [
        "a/scan.png",
        "b/Scan.png",
        "b/scan.jpg",
        "c/other.tif",
        "-",
        "odd\udcff.png",
        "back\\slash.png",
    ]
    stems = overlay_stems(sources)
    assert len({stem.casefold() for stem in stems.values()}) == len(sources)
    assert stems["c/other.tif"] == "other"
    assert stems["-"] == "stdin"
    assert all(stem.isprintable() and "/" not in stem and "\\" not in stem for stem in stems.values())
    assert overlay_stems(sources[::-1]) == stems


def test_no_overlay_replaces_an_input(tmp_path: Path) -> None:
    def check(folder: Path, *names: str) -> None:
        check_overlays(folder, overlay_stems([str(tmp_path / name) for name in names]))

    check(tmp_path, "a.png", "b.p1.jpg", "a.jpg")
    check(tmp_path / "drawn", "a.png", "a.p1.jpg")
    for folder in (tmp_path, tmp_path / "drawn" / ".."):
        with pytest.raises(UsageError, match=r"a\.p12\.jpg: is an input"):
            check(folder, "a.png", "a.p12.jpg")


def test_saved_picture_comes_back(tmp_path: Path) -> None:
    image = draw_overlay(*page_with([Box(10, 10, 50, 30)], 200, 300))
    path = save_overlay(tmp_path / "new" / "folder", "scan", 2, image)
    assert path == tmp_path / "new" / "folder" / "scan.p2.jpg"
    assert np.abs(cv2.imread(str(path))[:, :, ::-1].astype(int) - image).mean() < 2
    assert [file.name for file in path.parent.iterdir()] == ["scan.p2.jpg"]


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="--overlay"):
        save_overlay(tmp_path / "file", "scan", 1, np.zeros((4, 4, 3), np.uint8))


def test_crowded_readings_are_typeset_beside_the_page() -> None:
    boxes = [Box(20 + 60 * x, 20 + 25 * y, 76 + 60 * x, 43 + 25 * y) for x in range(14) for y in range(20)]
    gray, result = page_with(boxes, 560, 900)
    image = draw_overlay(gray, result)
    alone = draw_overlay(*page_with(boxes[:1], 560, 900))
    assert image.shape[1] > 1.8 * alone.shape[1]
    assert coloured(image[:, alone.shape[1] :]).any()
