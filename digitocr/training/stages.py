"""The stages that make a model folder; each takes what those before it left there and leaves its own part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from digitocr.datasets.data import Source
from digitocr.datasets.sources import DRAWN_LICENCE
from digitocr.decoding.candidate_scorer import scorers_to_contract
from digitocr.decoding.score_fusion import fusion_to_contract
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    KERAS_FILE,
    LINES_KERAS_FILE,
    LINES_LITERT_FILE,
    LITERT_FILE,
    PAGES_LITERT_FILE,
)
from digitocr.recognition.network import load_keras
from digitocr.synthesis.drawn import collections_of, draw, draw_crops
from digitocr.training.candidate_scorer import draw_and_fit
from digitocr.training.checkpoint import best_network
from digitocr.training.export import export, export_lines
from digitocr.training.fit import CHECKPOINT, fit
from digitocr.training.fit_lines import fit_lines, train_lines
from digitocr.training.line_drawing import draw_line_strip
from digitocr.training.line_material import drawing_material, real_strips
from digitocr.training.numbers import labelled_lines
from digitocr.training.page_stages import SHARDS_FOLDER, VALIDATION_FILE, make_page_patches, make_pages
from digitocr.training.score_fusion import before_fit, draw_and_fit_fusion
from digitocr.training.tune import tune
from digitocr.training.work import STAGES_FOLDER, Work

DRAWN_FILE = "drawn.npz"
REAL_SEED_APART = 70_000


def make_drawn(work: Work) -> None:
    """Draw numbers with the pens among the sources, cut them up as reading does, and keep the candidates."""
    pens = collections_of(work.load(False))
    crops, labels = draw_crops(pens, work.options.drawn_lines, work.options.seed, work.processes)
    np.savez_compressed(work.stages / DRAWN_FILE, x=crops, label=labels, licence=DRAWN_LICENCE)


def make_digits(work: Work) -> None:
    """Train the digit classifier. A run that is interrupted leaves the best network so far as a model."""
    sources = work.load(True)
    begun = load_keras(work.start / KERAS_FILE) if work.start else None
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
    _export_digits(work, model, sources)
    model.save(work.stages / KERAS_FILE)


def make_lattice(work: Work) -> None:
    """Train the digit classifier on with whole drawn numbers."""
    file = work.earlier(KERAS_FILE)
    assert file is not None, "`check` asks for one"
    tuned = tune(
        load_keras(file),
        work.load(False),
        work.options,
        work.processes,
        real=[line for source in work.numbers() for line in labelled_lines(source.train)],
        log=work.log,
        watch=work.watch,
    )
    _export_digits(work, tuned, work.load(True))


def make_scorer(work: Work) -> None:
    """Fit what weighs candidates to the digit classifier in the folder."""
    options = work.options
    classifier = load_classifier(work.folder)
    candidate_scorers = draw_and_fit(
        classifier, work.load(False), options.judge_lines, options.seed, work.processes, watch=work.watch
    )
    work.write_lattice(scorers_to_contract(candidate_scorers))


def make_lines(work: Work) -> None:
    """Train the line recogniser, from what an earlier stage or the start left if there is that."""
    sources = work.load(False)
    file = work.earlier(LINES_KERAS_FILE)
    begun = load_keras(file) if file else None
    model = fit_lines(sources, work.options, work.processes, log=work.log, start=begun)
    model.save(work.stages / LINES_KERAS_FILE)
    export_lines(model, sources, work.card(), work.folder)


def make_real_lines(work: Work) -> None:
    """Train the line recogniser on with real lines beside as many drawn ones as are asked for."""
    options = work.options
    file = work.earlier(LINES_KERAS_FILE)
    drawn = draw(
        draw_line_strip,
        drawing_material(work.find),
        options.strip_lines,
        options.seed + REAL_SEED_APART,
        work.processes,
        words=True,
    )
    strips = [*work.watch(drawn, "drawing lines", options.strip_lines), *real_strips(work.find, options.seed)]
    order = np.random.default_rng(options.seed).permutation(len(strips)).tolist()
    aside = round(options.validation * len(strips))
    parts = [strips[n] for n in order[aside:]], [strips[n] for n in order[:aside]]
    begun = load_keras(file) if file else None
    model = train_lines(*parts, options.strip_epochs, options.seed, work.log, start=begun)
    model.save(work.stages / LINES_KERAS_FILE)
    export_lines(model, work.load(False), work.card(), work.folder)


def make_fusion(work: Work) -> None:
    """Fit how much each of the two readers of a line counts."""
    options = work.options
    if "opinions" not in work.card().lattice:  # no model with a line recogniser is loaded without them
        work.write_lattice(fusion_to_contract(before_fit()))
    fusion_weights = draw_and_fit_fusion(
        load_classifier(work.folder), work.load(False), options.judge_lines, options.seed, work.processes
    )
    work.write_lattice(fusion_to_contract(fusion_weights))


def _export_digits(work: Work, model: keras.Model, sources: Sequence[Source]) -> None:
    base = work.card() if (work.folder / CONTRACT_FILE).is_file() else None
    export(model, sources, work.options, work.folder, base)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: what makes it, which options it has, which stages it goes on from, and its files."""

    make: Callable[[Work], None]
    options: frozenset[str]
    needs: tuple[str, ...]
    files: tuple[str, ...]


_SCHEDULE = "epochs epoch_samples batch_size learning_rate warmup patience"
_FIT = f"network {_SCHEDULE} weight_decay label_smoothing averaging"

STAGES: dict[str, Stage] = {
    "drawn": Stage(make_drawn, frozenset({"drawn_lines"}), (), (f"{STAGES_FOLDER}/{DRAWN_FILE}",)),
    "digits": Stage(
        make_digits, frozenset(_FIT.split()), ("drawn",), (f"{STAGES_FOLDER}/{KERAS_FILE}", LITERT_FILE)
    ),
    "lattice": Stage(make_lattice, frozenset({"lattice_lines"}), ("digits",), (LITERT_FILE,)),
    "scorer": Stage(make_scorer, frozenset({"judge_lines"}), ("digits", "lattice"), ()),
    "lines": Stage(
        make_lines,
        frozenset({"strip_lines", "strip_epochs"}),
        (),
        (f"{STAGES_FOLDER}/{LINES_KERAS_FILE}", LINES_LITERT_FILE),
    ),
    "real_lines": Stage(
        make_real_lines,
        frozenset({"strip_lines", "strip_epochs"}),
        ("lines",),
        (f"{STAGES_FOLDER}/{LINES_KERAS_FILE}", LINES_LITERT_FILE),
    ),
    "page_patches": Stage(
        make_page_patches,
        frozenset({"page_shards"}),
        (),
        (f"{STAGES_FOLDER}/{SHARDS_FOLDER}/drawn000.npz", f"{STAGES_FOLDER}/{VALIDATION_FILE}"),
    ),
    "pages": Stage(make_pages, frozenset({"page_steps"}), ("page_patches",), (PAGES_LITERT_FILE,)),
    "fusion": Stage(
        make_fusion, frozenset({"judge_lines"}), ("digits", "lattice", "scorer", "lines", "real_lines"), ()
    ),
}
