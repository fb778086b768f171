"""A number alone: its own ink as it was, all else painted over."""

from dataclasses import replace

import cv2
import numpy as np
from tones import DIGIT, LINE, OTHER, PAPER, segment, sheet, write

from digitocr.layout.isolate import isolated
from digitocr.layout.search import find_regions


def the_number(page):
    (region,) = find_regions(page, segment)
    return isolated(page, region)


def test_lines_and_letters_go_and_digits_stay():
    clean, ruled = sheet(400, 200), sheet(400, 200)
    for page in (clean, ruled):
        write(page, "4096", 100, 110)
    cv2.rectangle(ruled, (60, 70), (220, 118), LINE, 2)
    write(ruled, "m", 40, 110, tone=OTHER)
    (near, _), (wanted, _) = the_number(ruled), the_number(clean)
    assert near.shape == wanted.shape
    assert (near < 60).sum() >= 0.95 * (wanted < 60).sum()
    assert ((near > 90) & (near < 200)).mean() < 0.02


def test_digits_that_may_be_letters_stay_where_a_core_is_sure_of_them():
    page = sheet(400, 200)
    write(page, "4096", 100, 110)

    def unsure(image):
        maps = segment(image)
        right_half = np.arange(maps.digit.shape[1]) > maps.digit.shape[1] * 140 // 400
        digit = np.where(right_half, maps.digit // 3, maps.digit)
        return replace(maps, digit=digit, other=np.where(right_half, maps.digit, maps.other))

    (region,) = find_regions(page, unsure)
    (near, _), (wanted, _) = isolated(page, region), the_number(page)
    assert (near < 60).sum() >= 0.95 * (wanted < 60).sum()


def test_a_neighbours_ink_goes():
    page = sheet(400, 200)
    write(page, "4096", 100, 95)
    write(page, "8888", 100, 131)
    upper = min(find_regions(page, segment), key=lambda region: region.box[1])
    near, page_from_near = isolated(page, upper)
    ys, _ = np.nonzero(near < 60)
    assert page_from_near[1, 2] + ys.max() < 97


def test_light_digits_on_dark_come_out_dark():
    page = sheet(400, 200)
    write(page, "4096", 100, 110)
    (region,) = find_regions(page, segment)
    near, _ = isolated(np.asarray(255 - page, np.uint8), region)
    assert abs(int(np.median(near)) - PAPER) < 3
    assert near.min() == DIGIT


def test_gray_values_are_kept():
    page = sheet(400, 200)
    write(page, "4096", 100, 110)
    page[80:120:3] += 7
    near, page_from_near = the_number(page)
    left, top = (int(offset) for offset in page_from_near[:, 2])
    assert np.array_equal(near, page[top : top + near.shape[0], left : left + near.shape[1]])


def test_what_is_tilted_is_set_straight_and_the_way_back_is_known():
    page = sheet(800, 400)
    write(page, "4096123", 150, 200)
    matrix = cv2.getRotationMatrix2D((400, 200), 5, 1)
    turned = cv2.warpAffine(page, matrix, (800, 400), flags=cv2.INTER_NEAREST, borderValue=PAPER)
    (region,) = find_regions(turned, segment)
    near, page_from_near = isolated(turned, region, 5.0)
    ys, xs = np.nonzero(near < 60)
    assert ys.max() - ys.min() < 40
    on_page = page_from_near @ np.stack([xs, ys, np.ones_like(xs)])
    seen = turned[on_page[1].astype(int), on_page[0].astype(int)]
    assert (seen < 120).mean() > 0.9


def test_high_digits_are_made_smaller():
    page = sheet(1200, 800)
    box = write(page, "49", 300, 500, 200)
    near, page_from_near = the_number(page)
    assert near.shape[0] < 120
    _, xs = np.nonzero(near < 60)
    left, _ = page_from_near @ (xs.min(), 0, 1)
    assert abs(left - box[0]) < 10
