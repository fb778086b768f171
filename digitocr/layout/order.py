"""The order in which what stands on a page is read: line by line, each from the left."""

from collections.abc import Sequence

from digitocr.records import Box


def text_lines(boxes: Sequence[Box]) -> list[list[Box]]:
    """Lines from the top, each from the left; boxes whose middles lie within a box's height are its line."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: (b.top + b.bottom, b.left, b.top, b.right)):
        middle = (box.top + box.bottom) / 2
        if lines and lines[-1][0].top <= middle < lines[-1][0].bottom:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [sorted(line, key=lambda b: (b.left, b.top, b.right)) for line in lines]


def in_reading_order(boxes: Sequence[Box]) -> list[Box]:
    """The boxes of all lines, one after the other."""
    return [box for line in text_lines(boxes) for box in line]
