"""The initial homography from a form to a page: by keypoints, else by the outlines of tables."""

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

from digitocr.forms.registration.keypoints import Keypoints
from digitocr.forms.registration.refinement import Matrix, map_points, resize_matrix
from digitocr.imaging import opencv
from digitocr.records import Gray

RATIO_MAX = 0.8  # D. Lowe, 2004: the distance of the nearest descriptor by that of the second nearest
MATCHES_MIN = 12
INLIER_PX = 5.0  # MAGSAC's threshold
COARSE_PX = 256  # the long side at which homographies are compared
COARSE_BLUR_PX = 1.5
QUADS_MATCHED = 5
EARLY_EXIT_CORRELATION = 0.6  # with this correlation of the whole sheet, no other homography is tried
COARSE_CORRELATION_MIN = 0.3  # with less, none is refined
SHEET_AREA_MIN, SHEET_AREA_MAX = 0.02, 8.0  # of the image's area
VISIBLE_MIN = 0.3  # of the sheet: with less of it on the page it is not located


def coarse_print(printed: Gray) -> Gray:
    """The print of a sheet, (H, W) uint8, at the size at which homographies are compared."""
    scale = COARSE_PX / max(printed.shape)
    smooth = opencv.gaussian_blur(printed, COARSE_BLUR_PX / scale)
    return opencv.rescale(smooth, scale)


def find_homography(page: Keypoints, form: Keypoints, form_coarse: Gray) -> Matrix | None:
    """The homography from the form to the page whose print correlates best, (3, 3) float64 in pixels.

    `form_coarse` is what `coarse_print` makes of the form. None where no homography is good.
    """
    scale = COARSE_PX / max(form.print.shape)
    half = opencv.rescale(page.print, 0.5)
    smooth = opencv.gaussian_blur(half, COARSE_BLUR_PX / scale / 2)
    form_from_coarse, half_from_page = resize_matrix(1 / scale), resize_matrix(0.5)
    best, best_score = None, COARSE_CORRELATION_MIN
    for homography in _proposed_homographies(page, form):
        if not _is_plausible(homography, form.print, page.print):
            continue
        score = _correlation(smooth, half_from_page @ homography @ form_from_coarse, form_coarse)
        if score > best_score:
            best, best_score = homography, score
        if score > EARLY_EXIT_CORRELATION:
            break
    return best


def warp_to_form(page: Gray, page_from_form: Matrix, form: Gray) -> Gray:
    """A page warped to the pixels of a form: (H, W) uint8 of the size of `form`, 0 off the page."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(page, page_from_form, form.shape[::-1], flags=flags), np.uint8)


def _proposed_homographies(page: Keypoints, form: Keypoints) -> Iterator[Matrix]:
    """Homographies from the form to the page: by matched keypoints, then by each two outlines of tables."""
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(form.descriptors, page.descriptors, 2)
    good = [pair[0] for pair in matches if len(pair) == 2 and pair[0].distance < RATIO_MAX * pair[1].distance]
    if len(good) >= MATCHES_MIN:
        start = form.points[[match.queryIdx for match in good]]
        end = page.points[[match.trainIdx for match in good]]
        # MAGSAC seeds its random generator with a constant, so results are reproducible.
        matrix, _ = cv2.findHomography(start, end, cv2.USAC_MAGSAC, INLIER_PX, maxIters=3000)
        if matrix is not None:
            yield np.asarray(matrix, np.float64)
    for form_quad, page_quad in product(form.quads[:QUADS_MATCHED], page.quads[:QUADS_MATCHED]):
        for first in range(4):
            yield opencv.homography(form_quad, np.roll(page_quad, first, axis=0))


def _is_plausible(homography: Matrix, form: Gray, page: Gray) -> bool:
    """Whether the form's corners are mapped as a sheet's can be: not behind the camera, not mirrored."""
    height, width = form.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    depth = homography[2] @ np.vstack([corners.T, np.ones(4)])
    if depth.min() * depth.max() <= 0:
        return False
    sheet = map_points(homography, corners).astype(np.float32)[:, None]
    # As y grows downwards, clockwise corners have a positive area.
    area = cv2.contourArea(sheet, True)
    return SHEET_AREA_MIN < area / page.size < SHEET_AREA_MAX and bool(cv2.isContourConvex(sheet))


def _correlation(page: Gray, page_from_form: Matrix, form: Gray) -> float:
    """The correlation of a form with the page warped to it, reduced where part of it is off the page."""
    warped = warp_to_form(page, page_from_form, form)
    on_page = warp_to_form(np.full_like(page, 255), page_from_form, form) > 0
    share = float(np.count_nonzero(on_page)) / on_page.size
    if share < VISIBLE_MIN:
        return 0.0
    visible, printed = warped[on_page].astype(np.float32), form[on_page].astype(np.float32)
    visible -= visible.mean()
    printed -= printed.mean()
    size = float(np.sqrt((visible @ visible) * (printed @ printed)))
    return float(visible @ printed) / size * float(np.sqrt(share)) if size > 0 else 0.0
