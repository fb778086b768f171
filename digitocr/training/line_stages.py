"""The stages that make the line recogniser: from drawn numbers, and on with real lines."""

from functools import partial

import keras
import numpy as np

from digitocr.recognition.contract import LINES_KERAS_FILE
from digitocr.recognition.network import load_keras
from digitocr.records import Gray
from digitocr.synthesis.drawn import collections_of
from digitocr.training.export import export_lines
from digitocr.training.fit_lines import split_validation, train_lines
from digitocr.training.fit_real_lines import chosen, train_rounds
from digitocr.training.line_drawing import draw_line_strip
from digitocr.training.line_images import draw_labelled_line
from digitocr.training.line_material import drawing_material, kept_out_sets, real_sets
from digitocr.training.line_shards import LineDrawing, draw_line_shards
from digitocr.training.work import Figures, Work

DRAWN_FOLDER, STATE_FILE = "drawn", "run.npz"
LINE_SEED_APART, REAL_SEED_APART = 30_000, 70_000  # stages must not learn from the same drawings
DRAWN_ASIDE = 800  # drawn lines that the rounds do not meet
CALIBRATION_LINES = 1000  # which values each layer takes


def make_lines(work: Work) -> Figures:
    """Train the line recogniser on drawn numbers, from what an earlier stage or the start left, if any."""
    options, file = work.options, work.earlier(LINES_KERAS_FILE)
    drawing = LineDrawing(
        make=draw_labelled_line,
        material=collections_of(work.load(False)),
        count=options.strip_lines,
        seed=options.seed + LINE_SEED_APART,
        words=1,
    )
    strips = draw_line_shards(drawing, work.processes, work.own / DRAWN_FOLDER, work.log)
    training, validation = split_validation(strips)
    model, right = train_lines(
        training,
        validation,
        options.strip_epochs,
        options.seed,
        work.log,
        start=load_keras(file) if file else None,
        state=work.own / STATE_FILE,
    )
    _export(work, model, [line.strip for line in training[:CALIBRATION_LINES]])
    return {"drawn_right_percent": round(100 * right, 2)}


def make_real_lines(work: Work) -> Figures:
    """Train the line recogniser on with real lines beside drawn ones."""
    options, file = work.options, work.earlier(LINES_KERAS_FILE)
    drawing = LineDrawing(
        make=partial(draw_line_strip, kinds=dict(options.line_kinds)),
        material=drawing_material(work.find),
        count=options.strip_lines,
        seed=options.seed + REAL_SEED_APART + len(work.before),
        words=options.word_share,
    )
    drawn = draw_line_shards(drawing, work.processes, work.own / DRAWN_FOLDER, work.log)
    rng = np.random.default_rng(options.seed)
    drawn = [line for line in drawn if "/" not in line.symbols or rng.random() < options.slash_share]
    held_out = min(DRAWN_ASIDE, len(drawn) // 10)
    sets = {"drawn": drawn[held_out:], **real_sets(work.find, options.seed)}
    model, right = train_rounds(
        sets,
        {"drawn": drawn[:held_out], **kept_out_sets(work.find, options.seed)},
        options,
        work.log,
        start=load_keras(file) if file else None,
        state=work.own / STATE_FILE,
    )
    shown = chosen(sets, options.round_lines, options.seed, options.line_rounds)
    order = np.random.default_rng(options.seed).permutation(len(shown))[:CALIBRATION_LINES]
    _export(work, model, [shown[n].strip for n in order.tolist()])
    return {f"{name}_right_percent": share for name, share in right.items()}


def _export(work: Work, model: keras.Model, shown: list[Gray]) -> None:
    model.save(work.own / LINES_KERAS_FILE)
    export_lines(model, shown, work.card(), work.folder)
