"""Recipes: the stages and sets that they name, and those that cannot be followed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from digitocr.errors import UsageError
from digitocr.recognition.contract import read_contract
from digitocr.training.order import order
from digitocr.training.plan import STAGES, plan
from digitocr.training.recipe_file import read_recipe
from digitocr.training.settings import Request, TrainOptions

ROOT = Path(__file__).parents[2]
OPTIONS = TrainOptions(epochs=2)


def test_options_ask_for_no_more_than_they_name(digits_npz):
    def makes(**options):
        request = Request(data=[str(digits_npz)])
        return [step.make for step in order(request, replace(OPTIONS, **options)).steps]

    assert makes() == ["digits"]
    assert makes(lattice_lines=48, judge_lines=10) == ["digits", "lattice", "scorer"]
    assert makes(strip_lines=10, judge_lines=10) == ["digits", "scorer", "lines", "fusion"]


def test_the_card_tells_no_paths(digits_npz):
    made_from = order(Request(data=[f"{digits_npz}=0.5"]), OPTIONS).made_from
    assert made_from == {"data": {"drawings": [0.5, "pen"]}}


RECIPE = """
seed = 3
sets = "data.toml"
validation = 0.1
[sources]
drawings = { weight = 1.0, kind = "pen" }
[[stage]]
make = "digits"
epochs = 4
"""
SETS = """
[drawings]
title = "t"
source = "s"
licence = "CC0"
attribution = "a"
converter = "characters"
path = "drawings.npz"
sha256 = "SUM"
"""


def test_a_recipe_names_its_sets_and_is_refused_for_others(digits_npz, tmp_path):
    import hashlib

    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    right = hashlib.sha256(digits_npz.read_bytes()).hexdigest()
    (tmp_path / "data.toml").write_text(SETS.replace("SUM", right))
    request = Request(data=[], recipe=recipe, data_folder=digits_npz.parent)
    found = order(request, TrainOptions())
    (step,) = found.steps
    assert (step.make, step.options.epochs, step.options.seed) == ("digits", 4, 3)
    assert found.made_from["data"] == {"drawings": right}
    assert found.read(found.specs[0]).licence == "CC0"
    (tmp_path / "data.toml").write_text(SETS.replace("SUM", "0" * 64))
    with pytest.raises(UsageError, match="SHA-256 differs"):
        order(request, TrainOptions())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed = ", "a recipe is TOML in UTF-8, and this is not"),
        ("seed = 1", "a recipe has the entries"),
        (RECIPE.replace('make = "digits"', ""), "needs make"),
        (RECIPE.replace("weight = 1.0, ", ""), "needs a weight and a kind"),
        (RECIPE.replace("drawings =", "others ="), "others is not in the registry of sets"),
    ],
)
def test_recipes_that_cannot_be_followed(text, told, tmp_path):
    (tmp_path / "recipe.toml").write_text(text)
    (tmp_path / "data.toml").write_text(SETS)
    with pytest.raises(UsageError, match=told):
        read_recipe(tmp_path / "recipe.toml", tmp_path)


def test_the_recipe_of_the_model_here_can_be_followed(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "digitocr.datasets.registry.DataSet.found_in", lambda entry, folder: folder / entry.path
    )
    recipe = read_recipe(ROOT / "models" / "recipe.toml", tmp_path)
    steps = plan([(table.make, table.options) for table in recipe.stages], TrainOptions(), {})
    assert json.dumps([step.key for step in steps])
    # Those two serve who has digits alone, or numbers, to train with.
    assert {step.make for step in steps} == set(STAGES) - {"lines", "lattice"}


def test_the_card_of_the_model_here_has_a_record_of_each_stage_of_its_recipe(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "digitocr.datasets.registry.DataSet.found_in", lambda entry, folder: folder / entry.path
    )
    recipe = read_recipe(ROOT / "models" / "recipe.toml", tmp_path)
    steps = plan([(table.make, table.options) for table in recipe.stages], TrainOptions(), {})
    runs = read_contract(ROOT / "models" / "digits.json").runs
    assert {step.name for step in steps if step.make != "page_patches"} == set(runs)
