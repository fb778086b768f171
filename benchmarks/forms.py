"""How well the fields of forms are found and read: `python -m benchmarks.forms FOLDER TEMPLATE...`.

The folder has pictures and a fields.csv (file,group,x,y,w,h,label: boxes in pixels of the pictures, and the
digits that stand there), the templates are those of its forms.
"""

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.evaluation.sets import read_gray
from digitocr.forms.reading.fields import RegisteredForm, identify_form
from digitocr.forms.reading.form import FieldImage, Form, cut_field_image, load_forms
from digitocr.forms.registration.refinement import DoubleFloats, Matrix, map_points
from digitocr.imaging.binarisation import flatten
from digitocr.options import ReadOptions
from digitocr.reading.form import read_forms
from digitocr.reading.line_reading import CropClassifier
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Box, Gray, Page, PageResult

SHIFT_MAX = 0.12  # of a box's height: a side is looked for so far aside; farther are guides and neighbours
MIDDLE = 0.08, 0.92  # of a side: its ends meet others
ALONG = 25.0  # percentile of a side's darkness: its line is dark all along, strokes beside it are shorter
LEAN = 0.15  # of the picture's sides


@dataclass(frozen=True, slots=True)
class Labelled:
    """One field of a picture: its box as it was labelled, and its digits."""

    box: Box
    digits: str


@dataclass(frozen=True, slots=True)
class FormScore:
    """How the pictures did in one pose: of `fields` those `found`, `right`, `accepted`, and wrong then.

    `corner_percent` is how far the corners of boxes and cells are from the printed ones, in the mean and at
    the 95th percentile, in hundredths of a box's height; None where it was not measured.
    """

    pose: str
    pages: int
    fields: int
    found: int
    right: int
    right_without_rules: int
    accepted: int
    accepted_wrong: int
    seconds_a_page: float
    corner_percent: tuple[float, float] | None = None


