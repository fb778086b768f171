"""The benchmarks: what is compared is what is said to be."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from material import draw_number

from benchmarks.drawings import draw_line, draw_lines, draw_page
from digitocr.errors import UsageError
from digitocr.evaluation.compare import Score, measure, table_of
from digitocr.evaluation.engines import Seen, digits_of, numbers_in
from digitocr.evaluation.halves import Halves, read_halves
from digitocr.evaluation.pages import all_halves, found_in_cells, labelled_pages, measure_pages
from digitocr.evaluation.sets import NumberSet, read_sets, sample

ROOT = Path(__file__).parents[2]
NUMBERS = ("1037", "48", "90210")


@pytest.fixture
def labelled(tmp_path):
    """A folder with three pictures of numbers, a page with two fields, and the labels of both."""
    for number in NUMBERS:
        cv2.imwrite(str(tmp_path / f"{number}.png"), draw_number(number))
    (tmp_path / "labels.csv").write_text("file,label\n" + "".join(f"{n}.png,{n}\n" for n in NUMBERS))
    page = np.full((200, 300), 240, np.uint8)
    page[50:114, 20:156] = draw_number("1037")
    cv2.imwrite(str(tmp_path / "page.png"), page)
    fields = ["page.png,boxes,20,50,136,64,1037", "page.png,edge,-5,180,50,90,"]
    (tmp_path / "fields.csv").write_text("\n".join(["file,group,x,y,w,h,label", *fields]))
    return tmp_path


def test_sets_are_read_from_their_labels(labelled):
    lines, boxes, edge = read_sets(labelled)
    assert (lines.truths, boxes.truths) == (NUMBERS, ("1037",))
    assert (boxes.name, edge.name) == (f"{labelled.name}, boxes", f"{labelled.name}, edge")
    assert np.array_equal(boxes.pictures[0], draw_number("1037"))
    assert edge.pictures[0].shape == (20, 45)


def test_a_folder_without_labels_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"expected labels\.csv"):
        read_sets(tmp_path)


def test_a_sample_is_spread_evenly():
    assert sample(range(10), 20) == list(range(10))
    assert sample(range(100), 4) == [0, 25, 50, 75]


def test_only_digits_are_compared():
    assert digits_of(" 1,037.50-\n") == "103750"


def test_a_word_of_a_page_is_a_number_or_it_is_not():
    found = numbers_in("No. 1,037.50 of (12) A4 9·703 3rd")
    assert [text for text, _ in found] == ["103750", "12", "9703"]
    assert [at for _, at in found] == sorted(at for _, at in found)


def test_pages_have_the_numbers_that_are_written_beside_them(tmp_path):
    for name in ("grid", "table", "plain"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), draw_number("48"))
    (tmp_path / "grid.dat").write_text("a telephone\n640x480\n0 4 8\n7 0 0\n")
    (tmp_path / "table.csv").write_text("'   1','9.093'\n,'48'\n")
    grid, plain, table = labelled_pages(tmp_path, whole=False)
    assert (grid.numbers, plain.numbers, table.numbers) == (("4", "8", "7"), None, ("1", "9093", "48"))
    (tmp_path / "rows.csv").write_text("file,rows,note\ngrid.png,161 069,\n")
    (page,) = labelled_pages(tmp_path, whole=False)
    assert page.numbers == ("161", "069")


def test_pictures_of_one_number_are_pages_if_they_are_to_be(labelled):
    assert labelled_pages(labelled, whole=False) == []
    assert [page.numbers for page in labelled_pages(labelled, whole=True)] == [(n,) for n in NUMBERS]


def test_a_number_counts_as_often_as_it_stands_there(labelled):
    pages = labelled_pages(labelled, whole=True)
    score = measure_pages(
        "three", pages, "reads the same", lambda _: [Seen(n, 0, 0) for n in ("48", "48", "5")]
    )
    assert (score.pages, score.numbers, score.found, score.extra) == (3, 3, 1, 8)


def test_a_number_of_a_grid_counts_in_its_own_cell_alone(tmp_path):
    cv2.imwrite(str(tmp_path / "grid.png"), draw_number("48"))
    (tmp_path / "grid.dat").write_text("a telephone\n640x480\n0 4 8\n7 0 0\n\n")
    (tmp_path / "outlines.csv").write_text("file,x,y,x,y,x,y,x,y\ngrid.png,100,50,400,80,390,280,90,250\n")
    (page,) = labelled_pages(tmp_path, whole=False)
    assert page.numbers == ("4", "8", "7")
    at_4, at_8, at_7 = (250, 110), (345, 125), (145, 205)
    seen = [Seen("4", *at_4), Seen("7", *at_8), Seen("7", *at_7), Seen("8", *at_4), Seen("1", 20, 100)]
    score = measure_pages("one", [page], "reads two in the cell of the 4", lambda _: seen)
    assert (score.numbers, score.found, score.extra) == (3, 1, 4)
    sideways = [Seen("4", 172, 160), Seen("8", 172, 95), Seen("7", 317, 235)]
    assert found_in_cells(page.outline, sideways) == 3


def test_scores_count_what_is_wholly_right():
    data = NumberSet("three", tuple(draw_number(n) for n in NUMBERS), NUMBERS)
    score = measure(data, "reads 48", lambda pictures: ["48"] * len(pictures), limit=10)
    assert (score.pictures, score.right) == (3, 1)
    assert score.percent == pytest.approx(100 / 3)
    other = Score("three", "other", 3, 2, 0.3)
    assert [column.header for column in table_of([score, other]).columns] == [
        "set",
        "pictures",
        "reads 48",
        "other",
    ]


def test_what_is_drawn_for_the_speed_is_always_the_same(tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        draw_lines(folder, 3, seed=1)
        draw_page(folder / "page.jpg", seed=1)
    for file in first.iterdir():
        assert file.read_bytes() == (second / file.name).read_bytes()
    picture, text = draw_line(np.random.default_rng(1))
    assert text.isdecimal()
    assert picture.dtype == np.uint8


def test_accuracy_from_the_command_line(labelled, toy_model):
    command = ["-m", "benchmarks.accuracy", labelled, "--alone", "--json", "--model", toy_model]
    run = subprocess.run(
        [sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, check=True, timeout=120
    )
    scores = json.loads(run.stdout)
    assert [(score["engine"], score["pictures"]) for score in scores] == [
        ("digitocr", 3),
        ("digitocr", 1),
        ("digitocr", 1),
    ]


def test_pages_from_the_command_line(labelled, toy_model):
    command = ["-m", "benchmarks.accuracy", labelled, "--whole", "--alone", "--json", "--model", toy_model]
    run = subprocess.run(
        [sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, check=True, timeout=120
    )
    (score,) = json.loads(run.stdout)
    assert (score["engine"], score["numbers"], score["pages"]) == ("digitocr", 3, 3)
    assert score["accepted"] <= score["found"] + score["extra"]


def test_each_half_has_its_scores_and_their_sum_is_that_of_the_set(labelled, toy_model, tmp_path):
    halves = tmp_path / "halves.csv"
    halves.write_text(f"set,file,half\n{labelled.name},1037.png,A\n{labelled.name},48.png,B\n")
    command = ["-m", "benchmarks.accuracy", labelled, "--alone", "--json", "--model", toy_model]
    run = subprocess.run(
        [sys.executable, *map(str, command), "--halves", halves],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    scores = [score for score in json.loads(run.stdout) if score["data"] == labelled.name]
    of_each = [(score["half"], score["pictures"]) for score in scores]
    assert of_each == [("", 1), ("A", 1), ("B", 1), ("", 3)]
    assert scores[3]["right"] == sum(score["right"] for score in scores[:3])


def test_halves_of_pages_are_summed_up(labelled):
    pages = labelled_pages(labelled, whole=True)
    halves = Halves({(f"{labelled.parent.name}/{labelled.name}", "48.png"): "B"})
    parts = halves.parts(labelled, [page.file.name for page in pages])
    assert parts == {"": [0, 2], "B": [1]}
    scores = [
        measure_pages("three", [pages[n] for n in part], "reads one", lambda _: [Seen("48", 0, 0, False)])
        for part in parts.values()
    ]
    whole = all_halves(scores)
    assert (whole.pages, whole.numbers, whole.found, whole.extra, whole.accepted) == (3, 3, 1, 2, 0)


def test_wrong_halves_are_told(tmp_path):
    (tmp_path / "halves.csv").write_text("set,file\na,b\n")
    with pytest.raises(UsageError, match=r"halves\.csv: .* set, file, half"):
        read_halves(tmp_path / "halves.csv")


def test_accepted_readings_that_are_no_number_of_the_page_are_wrong(labelled):
    seen = [Seen("48", 0, 0), Seen("48", 0, 0), Seen("1037", 0, 0, False), Seen("7", 0, 0)]
    score = measure_pages("three", labelled_pages(labelled, whole=True), "reads the same", lambda _: seen)
    assert (score.found, score.accepted, score.accepted_found, score.accepted_wrong) == (2, 9, 1, 8)


def test_memory_is_that_of_one_process_whatever_started_it():
    ballast = np.ones(400_000_000, np.uint8)
    code = "from benchmarks.speed import peak_memory; print(peak_memory())"
    told = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT)
    assert 10 < float(told) < ballast.nbytes / 1e6
