"""Stores for the review's tests: drawn sheets, and readings of which it is known how wrong they are."""

import sqlite3

import cv2
import numpy as np

from digitocr.records import Box, Digit, Document, PageResult, Reading
from digitocr.store.crops import cut_crops
from digitocr.store.saving import RunSettings, register_run, save
from digitocr.store.sources import Stamp, register
from digitocr.store.store import open_store

WIDTH, HEIGHT, STEP, LEFT = 700, 500, 60, 120
ADVANCE = 20  # from digit to digit, in OpenCV's simplex letters of size 1

# What stands there, what was read, with which status, and what else it might be.
READINGS = [
    ("1234", "1234", "review", ["1284"]),
    ("5678", "5673", "review", ["5678", "5878"]),
    ("9012", "9912", "review", []),
    ("3456", "3456", "accept", []),
    ("7890", "7896", "accept", []),
    ("1357", "1357", "accept", []),
]


def draw_sheet(texts):
    """(H, W) uint8 with a number a line."""
    sheet = np.full((HEIGHT, WIDTH), 235, np.uint8)
    for line, text in enumerate(texts, 1):
        cv2.putText(sheet, text, (LEFT, STEP * line), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2, cv2.LINE_AA)
    return sheet


def reading_of(line, text, status, others):
    """What was read on a line of `draw_sheet`."""
    top, bottom = STEP * line - 26, STEP * line + 4
    sure = 0.97 if status == "accept" else 0.6
    digits = tuple(
        Digit(digit, sure, Box(LEFT + ADVANCE * n, top, LEFT + ADVANCE * (n + 1), bottom))
        for n, digit in enumerate(text)
    )
    box = Box(LEFT, top, LEFT + ADVANCE * len(text), bottom)
    alternatives = ((text, sure), *((other, 0.1) for other in others))
    reason = "" if status == "accept" else "low confidence"
    return Reading("", line, box, text, status, sure, reason, alternatives, digits)


def make_store(folder, model, readings=READINGS, copies=1, options=()):
    """A store in which `copies` sheets with these readings were read."""
    path = folder / "run.db"
    (folder / "scans").mkdir(exist_ok=True)
    sheet = draw_sheet([text for text, *_ in readings])
    found = tuple(reading_of(line, *what) for line, (_, *what) in enumerate(readings, 1))
    files = [str(folder / "scans" / f"sheet-{number}.png") for number in range(1, copies + 1)]
    with open_store(path, create=True) as store:
        run = register_run(
            store, RunSettings("tests", "0", "toy", str(folder), str(model), "litert", "{}", dict(options))
        )
        register(store, files)
        for number, file in enumerate(files):
            sheet[-1, -1] = number % 251  # no two files are the same
            sheet[-1, -2] = number // 251
            cv2.imwrite(file, sheet)
            page = PageResult(file, 1, WIDTH, HEIGHT, "page", found)
            page = PageResult(file, 1, WIDTH, HEIGHT, "page", found, crops=cut_crops(sheet, page))
            save(store, Document(file, (page,)), run, "tester", Stamp.of(file))
    return path


def settled(path):
    """(text as read, settled, value, settled by) of all readings in order."""
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "SELECT text, settled, value, settled_by FROM reading ORDER BY page, position"
        ).fetchall()
