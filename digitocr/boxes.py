"""A rectangle in pixels, and what can be asked of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in integer pixels: origin top left, `right` and `bottom` exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def region(self) -> tuple[slice, slice]:
        """What it covers of an (H, W) array: `gray[box.region]`."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @classmethod
    def bounding(cls, boxes: Iterable["Box"]) -> "Box":
        """The smallest box that contains all of `boxes`, of which there is at least one."""
        lefts, tops, rights, bottoms = zip(*((b.left, b.top, b.right, b.bottom) for b in boxes), strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    def intersection_area(self, other: "Box") -> int:
        """How many pixels two boxes have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, width) * max(0, height)

    def intersects(self, other: "Box") -> bool:
        """Whether two boxes have a pixel in common."""
        return self.intersection_area(other) > 0

    def contains(self, other: "Box") -> bool:
        """Whether all of `other` lies within it."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def overlap(self, other: "Box") -> float:
        """The intersection over the union of two boxes, 0..1."""
        common = self.intersection_area(other)
        return common / (self.area + other.area - common)

    def shifted(self, dx: int, dy: int) -> "Box":
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def inset(self, px: int) -> "Box":
        """The box without `px` pixels along each of its sides."""
        return Box(self.left + px, self.top + px, self.right - px, self.bottom - px)

    def scaled(self, factor: float) -> "Box":
        """The same box in an image that was resized by `factor`, in whole pixels."""
        return Box(*(round(side * factor) for side in (self.left, self.top, self.right, self.bottom)))

    def clipped(self, page: "Box") -> "Box":
        """The part of it inside `page`, at least one pixel of it."""
        left, top = min(max(self.left, 0), page.right - 1), min(max(self.top, 0), page.bottom - 1)
        right, bottom = min(self.right, page.right), min(self.bottom, page.bottom)
        return Box(left, top, max(left + 1, right), max(top + 1, bottom))
