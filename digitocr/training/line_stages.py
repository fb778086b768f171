"""The stages that make the line recogniser: from drawn numbers, or with real lines beside them."""

from dataclasses import replace
from functools import partial

import numpy as np

from digitocr.errors import UsageError
from digitocr.recognition.contract import LINES_KERAS_FILE, PAGES_LITERT_FILE
from digitocr.recognition.network import load_keras
from digitocr.recognition.page_segmenter import load_page_segmenter
from digitocr.synthesis.drawn import collections_of
from digitocr.training.aligned_stages import recombined
from digitocr.training.export import export_lines
from digitocr.training.fit_lines import Sets, chosen, train_rounds
from digitocr.training.line_drawing import draw_line_strip
from digitocr.training.line_images import LabelledLineImage, draw_labelled_line
from digitocr.training.line_material import drawing_material, kept_out_sets, real_sets
from digitocr.training.line_shards import LineDrawing, draw_line_shards
from digitocr.training.page_lines import page_line_shards
from digitocr.training.page_pens import load_pens
from digitocr.training.work import Figures, Work

DRAWN_FOLDER, PENS_FOLDER, PAGES_FOLDER, STATE_FILE = "drawn", "pens", "pages", "run.npz"
LINE_SEED_APART, REAL_SEED_APART, PAGE_SEED_APART = (
    30_000,
    70_000,
    7_000,
)  # stages must not learn from the same drawings
DRAWN_ASIDE = 800  # drawn lines that the rounds do not meet
CALIBRATION_LINES = 1000  # which values each layer takes


def make_lines(work: Work) -> Figures:
    """Train the line recogniser on drawn numbers, from what an earlier stage or the start left, if any."""
    options = work.options
    drawn = _pen_lines(work, options.strip_lines, words=1)
    held_out = min(DRAWN_ASIDE, len(drawn) // 10)
    training = drawn[held_out:]
    rounds = replace(options, line_rounds=options.strip_epochs, round_lines={"drawn": len(training)})
    return _train(replace(work, options=rounds), {"drawn": training}, {"drawn": drawn[:held_out]})


def make_real_lines(work: Work) -> Figures:
    """Train the line recogniser with real lines beside drawn ones."""
    options = work.options
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
    sets = {
        "drawn": drawn[held_out:],
        "pens": _pen_lines(work, options.pen_lines, words=options.word_share),
        "page": _page_lines(work),
        "recombined": recombined(work),
        **real_sets(work.find, options.seed),
    }
    return _train(work, sets, {"drawn": drawn[:held_out], **kept_out_sets(work.find, options.seed)})


def _pen_lines(work: Work, count: int, *, words: float) -> list[LabelledLineImage]:
    """Numbers drawn with the pens among the sources of characters, whose digits many people wrote."""
    drawing = LineDrawing(
        make=draw_labelled_line,
        material=collections_of(work.load(False)),
        count=count,
        seed=work.options.seed + LINE_SEED_APART + len(work.before),
        words=words,
    )
    return draw_line_shards(drawing, work.processes, work.own / PENS_FOLDER, work.log)


def _train(work: Work, sets: Sets, validation: Sets) -> Figures:
    """Train in rounds, and write the network."""
    options, file = work.options, work.earlier(LINES_KERAS_FILE)
    model, right = train_rounds(
        sets,
        validation,
        options,
        work.log,
        start=load_keras(file) if file else None,
        state=work.own / STATE_FILE,
        processes=work.processes,
    )
    shown = chosen(sets, options.round_lines, options.seed, options.line_rounds)
    order = np.random.default_rng(options.seed).permutation(len(shown))[:CALIBRATION_LINES]
    model.save(work.own / LINES_KERAS_FILE)
    export_lines(model, [shown[n].strip for n in order.tolist()], work.card(), work.folder)
    return {f"{name}_right_percent": share for name, share in right.items()}


def _page_lines(work: Work) -> list[LabelledLineImage]:
    """The numbers of drawn pages, as the page segmenter of an earlier stage or of the start isolates them."""
    if not work.options.line_pages:
        return []
    pages = (folder / PAGES_LITERT_FILE for folder in (work.folder, work.start) if folder)
    file = next((file for file in pages if file.is_file()), None)
    if not file:
        raise UsageError('line_pages: numbers of pages need a page segmenter; put make = "pages" before it')
    pens = load_pens(work.find("mnist").parent, training=True)  # the folder of all sets
    seed = work.options.seed + PAGE_SEED_APART
    maps = load_page_segmenter(file).maps
    return page_line_shards(pens, maps, work.options.line_pages, seed, work.own / PAGES_FOLDER, work.log)
