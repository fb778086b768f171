"""The registry of the sets that the model was made from."""

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from digitocr.datasets.registry import DataSet, listing_sha256, notice, read_registry
from digitocr.errors import UsageError

ROOT = Path(__file__).parents[2]
SET = DataSet("pens", "Pens", "https://pens.example", "MIT", "A. Penn", "characters", "pens.npz", "0" * 64)


def test_a_set_is_taken_only_if_it_is_the_one_that_was_named(tmp_path):
    (tmp_path / "pens.npz").write_bytes(b"pens")
    right = replace(SET, sha256=hashlib.sha256(b"pens").hexdigest())
    assert right.found_in(tmp_path) == tmp_path / "pens.npz"
    with pytest.raises(UsageError, match=r"pens\.npz: not the pens .* bring it from https://pens\.example"):
        SET.found_in(tmp_path)
    with pytest.raises(UsageError, match=r"elsewhere.*the set pens is not there"):
        replace(SET, path="elsewhere").found_in(tmp_path)


def test_files_of_a_folder_may_have_a_sum_each(tmp_path):
    (tmp_path / "pens").mkdir()
    for name in ("a", "b", "readme"):
        (tmp_path / "pens" / name).write_text(name)
    sums = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a", "b")}
    some = replace(SET, path="pens", sha256=sums)
    assert some.found_in(tmp_path) == tmp_path / "pens"
    (tmp_path / "pens" / "b").write_text("c")
    with pytest.raises(UsageError, match="SHA-256 differs"):
        some.found_in(tmp_path)


def test_the_sum_of_a_folder_is_what_the_shell_says(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("b.txt", "a.txt", "in/c.txt"):
        (tmp_path / name).write_text(name)
    line = r"find . -type f | sed 's,^\./,,' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    assert line in (ROOT / "models/data.toml").read_text()
    told = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert listing_sha256(tmp_path) == told.stdout.split()[0]


def test_an_entry_needs_every_key(tmp_path):
    (tmp_path / "data.toml").write_text('[pens]\ntitle = "Pens"\n')
    with pytest.raises(UsageError, match="the set pens needs the keys attribution"):
        read_registry(tmp_path / "data.toml")
    (tmp_path / "data.toml").write_text("[pens\n")
    with pytest.raises(UsageError, match="cannot be read as a registry"):
        read_registry(tmp_path / "data.toml")


def test_notice_names_everybody():
    sets = read_registry(ROOT / "models" / "data.toml")
    assert (ROOT / "NOTICE").read_text(encoding="utf-8") == notice(sets)
    for entry in sets.values():
        assert entry.attribution
        assert entry.licence
