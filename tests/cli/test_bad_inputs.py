"""One batch of everything that can be wrong with an input, between two that are right."""

import csv
import io
import os
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import cv2
import pytest
from material import LOCKED_PDF, draw_number
from PIL import Image

TOLD = {
    "cut.jpg": "truncated or damaged",
    "cut.png": "truncated or damaged",
    "cut.pdf": "truncated or damaged",
    "no-pixels.png": "scan it again",
    "empty.png": "the file is empty (0 bytes); copy or scan it again",
    "huge.png": "raise --max-megapixels",
    "endless.png": "cut it into pages",
    "letter.png": "PNM, ZIP, TAR or PDF was expected: convert it to one",
    "letter.docx": "save it as PDF and read that",
    "letters": "no image in this folder",
    "nothing-*.png": "the pattern matches nothing",
    "locked.pdf": "save a copy without one",
    "gone.png": "no such file; check the path",
    "x" * 300 + ".png": "File name too long",
    "first.png/scan.png": "Not a directory",
}


def rows_of(output):
    return list(csv.DictReader(io.StringIO(output.decode())))


def png_of_size(width, height):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.fixture
def bad(tmp_path):
    """A folder with what TOLD tells of, and with first.png and last.docx, which can be read."""
    page = Image.fromarray(draw_number("1037"))
    for name in ("cut.jpg", "cut.png", "cut.pdf"):
        page.save(tmp_path / name)
        data = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(data[: len(data) // 2])
    (tmp_path / "no-pixels.png").write_bytes(png_of_size(0, 9))
    (tmp_path / "empty.png").touch()
    (tmp_path / "huge.png").write_bytes(png_of_size(60_000, 60_000))
    (tmp_path / "endless.png").write_bytes(png_of_size(40_000, 9))
    (tmp_path / "letter.png").write_bytes(b"a letter")
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as letter:
        letter.writestr("[Content_Types].xml", "")
        letter.writestr("word/media/image1.png", b"")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("a letter")
    (tmp_path / "locked.pdf").write_bytes(LOCKED_PDF)
    page.save(tmp_path / "first.png")
    page.save(tmp_path / "last.docx", "PNG")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="other limits, other words")
def test_each_bad_input_is_told_and_all_others_are_read(digitocr, bad):
    run = digitocr("read", "first.png", *TOLD, "last.docx", cwd=bad, env=environment())
    rows = rows_of(run.stdout)
    assert run.returncode == 3
    assert {row["source"] for row in rows if row["status"] != "error"} == {"first.png", "last.docx"}
    failed = {row["source"]: row["error"] for row in rows if row["status"] == "error"}
    assert list(failed) == list(TOLD)
    told = run.stderr.decode().splitlines()
    # What a folder holds that is no picture is no input, and fails nothing; but nobody is to miss it.
    assert told[-1].endswith(f", {len(TOLD)} failed; 1 other file not read: letters/letter.txt")
    for name, part in TOLD.items():
        assert failed[name].startswith(f"{name}: ")
        assert part in failed[name]
        assert failed[name] in told


def environment():
    """For a run in another folder: this source tree, wherever it is."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def test_a_broken_page_in_the_middle_fails_alone(digitocr, tmp_path):
    first, *others = (Image.fromarray(draw_number(str(number))) for number in (1037, 2048, 4096))
    path = tmp_path / "three.tif"
    first.save(path, save_all=True, append_images=others, compression="tiff_adobe_deflate")
    with Image.open(path) as image:
        image.seek(1)
        start = image.tag_v2[273][0]
    data = bytearray(path.read_bytes())
    data[start : start + 12] = b"\xff" * 12
    path.write_bytes(data)
    run = digitocr("read", path)
    rows = rows_of(run.stdout)
    assert run.returncode == 3
    assert [(row["page"], row["status"] == "error") for row in rows] == [
        ("1", False),
        ("2", True),
        ("3", False),
    ]
    assert rows[1]["error"].startswith(f"{path}, page 2: truncated or damaged")


def test_inputs_of_one_name_are_told_apart(digitocr, tmp_path):
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / "scan.png"), draw_number("1037"))
    run = digitocr("read", tmp_path / "monday", tmp_path / "tuesday")
    assert [row["source"] for row in rows_of(run.stdout)] == [
        str(tmp_path / "monday" / "scan.png"),
        str(tmp_path / "tuesday" / "scan.png"),
    ]


def test_no_output_replaces_an_input(digitocr, scans):
    before = (scans / "n1.png").read_bytes()
    run = digitocr("read", scans, "-o", scans / ".." / "scans" / "n1.png", "-f", "csv")
    assert (run.returncode, run.stdout) == (2, b"")
    assert "n1.png: is an input" in run.stderr.decode()
    cv2.imwrite(str(scans / "n2.p1.jpg"), draw_number("7"))
    run = digitocr("read", scans, "--overlay", scans)
    assert (run.returncode, run.stdout) == (2, b"")
    assert "n2.p1.jpg: is an input" in run.stderr.decode()
    assert (scans / "n1.png").read_bytes() == before


def test_a_name_that_no_disk_takes_is_an_output_that_cannot_be_written(digitocr, scans):
    run = digitocr("read", scans / "n1.png", "-o", scans / ("x" * 300 + ".csv"))
    assert run.returncode == 5
    assert "cannot be written" in run.stderr.decode()


@pytest.mark.parametrize("contract", ["{}", "{", "[]"])
def test_a_contract_that_is_none_is_6(digitocr, scans, toy_model, tmp_path, contract):
    (tmp_path / "digits.tflite").write_bytes((toy_model / "digits.tflite").read_bytes())
    (tmp_path / "digits.json").write_text(contract)
    run = digitocr("read", scans, "--model", tmp_path)
    assert (run.returncode, run.stdout) == (6, b"")
    assert f"{tmp_path / 'digits.json'}: not a model contract" in run.stderr.decode()
