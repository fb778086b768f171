"""The stages of reading as pictures, as a user asks for them."""

import cv2
import numpy as np


def drawn(tmp_path):
    page = np.full((600, 800), 240, np.uint8)
    for n, text in enumerate(("4096", "30517")):
        cv2.putText(page, text, (100, 200 + 200 * n), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 20, 3, cv2.LINE_AA)
    cv2.imwrite(str(tmp_path / "page.png"), page)
    return tmp_path / "page.png"


def test_each_page_has_a_folder_with_its_stages(digitocr, tmp_path):
    page = drawn(tmp_path)
    run = digitocr("read", page, "--debug", tmp_path / "stages", "--layout", "page", "-q")
    assert run.returncode == 0
    (folder,) = (tmp_path / "stages").iterdir()
    assert folder.name.endswith("page.png.p1")
    assert (folder / "maps-1.png").is_file()
    assert cv2.imread(str(folder / "numbers.png")).shape == (600, 800, 3)
    rows = sorted((folder / "rows").iterdir())
    assert len(rows) >= 2
    assert all(cv2.imread(str(row)) is not None for row in rows)


def test_readings_are_the_same_with_and_without(digitocr, tmp_path):
    page = drawn(tmp_path)
    plain = digitocr("read", page, "-q").stdout
    assert digitocr("read", page, "-q", "--debug", tmp_path / "stages").stdout == plain


def test_a_line_has_its_row_alone(digitocr, tmp_path, scans):
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "stages", "--layout", "line", "-q")
    assert run.returncode == 0
    (folder,) = (tmp_path / "stages").iterdir()
    assert [file.name for file in folder.iterdir()] == ["rows"]


def test_what_cannot_be_done_is_told(digitocr, tmp_path, scans):
    (tmp_path / "file").write_text("")
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "file" / "stages")
    assert run.returncode == 5
    assert b"name another --debug" in run.stderr
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "stages", "--template", "form.toml")
    assert run.returncode == 2
    assert b"--debug" in run.stderr
