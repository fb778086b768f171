"""What fails in a batch fails alone: a page, a file, a worker; what concerns all ends it."""

import os
from pathlib import Path

import pytest
from echo_reader import (
    BAD_PX,
    DEADLY_PX,
    ENDLESS_PX,
    FORM_PX,
    HUNGRY_PX,
    echo,
    read_all,
    save_tiff,
)

from digitocr.batch.plan import Part, cut
from digitocr.batch.run import read_documents
from digitocr.batch.task import Settings, read_task
from digitocr.errors import DigitocrError, ModelError, OutputError
from digitocr.io.load import Chosen
from digitocr.options import LoadOptions, WorkLimits


def open_nothing(settings):
    raise ModelError("no model here; train one")


def open_and_die(settings):
    os._exit(3)


def open_with_a_defect(settings):
    return {}["nothing"]


def test_a_failing_page_fails_alone(images):
    sources = images([100, BAD_PX, 100, HUNGRY_PX, FORM_PX, 100])
    documents = read_all(sources)
    assert [bool(document.failures) for document in documents] == [False, True, False, True, True, False]
    errors = [document.failures[0].error for document in documents if document.failures]
    assert "ValueError out of sorts" in errors[0]
    assert "report" in errors[0]
    assert "not enough memory" in errors[1]
    assert errors[2] == f"{sources[4]}: not such a form"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_dead_worker_fails_its_file_alone(images, jobs):
    widths = [100] * 40
    widths[5] = widths[30] = DEADLY_PX
    documents = read_all(sources := images(widths), jobs=jobs)
    assert [document.source for document in documents] == sources
    failed = [number for number, document in enumerate(documents) if document.failures]
    assert failed == [5, 30]
    assert "SIGKILL" in documents[5].failures[0].error
    assert "--max-memory" in documents[5].failures[0].error


@pytest.mark.parametrize("count", [3, 41])
def test_a_dead_worker_fails_its_page_alone(tmp_path, count):
    widths = [90] * count
    widths[count // 2] = DEADLY_PX
    (document,) = read_all([save_tiff(tmp_path / "long.tif", widths)])
    assert [page.page for page in document.pages] == list(range(1, count + 1))
    assert [failure.page for failure in document.failures] == [count // 2 + 1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_takes_too_long_fails_alone(images, tmp_path, jobs):
    sources = [*images([100] * 3 + [ENDLESS_PX]), save_tiff(tmp_path / "long.tif", [90, ENDLESS_PX, 90])]
    documents = read_all(sources, jobs=jobs, settings=Settings(limits=WorkLimits(page_timeout=2)))
    assert [[failure.page for failure in document.failures] for document in documents] == [[]] * 3 + [
        [0],
        [2],
    ]
    (failure,) = documents[3].failures
    assert failure.error == (
        f"{sources[3]}: reading it was given up (not done in 2 s); raise --page-timeout, or scan it anew"
    )
    assert failure.reason == "timed out"


def test_a_file_that_changes_meanwhile_names_the_lost_pages(tmp_path):
    source = save_tiff(tmp_path / "long.tif", [90] * 20)
    tasks = [cut(Part(source), Chosen(tuple(range(1, 21)))).parts[n : n + 1] for n in range(5)]
    assert len(read_task(tasks[0], echo, LoadOptions()).answers[0]) == 4
    save_tiff(tmp_path / "long.tif", [90] * 6)
    (shortened,) = read_task(tasks[1], echo, LoadOptions()).answers
    Path(source).unlink()
    (gone,) = read_task(tasks[2], echo, LoadOptions()).answers
    assert [page.page for page in shortened] == [5, 6, 7, 8]
    assert [failure.error for failure in shortened[2:]] == [
        f"{source}, page {page}: the file changed while it was read: it has fewer pages" for page in (7, 8)
    ]
    assert [failure.page for failure in gone] == [9, 10, 11, 12]
    assert "changed while it was read: no such file" in gone[0].error


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("opener", "error", "message"),
    [(open_nothing, ModelError, "no model here"), (open_with_a_defect, Exception, "nothing")],
)
def test_a_model_that_does_not_load_ends_the_batch(images, jobs, opener, error, message):
    with pytest.raises(error, match=message):
        list(read_documents(images([100] * 40), opener=opener, jobs=jobs))


def test_workers_that_die_at_birth_end_the_batch(images):
    with pytest.raises(DigitocrError, match=r"while it started \(exit code 3\)"):
        list(read_documents(images([100] * 40), opener=open_and_die, jobs=2))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_overlay_that_cannot_be_written_costs_no_reading(images, tmp_path, jobs):
    for number in range(20):  # a folder stands where each picture would
        (tmp_path / "drawn" / f"{number}.p1.jpg").mkdir(parents=True)
    documents = read_all(images([100] * 20), overlay_folder=tmp_path / "drawn", jobs=jobs)
    assert len(documents) == 20
    for number, document in enumerate(documents):
        (page,) = document.pages
        assert f"{number}.p1.jpg: the overlay cannot be written" in page.overlay_error


def test_a_folder_of_overlays_that_cannot_be_made_is_told_before_anything_is_read(images, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="file: the overlay cannot be written"):
        read_documents(images([100]), overlay_folder=tmp_path / "file", opener=open_with_a_defect)
