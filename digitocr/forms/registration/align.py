"""A form's sheet found in a scan or a photograph: turned, upside down, seen from aside, a little bent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.registration.initial_homography import (
    MATCHES_MIN,
    RANSAC_PX,
    best_guess,
    coarse,
    laid_over,
)
from digitocr.forms.registration.keypoints import Landmarks, find_landmarks
from digitocr.forms.registration.piecewise import aside, in_parts
from digitocr.forms.registration.refinement import (
    PARTS,
    TILES,
    WINDOWS,
    Floats,
    Found,
    Matrix,
    Window,
    interpolate,
    map_points,
    middles_of,
    printed_tiles,
    resized,
    search,
)
from digitocr.records import Box, Gray

AGREEMENT_MIN = 0.4  # sheets of other forms have come to 0.26, other versions of the same form to 0.6
WINDOWS_MIN = 0.35  # the same where the windows are: forms of one family share frames and heads


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A form's blank sheet, prepared once.

    `windows` are the places to be found, in pixels of `landmarks.print`, `parts` the same in parts, and
    `window_of` (P,) tells of which window each is. `tiles` are all that is printed, and `coarse` (h, w) uint8
    is the print at the size at which guesses are compared.
    """

    landmarks: Landmarks
    coarse: Gray
    tiles: tuple[Window, ...]
    windows: tuple[Window, ...]
    parts: tuple[Window, ...]
    window_of: NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Where a form's sheet lies on a page.

    `page_from_form` (3, 3) takes pixels of the blank sheet to those of the page, `places` do the same for
    each window, more exactly. `agreement` (-1..1) is the correlation of the print, in the median of its
    parts.
    """

    page_from_form: Matrix
    places: tuple[Matrix, ...]
    agreement: float

    @property
    def degrees(self) -> float:
        """The angle, counter-clockwise, by which the page has to be turned for the sheet to be upright."""
        start, end = map_points(self.page_from_form, np.array([[0.0, 0.0], [1.0, 0.0]]))
        return float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))


def prepare(gray: Gray, windows: Sequence[Box]) -> Reference:
    """Prepare a blank sheet, (H, W) uint8 dark on light, whose `windows` are given in its pixels."""
    landmarks = find_landmarks(gray)
    size = landmarks.scale
    sides = [(size * box.left, size * box.top, size * box.right, size * box.bottom) for box in windows]
    tiles = tuple(printed_tiles(landmarks.print))
    return Reference(landmarks, coarse(landmarks.print), tiles, tuple(sides), *in_parts(sides))


def align(page: Landmarks, reference: Reference) -> Alignment | None:
    """Find the sheet of a form on a page; None where it is not there.

    From a first guess the form's print is looked for on the page, tile by tile, and the homography fitted
    again to where it was found; then each window is looked for by what is printed in and around it. Where
    the print is not what the form has, the sheet is another's.
    """
    form = reference.landmarks
    guess = best_guess(page, form, reference.coarse)
    if guess is None:
        return None
    middles = middles_of(reference.tiles)
    still = np.zeros_like(middles)
    tiles = search(form.print, laid_over(page.print, guess, form.print), reference.tiles, still, TILES[:1])
    finer = _refitted(guess, middles, tiles)
    over = laid_over(page.print, finer, form.print)
    tiles = search(form.print, over, reference.tiles, still, TILES[1:])
    start = interpolate(tiles, middles, middles_of(reference.windows), TILES[-1].near)
    found = search(form.print, over, reference.windows, start, WINDOWS)
    parted = search(form.print, over, reference.parts, found.moved[reference.window_of], PARTS)
    agreement = _agreement(finer, page, reference.tiles, tiles.seen)
    if agreement < AGREEMENT_MIN or _agreement(finer, page, reference.windows, found.seen) < WINDOWS_MIN:
        return None
    to_page = resized(1 / page.scale)
    from_form = resized(form.scale)
    places = tuple(to_page @ finer @ moved @ from_form for moved in _asides(reference, parted))
    return Alignment(to_page @ finer @ from_form, places, agreement)


def _asides(reference: Reference, found: Found) -> Iterator[Matrix]:
    """What takes each place of a form to where its parts were found."""
    for place in np.unique(reference.window_of):
        own = np.flatnonzero(reference.window_of == place)
        parts = [reference.parts[n] for n in own]
        yield aside(parts, Found(found.moved[own], found.seen[own]))


def _refitted(guess: Matrix, middles: Floats, tiles: Found) -> Matrix:
    """The homography again, by where the tiles were found."""
    seen = tiles.seen > 0
    if np.count_nonzero(seen) < MATCHES_MIN:
        return guess
    end = map_points(guess, (middles + tiles.moved)[seen]).astype(np.float32)
    matrix, _ = cv2.findHomography(middles[seen].astype(np.float32), end, cv2.USAC_MAGSAC, RANSAC_PX)
    return guess if matrix is None else np.asarray(matrix, np.float64)


def _agreement(page_from_form: Matrix, page: Landmarks, windows: Sequence[Window], seen: Floats) -> float:
    """The median correlation of the windows that are on the page; 1 where the form has none with print in."""
    height, width = page.print.shape
    x, y = map_points(page_from_form, middles_of(windows)).T
    printed = np.isfinite(seen)
    on_page = printed & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    if not on_page.any():
        return 0.0 if printed.any() else 1.0
    return float(np.median(seen[on_page]))
