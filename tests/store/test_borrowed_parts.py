"""A run store of a model that uses parts of the one that comes with digitocr."""

import json
import shutil

import pytest

from digitocr.batch.stored import run_of
from digitocr.batch.task import Settings
from digitocr.options import ReadOptions
from digitocr.recognition import classifier
from digitocr.recognition.contract import CONTRACT_FILE


@pytest.fixture
def bare_model(toy_model, tmp_path):
    """A model's folder without a lattice."""
    folder = shutil.copytree(toy_model, tmp_path / "bare")
    card = json.loads((folder / CONTRACT_FILE).read_text())
    del card["lattice"]
    (folder / CONTRACT_FILE).write_text(json.dumps(card))
    return folder


@pytest.mark.parametrize(("layout", "used"), [("auto", True), ("digit", False)])
def test_another_built_in_model_reads_anew_where_its_parts_are_used(
    bare_model, tmp_path, monkeypatch, layout, used
):
    settings = Settings(model=bare_model, read=ReadOptions(layout=layout))
    before = run_of(settings)
    assert ("with the built-in lattice" in before.model) is used
    newer = shutil.copytree(classifier.find_model(None).parent, tmp_path / "newer")
    with (newer / CONTRACT_FILE).open("a") as stream:
        stream.write("\n")
    monkeypatch.setattr(classifier, "_own_folders", lambda: [newer])
    assert (run_of(settings).fingerprint != before.fingerprint) is used


def test_the_export_names_the_model_as_read_does(digitocr, scans, bare_model, tmp_path):
    options = [scans / "n1.png", "--model", bare_model]
    plain = digitocr("read", *options, "-f", "json").stdout
    digitocr("read", *options, "--run", tmp_path / "a.db")
    assert digitocr("export", tmp_path / "a.db", "-f", "json").stdout == plain
    assert "with the built-in lattice" in json.loads(plain)["run"]["model"]
