"""Other programs that read lines of text, for comparison where they are installed."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from csv import QUOTE_NONE, DictReader
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from digitocr.decoding.ctc import best_string
from digitocr.errors import UsageError
from digitocr.recognition.second_reader import load_second_reader
from digitocr.records import Gray

ReadLines = Callable[[Sequence[Gray]], list[str]]
NUMBER_PATTERN = re.compile(r"[^0-9A-Za-z]*[0-9](?:[.,:·'-]?[0-9])*[^0-9A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Seen:
    """A number that a program read on a page, and the middle of where it stands, in pixels of the page.

    `accepted` is whether the program says that nobody need look at it; those that say nothing accept all.
    """

    text: str
    x: float
    y: float
    accepted: bool = True


ReadPage = Callable[[Gray], list[Seen]]


def missing() -> list[str]:
    """The names of those that are not installed."""
    installed = {
        "Tesseract": shutil.which("tesseract") is not None,
        "RapidOCR": find_spec("rapidocr") is not None,
    }
    return [name for name, is_installed in installed.items() if not is_installed]


def available() -> Iterator[tuple[str, ReadLines]]:
    """The engines that are installed, each from pictures (h, w) uint8 of a number to its digits."""
    loaders = {"Tesseract": tesseract, "RapidOCR": rapidocr, "RapidOCR, digits only": rapidocr_of_digits}
    for name, loader in loaders.items():
        read = loader()
        if read is not None:
            yield name, read


def digits_of(text: str) -> str:
    """The digits 0-9 of a text, in order: separators are in no label."""
    return "".join(c for c in text if c in "0123456789")


def page_readers() -> Iterator[tuple[str, ReadPage]]:
    """The engines that are installed, each from a page (H, W) uint8 to the numbers that it finds there."""
    for name, loader in (("Tesseract", tesseract_page), ("RapidOCR", rapidocr_page)):
        read = loader()
        if read is not None:
            yield name, read


def numbers_in(text: str) -> list[tuple[str, float]]:
    """The digits of each word of a text that is a number and nothing else, but for marks in and around it.

    Beside each the place of the word's middle in the text, from 0 to 1.

    >>> [(digits, round(place, 2)) for digits, place in numbers_in("No. 1,037.50 of 12 (A4)")]
    [('103750', 0.35), ('12', 0.74)]
    """
    return [
        (digits_of(word.group()), (word.start() + word.end()) / 2 / len(text))
        for word in re.finditer(r"\S+", text)
        if NUMBER_PATTERN.fullmatch(word.group())
    ]


def tesseract_page() -> ReadPage | None:
    """Tesseract, looking for text anywhere on the page, on one core."""
    program = shutil.which("tesseract")
    if program is None:
        return None

    def read(page: Gray) -> list[Seen]:
        png = cv2.imencode(".png", page)[1].tobytes()
        run = subprocess.run(
            [program, "stdin", "stdout", "--psm", "11", "tsv"],
            input=png,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            check=True,
        )
        words = DictReader(run.stdout.decode().splitlines(), delimiter="\t", quoting=QUOTE_NONE)
        return [
            Seen(
                text,
                int(word["left"]) + int(word["width"]) / 2,
                int(word["top"]) + int(word["height"]) / 2,
            )
            for word in words
            for text, _ in numbers_in(word["text"] or "")
        ]

    return read


def rapidocr_page() -> ReadPage | None:
    """RapidOCR as it comes: its search for lines, then its recogniser; a line's words stand evenly in it."""
    engine = _rapidocr()
    if engine is None:
        return None

    def read(page: Gray) -> list[Seen]:
        result = engine(np.dstack([page] * 3))
        words = []
        for text, corners in zip(
            result.txts or (), () if result.boxes is None else result.boxes, strict=True
        ):
            (left, top), (right, bottom) = corners[[0, 3]].mean(axis=0), corners[[1, 2]].mean(axis=0)
            words += [
                Seen(number, left + at * (right - left), top + at * (bottom - top))
                for number, at in numbers_in(text)
            ]
        return words

    return read


def tesseract() -> ReadLines | None:
    """Tesseract, told that it sees one line of digits; one process for all pictures, on one core."""
    program = shutil.which("tesseract")
    if program is None:
        return None

    def read(pictures: Sequence[Gray]) -> list[str]:
        with TemporaryDirectory() as folder:
            files = [Path(folder) / f"{number}.png" for number in range(len(pictures))]
            for file, picture in zip(files, pictures, strict=True):
                cv2.imwrite(str(file), picture)
            names = Path(folder) / "names.txt"
            names.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
            command = [
                program,
                str(names),
                "stdout",
                "--psm",
                "7",
                "-c",
                "tessedit_char_whitelist=0123456789",
            ]
            run = subprocess.run(
                command,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                capture_output=True,
                check=True,
                text=True,
            )
        return [digits_of(page) for page in run.stdout.split("\f")[: len(pictures)]]

    return read


def rapidocr() -> ReadLines | None:
    """RapidOCR's recogniser alone, as each picture is one line."""
    engine = _rapidocr()
    if engine is None:
        return None

    def read(pictures: Sequence[Gray]) -> list[str]:
        results = [
            engine(np.dstack([picture] * 3), use_det=False, use_cls=False, use_rec=True)
            for picture in pictures
        ]
        return [digits_of("".join(result.txts or ())) for result in results]

    return read


def rapidocr_of_digits() -> ReadLines | None:
    """RapidOCR's recogniser, held to the digits and the blank, as if it knew that it sees a number."""
    try:
        second = load_second_reader("rapidocr")
    except UsageError:  # not installed
        return None
    return lambda pictures: [best_string(columns) for columns in second.columns(pictures)]


def _rapidocr() -> Any | None:
    try:
        from rapidocr import RapidOCR
    except ImportError:
        return None
    engine = RapidOCR(
        params={f"EngineConfig.onnxruntime.{part}_op_num_threads": 1 for part in ("intra", "inter")}
    )
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine
