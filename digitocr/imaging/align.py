"""A form's sheet found in a scan or a photograph: turned, upside down, seen from aside, a little bent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from digitocr.imaging.landmarks import Landmarks, find_landmarks
from digitocr.imaging.register import (
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
    search,
)
from digitocr.records import Box, Gray

RATIO = 0.8  # D. Lowe, 2004: of two features nearest to one, the first must be so much nearer
MATCHES_MIN = 12
RANSAC_PX = 5.0
COARSE_PX = 256  # the long side at which guesses are compared
COARSE_BLUR_PX = 1.5
QUADS_TRIED = 5
CERTAIN = 0.6  # correlation of the whole: with so much, no other guess is tried
HOPELESS = 0.3  # with less, none is followed
AGREEMENT_MIN = 0.4
SHEET_MIN, SHEET_MAX = 0.02, 8.0  # of the picture's area: what a sheet may take


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A form's blank sheet, prepared once.

    `windows` are the places to be found, in pixels of `landmarks.print`, `tiles` all that is printed, and
    `coarse` (h, w) uint8 is the print at the size at which guesses are compared.
    """

    landmarks: Landmarks
    coarse: Gray
    tiles: tuple[Window, ...]
    windows: tuple[Window, ...]


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
    scale = COARSE_PX / max(landmarks.print.shape)
    calm = cv2.GaussianBlur(landmarks.print, (0, 0), COARSE_BLUR_PX / scale)
    coarse = np.asarray(cv2.resize(calm, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    size = landmarks.scale
    sides = [(size * box.left, size * box.top, size * box.right, size * box.bottom) for box in windows]
    return Reference(landmarks, coarse, tuple(printed_tiles(landmarks.print)), tuple(sides))


def align(page: Landmarks, reference: Reference) -> Alignment | None:
    """Find the sheet of a form on a page; None where it is not there."""
    guess = _best_guess(page, reference)
    if guess is None:
        return None
    form = reference.landmarks.print
    middles = middles_of(reference.tiles)
    over = _laid_over(page.print, guess, form)
    tiles = search(form, over, reference.tiles, np.zeros((len(middles), 2)), TILES[:1])
    finer = _refitted(guess, middles, tiles)
    over = _laid_over(page.print, finer, form)
    tiles = search(form, over, reference.tiles, np.zeros((len(middles), 2)), TILES[1:])
    start = interpolate(tiles, middles, middles_of(reference.windows), TILES[-1].near)
    found = search(form, over, reference.windows, start, WINDOWS)
    to_page = np.diag([1 / page.scale, 1 / page.scale, 1.0])
    from_form = np.diag([reference.landmarks.scale, reference.landmarks.scale, 1.0])
    places = []
    for dx, dy in found.moved:
        aside = np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]])
        places.append(to_page @ finer @ aside @ from_form)
    agreement = float(np.median(np.concatenate([tiles.seen, found.seen])))
    if agreement < AGREEMENT_MIN:
        return None
    return Alignment(to_page @ finer @ from_form, tuple(places), agreement)


def _best_guess(page: Landmarks, reference: Reference) -> Matrix | None:
    """The guess under which most of the form's print lies on print; None where none is any good."""
    form = reference.landmarks
    scale = COARSE_PX / max(form.print.shape)
    half = cv2.resize(page.print, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    calm = np.asarray(cv2.GaussianBlur(half, (0, 0), COARSE_BLUR_PX / scale / 2), np.uint8)
    form_from_coarse, half_from_page = np.diag([1 / scale, 1 / scale, 1]), np.diag([0.5, 0.5, 1])
    best, most = None, HOPELESS
    for guess in _guesses(page, form):
        if not _plausible(guess, form.print, page.print):
            continue
        over = _laid_over(calm, half_from_page @ guess @ form_from_coarse, reference.coarse)
        score = float(cv2.matchTemplate(over, reference.coarse, cv2.TM_CCOEFF_NORMED)[0, 0])
        if score > most:
            best, most = guess, score
        if score > CERTAIN:
            break
    return best


def _guesses(page: Landmarks, form: Landmarks) -> Iterator[Matrix]:
    """Homographies from the form to the page: by features, then by tables that may be the same."""
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(form.descriptors, page.descriptors, 2)
    good = [pair[0] for pair in matches if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) >= MATCHES_MIN:
        start = form.points[[match.queryIdx for match in good]]
        end = page.points[[match.trainIdx for match in good]]
        matrix, _ = cv2.findHomography(start, end, cv2.USAC_MAGSAC, RANSAC_PX, maxIters=3000)
        if matrix is not None:
            yield np.asarray(matrix, np.float64)
    for one, other in product(form.quads[:QUADS_TRIED], page.quads[:QUADS_TRIED]):
        for first in range(4):
            yield np.asarray(cv2.getPerspectiveTransform(one, np.roll(other, first, axis=0)), np.float64)


def _plausible(guess: Matrix, form: Gray, page: Gray) -> bool:
    """Whether the form's corners come to lie as a sheet's do: none behind the camera, not mirrored."""
    height, width = form.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    depth = guess[2] @ np.vstack([corners.T, np.ones(4)])
    if depth.min() * depth.max() <= 0:
        return False
    sheet = map_points(guess, corners).astype(np.float32)[:, None]
    area = -cv2.contourArea(sheet, True)  # positive where the order of the corners is kept
    return bool(cv2.isContourConvex(sheet)) and SHEET_MIN < abs(area) / page.size < SHEET_MAX


def _laid_over(page: Gray, page_from_form: Matrix, form: Gray) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(page, page_from_form, form.shape[::-1], flags=flags), np.uint8)


def _refitted(guess: Matrix, middles: Floats, tiles: Found) -> Matrix:
    """The homography again, by where the tiles were found."""
    seen = tiles.seen > 0
    if seen.sum() < MATCHES_MIN:
        return guess
    end = map_points(guess, (middles + tiles.moved)[seen]).astype(np.float32)
    matrix, _ = cv2.findHomography(middles[seen].astype(np.float32), end, cv2.USAC_MAGSAC, RANSAC_PX)
    return guess if matrix is None else np.asarray(matrix, np.float64)
