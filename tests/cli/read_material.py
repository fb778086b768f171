"""What the tests of `digitocr read` ask of its table, and a file of several pages."""

import csv
import io
from pathlib import Path

from material import draw_number
from PIL import Image


def rows(text):
    return list(csv.DictReader(io.StringIO(text.decode() if isinstance(text, bytes) else text)))


def sources(text):
    return [Path(row["source"]).name for row in rows(text)]


def save_tiff(path, count):
    pages = [Image.fromarray(draw_number(str(7919 * number))) for number in range(1, count + 1)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path
