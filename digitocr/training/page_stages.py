"""The stages that make the page segmenter: patches of drawn and real pages, and the network."""

from itertools import chain
from pathlib import Path

import numpy as np

from digitocr.errors import UsageError
from digitocr.recognition.contract import PAGES_KERAS_FILE
from digitocr.recognition.network import load_keras
from digitocr.synthesis.pages.draw import draw_patch
from digitocr.training.draw_pages import (
    REGISTER_SCALES,
    SUDOKU_SCALES,
    cut_shards,
    draw_shards,
)
from digitocr.training.export_pages import CALIBRATION_PATCHES, export_pages
from digitocr.training.fit_pages import PageOptions, fit_pages
from digitocr.training.page_pens import load_pens
from digitocr.training.page_shards import Shards, fully_known, load_patches, save_patches
from digitocr.training.plan import PAGE_SETS, SHARDS_FOLDER, VALIDATION_FILE
from digitocr.training.real_pages import register_pages, sudoku_photographs
from digitocr.training.work import Figures, Work

RUN_FOLDER = "run"
VALIDATION_PATCHES = 90  # drawn with the pens and fonts that are kept out
# Of a batch: drawn pages, of which most kinds are; real ones, without which letters become digits.
SHARES = {"drawn": 0.72, "register": 0.2, "sudoku": 0.08}


def make_page_patches(work: Work) -> Figures:
    """Draw patches of pages with their maps, cut others from real pages, and keep them as shards."""
    shards = work.own / SHARDS_FOLDER
    shards.mkdir(exist_ok=True)
    locations = {name: work.find(name) for name in PAGE_SETS}
    data, seed = locations["mnist"].parent, work.options.seed  # the folder of all sets
    draw_shards(load_pens(data, training=True), work.options.page_patches, seed, shards, work.log)
    cut_shards(
        "register", register_pages(locations["register_pages"], training=True), REGISTER_SCALES, seed, shards
    )
    cut_shards(
        "sudoku", sudoku_photographs(locations["sudoku_pages"], training=True), SUDOKU_SCALES, seed, shards
    )
    pens = load_pens(data, training=False)
    drawn = [draw_patch(np.random.default_rng((seed, n)), pens) for n in range(VALIDATION_PATCHES)]
    pictures, maps = np.stack([patch.picture for patch in drawn]), np.stack([patch.maps for patch in drawn])
    save_patches(fully_known(pictures, maps), work.own / VALIDATION_FILE)
    return {"shards": len(list(shards.glob("*.npz")))}


def make_pages(work: Work) -> Figures:
    """Train the page segmenter, from its own last save if the run was stopped, and export it.

    Training goes on from what an earlier stage or the start left, if there is that.
    """
    shards, held_out = work.earlier(SHARDS_FOLDER), work.earlier(VALIDATION_FILE)
    if not shards or not held_out:
        raise UsageError('make = "pages": it learns from patches; put make = "page_patches" before it')
    validation, run = load_patches(held_out), work.own / RUN_FOLDER
    seed = work.options.seed + len(work.before)  # a stage that goes on meets other crops
    file = work.earlier(PAGES_KERAS_FILE)
    model = fit_pages(
        Shards([(shards, f"{name}*.npz", share) for name, share in SHARES.items()]),
        validation,
        PageOptions(work.options.page_steps, work.options.page_learning_rate, seed),
        run,
        work.log,
        start=load_keras(file) if file else None,
        resume=(run / "run.npz").is_file(),
    )
    pictures = list(
        chain.from_iterable(_calibration(sorted(shards.glob(f"{name}*.npz"))[0]) for name in SHARES)
    )
    data = [{"name": name, "licence": licence} for name, licence in PAGE_SETS.items()]
    model.save(work.own / PAGES_KERAS_FILE)
    card = export_pages(model, pictures, validation, work.folder, data=data)
    scores = card.pages["intersection_over_union"]["int8"]
    return {f"{name}_iou_percent": round(100 * share, 1) for name, share in scores.items()}


def _calibration(shard: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    return list(load_patches(shard).pictures[: CALIBRATION_PATCHES // len(SHARES)])
