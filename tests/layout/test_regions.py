"""Maps to numbers: what belongs together, how high it is, and at which size it is looked at."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from tones import LINE, OTHER, segment, sheet, write

from digitocr.layout.looks import COARSE_SIDE_PX, LOOK_TILE_PX
from digitocr.layout.regions import nearest_component
from digitocr.layout.search import find_regions


def boxes(regions):
    return sorted(tuple(round(side) for side in region.box) for region in regions)


def near(box, other, by):
    return all(abs(one - two) <= by for one, two in zip(box, other, strict=True))


def test_numbers_are_found_where_they_stand():
    page = sheet(600, 400)
    drawn = [write(page, "4096", 60, 100), write(page, "12", 300, 100), write(page, "7", 80, 300)]
    found = boxes(find_regions(page, segment))
    assert len(found) == 3
    assert all(near(box, other, 3) for box, other in zip(found, sorted(drawn), strict=True))


def test_digits_far_apart_are_one_number_where_the_map_links_them():
    page = sheet(600, 300)
    first, last = write(page, "4", 60, 100), write(page, "7", 116, 100)
    write(page, "5", 60, 200)
    write(page, "5", 300, 200)
    linked = [region for region in find_regions(page, segment) if region.linked]
    assert len(linked) == 1
    assert near(tuple(map(round, linked[0].box)), (*first[:2], *last[2:]), 3)
    assert len(find_regions(page, segment)) == 3


@pytest.mark.parametrize(("height", "side"), [(9, 800), (14, 1200), (28, 1600), (60, 1600), (150, 2200)])
def test_digits_of_any_height_are_found_and_measured(height, side):
    page = sheet(side, side)
    drawn = [
        write(page, "8064", round((0.1 + 0.5 * column) * side), round((0.2 + 0.2 * line) * side), height)
        for line in range(4)
        for column in range(2)
    ]
    found = find_regions(page, segment)
    assert len(found) == 8
    assert all(any(near(box, other, 3 + height / 8) for box in boxes(found)) for other in drawn)
    assert all(region.height == pytest.approx(height, rel=0.3) for region in found)


def test_a_page_is_looked_at_more_closely_only_where_ink_is_small():
    page = sheet(2400, 2400)
    for n in range(8):
        write(page, "1234567", 100 + 200 * (n % 2), 200 + 30 * n, 10)
    seen = []
    found = find_regions(page, lambda image: seen.append(image.size) or segment(image))
    assert len(found) == 8
    assert seen[0] <= COARSE_SIDE_PX**2
    assert sum(seen) < 12 * LOOK_TILE_PX**2


def test_what_is_looked_at_is_bounded(monkeypatch):
    monkeypatch.setattr("digitocr.layout.search.LOOK_MEGAPIXELS", 1.0)  # of 5.8 at twice the size
    page = np.random.default_rng(1).choice(np.array([10, 110, 235], np.uint8), (240, 240))
    page = np.kron(page, np.ones((5, 5), np.uint8))
    seen = []
    find_regions(page, lambda image: seen.append(image.size) or segment(image))
    assert sum(seen) < 1e6 + COARSE_SIDE_PX**2 + LOOK_TILE_PX**2


def test_other_ink_around_a_number_is_told():
    page = sheet(700, 300)
    write(page, "4096", 60, 100)
    write(page, "4096", 60, 200)
    for left in range(56, 150, 6):
        cv2.line(page, (left, 206), (left, 216), OTHER, 2)
    clean, crowded = sorted(find_regions(page, segment), key=lambda region: region.box[1])[:2]
    assert clean.other_share < 0.05
    assert crowded.other_share > 0.1


@pytest.mark.parametrize("surer_when_larger", [True, False])
def test_a_number_among_other_ink_is_looked_at_again(surer_when_larger):
    page = sheet(400, 200)
    drawn = write(page, "4096", 100, 110)

    def maps_at(image):
        maps = segment(image)
        if surer_when_larger and image.shape[1] > page.shape[1]:
            return maps
        left_half = np.arange(maps.digit.shape[1]) < maps.digit.shape[1] * 140 // 400
        return replace(maps, other=maps.digit, digit=np.where(left_half, maps.digit, maps.digit // 2))

    (region,) = find_regions(page, maps_at)
    assert near(boxes([region])[0], drawn, 6)
    assert (region.look.input_px > 1) == surer_when_larger
    assert (region.other_share == 0) == surer_when_larger


@pytest.mark.parametrize(("height", "input_px"), [(10, 2), (28, 1)])
def test_a_number_alone_on_its_page_is_found_however_small(height, input_px):
    page = sheet(400, 200)
    write(page, "7", 100, 110, height)
    (region,) = find_regions(page, segment)
    assert region.look.input_px == pytest.approx(input_px)


def test_the_tilt_of_a_line_is_measured():
    page = sheet(800, 400)
    for n, digit in enumerate("40961"):
        write(page, digit, 150 + 60 * n, 200, 56)
    matrix = cv2.getRotationMatrix2D((400, 200), 4, 1)
    turned = cv2.warpAffine(page, matrix, (800, 400), flags=cv2.INTER_NEAREST, borderValue=235)
    (region,) = find_regions(turned, segment)
    assert region.tilt == pytest.approx(4, abs=1)


def test_ink_belongs_to_the_nearest_core():
    mask = np.zeros((5, 9), np.uint8)
    mask[2, 1], mask[2, 7] = 1, 1
    labels = np.zeros((5, 9), np.int32)
    labels[2, 1], labels[2, 7] = 1, 2
    owner, distance = nearest_component(mask, labels)
    assert owner[:, :4].tolist() == [[1] * 4] * 5
    assert owner[:, 5:].tolist() == [[2] * 4] * 5
    assert distance[2, 3] == pytest.approx(2, abs=0.1)


def test_lines_are_no_numbers():
    page = sheet(400, 300)
    cv2.line(page, (0, 100), (400, 100), LINE, 3)
    assert find_regions(page, segment) == []
