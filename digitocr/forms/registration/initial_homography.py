"""A first guess at where a form's sheet lies on a page: by its features, else by its tables."""

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

from digitocr.forms.registration.keypoints import Landmarks
from digitocr.forms.registration.refinement import Matrix, map_points, resized
from digitocr.imaging import opencv
from digitocr.records import Gray

RATIO = 0.8  # D. Lowe, 2004: of two features nearest to one, the first must be so much nearer
MATCHES_MIN = 12
RANSAC_PX = 5.0
COARSE_PX = 256  # the long side at which guesses are compared
COARSE_BLUR_PX = 1.5
QUADS_TRIED = 5
CERTAIN = 0.6  # correlation of the whole: with so much, no other guess is tried
HOPELESS = 0.3  # with less, none is followed
SHEET_MIN, SHEET_MAX = 0.02, 8.0  # of the picture's area: what a sheet may take
ON_PAGE_MIN = 0.3  # of the sheet: with less of it on the page it is not looked for


def coarse(printed: Gray) -> Gray:
    """The print of a sheet, (H, W) uint8, at the size at which guesses are compared."""
    scale = COARSE_PX / max(printed.shape)
    calm = opencv.gaussian_blur(printed, COARSE_BLUR_PX / scale)
    return opencv.rescale(calm, scale)


def best_guess(page: Landmarks, form: Landmarks, form_coarse: Gray) -> Matrix | None:
    """The homography from the form to the page that brings most print onto print; None where none is good."""
    scale = COARSE_PX / max(form.print.shape)
    half = opencv.rescale(page.print, 0.5)
    calm = opencv.gaussian_blur(half, COARSE_BLUR_PX / scale / 2)
    form_from_coarse, half_from_page = resized(1 / scale), resized(0.5)
    best, most = None, HOPELESS
    for guess in _guesses(page, form):
        if not _plausible(guess, form.print, page.print):
            continue
        score = _correlation(calm, half_from_page @ guess @ form_from_coarse, form_coarse)
        if score > most:
            best, most = guess, score
        if score > CERTAIN:
            break
    return best


def laid_over(page: Gray, page_from_form: Matrix, form: Gray) -> Gray:
    """What of a page lies where the form is: (H, W) uint8 as the form's, 0 off the page."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(page, page_from_form, form.shape[::-1], flags=flags), np.uint8)


def _guesses(page: Landmarks, form: Landmarks) -> Iterator[Matrix]:
    """Homographies from the form to the page: by features, then by tables that may be the same."""
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(form.descriptors, page.descriptors, 2)
    good = [pair[0] for pair in matches if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) >= MATCHES_MIN:
        start = form.points[[match.queryIdx for match in good]]
        end = page.points[[match.trainIdx for match in good]]
        # It draws its samples by a generator of its own, from the same seed each time.
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
    # In a picture, where y grows downwards, corners that go round clockwise have a positive area.
    area = cv2.contourArea(sheet, True)
    return SHEET_MIN < area / page.size < SHEET_MAX and bool(cv2.isContourConvex(sheet))


def _correlation(page: Gray, page_from_form: Matrix, form: Gray) -> float:
    """The correlation of a form with what lies there of a page, less where part of it is off the page."""
    over = laid_over(page, page_from_form, form)
    on_page = laid_over(np.full_like(page, 255), page_from_form, form) > 0
    share = float(np.count_nonzero(on_page)) / on_page.size
    if share < ON_PAGE_MIN:
        return 0.0
    seen, printed = over[on_page].astype(np.float32), form[on_page].astype(np.float32)
    seen -= seen.mean()
    printed -= printed.mean()
    size = float(np.sqrt((seen @ seen) * (printed @ printed)))
    return float(seen @ printed) / size * float(np.sqrt(share)) if size > 0 else 0.0
