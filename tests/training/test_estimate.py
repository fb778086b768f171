"""How long a run will take, told before it begins."""

from dataclasses import replace

import pytest

pytest.importorskip("tensorflow")

from digitocr.training.plan import STAGES, plan
from digitocr.training.settings import TrainOptions

OPTIONS = TrainOptions(epochs=2)


def test_the_estimate_grows_with_what_is_asked(monkeypatch):
    from digitocr.training import estimate

    monkeypatch.setattr(estimate, "seconds_a_step", lambda options: 0.01)
    monkeypatch.setattr(estimate, "seconds_a_number", lambda: 0.006)

    def seconds(*stages):
        return sum(estimate.estimate_seconds(plan(stages, OPTIONS, {}), 2))

    few, many = seconds(("digits", {"epochs": 1})), seconds(("digits", {"epochs": 11}))
    assert many - few == pytest.approx(10 * 60_000 / 128 * 0.01, rel=0.5)
    lines = seconds(("digits", {"epochs": 1}), ("lines", {"strip_lines": 100_000, "strip_epochs": 2}))
    assert lines - few > 100_000 * 0.006 / 2


def test_each_stage_has_an_estimate_of_its_own(monkeypatch):
    from digitocr.training import estimate

    monkeypatch.setattr(estimate, "seconds_a_step", lambda options: 0.01)
    monkeypatch.setattr(estimate, "seconds_a_number", lambda: 0.006)
    asked = {
        "drawn": {"drawn_lines": 1000},
        "digits": {"epochs": 1},
        "lattice": {"lattice_lines": 1000},
        "scorer": {"judge_lines": 1000},
        "lines": {"strip_lines": 1000},
        "fusion": {"judge_lines": 1000},
        "page_patches": {"page_patches": 1000},
        "pages": {"page_steps": 100},
        "real_lines": {"strip_lines": 1000, "line_rounds": 1},
    }
    assert {*asked, "confidence"} == set(STAGES)
    seconds = estimate.estimate_seconds(plan(list(asked.items()), OPTIONS, {}), 2)
    assert len(seconds) == len(asked)
    assert min(seconds) > 0
    paged = estimate.estimate_seconds(plan([("real_lines", {"line_pages": 1000})], OPTIONS, {}), 2)
    assert paged[0] > 1000 * estimate.PAGE_S


def test_the_estimate_tries_a_step():
    from digitocr.training.estimate import seconds_a_step

    assert 0 < seconds_a_step(replace(OPTIONS, network="mlp", batch_size=8)) < 60
