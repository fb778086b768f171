"""Columns of a table: where a row of components is parted at its wide blanks, as the rows around it are."""

import numpy as np
from numpy.typing import NDArray

from digitocr.layout.merging import BOXED_GAP_MAX, OVERLAP_MIN
from digitocr.records import Box, Gray

BREAK_MIN = 0.38  # of the height: a blank this wide parts two numbers where it is also
BREAK = 2.5  # times as wide as the blanks of its group are, most of them,
BREAK_CHARACTERS = 5  # and there are so many characters to tell
COLUMN_REACH = 16.0  # times the height: how far above and below a column is looked for,
COLUMN_ROWS, AGREED = 4, 0.67  # in so many gaps, of which this share agree


def around(boxes: NDArray[np.int64]) -> Box:
    """The box around boxes (N, 4)."""
    return Box(*(int(side) for side in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))


def cuts_of(row: NDArray[np.int64], mask: Gray) -> NDArray[np.bool_]:
    """Where to part a row at the blanks that are much wider than its others: the columns of a table.

    Boxes (N, 4) are sorted by left; a point between two of them belongs to no box, but is no blank.

    Returns:
        For each of the N - 1 gaps, whether it parts.
    """
    height = float(np.median(row[:, 3] - row[:, 1]))
    touching = np.maximum((row[:, 2] - row[:, 0]) / height - 0.5, 0).astype(int)
    if len(row) + touching.sum() < BREAK_CHARACTERS:
        return np.zeros(len(row) - 1, np.bool_)
    rights = np.maximum.accumulate(row[:, 2])
    blanks = np.array(
        [
            _blank(mask[min(a[1], b[1]) : max(a[3], b[3]), right : b[0]])
            for a, b, right in zip(row[:-1], row[1:], rights[:-1], strict=True)
        ]
    )
    usual = float(np.median(np.concatenate([blanks, np.zeros(touching.sum())])))
    return np.asarray(blanks > max(BREAK_MIN * height, BREAK * usual), np.bool_)


def agreed(rows: list[NDArray[np.int64]], cuts: list[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
    """`cuts`, but as most gaps above and below one are, so is it: the columns of a table go on."""
    parts = [
        around(part)
        for row, cut in zip(rows, cuts, strict=True)
        for part in np.split(row, np.flatnonzero(cut) + 1)
    ]
    inner = [
        (right, after[0], float(np.mean(row[:, 1::2])), float(np.median(row[:, 3] - row[:, 1])))
        for row in rows
        for after, right in zip(row[1:], np.maximum.accumulate(row[:-1, 2]), strict=True)
    ]
    if not inner:
        return cuts
    gaps = np.array(inner, np.float64)
    parted = np.concatenate(cuts)
    between = _between(np.array([(p.left, p.top, p.right, p.bottom) for p in parts], np.float64))
    seen = np.concatenate([gaps[~parted & (gaps[:, 1] > gaps[:, 0])], between])
    parts_there = np.arange(len(seen)) >= len(seen) - len(between)
    for n, (left, right, middle, height) in enumerate(gaps):
        beside = (
            (np.minimum(seen[:, 1], right) > np.maximum(seen[:, 0], left))
            & (np.abs(seen[:, 2] - middle) < COLUMN_REACH * height)
            & (np.abs(seen[:, 2] - middle) > 0.5 * height)
            & (np.abs(seen[:, 3] - height) < 0.5 * height)
        )
        share = parts_there[beside].mean() if beside.sum() >= COLUMN_ROWS else 0.5
        if share >= AGREED or share <= 1 - AGREED:
            parted[n] = share >= AGREED
    return np.split(parted, np.cumsum([len(cut) for cut in cuts])[:-1])


def _between(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each of boxes (N, 4) to the next at its right, if near: (M, 4) left, right, middle, height."""
    found = []
    for _, top, right, bottom in parts:
        height = bottom - top
        beside = (
            (parts[:, 0] >= right)
            & (parts[:, 0] < right + BOXED_GAP_MAX * height)
            & (np.minimum(parts[:, 3], bottom) - np.maximum(parts[:, 1], top) > OVERLAP_MIN * height)
        )
        if beside.any():
            found.append((right, parts[beside, 0].min(), (top + bottom) / 2, height))
    return np.array(found, np.float64).reshape(-1, 4)


def _blank(between: Gray) -> int:
    """The width in pixels of the widest run of columns without ink."""
    if between.size == 0:
        return 0
    inked = np.flatnonzero(between.any(axis=0))
    return int(np.diff(inked, prepend=-1, append=between.shape[1]).max()) - 1
