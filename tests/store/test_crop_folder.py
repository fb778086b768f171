"""Pictures of numbers with their labels."""

import csv

import cv2

from digitocr.store.entries import Entry, enter
from digitocr.store.store import open_store


def test_each_number_has_a_picture_and_its_label(digitocr, scans, tmp_path):
    digitocr("read", scans, "--run", tmp_path / "a.db")
    with open_store(tmp_path / "a.db") as store:
        enter(store, 1, Entry("value", "1037"), "ada")
        enter(store, 2, Entry("removed"), "ada")
    run = digitocr("export", tmp_path / "a.db", "--crops", tmp_path / "crops")
    assert (run.returncode, run.stdout) == (0, b"")
    with (tmp_path / "crops" / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 9
    assert (rows[0]["label"], rows[0]["settled_by"]) == ("1037", "person")
    for row in rows:
        assert cv2.imread(str(tmp_path / "crops" / row["file"])).size > 0
    again = digitocr("export", tmp_path / "a.db", "--crops", tmp_path / "crops")
    assert again.returncode == 5
    assert b"is not empty" in again.stderr
