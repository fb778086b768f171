"""A Reader inside another program: its threads share it, and nothing of the program is changed."""

import os
import pickle
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from material import draw_number
from PIL import Image

from digitocr import Reader

NUMBERS = [str(1037 * number) for number in range(1, 13)]


@pytest.fixture(scope="module")
def pictures():
    return [draw_number(number) for number in NUMBERS]


def test_threads_share_a_reader(pictures):
    reader = Reader(layout="line")
    expected = [reader.read(picture) for picture in pictures]
    shared = Reader(layout="line")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(shared.read, pictures * 3))
    assert answers == expected * 3


def test_a_used_reader_can_be_pickled(pictures, toy_model):
    reader = Reader(model=toy_model, layout="line", n_best=2)
    before = reader.read(pictures[0])
    assert pickle.loads(pickle.dumps(reader)).read(pictures[0]) == before


def test_nothing_of_the_program_is_changed(toy_model, tmp_path, pictures):
    files = []
    for suffix in (".png", ".jpg", ".tif", ".bmp", ".webp", ".gif"):
        files.append(tmp_path / f"n{suffix}")
        Image.fromarray(pictures[0]).save(files[-1])
    limit, filters, stderr = Image.MAX_IMAGE_PIXELS, list(warnings.filters), os.fstat(2)
    reader = Reader(model=toy_model)
    seen = [Image.MAX_IMAGE_PIXELS for file in files if reader.read(file)]
    assert seen == [limit] * len(files)
    assert list(warnings.filters) == filters
    assert os.fstat(2) == stderr


def test_standard_error_is_the_programs_own(toy_model):
    """While the model is loaded too, when LiteRT greets."""
    code = f"""
import os, threading
from digitocr import Reader
seen = set()
def watch():
    while not done: seen.add(os.fstat(2).st_ino)
before, done = os.fstat(2).st_ino, False
thread = threading.Thread(target=watch); thread.start()
import numpy as np
Reader(model={str(toy_model)!r}).read(np.full((40, 90), 255, np.uint8))
done = True; thread.join()
assert seen == {{before}}, (seen, before)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