def poses(gray: Gray) -> Iterator[tuple[str, Gray, Matrix]]:
    """A picture as it is, turned, shrunk and seen from aside, each with the homography that made it."""
    height, width = gray.shape
    yield "as it is", gray, np.eye(3)
    yield "turned 90", *_turned(gray, 90)
    yield "turned 180", *_turned(gray, 180)
    yield "turned 7", *_turned(gray, 7)
    half = np.asarray(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    yield "half the size", half, np.diag([0.5, 0.5, 1])
    start = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    for name, moved in (
        ("from below", [[LEAN, 0], [-LEAN, 0], [0, 0], [0, 0]]),
        ("from the left", [[0, 0], [0, LEAN], [0, -LEAN], [0, 0]]),
    ):
        end = start + np.array(moved, np.float32) * np.array([width, height], np.float32)
        matrix = np.asarray(cv2.getPerspectiveTransform(start, end), np.float64)
        yield name, _warped(gray, matrix, (width, height)), matrix


def _turned(gray: Gray, degrees: float) -> tuple[Gray, Matrix]:
    height, width = gray.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]])
    cosine, sine = np.abs(matrix[0, :2])
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix[:2, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return _warped(gray, matrix, size), matrix


def _warped(gray: Gray, matrix: Matrix, size: tuple[int, int]) -> Gray:
    return np.asarray(cv2.warpPerspective(gray, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def read_labels(folder: Path) -> dict[str, list[Labelled]]:
    """The labelled fields of each picture in a folder."""
    labels = defaultdict(list)
    with (folder / "fields.csv").open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            left, top, width, height = (int(row[side]) for side in ("x", "y", "w", "h"))
            labels[row["file"]].append(Labelled(Box(left, top, left + width, top + height), row["label"]))
    return dict(labels)


def field_at(filled: RegisteredForm, box: Box, page_from_picture: Matrix) -> str:
    """The name of the field that a box, in pixels of the picture before it was posed, is nearest to."""
    middle = np.array([[(box.left + box.right) / 2, (box.top + box.bottom) / 2]])
    (at,) = map_points(page_from_picture, middle)
    apart = {one.field.name: float(np.hypot(*(_middle(one.box) - at))) for one in filled.fields}
    name = min(apart, key=lambda name: apart[name])
    (one,) = (one for one in filled.fields if one.field.name == name)
    return name if apart[name] < max(one.box.width, one.box.height) / 2 else ""


def _middle(box: Box) -> DoubleFloats:
    return np.array([(box.left + box.right) / 2, (box.top + box.bottom) / 2])


def corner_errors(image: FieldImage) -> list[float]:
    """How far the corners of a image's boxes are from where they are printed on the page, in box heights."""
    reach = max(5, int(0.45 * image.box_px)) | 1
    seen, blank = flatten(image.gray, reach), flatten(image.blank, reach)
    limit = max(1, round(SHIFT_MAX * image.box_px))
    errors: list[float] = []
    for cell in image.cells or (image.outline,):
        (left, top), _, (right, bottom), _ = np.round(cell).astype(int)
        across = [_shift((blank.T, seen.T), x, (top, bottom), limit) for x in (left, right)]
        down = [_shift((blank, seen), y, (left, right), limit) for y in (top, bottom)]
        errors += [float(np.hypot(x, y)) / image.box_px for x in across for y in down]
    return errors


def _shift(pictures: tuple[Gray, Gray], row: int, ends: tuple[int, int], limit: int) -> float:
    """How many pixels lower in the second picture than in the first a horizontal line about `row` is."""
    start, long = ends[0], ends[1] - ends[0]
    columns = slice(round(start + MIDDLE[0] * long), round(start + MIDDLE[1] * long))
    near, far = max(0, row - limit), row + limit + 1
    there, here = (np.percentile(picture[near:far, columns], ALONG, axis=1) for picture in pictures)
    location = np.arange(len(there))
    # The line is the darkest part of the profile; ink that crosses it is not seen.
    lines = [np.maximum(profile - 0.5 * profile.max(), 0) for profile in (there, here)]
    if min(line.sum() for line in lines) <= 0:
        return 0.0
    return float(np.average(location, weights=lines[1]) - np.average(location, weights=lines[0]))


def measure(folder: Path, templates: Sequence[Path], classifier: CropClassifier) -> list[FormScore]:
    """Read every labelled picture of a folder in every pose, but those that are none of the forms."""
    forms = load_forms(templates)
    free = [replace(form, template=replace(form.template, rules=())) for form in forms]
    sums: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    corners: dict[str, list[float]] = defaultdict(list)
    for file, labels in read_labels(folder).items():
        picture = read_gray(folder / file)
        if identify_form(picture, forms) is None:
            print(f"{file}: none of the forms", file=sys.stderr)
            continue
        for pose, gray, matrix in poses(picture):
            sums[pose].append(_counts(gray, matrix, labels, (forms, free), classifier))
            corners[pose] += _corners(gray, forms)
    return [_score(pose, np.array(counts), corners[pose]) for pose, counts in sums.items()]


def _counts(
    gray: Gray,
    matrix: Matrix,
    labels: Sequence[Labelled],
    forms: tuple[Sequence[Form], Sequence[Form]],
    classifier: CropClassifier,
) -> NDArray[np.float64]:
    """Fields, found, right, right without rules, accepted, accepted but wrong, seconds."""
    filled = identify_form(gray, forms[0])
    names = [field_at(filled, one.box, matrix) if filled else "" for one in labels]
    page = Page("picture", 1, gray)
    start = time.perf_counter()
    (result,) = read_forms([page], classifier, ReadOptions(), forms[0])
    seconds = time.perf_counter() - start
    (freely,) = read_forms([page], classifier, ReadOptions(), forms[1])
    if not isinstance(result, PageResult) or not isinstance(freely, PageResult):
        return np.array([len(labels), 0, 0, 0, 0, 0, seconds])
    read = {reading.field: reading for reading in result.readings}
    without = {reading.field: reading.text for reading in freely.readings}
    found = [(read[name], without[name], one.digits) for name, one in zip(names, labels, strict=True) if name]
    right = [reading.text == digits for reading, _, digits in found]
    accepted = [reading.status == "accept" for reading, _, _ in found]
    wrong = sum(sure and not good for sure, good in zip(accepted, right, strict=True))
    right_without = sum(text == digits for _, text, digits in found)
    return np.array([len(labels), len(found), sum(right), right_without, sum(accepted), wrong, seconds])


def _corners(gray: Gray, forms: Sequence[Form]) -> list[float]:
    filled = identify_form(gray, forms)
    if filled is None:
        return []
    return [
        error
        for one in filled.fields
        # Of a blank to write on nothing is printed but its line.
        if one.reason != "outside the page" and one.field.kind != "blank"
        for error in corner_errors(cut_field_image(gray, filled.form, one.field, one.page_from_reference))
    ]


def _score(pose: str, counts: NDArray[np.float64], corners: Sequence[float]) -> FormScore:
    fields, found, right, without, accepted, wrong = (int(total) for total in counts[:, :6].sum(axis=0))
    spread = (100 * float(np.mean(corners)), 100 * float(np.percentile(corners, 95))) if corners else None
    seconds = float(counts[:, 6].mean())
    return FormScore(pose, len(counts), fields, found, right, without, accepted, wrong, seconds, spread)


def table_of(scores: Sequence[FormScore]) -> str:
    """The scores as a table in Markdown."""
    lines = [
        "| pictures | fields | found | right | without rules | accepted | wrong | corners off | s a page |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in scores:
        off = "mean {:.1f} %, p95 {:.1f} %".format(*one.corner_percent) if one.corner_percent else ""
        lines.append(
            f"| {one.pose} | {one.fields} | {one.found} | {one.right} | {one.right_without_rules} | "
            f"{one.accepted} | {one.accepted_wrong} | {off} | {one.seconds_a_page:.2f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("folder", type=Path, help="pictures and their fields.csv")
    parser.add_argument("templates", type=Path, nargs="+", help="templates of the forms")
    parser.add_argument("--model", type=Path, help="a model's folder; built in by default")
    parser.add_argument("--json", action="store_true", help="JSON, not a table")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    scores = measure(options.folder, options.templates, load_classifier(options.model, "litert"))
    print(json.dumps([asdict(score) for score in scores]) if options.json else table_of(scores))


if __name__ == "__main__":
    main()
