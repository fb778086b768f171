"""Shards read and merged, as users do."""

import cv2
import numpy as np
import pytest


@pytest.fixture
def mixed(scans):
    """Numbers, pages on which there is none, and a file that cannot be read."""
    for name in ("n2a.png", "n5a.png", "n9a.png"):
        cv2.imwrite(str(scans / name), np.full((900, 700), 250, np.uint8))
    (scans / "n7a.png").write_bytes(b"no image")
    return scans


def read_shards(digitocr, mixed, count, form, *options):
    for index in range(1, count + 1):
        run = digitocr(
            "read",
            mixed,
            "--shard",
            f"{index}/{count}",
            "-o",
            mixed.parent / f"part-{index}.{form}",
            *options,
        )
        assert run.returncode in (0, 3), run.stderr


@pytest.mark.parametrize(("form", "count"), [("csv", 3), ("jsonl", 4), ("json", 2), ("parquet", 2)])
def test_shards_merge_to_the_bytes_of_one_machine(digitocr, mixed, form, count):
    folder = mixed.parent
    assert digitocr("read", mixed, "-o", folder / f"one.{form}").returncode == 3
    read_shards(digitocr, mixed, count, form)
    parts = [folder / f"part-{index}.{form}" for index in range(count, 0, -1)]
    run = digitocr("merge", *parts, "-o", folder / f"all.{form}")
    assert run.returncode == 3, run.stderr
    assert (folder / f"all.{form}").read_bytes() == (folder / f"one.{form}").read_bytes()


def test_json_lines_merge_to_any_form(digitocr, mixed):
    folder = mixed.parent
    read_shards(digitocr, mixed, 2, "jsonl")
    parts = [folder / "part-1.jsonl", folder / "part-2.jsonl"]
    for name, options in [("one.csv", []), ("one.xlsx", []), ("wide.csv", ["--wide", "--statuses"])]:
        digitocr("read", mixed, "-o", folder / name, *options)
        digitocr("merge", *parts, "-o", folder / f"all-{name}", *options)
        assert (folder / f"all-{name}").read_bytes() == (folder / name).read_bytes()


def test_a_missing_shard_is_told(digitocr, mixed):
    read_shards(digitocr, mixed, 3, "csv")
    folder = mixed.parent
    run = digitocr("merge", folder / "part-1.csv", folder / "part-3.csv", "-o", folder / "all.csv")
    assert run.returncode == 2
    assert b"of 3 shards 2/3" in run.stderr
    assert not (folder / "all.csv").exists()
    again = digitocr("merge", folder / "part-1.csv", folder / "part-1.csv")
    assert again.returncode == 2
    assert b"is shard 1/3" in again.stderr


def test_more_shards_than_inputs_are_no_failure(digitocr, tmp_path, scans):
    for index in range(1, 4):
        run = digitocr(
            "read",
            scans / "n1.png",
            scans / "n2.png",
            "--shard",
            f"{index}/3",
            "-o",
            tmp_path / f"{index}.csv",
        )
        assert run.returncode == 0, run.stderr
    digitocr("read", scans / "n1.png", scans / "n2.png", "-o", tmp_path / "one.csv")
    digitocr("merge", *(tmp_path / f"{index}.csv" for index in (1, 2, 3)), "-o", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_what_no_shard_wrote_is_put_together_as_named(digitocr, scans, tmp_path):
    digitocr("read", scans / "n1.png", "-o", tmp_path / "b.csv")
    digitocr("read", scans / "n2.png", "-o", tmp_path / "a.csv")
    digitocr("read", scans / "n1.png", scans / "n2.png", "-o", tmp_path / "one.csv")
    digitocr("merge", tmp_path / "b.csv", tmp_path / "a.csv", "-o", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


@pytest.mark.parametrize(
    ("form", "options", "message"),
    [
        ("csv", ["-f", "json"], b"JSON Lines"),
        ("csv", ["--wide"], b"JSON Lines"),
        ("jsonl", ["-f", "json"], b"-f json"),
        ("csv", ["-f", "parquet"], b"Parquet"),
    ],
)
def test_what_parts_cannot_give_is_told(digitocr, scans, tmp_path, form, options, message):
    digitocr("read", scans / "n1.png", "-o", tmp_path / f"it.{form}")
    run = digitocr("merge", tmp_path / f"it.{form}", *options)
    assert run.returncode == 2
    assert message in run.stderr
    assert not run.stdout


def test_parts_read_in_another_way_are_told(digitocr, scans, tmp_path):
    digitocr("read", scans, "--shard", "1/2", "-o", tmp_path / "1.json")
    digitocr("read", scans, "--shard", "2/2", "-o", tmp_path / "2.json", "--min-confidence", "0.5")
    run = digitocr("merge", tmp_path / "1.json", tmp_path / "2.json", "-f", "json")
    assert run.returncode == 2
    assert b"other options" in run.stderr


def test_stores_merge_to_the_export_of_one_machine(digitocr, mixed):
    folder = mixed.parent
    for index in (1, 2):
        store = folder / f"part-{index}.db"
        assert digitocr("read", mixed, "--shard", f"{index}/2", "--run", store).returncode in (0, 3)
    run = digitocr("merge", folder / "part-2.db", folder / "part-1.db", "-o", folder / "all.db")
    assert run.returncode == 0, run.stderr
    assert digitocr("export", folder / "all.db").stdout == digitocr("read", mixed).stdout


@pytest.mark.parametrize(
    ("parts", "output", "message"),
    [
        (["a.db", "b.csv"], "all.db", b"others are not"),
        (["a.db"], "all.csv", b"-o all.db"),
        (["a.db"], None, b"-o all.db"),
        (["a.db"], "all.db", b"no such run store"),
    ],
)
def test_what_makes_no_store_is_told(digitocr, tmp_path, parts, output, message):
    options = ["-o", tmp_path / output] if output else []
    run = digitocr("merge", *(tmp_path / part for part in parts), *options)
    assert run.returncode == 2
    assert message in run.stderr
    assert not list(tmp_path.iterdir())
