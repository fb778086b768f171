"""The model that comes along, where there is one: what the small one of the other tests cannot show."""

import csv
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from material import draw_number

MODEL = Path(__file__).parents[2] / "models" / "digits.tflite"

pytestmark = pytest.mark.skipif(not MODEL.exists(), reason="there is no models/digits.tflite")

NUMBERS = ("90210", "1037", "48", "20735", "665", "8124")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_drawn_numbers_are_read(tmp_path, jobs):
    for number in NUMBERS:
        cv2.imwrite(str(tmp_path / f"{number}.png"), draw_number(number))
    command = [sys.executable, "-m", "digitocr", "read", str(tmp_path), "--layout", "line", "--jobs", jobs]
    run = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    rows = list(csv.DictReader(run.stdout.splitlines()))
    assert len(rows) == len(NUMBERS)
    right = [row["text"] == Path(row["source"]).stem for row in rows]
    assert sum(right) >= len(NUMBERS) - 2, run.stdout
