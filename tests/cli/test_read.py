"""`digitocr read` as it is called: in a process of its own, by its output and its files."""

import json
import re

import cv2
import jsonschema
from material import draw_number
from read_material import rows, save_tiff, sources

from digitocr.output.schema import json_schema


def test_a_folder_becomes_a_table(digitocr, scans):
    run = digitocr("read", scans)
    assert run.returncode == 0
    assert sources(run.stdout) == [f"n{number}.png" for number in range(1, 11)]
    assert run.stderr.decode().splitlines()[-1].startswith("10 files, 10 pages, ")
    assert len(run.stderr.splitlines()) == 1


def test_bytes_do_not_depend_on_the_jobs(digitocr, scans, tmp_path):
    save_tiff(scans / "long.tif", 40)
    for number in range(11, 41):
        cv2.imwrite(str(scans / f"n{number}.png"), draw_number(str(number**3)))
    (scans / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    for form in ("csv", "json", "jsonl"):
        runs = [digitocr("read", scans, "-f", form, "--jobs", jobs) for jobs in (1, 2, 3)]
        assert [run.returncode for run in runs] == [3, 3, 3]
        assert runs[0].stdout == runs[1].stdout == runs[2].stdout
        assert len({run.stderr for run in runs}) == 1


def test_what_comes_of_a_file_does_not_depend_on_the_order(digitocr, scans):
    names = [str(scans / f"n{number}.png") for number in (4, 9, 2)]
    forward = digitocr("read", *names, "-f", "jsonl").stdout.splitlines()
    assert digitocr("read", *reversed(names), "-f", "jsonl").stdout.splitlines() == forward[::-1]


def test_json_is_as_its_schema_says(digitocr, scans):
    run = digitocr("read", scans, "-f", "json", "--min-confidence", "0.3")
    answer = json.loads(run.stdout)
    jsonschema.validate(answer, json_schema())
    assert answer["run"]["options"]["min_confidence"] == 0.3
    assert answer["run"]["model"].startswith("toy ")


def test_an_output_file_takes_its_form_from_its_name(digitocr, scans, tmp_path):
    run = digitocr("read", scans / "n1.png", "-o", tmp_path / "out.jsonl")
    assert run.stdout == b""
    assert json.loads((tmp_path / "out.jsonl").read_text())["source"].endswith("n1.png")


def test_wide_is_a_row_a_page(digitocr, scans):
    assert len(rows(digitocr("read", scans, "--wide").stdout)) == 10


def test_an_image_comes_from_standard_input(digitocr, scans):
    run = digitocr("read", "-", input=(scans / "n5.png").read_bytes())
    assert run.returncode == 0
    assert sources(run.stdout) == ["-"]


def test_a_list_names_the_inputs(digitocr, scans):
    (scans / "some.txt").write_text("n7.png\n# not this: n1.png\nn3.png\n")
    run = digitocr("read", f"@{scans / 'some.txt'}")
    assert sources(run.stdout) == ["n7.png", "n3.png"]


def test_folders_are_searched_when_asked(digitocr, scans):
    (scans / "deeper").mkdir()
    cv2.imwrite(str(scans / "deeper" / "inner.png"), draw_number("5"))
    assert "inner.png" not in sources(digitocr("read", scans).stdout)
    assert "inner.png" in sources(digitocr("read", scans, "-r").stdout)


def test_pages_are_chosen(digitocr, tmp_path):
    run = digitocr("read", save_tiff(tmp_path / "five.tif", 5), "--pages", "2,4-")
    assert [row["page"] for row in rows(run.stdout)] == ["2", "4", "5"]


def test_overlays_are_drawn_for_inputs_of_one_name_too(digitocr, scans, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "n1.png"), draw_number("99"))
    drawn = tmp_path / "drawn"
    for jobs in (1, 2):
        run = digitocr("read", scans, other, "--overlay", drawn, "--jobs", jobs)
        assert run.returncode == 0, run.stderr
        assert len(rows(run.stdout)) == 11
        assert len(list(drawn.iterdir())) == 11
    assert all(cv2.imread(str(picture)) is not None for picture in drawn.iterdir())


def test_what_is_accepted_has_the_format(digitocr, scans):
    run = digitocr(
        "read", scans, "--pattern", "[0-4]{3}", "--layout", "line", "--min-confidence", "0", "-f", "json"
    )
    assert run.returncode == 0
    told = json.loads(run.stdout)
    assert told["run"]["options"]["pattern"] == "[0-4]{3}"
    readings = [reading for one in told["documents"] for reading in one["pages"][0]["readings"]]
    assert len(readings) == 10
    for reading in readings:
        unfit = reading["reason"] == "no reading fits the format"
        assert unfit or not reading["text"] or re.fullmatch("[0-4]{3}", reading["text"])
