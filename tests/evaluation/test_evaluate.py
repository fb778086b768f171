import json

import cv2
import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from material import draw_number
from typer.testing import CliRunner

from digitocr.evaluation.metrics import (
    character_error_rate,
    coverage,
    edit_distance,
    expected_calibration_error,
    measure,
    worst,
)
from digitocr.evaluation.outcomes import Outcome, holds_numbers, read_numbers, set_names
from digitocr.evaluation.significance import mcnemar, wilson_interval
from digitocr.evaluation.versus import difference
from digitocr.records import Box, Document, PageFailure, PageResult, Reading


def outcome(truth, text, confidence=0.9, name="a"):
    return Outcome(name, truth, text, confidence, lambda: np.zeros((28, 28), np.uint8))


def test_edit_distance():
    cases = [
        ("", "", 0),
        ("12", "", 2),
        ("123", "123", 0),
        ("123", "13", 1),
        ("90210", "9021O", 1),
        ("ab", "ba", 2),
    ]
    for a, b, distance in cases:
        assert edit_distance(a, b) == edit_distance(b, a) == distance


def test_character_error_rate_counts_characters_not_pictures():
    assert character_error_rate([outcome("1234", "1234"), outcome("12", "1")]) == pytest.approx(1 / 6)
    assert character_error_rate([outcome("not-a-digit", "1"), outcome("1", "1")]) == 0.5


def test_coverage_takes_the_surest_answers():
    right = np.array([True] * 98 + [False, True])
    confidence = np.linspace(1, 0.5, 100)
    first = coverage(right, confidence, 0.001)
    assert (first.share, first.accepted, first.wrong) == (0.98, 98, 0)
    assert first.threshold == confidence[97]
    every = coverage(right, confidence, 0.01)
    assert (every.share, every.wrong, every.threshold) == (1.0, 1, 0.5)
    none = coverage(np.array([False, True]), np.array([0.9, 0.9]), 0.01)
    assert (none.share, none.accepted) == (0.0, 0)
    assert none.threshold > 1


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.5, 0.8, 0.9, 0.99])), min_size=1),
    st.sampled_from([0.01, 0.1, 0.3]),
)
def test_the_threshold_accepts_what_is_told_of_it(answers, rate):
    right, confidence = np.array([r for r, _ in answers]), np.array([c for _, c in answers])
    found = coverage(right, confidence, rate)
    accepted = confidence >= found.threshold
    assert accepted.sum() == found.accepted
    assert (~right[accepted]).sum() == found.wrong <= rate * found.accepted
    for lower in set(confidence[confidence < found.threshold]):
        assert (~right[confidence >= lower]).sum() > rate * (confidence >= lower).sum()


def test_calibration_error():
    confidence = np.full(1000, 0.7)
    right = np.arange(1000) < 700
    assert expected_calibration_error(right, confidence) == pytest.approx(0, abs=1e-9)
    assert expected_calibration_error(~right, confidence) == pytest.approx(0.4)


def test_measure_of_digits_has_classes_and_of_numbers_has_none():
    digits = measure([outcome("1", "1"), outcome("2", "1", 0.6), outcome("not-a-digit", "not-a-digit")])
    assert digits["accuracy"] == pytest.approx(2 / 3)
    assert digits["classes"]["labels"] == ["1", "2", "not-a-digit"]
    assert digits["classes"]["confusion"] == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert digits["right"] == 2
    assert digits["worst"] == [{"name": "a", "truth": "2", "text": "1", "confidence": 0.6}]
    numbers = measure([outcome("90210", "90210"), outcome("11", "", 0.0)])
    assert "classes" not in numbers
    assert numbers["accuracy"] == 0.5


def test_classes_are_reported_as_scikit_learn_does():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    truths, texts = rng.integers(0, 5, 200).astype(str), rng.integers(0, 6, 200).astype(str)
    found = measure([outcome(*pair) for pair in zip(truths, texts, strict=True)])["classes"]
    expected = metrics.classification_report(truths, texts, output_dict=True, zero_division=0)
    for n, label in enumerate(found["labels"]):
        row = {"precision": found["precision"][n], "recall": found["recall"][n], "f1-score": found["f1"][n]}
        assert row == pytest.approx({name: expected[label][name] for name in row}, abs=1e-5)
    macro = expected["macro avg"]
    assert list(found["macro"].values()) == pytest.approx(
        [macro[name] for name in ("precision", "recall", "f1-score")], abs=1e-5
    )
    assert found["confusion"] == metrics.confusion_matrix(truths, texts).tolist()


def test_intervals_are_those_of_wilson():
    assert wilson_interval(0, 0) == (0.0, 1.0)
    low, high = wilson_interval(0, 10)
    assert (low, high) == (0.0, pytest.approx(0.2775, abs=1e-4))
    low, high = wilson_interval(10, 10)
    assert (low, high) == (pytest.approx(0.7225, abs=1e-4), pytest.approx(1.0))


