"""Batches of line images for the line recogniser, varied by several processes ahead of the training."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET
from digitocr.records import Gray
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT, padded_width
from digitocr.training.line_images import STRETCH, LabelledLineImage
from digitocr.training.line_views import vary

NO_LABEL = -1  # fills the labels of short numbers
STRIP_WIDTH_MAX = 384  # in pixels: longer ones are rare
BATCHES_AHEAD = 64  # made and not yet met, at most: some 100 MB

LineBatch = tuple[Gray, NDArray[np.int32]]


@dataclass(frozen=True, slots=True, eq=False)
class BatchPlan:
    """Which line images a batch has, how wide it is, and for each its stretch; `seed` decides the rest."""

    images: Sequence[LabelledLineImage]
    stretches: NDArray[np.float64]
    width: int
    seed: tuple[int, ...]


def line_batches(
    images: Sequence[LabelledLineImage], size: int, seed: int, epoch: int, pool: Executor | None = None
) -> Iterator[LineBatch]:
    """One epoch: (n, 32, W, 1) uint8 varied line images of like width, and (n, L) labels for `ctc`.

    The processes of `pool`, where there is one, make batches ahead; they are the same without it.
    """
    plans = _plans(images, size, seed, epoch)
    if pool is None:
        yield from map(make_batch, plans)
        return
    waiting: deque[Future[LineBatch]] = deque()
    for plan in plans:
        waiting.append(pool.submit(make_batch, plan))
        if len(waiting) >= BATCHES_AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _plans(images: Sequence[LabelledLineImage], size: int, seed: int, epoch: int) -> Iterator[BatchPlan]:
    rng = np.random.default_rng((seed, epoch))
    stretches = rng.uniform(*STRETCH, len(images))
    widths = np.array(
        [padded_width(int(image.strip.shape[1] * by)) for image, by in zip(images, stretches, strict=True)]
    )
    plans = []
    for width in np.unique(widths[widths <= STRIP_WIDTH_MAX]).tolist():
        members = rng.permutation(np.flatnonzero(widths == width))
        plans += [(width, members[n : n + size]) for n in range(0, len(members), size)]
    for number, n in enumerate(rng.permutation(len(plans)).tolist()):
        width, members = plans[n]
        chosen = [images[m] for m in members.tolist()]
        yield BatchPlan(chosen, stretches[members], width, (seed, epoch, number))


def make_batch(plan: BatchPlan) -> LineBatch:
    """Vary the images of a batch."""
    rng = np.random.default_rng(plan.seed)
    batch = np.zeros((len(plan.images), LINE_IMAGE_HEIGHT, plan.width, 1), np.uint8)
    longest = max(1, *(len(image.symbols) for image in plan.images))
    labels = np.full((len(plan.images), longest), NO_LABEL, np.int32)
    for row, (image, stretch) in enumerate(zip(plan.images, plan.stretches.tolist(), strict=True)):
        varied = vary(rng, image.strip, stretch)
        batch[row, :, : varied.shape[1], 0] = varied
        labels[row, : len(image.symbols)] = [ALPHABET.index(symbol) for symbol in image.symbols]
    return batch, labels
