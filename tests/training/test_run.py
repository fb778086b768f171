"""A run of stages: what is made, what is kept, what the card says of it. The stages are stand-ins here."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from digitocr.errors import UsageError
from digitocr.recognition.contract import Contract, read_contract, write_contract
from digitocr.training import run as run_module
from digitocr.training.plan import STAGES, plan
from digitocr.training.run import carry_over, run
from digitocr.training.settings import TrainOptions

ROOT = Path(__file__).parents[2]
OPTIONS = TrainOptions(epochs=2)


@pytest.fixture
def made(monkeypatch):
    """Stages that write their files and note that they ran."""
    names = []

    def stand_in(name, stage):
        def make(work):
            names.append((name, work.options))
            for file in stage.files:
                (work.folder / file).write_text(name)
            for file in stage.state:
                (work.own / file).write_text(name)
            if not (work.folder / "digits.json").exists():
                write_contract(
                    Contract(network="cnn", seed=1, crop_version=1, files={}), work.folder / "digits.json"
                )

            return {"right_percent": 90.0}

        return make

    makers = {name: stand_in(name, stage) for name, stage in STAGES.items()}
    monkeypatch.setattr(run_module, "MAKERS", makers)
    return names


class Work:
    """As much of the real one as the stand-ins need."""

    def __init__(self, folder, step):
        self.folder, self.options, self.own = folder, step.options, folder / "stages" / step.name


def go(steps, folder, *, resume=False, made_from=None):
    return run(
        steps,
        lambda step, before: Work(folder, step),
        folder,
        made_from or {},
        resume=resume,
        log=lambda _: None,
    )


def test_a_stage_that_ended_is_kept_and_what_comes_of_a_changed_one_is_made_anew(made, tmp_path):
    stages = [("digits", {}), ("lattice", {"lattice_lines": 9}), ("lines", {"strip_lines": 5})]
    go(plan(stages, OPTIONS, {}), tmp_path)
    assert [name for name, _ in made] == ["digits", "lattice", "lines"]
    assert made[1][1].lattice_lines == 9
    made.clear()
    go(plan(stages, OPTIONS, {}), tmp_path, resume=True)
    assert made == []
    go(plan(stages, replace(OPTIONS, epochs=3), {}), tmp_path, resume=True)
    assert [name for name, _ in made] == ["digits", "lattice"]
    made.clear()
    (tmp_path / "lines.tflite").unlink()
    go(plan(stages, replace(OPTIONS, epochs=3), {}), tmp_path, resume=True)
    assert [name for name, _ in made] == ["lines"]
    made.clear()
    go(plan(stages, replace(OPTIONS, epochs=3), {"data": "other"}), tmp_path, resume=True)
    assert len(made) == 3


def test_a_stage_that_left_its_files_and_no_record_is_made_again(made, tmp_path):
    steps = plan([("digits", {}), ("lines", {})], OPTIONS, {})
    go(steps, tmp_path)
    made.clear()
    (tmp_path / "stages" / "lines.json").unlink()
    go(steps, tmp_path, resume=True)
    assert [name for name, _ in made] == ["lines"]
    assert (tmp_path / "stages" / "lines.json").is_file()


def test_the_card_says_how_each_stage_was_run(made, tmp_path):
    stages = [("drawn", {}), ("digits", {"epochs": 7}), ("lines", {}), ("lines", {"strip_epochs": 1})]
    card = go(plan(stages, OPTIONS, {}), tmp_path, made_from={"recipe": "abc"})
    assert set(card.runs) == {"drawn", "digits", "lines", "lines-2"}
    record = card.runs["digits"]
    assert record["options"]["epochs"] == 7
    assert record["options"]["network"] == "cnn"
    assert record["recipe"] == "abc"
    assert record["seed"] == 1
    assert record["figures"] == {"right_percent": 90.0}
    assert {"keras", "tensorflow", "numpy"} <= set(record["versions"])
    assert set(record) == {*("recipe", "date", "seed", "options", "commit", "versions", "minutes", "figures")}
    assert read_contract(tmp_path / "digits.json") == card


def test_nothing_to_resume_is_told(made, tmp_path):
    with pytest.raises(UsageError, match="no run to resume"):
        go(plan([("digits", {})], OPTIONS, {}), tmp_path, resume=True)


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (("polish", {}), "there is no such stage; there are drawn, digits"),
        (("lattice", {"epochs": 3}), "it has no option epochs; it has lattice_lines"),
        (("lattice", {"lattice_lines": "many"}), "lattice_lines = 'many' is not of the kind of 0"),
    ],
)
def test_stages_and_options_that_are_not_known(stage, told):
    with pytest.raises(UsageError, match=told):
        plan([stage], OPTIONS, {})


def test_parts_that_are_not_trained_are_carried_over(tmp_path):
    start, folder = tmp_path / "start", tmp_path / "new"
    start.mkdir()
    folder.mkdir()
    files = {"digits.tflite": "1", "lines.tflite": "2"}
    for name in files:
        (start / name).write_text(name)
    card = Contract(network="cnn", seed=1, crop_version=1, files=files, lattice={"line": []})
    write_contract(card, start / "digits.json")
    (folder / "digits.tflite").write_text("trained here")
    assert carry_over(start, folder) == card
    assert (folder / "lines.tflite").read_text() == "lines.tflite"
    assert (folder / "digits.tflite").read_text() == "trained here"
    assert read_contract(folder / "digits.json").lattice == {"line": []}


def test_what_an_interrupted_stage_left_is_kept_for_it_alone(made, tmp_path, monkeypatch):
    def interrupted(work):
        (work.own / "run.npz").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "MAKERS", {**run_module.MAKERS, "lines": interrupted})
    write_contract(Contract(network="cnn", seed=1, crop_version=1, files={}), tmp_path / "digits.json")
    left = tmp_path / "stages" / "lines" / "run.npz"
    for epochs, resume in ((1, False), (1, True)):
        with pytest.raises(KeyboardInterrupt):
            go(plan([("lines", {"strip_epochs": epochs})], OPTIONS, {}), tmp_path, resume=resume)
        assert left.read_text() == "half"
    monkeypatch.setitem(run_module.MAKERS, "lines", lambda work: {"left": left.exists()})
    go(plan([("lines", {"strip_epochs": 2})], OPTIONS, {}), tmp_path, resume=True)
    record = json.loads((tmp_path / "stages" / "lines.json").read_text())["record"]
    assert record["figures"] == {"left": False}


def test_a_part_that_was_trained_elsewhere_is_recorded(tmp_path, capsys):
    from digitocr.training.record import main

    write_contract(Contract(network="cnn", seed=1, crop_version=1, files={}), tmp_path / "digits.json")
    (tmp_path / "before.keras").write_bytes(b"weights")
    recipe = str(ROOT / "models" / "recipe.toml")
    told = [
        "--set",
        "line_rounds = 3",
        "--note",
        "in two runs",
        "--figure",
        "register=91.5",
        "--commit",
        "abc",
    ]
    start = ["--start", str(tmp_path / "before.keras")]
    main([str(tmp_path), "real_lines-2", "--recipe", recipe, "--minutes", "60", *told, *start])
    record = read_contract(tmp_path / "digits.json").runs["real_lines-2"]
    assert record["options"]["line_rounds"] == 3
    assert record["options"]["round_lines"]["drawn"] == 5_000
    assert (record["note"], record["commit"], record["minutes"]) == ("in two runs", "abc", 60)
    assert record["figures"] == {"register": 91.5}
    assert set(record["start"]) == {"before.keras"}
    assert "mnist" in record["data"]
    assert "SHA-256" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([str(tmp_path), "polish", "--recipe", recipe])
