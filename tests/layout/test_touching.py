"""What joins two rows of writing, and what does not."""

import cv2
import numpy as np

from digitocr.layout.touching import between_rows, hanging_rules

HIGH = 20


def writing(*boxes):
    mask = np.zeros((120, 160), np.uint8)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = 255
    return mask


def around(mask):
    left, top, width, height = cv2.boundingRect(mask)
    return np.array([[left, top, left + width, top + height]])


def test_a_piece_of_a_rule_at_either_side_of_writing_is_taken_off_and_nothing_else():
    for left in (37, 80):
        rule = writing((left, 30, left + 3, 75))
        mask = writing((40, 30, 80, 50)) | rule
        assert (hanging_rules(mask, around(mask), HIGH) == rule).all()


def test_a_rule_that_joins_two_rows_is_taken_off_both():
    rule = writing((80, 30, 83, 80))
    mask = writing((40, 30, 80, 50), (40, 60, 80, 80)) | rule
    assert (hanging_rules(mask, around(mask), HIGH) == rule).all()


def test_high_writing_keeps_its_strokes():
    for mask in (
        writing((40, 30, 44, 75)),
        writing((40, 30, 70, 75)),
        writing((40, 30, 44, 75), (40, 30, 70, 75)),
    ):
        assert not hanging_rules(mask, around(mask), HIGH).any()


def test_rows_that_touch_at_a_point_are_parted_there():
    mask = writing((40, 30, 80, 50), (58, 50, 61, 54), (40, 54, 80, 74))
    parted = between_rows(mask, around(mask), HIGH)
    assert set(np.flatnonzero(parted.any(axis=1))) <= set(range(49, 55))
    assert parted[50:54, 58:61].any()


def test_a_high_character_is_not_parted():
    mask = writing((40, 30, 80, 36), (56, 36, 64, 70))
    assert not between_rows(mask, around(mask), HIGH).any()
