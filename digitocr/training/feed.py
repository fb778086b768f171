"""Batches of varied crops, made in the background while the network trains on the ones before."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import LABELS
from digitocr.datasets.data import DataSource, plan_epoch
from digitocr.training.augment import AUGMENTATIONS, Crops, Floats, augment_batch
from digitocr.training.settings import TrainOptions

CROP_BATCHES_AHEAD = 8

Batch = tuple[Crops, Floats]


def batches(
    sources: Sequence[DataSource], bank: Floats, options: TrainOptions, epoch: int
) -> Iterator[Batch]:
    """The batches of one epoch: crops (n, 28, 28, 1) uint8 and one-hot classes (n, 11) float32.

    They depend on the seed, the epoch and the sources only, in bytes and in order.
    """
    sizes, weights = [len(source.train) for source in sources], [source.weight for source in sources]
    chosen, indices = plan_epoch(sizes, weights, options.epoch_samples, options.seed, epoch)
    starts = range(0, options.epoch_samples, options.batch_size)

    def make(start: int) -> Batch:
        part = slice(start, start + options.batch_size)
        rng = np.random.default_rng((options.seed, epoch, start))
        return _make_batch(sources, chosen[part], indices[part], bank, rng)

    with ThreadPoolExecutor(options.workers) as pool:
        waiting: deque[Future[Batch]] = deque()
        try:
            for start in starts:
                waiting.append(pool.submit(make, start))
                if len(waiting) > CROP_BATCHES_AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def draw_crops(sources: Sequence[DataSource], count: int, seed: int) -> Crops:
    """(count, 28, 28) uint8 of the training mix as it is, not varied: what a converter calibrates on."""
    sizes, weights = [len(source.train) for source in sources], [source.weight for source in sources]
    chosen, indices = plan_epoch(sizes, weights, count, seed, 0)
    return np.array([sources[s].train.crops[i] for s, i in zip(chosen, indices, strict=True)], np.uint8)


def _make_batch(
    sources: Sequence[DataSource],
    chosen: NDArray[np.int64],
    indices: NDArray[np.int64],
    bank: Floats,
    rng: np.random.Generator,
) -> Batch:
    crops = np.array([sources[s].train.crops[i] for s, i in zip(chosen, indices, strict=True)], np.uint8)
    labels = np.array([sources[s].train.labels[i] for s, i in zip(chosen, indices, strict=True)])
    kinds = [AUGMENTATIONS[sources[s].kind] for s in chosen]
    varied = augment_batch(crops, kinds, np.roll(crops, 1, axis=0), bank, rng)
    return varied[..., np.newaxis], np.eye(len(LABELS), dtype=np.float32)[labels]
