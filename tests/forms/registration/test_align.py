"""Sheets of drawn forms, found however they lie; other sheets are not."""

import cv2
import numpy as np
import pytest
from form_material import FORMS, SIZE, VALUES, filled, gray_of, photo, sheet_of, template_of

from digitocr.forms.reading.form import corners
from digitocr.forms.registration.align import align, prepare_reference
from digitocr.forms.registration.keypoints import find_keypoints
from digitocr.forms.registration.refinement import map_points


def reference_of(name):
    template = template_of(name)
    return prepare_reference(template.reference, [field.box for field in template.fields])


@pytest.fixture(scope="module")
def references():
    return {name: reference_of(name) for name in FORMS}


def known_places(name, page_from_form):
    return [map_points(page_from_form, corners(line.box)) for line in FORMS[name]]


def worst(alignment, name, page_from_form):
    """How far a field's corner is from where it is known to be, in heights of a box."""
    there = known_places(name, page_from_form)
    found = [
        map_points(place, corners(line.box))
        for place, line in zip(alignment.region_homographies, FORMS[name], strict=True)
    ]
    scale = np.sqrt(abs(np.linalg.det(page_from_form[:2, :2])))
    return (
        max(float(np.linalg.norm(f - t, axis=1).max()) for f, t in zip(found, there, strict=True))
        / 60
        / scale
    )


def moved(gray, degrees=0.0, scale=1.0, lean=0.0):
    """A picture turned, scaled and seen from aside, and the homography that made it."""
    height, width = gray.shape
    start = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    end = start + np.array([[lean, 0], [-lean, lean / 2], [0, 0], [0, 0]], np.float32) * width
    side = round(1.3 * scale * max(height, width))
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale), [0, 0, 1]])
    centre = np.array([[1, 0, (side - width) / 2], [0, 1, (side - height) / 2], [0, 0, 1]])
    matrix = centre @ turn @ cv2.getPerspectiveTransform(start, end.astype(np.float32))
    flags = cv2.INTER_AREA
    return cv2.warpPerspective(gray, matrix, (side, side), flags=flags, borderValue=150), matrix


@pytest.mark.parametrize(
    ("degrees", "scale", "lean"),
    [(0, 1, 0), (90, 1, 0), (180, 1, 0), (-90, 1, 0), (7, 1, 0), (33, 1, 0.05), (0, 0.5, 0), (0, 1, 0.15)],
)
@pytest.mark.parametrize("name", FORMS)
def test_a_sheet_is_found_however_it_lies(references, name, degrees, scale, lean):
    gray, matrix = moved(
        gray_of(
            filled("hall", VALUES).scanned()
            if name == "hall"
            else sheet_of(name, np.random.default_rng(2)).scanned()
        ),
        degrees,
        scale,
        lean,
    )
    found = align(find_keypoints(gray), references[name])
    assert found is not None
    assert worst(found, name, matrix) < 0.08
    if lean == 0:
        turned = (found.degrees + degrees + 180) % 360 - 180
        assert abs(turned) < 1


def test_a_bent_sheet_is_found_field_by_field(references):
    gray = gray_of(filled("hall", VALUES).scanned())
    rows, columns = np.mgrid[: gray.shape[0], : gray.shape[1]].astype(np.float32)
    bend = 12 * np.sin(rows / gray.shape[0] * np.pi).astype(np.float32)
    bent = cv2.remap(gray, columns + bend, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    found = align(find_keypoints(bent), references["hall"])
    assert found is not None
    for place, line in zip(found.region_homographies, FORMS["hall"], strict=True):
        middle = (line.box.top + line.box.bottom) / 2
        aside = map_points(place, corners(line.box)) - corners(line.box)
        assert aside[:, 0].mean() == pytest.approx(
            -12 * np.sin(middle / gray.shape[0] * np.pi), abs=0.05 * 60
        )


def test_a_photograph_on_a_desk_is_found(references):
    for degrees in (0, 100, 187):
        found = align(find_keypoints(photo(filled("hall", VALUES), degrees)), references["hall"])
        assert found is not None
        assert found.correlation > 0.6


@pytest.mark.parametrize(
    "other", ["the other form", "a letter", "white paper", "black", "noise", "a tiny picture"]
)
def test_another_page_is_refused(references, other):
    rng = np.random.default_rng(4)
    gray = {
        "the other form": lambda: photo(sheet_of("meter", rng)),
        "a letter": letter,
        "white paper": lambda: np.full(SIZE[::-1], 245, np.uint8),
        "black": lambda: np.zeros((700, 500), np.uint8),
        "noise": lambda: rng.integers(0, 256, (900, 700), dtype=np.uint8),
        "a tiny picture": lambda: np.full((3, 2), 200, np.uint8),
    }[other]()
    assert align(find_keypoints(gray), references["hall"]) is None


def letter():
    page = np.full((1400, 1000), 240, np.uint8)
    for n in range(30):
        cv2.putText(
            page,
            "We hope to see you in Westhaven soon"[n % 7 :],
            (80, 100 + 40 * n),
            cv2.FONT_HERSHEY_SIMPLEX,
            1,
            30,
            2,
        )
    return page


def test_the_same_picture_is_found_in_the_same_place(references):
    gray = photo(filled("hall", VALUES), 7)
    first, again = (align(find_keypoints(gray), references["hall"]) for _ in range(2))
    assert first.correlation == again.correlation
    assert all(
        (one == other).all()
        for one, other in zip(first.region_homographies, again.region_homographies, strict=True)
    )


def test_a_sheet_that_is_half_there_is_found_by_that_half_or_refused(references):
    gray, matrix = moved(gray_of(filled("hall", VALUES).scanned()))
    cut = gray[: gray.shape[0] // 2]
    found = align(find_keypoints(cut), references["hall"])
    assert found is None or np.abs(found.page_from_form - matrix)[:2, 2].max() < 10