def test_a_model_is_worse_only_where_chance_does_not_explain_it():
    right, wrong = outcome("1", "1"), outcome("1", "7")
    same = difference("a", [right, wrong], [right, wrong])
    assert (same.only_model, same.only_baseline, same.p_worse, same.worse) == (0, 0, 1.0, False)
    four = difference("a", [wrong] * 4 + [right] * 90, [right] * 94)
    assert four.p_worse == pytest.approx(1 / 16)
    assert not four.worse
    five = difference("a", [wrong] * 5 + [right] * 90, [right] * 95)
    assert five.p_worse == pytest.approx(1 / 32)
    assert five.worse
    assert (five.right, five.baseline_right, five.pictures) == (90, 95, 95)
    assert not difference("a", [right] * 95, [wrong] * 5 + [right] * 90).worse
    stats = pytest.importorskip("scipy.stats")
    assert mcnemar(30, 18) == pytest.approx(stats.binomtest(30, 48, alternative="greater").pvalue)


def test_worst_are_the_surest_errors():
    outcomes = [outcome("1", "2", 0.3), outcome("1", "1", 0.99), outcome("1", "7", 0.8)]
    assert [o.confidence for o in worst(outcomes, 5)] == [0.8, 0.3]
    assert len(worst(outcomes, 1)) == 1


def reading(text, confidence):
    return Reading("", 0, Box(0, 0, 9, 9), text, "accept", confidence)


def test_numbers_are_read_one_picture_at_a_time(tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\na.png,12\nb.png,0070\nc.png,5\n")
    answers = {
        "a.png": PageResult("a.png", 1, 9, 9, "line", (reading("12", 0.9),)),
        "b.png": PageResult("b.png", 1, 9, 9, "line", (reading("00", 0.5), reading("70", 0.5))),
        "c.png": PageFailure("c.png", 0, "broken"),
    }
    outcomes = read_numbers(
        str(tmp_path), lambda files: (Document(file.name, (answers[file.name],)) for file in files)
    )
    assert [o.right for o in outcomes] == [True, True, False]
    assert [o.confidence for o in outcomes] == [0.9, 0.25, 0.0]
    assert holds_numbers(str(tmp_path))
    assert not holds_numbers(str(tmp_path / "x.npz"))


def test_names_of_sets():
    assert set_names(["mnist", "a/usps.npz", "cells/labels.csv"]) == ["mnist", "usps", "cells"]
    assert set_names(["a/x.npz", "b/x.npz"]) == ["a/x.npz", "b/x.npz"]


def test_plots_are_drawn(tmp_path):
    pytest.importorskip("sklearn")
    from digitocr.evaluation.plots import draw_all

    outcomes = [outcome(str(i % 10), str(i % 9), 0.5 + (i % 50) / 100, name=f"{i}.png") for i in range(200)]
    files = draw_all("some/set", outcomes, tmp_path / "plots")
    assert sorted(file.name for file in files) == [
        "some_set-confidence.png",
        "some_set-confusion.png",
        "some_set-worst.png",
    ]
    for file in files:
        assert cv2.imread(str(file)).std() > 5


def test_the_command_measures_crops(digits_npz, tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.cli.evaluate import evaluate
    from digitocr.datasets.data import DataSpec
    from digitocr.datasets.sources import load_sources
    from digitocr.training.export import export
    from digitocr.training.networks import build_network
    from digitocr.training.settings import TrainOptions

    sources = load_sources([DataSpec(str(digits_npz))], 0.1)
    export(build_network("mlp", 1), sources, TrainOptions(network="mlp"), tmp_path)
    app = typer.Typer()
    app.command()(evaluate)
    arguments = [str(digits_npz), "--model", str(tmp_path), "--plots", str(tmp_path / "plots")]
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    measured = json.loads(result.stdout)["sets"]["drawings"]
    assert measured["pictures"] == 100
    table = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert "calibration error" in table.stdout
    assert "macro average" in table.stdout
    assert "surest errors" not in table.stdout
    more = CliRunner().invoke(
        app, [*arguments, "--errors", "--baseline", str(tmp_path)], catch_exceptions=False
    )
    assert "surest errors" in more.stdout
    assert "p worse" in more.stdout
    assert more.exit_code == 0


@pytest.fixture
def fields(tmp_path):
    """A folder with a page on which one field is labelled."""
    page = np.full((200, 300), 240, np.uint8)
    page[50:114, 20:156] = draw_number("1037")
    cv2.imwrite(str(tmp_path / "page.png"), page)
    (tmp_path / "fields.csv").write_text("file,group,x,y,w,h,label\npage.png,boxes,20,50,136,64,1037\n")
    return tmp_path


def test_fields_of_pages_are_scored_beside_what_else_is_installed(fields, toy_model, monkeypatch):
    from digitocr.cli.evaluate import evaluate
    from digitocr.evaluation import compare

    monkeypatch.setattr(compare, "available", lambda: [("other", lambda pictures: ["7"] * len(pictures))])
    app = typer.Typer()
    app.command()(evaluate)
    arguments = [str(fields), "--model", str(toy_model), "--json"]
    alone = json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).stdout)
    assert [score["engine"] for score in alone["scores"]] == ["digitocr"]
    assert alone["sets"] == {}
    both = json.loads(CliRunner().invoke(app, [*arguments, "--compare"], catch_exceptions=False).stdout)
    assert [(score["engine"], score["pictures"]) for score in both["scores"]] == [
        ("digitocr", 1),
        ("other", 1),
    ]
    assert both["scores"][1]["right"] == 0
