"""One file for people who may run no server, and their answers back into the store."""

import csv

from playwright.sync_api import expect
from review_material import settled

from digitocr.store.entries import Entry, enter
from digitocr.store.store import open_store


def test_answers_given_in_one_file_come_back(chromium, digitocr, store_path, tmp_path):
    file, answers = tmp_path / "review.html", tmp_path / "answers.csv"
    assert b"3 readings" in digitocr("review", store_path, "--static", file).stderr
    context = chromium.new_context()
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if "http" in request.url[:5] else None)
    page.goto(file.as_uri())
    expect(page.locator("#value")).to_have_value("1234")
    page.keyboard.press("Enter")
    expect(page.locator("#value")).to_have_value("5673")
    page.keyboard.press("a")
    expect(page.locator("#value")).to_have_value("9912")
    page.reload()  # answers outlive it
    expect(page.locator("#value")).to_have_value("9912")
    page.keyboard.press("n")
    expect(page.locator(".empty")).to_contain_text("All is answered")
    page.locator("#who").fill("dee")
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(answers)
    context.close()
    assert not problems
    with answers.open(newline="") as stream:
        assert [row["settled"] for row in csv.DictReader(stream)] == ["value", "value", "blank"]
    applied = digitocr("apply", answers, store_path)
    assert applied.returncode == 0, applied.stderr
    assert [row[1:] for row in settled(store_path)[:3]] == [
        ("value", "1234", "person"),
        ("value", "5678", "person"),
        ("blank", "", "person"),
    ]
    assert digitocr("apply", answers, store_path).returncode == 0  # once more changes nothing


def test_what_was_settled_meanwhile_stays(digitocr, store_path, tmp_path):
    with open_store(store_path) as store:
        sha256 = store.value("SELECT sha256 FROM source")
        enter(store, 1, Entry("value", "77"), "ada")
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "sha256,page,field,row,settled,value\n"
        f"{sha256},1,,1,value,1234\n{sha256},1,,2,value,5678\n{sha256},1,,9,value,1\n{sha256},1,,3,odd,1\n"
    )
    told = digitocr("apply", answers, store_path)
    assert told.returncode == 3
    assert "line 2: was settled as 77 meanwhile" in told.stderr.decode()
    assert "line 4: the store has no such reading" in told.stderr.decode()
    assert 'line 5: "odd" is no way' in told.stderr.decode()
    assert [row[2] for row in settled(store_path)[:3]] == ["77", "5678", None]


def test_what_is_no_file_of_answers_is_refused(digitocr, store_path, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for name in ("other.csv", "none.csv"):
        assert digitocr("apply", tmp_path / name, store_path).returncode == 2
