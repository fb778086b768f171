"""A whole recipe, from an empty folder through every stage, on sets drawn here, stopped in each of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from small_sets import draw_sets, write_registry

from digitocr import Reader
from digitocr.recognition.contract import file_sha256
from digitocr.synthesis import drawn
from digitocr.training import (
    candidate_scorer,
    draw_pages,
    fit,
    fit_pages,
    forced_alignment,
    line_batches,
    line_network,
    line_stages,
    page_network,
    page_stages,
    run,
    stages,
)
from digitocr.training.fit import unwatched
from digitocr.training.make_model import make_model
from digitocr.training.order import order
from digitocr.training.plan import STAGES
from digitocr.training.recipe_file import read_recipe
from digitocr.training.settings import Request, TrainOptions
from digitocr.training.stages import MAKERS
from digitocr.training.work import Work

ROOT = Path(__file__).parents[2]
RECIPE = """
seed = 2
sets = "data.toml"
validation = 0.2
[sources]
mnist = { weight = 0.6, kind = "pen" }
bhmsds = { weight = 0.1, kind = "pen" }
drawn = { weight = 0.3, kind = "drawn" }
[[stage]]
make = "drawn"
drawn_lines = 20
[[stage]]
make = "digits"
network = "mlp"
epochs = 2
epoch_samples = 256
[[stage]]
make = "lattice"
lattice_lines = 40
[[stage]]
make = "scorer"
judge_lines = 20
[[stage]]
make = "lines"
strip_lines = 40
strip_epochs = 1
[[stage]]
make = "real_lines"
strip_lines = 40
line_rounds = 1
round_lines = { drawn = 20, register = 5, words = 3, cells = 2, quiz = 3, recorded = 2, signs = 2 }
[[stage]]
make = "fusion"
judge_lines = 20
[[stage]]
make = "page_patches"
page_patches = 4
[[stage]]
make = "pages"
page_steps = 2
[[stage]]
make = "pages"
page_steps = 2
page_learning_rate = 8e-4
[[stage]]
make = "real_lines"
strip_lines = 20
line_kinds = { plain = 0.5, signed = 0.5 }
word_share = 0.5
line_rounds = 1
line_pages = 2
pen_lines = 10
recombined_lines = 4
round_lines = { drawn = 10, page = 5, pens = 5, recombined = 4 }
line_learning_rate = 5e-4
lines_a_step = 8
[[stage]]
make = "digits"
network = "mlp"
epochs = 1
epoch_samples = 256
aligned_share = 0.1
[[stage]]
make = "confidence"
confidence_sets = ["lectaurep_numbers"]
confidence_singles = 8
confidence_drawn = 8
confidence_fields = 4
"""


@pytest.fixture
def small(monkeypatch):
    """Networks of the real kinds, narrow and shallow, on few patches; one thread draws, and no process."""

    def threads(workers, context, start, material):
        return ThreadPoolExecutor(workers, initializer=start, initargs=material)

    def one_width(width):  # so that a batch holds all lines, and TensorFlow traces one shape
        return max(width, line_batches.STRIP_WIDTH_MAX)

    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(drawn, "ProcessPoolExecutor", threads)
    monkeypatch.setattr(fit, "draw_history", lambda *_: None)
    monkeypatch.setattr(candidate_scorer, "SCORER_EPOCHS", 1)
    monkeypatch.setattr(line_batches, "padded_width", one_width)
    monkeypatch.setattr(line_network, "LINE_FILTERS", ((8, (4, 2)), (8, (2, 2))))
    monkeypatch.setattr(line_network, "LINE_CHANNELS", 16)
    monkeypatch.setattr(line_network, "LINE_BLOCKS", 0)
    monkeypatch.setattr(page_network, "PAGE_FILTERS", (4, 4, 8, 8, 8))
    monkeypatch.setattr(page_network, "PAGE_BLOCKS", (0, 0, 0, 0))
    monkeypatch.setattr(fit_pages, "PATCHES_A_STEP", 4)
    monkeypatch.setattr(draw_pages, "CUT_A_SHARD", 4)
    monkeypatch.setattr(page_stages, "VALIDATION_PATCHES", 3)
    monkeypatch.setattr(forced_alignment, "ALIGNED_LOG_MIN", -1e6)  # nor is the recogniser sure of a line


@pytest.fixture
def request_of_it(tmp_path):
    """The recipe with the sets that it names."""
    data = tmp_path / "data"
    write_registry(draw_sets(data), data, tmp_path / "data.toml")
    (tmp_path / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return Request(data=[], recipe=tmp_path / "recipe.toml", data_folder=data)


def make(request, folder, *, resume):
    folder.mkdir(exist_ok=True)
    return make_model(
        order(request, TrainOptions()), folder, start=None, resume=resume, log=lambda _: None, watch=unwatched
    ).card


@pytest.fixture
def stopped(monkeypatch):
    """The names of the stages that were stopped: each is, once, before it writes its part of a model.

    Those that write none are stopped when they have left their files, and no record of themselves.
    """
    names, current = [], []

    def stop():
        if current[-1] not in names:
            names.append(current[-1])
            raise KeyboardInterrupt

    def stopping(write):
        def stop_or_write(*given, **named):
            stop()
            return write(*given, **named)

        return stop_or_write

    def watched(name, make):
        def make_and_stop(work):
            def find(set_name):
                asked.add(set_name)
                return work.find(set_name)

            asked = set()
            current.append(work.name)
            figures = make(replace(work, find=find))
            assert asked == set(STAGES[name].sets(work.options))
            stop()
            return figures

        return make_and_stop

    monkeypatch.setattr(stages, "export", stopping(stages.export))
    monkeypatch.setattr(line_stages, "export_lines", stopping(line_stages.export_lines))
    monkeypatch.setattr(page_stages, "export_pages", stopping(page_stages.export_pages))
    monkeypatch.setattr(Work, "write_lattice", stopping(Work.write_lattice))
    monkeypatch.setattr(run, "MAKERS", {name: watched(name, make) for name, make in MAKERS.items()})
    return names


@pytest.mark.slow
def test_a_recipe_that_is_stopped_in_each_stage_goes_on_and_makes_a_model_that_reads(
    small, request_of_it, stopped, tmp_path
):
    recipe = read_recipe(request_of_it.recipe, request_of_it.data_folder)
    folder = tmp_path / "run"
    for n in range(len(recipe.stages)):
        with pytest.raises(KeyboardInterrupt):
            make(request_of_it, folder, resume=n > 0)
    card = make(request_of_it, folder, resume=True)

    assert list(card.runs) == stopped
    assert {step.make for step in order(request_of_it, TrainOptions()).steps} == set(STAGES)
    assert card.runs["real_lines-2"]["options"]["line_learning_rate"] == 5e-4
    assert set(card.runs["real_lines"]["figures"]) >= {"drawn_right_percent", "register_right_percent"}
    assert card.runs["confidence"]["figures"]["lines"] > 0
    assert "confidence" in card.lattice
    assert all(file_sha256(folder / name) == wanted for name, wanted in card.files.items())
    assert Reader(model=folder).read(ROOT / "samples" / "line.png").readings
