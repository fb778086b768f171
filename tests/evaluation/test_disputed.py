"""Disputed labels are corrected in the sets that they name."""

from pathlib import Path

import pytest

from digitocr.errors import UsageError
from digitocr.evaluation.disputed import NONE_DISPUTED, read_disputed

ROOT = Path(__file__).parents[2]


def test_labels_are_corrected_by_set_and_file(tmp_path):
    table = tmp_path / "disputed.csv"
    table.write_text("set,file,half,stands_there\ncells,1.png,A,17\nregisters/measure,2.png,B,3\n")
    disputed = read_disputed(table)
    assert disputed.label(tmp_path / "cells", "1.png", "11") == "17"
    assert disputed.label(tmp_path / "registers" / "measure", "2.png", "8") == "3"
    assert disputed.label(tmp_path / "cells", "2.png", "8") == "8"
    assert disputed.label(tmp_path / "others", "1.png", "11") == "11"
    assert NONE_DISPUTED.label(tmp_path / "cells", "1.png", "11") == "11"


def test_a_table_without_its_columns_is_refused(tmp_path):
    (tmp_path / "disputed.csv").write_text("set,file\ncells,1.png\n")
    with pytest.raises(UsageError, match="stands_there"):
        read_disputed(tmp_path / "disputed.csv")
    with pytest.raises(UsageError, match=r"missing\.csv"):
        read_disputed(tmp_path / "missing.csv")


def test_both_looks_agree_on_every_label_that_is_listed():
    rows = (ROOT / "benchmarks" / "disputed_labels.csv").read_text().splitlines()
    assert rows[0] == "set,file,half,label,stands_there,first_look,second_look"
    for row in rows[1:]:
        *_, label, stands_there, first_look, second_look = row.split(",")
        assert first_look == second_look == stands_there != label
