"""The stages that make a model folder; each takes what those before it left there and leaves its own part."""

import shutil
from collections.abc import Callable, Sequence

import keras
import numpy as np

from digitocr.datasets.data import DataSource
from digitocr.datasets.sources import DRAWN_LICENCE
from digitocr.decoding.candidate_scorer import scorers_to_contract
from digitocr.decoding.confidence import calibration_to_contract
from digitocr.decoding.score_fusion import fusion_to_contract
from digitocr.errors import UsageError
from digitocr.evaluation.disputed import NONE_DISPUTED, read_disputed
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    KERAS_FILE,
)
from digitocr.recognition.network import load_keras
from digitocr.synthesis.drawn import collections_of, draw_crops
from digitocr.training.aligned_stages import aligned_sources
from digitocr.training.candidate_scorer import draw_and_fit
from digitocr.training.checkpoint import best_network
from digitocr.training.confidence_material import kept_out_registers
from digitocr.training.confidence_material import labelled_lines as labelled_pictures
from digitocr.training.export import export
from digitocr.training.fine_tuning import fine_tune
from digitocr.training.fit import fit
from digitocr.training.fit_confidence import all_examples, fit_confidence
from digitocr.training.line_stages import make_lines, make_real_lines
from digitocr.training.numbers import labelled_lines
from digitocr.training.page_stages import make_page_patches, make_pages
from digitocr.training.plan import CHECKPOINT, DRAWN_FILE
from digitocr.training.score_fusion import before_fit, draw_and_fit_fusion
from digitocr.training.work import Figures, Work


def make_drawn(work: Work) -> Figures:
    """Draw numbers with the pens among the sources, cut them up as reading does, and keep the candidates."""
    pens = collections_of(work.load(False))
    crops, labels = draw_crops(pens, work.options.drawn_lines, work.options.seed, work.processes)
    np.savez_compressed(work.own / DRAWN_FILE, x=crops, label=labels, licence=DRAWN_LICENCE)
    return {"candidates": len(crops)}


def make_digits(work: Work) -> Figures:
    """Train the digit classifier, from what an earlier stage or the start left, if any.

    A run that is interrupted leaves the best network so far as a model.
    """
    sources = [*work.load(True), *aligned_sources(work)]
    file = work.earlier(KERAS_FILE)
    begun = load_keras(file) if file else None
    resume = work.resume and (work.folder / CHECKPOINT).is_dir()
    try:
        model = fit(
            sources, work.options, work.folder, start=begun, resume=resume, log=work.log, watch=work.watch
        )
    except KeyboardInterrupt:
        best = best_network(work.options, work.folder / CHECKPOINT)
        if best is not None:
            work.log("interrupted: the best network so far becomes the model")
            _export_digits(work, best, sources)
        raise
    model.save(work.own / KERAS_FILE)
    shutil.rmtree(work.folder / CHECKPOINT)  # or a second stage of the kind would go on from it
    return _export_digits(work, model, sources)


def make_lattice(work: Work) -> Figures:
    """Train the digit classifier on with whole drawn numbers."""
    file = work.earlier(KERAS_FILE)
    if file is None:
        raise UsageError('lattice_lines: a digit classifier is trained on; put make = "digits" before it')
    tuned = fine_tune(
        load_keras(file),
        work.load(False),
        work.options,
        work.processes,
        real=[line for source in work.numbers() for line in labelled_lines(source.train)],
        log=work.log,
        watch=work.watch,
    )
    tuned.save(work.own / KERAS_FILE)
    return _export_digits(work, tuned, work.load(True))


def make_scorer(work: Work) -> Figures:
    """Fit what weighs candidates to the digit classifier in the folder."""
    options = work.options
    classifier = load_classifier(work.folder)
    candidate_scorers = draw_and_fit(
        classifier, work.load(False), options.judge_lines, options.seed, work.processes, watch=work.watch
    )
    work.write_lattice(scorers_to_contract(candidate_scorers))
    return {}


def make_fusion(work: Work) -> Figures:
    """Fit how much each of the two readers of a line counts."""
    options = work.options
    if "opinions" not in work.card().lattice:  # no model with a line recogniser is loaded without them
        work.write_lattice(fusion_to_contract(before_fit()))
    fusion_weights = draw_and_fit_fusion(
        load_classifier(work.folder), work.load(False), options.judge_lines, options.seed, work.processes
    )
    work.write_lattice(fusion_to_contract(fusion_weights))
    return {}


def make_confidence(work: Work) -> Figures:
    """Fit the confidence of the model as it is by now, on labelled lines that no network learned from."""
    options = work.options
    halves = work.find(options.confidence_halves) if options.confidence_halves else None
    disputed = NONE_DISPUTED
    if options.confidence_disputed:
        disputed = read_disputed(work.find(options.confidence_disputed))
    sets = [work.find(name) for name in options.confidence_sets]
    lines = [*labelled_pictures(sets, halves, disputed)]
    if options.confidence_registers:
        lines += kept_out_registers(work.find(options.confidence_registers))
    known = all_examples(
        lines,
        load_classifier(work.folder),
        singles=options.confidence_singles,
        drawn=options.confidence_drawn,
        fields=options.confidence_fields,
    )
    work.write_lattice(calibration_to_contract(fit_confidence(known)))
    return {"lines": len(known), "right": sum(example.right for example in known)}


def _export_digits(work: Work, model: keras.Model, sources: Sequence[DataSource]) -> Figures:
    base = work.card() if (work.folder / CONTRACT_FILE).is_file() else None
    card = export(model, sources, work.options, work.folder, base)
    return {f"{name}_right_percent": figures["accuracy_percent"] for name, figures in card.figures.items()}


MAKERS: dict[str, Callable[[Work], Figures]] = {
    "drawn": make_drawn,
    "digits": make_digits,
    "lattice": make_lattice,
    "scorer": make_scorer,
    "lines": make_lines,
    "real_lines": make_real_lines,
    "page_patches": make_page_patches,
    "pages": make_pages,
    "fusion": make_fusion,
    "confidence": make_confidence,
}
