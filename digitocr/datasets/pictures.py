"""Labelled pictures of single characters, from anywhere, become crops and classes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import CROP_SHAPE, LABELS, NOT_A_DIGIT
from digitocr.imaging.normaliser import INNER_SIZE, normalise
from digitocr.records import Gray

# Characters that some people's digits look like: as examples of "not a digit" they would teach doubt.
LOOK_ALIKES = frozenset([*"OoQDIil|/ZzSsBbGgqy", "slash"])
EDGE_SHARE = 0.08  # of a picture's side: nearer to the edge than this, ink may be a box's
SMALLEST_CHARACTER = 0.25  # of a picture's height

Crops = NDArray[np.uint8]
Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Gray pictures as found: a list of (h, w) uint8, or one (N, h, w) array, and a label each."""

    images: Sequence[Gray] | Crops
    labels: Sequence[str]


def class_of(label: str) -> int | None:
    """0..9 for a digit, 10 for anything else, None for what must be left out as it looks like a digit.

    >>> class_of("7"), class_of("dot"), class_of("O")
    (7, 10, None)
    """
    if label in LOOK_ALIKES:
        return None
    return LABELS.index(label) if label in LABELS[:NOT_A_DIGIT] else NOT_A_DIGIT


def without_labels(pictures: Pictures, labels: Collection[str]) -> Pictures:
    """The pictures without those so labelled."""
    if not labels:
        return pictures
    kept = [i for i, label in enumerate(pictures.labels) if label not in labels]
    return Pictures([pictures.images[i] for i in kept], [pictures.labels[i] for i in kept])


def to_crops(pictures: Pictures) -> tuple[Crops, Classes]:
    """Crops (N, 28, 28) uint8, light on dark, and classes (N,) of those pictures that can teach.

    The paper is what most pixels of the whole set are. A set that holds crops already is taken as it is.
    """
    dark_on_light = _paper_is_light(pictures.images)
    if not dark_on_light and _are_crops(pictures.images):
        classes = [class_of(label) for label in pictures.labels]
        kept = np.array([i for i, label in enumerate(classes) if label is not None], int)
        return np.asarray(pictures.images)[kept], np.array([classes[i] for i in kept], np.int64)
    crops, kept_classes = [], []
    for image, label in zip(pictures.images, pictures.labels, strict=True):
        digit_class = class_of(label)
        if digit_class is not None:
            crops.append(normalise(without_frame(ink_of(image, dark_on_light))))
            kept_classes.append(digit_class)
    return np.array(crops, np.uint8).reshape(-1, *CROP_SHAPE), np.array(kept_classes, np.int64)


def ink_of(image: Gray, dark_on_light: bool) -> Gray:
    """(h, w) uint8, 255 where the ink is darkest and 0 on paper, whatever the paper's shade."""
    ink = cv2.bitwise_not(image) if dark_on_light else image
    if int(ink.max()) - int(ink.min()) < 24:
        return np.zeros_like(image)
    threshold, _ = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    paper = float(np.median(ink[ink <= threshold]))
    strong = float(np.percentile(ink[ink > threshold], 75))
    # A third of the way up to the ink lies outside the paper's grain and inside the stroke's soft edge.
    floor = paper + (strong - paper) / 3 if paper > 0 else 0.0
    soft = (ink.astype(np.float32) - paper) * (255 / max(strong - paper, 1.0))
    return np.where(ink > floor, np.clip(soft, 0, 255), 0).astype(np.uint8)


def without_frame(ink: Gray) -> Gray:
    """The ink (H, W) uint8 without a box's remains: what lies along the edge and does not reach the middle.

    Where nothing of a character's size is left, the ink comes back whole: a wide 0 is no frame.
    """
    height, width = ink.shape
    count, components, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    left, top, across, down = stats[:, :4].T
    margin = EDGE_SHARE * min(height, width)
    at_edge = (
        (np.minimum(left, top) < margin) | (left + across > width - margin) | (top + down > height - margin)
    )
    middle = components[height // 4 : height - height // 4, width // 4 : width - width // 4]
    at_edge[middle] = False
    at_edge[0] = False
    inside = np.where(at_edge[components], 0, ink).astype(np.uint8)
    return inside if count > 1 and cv2.boundingRect(inside)[3] > SMALLEST_CHARACTER * height else ink


def _paper_is_light(images: Sequence[Gray] | Crops) -> bool:
    return float(np.mean([np.median(image) for image in images[:: max(1, len(images) // 500)]])) > 127


def _are_crops(images: Sequence[Gray] | Crops) -> bool:
    """Whether these are 28x28 with no ink over 20 px wide or high and most of it near that, as in MNIST."""
    if any(image.shape != CROP_SHAPE for image in images):
        return False
    boxes = [cv2.boundingRect(image) for image in images[:: max(1, len(images) // 500)]]
    sides = [max(width, height) for _, _, width, height in boxes if width]
    fitting = np.mean(np.array(sides) <= INNER_SIZE) if sides else 0.0
    return bool(fitting > 0.98 and np.median(sides) > 0.8 * INNER_SIZE)
