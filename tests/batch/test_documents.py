"""Batches with stand-ins for the model, which live here so that worker processes find them too."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digitocr.batch.memory import workers_that_fit
from digitocr.batch.plan import Part, cut
from digitocr.batch.run import available_cores, read_documents
from digitocr.batch.task import BATCH_PAGES, BATCH_PIXELS, Settings, read_task
from digitocr.errors import DigitocrError, InputError, ModelError, OutputError
from digitocr.io.load import Chosen
from digitocr.options import LoadOptions, WorkLimits
from digitocr.records import Box, Document, PageFailure, PageResult, Reading

DEADLY_PX, BAD_PX, HUNGRY_PX, FORM_PX, ENDLESS_PX = 113, 117, 119, 121, 123


def echo(pages):
    """Read the brightness of each page; some widths do harm."""
    return [_echoed(page) for page in pages]


def _echoed(page):
    height, width = page.gray.shape
    if width == DEADLY_PX:
        os.kill(os.getpid(), signal.SIGKILL)
    if width == ENDLESS_PX:
        time.sleep(600)
    if width == BAD_PX:
        raise ValueError("out of\nsorts")
    if width == HUNGRY_PX:
        raise MemoryError
    if width == FORM_PX:
        raise InputError(f"{page.source}: not such a form")
    reading = Reading("", 1, Box(0, 0, width, height), str(page.gray[0, 0]), "accept", 1.0)
    return PageResult(page.source, page.number, width, height, "line", (reading,))


def open_echo(settings):
    return echo


class Tallied:
    """An echo that leaves the number of its process in a folder: made once in each that reads."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, settings):
        (self.folder / str(os.getpid())).touch()
        return echo


def open_nothing(settings):
    raise ModelError("no model here; train one")


def open_and_die(settings):
    os._exit(3)


def open_with_a_defect(settings):
    return {}["nothing"]


@pytest.fixture
def images(tmp_path):
    """Makes image files of given widths; the brightness is their number."""

    def make(widths):
        paths = []
        for number, width in enumerate(widths):
            paths.append(str(tmp_path / f"{number}.png"))
            cv2.imwrite(paths[-1], np.full((20, width), 130 + number, np.uint8))
        return paths

    return make


def save_tiff(path, widths):
    pages = [Image.new("L", (width, 20), 130 + number) for number, width in enumerate(widths)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return str(path)


def read_all(sources, **options):
    return list(read_documents(sources, opener=open_echo, **options))


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_documents_come_in_order_with_all_their_pages(images, tmp_path, jobs):
    sources = [*images([100] * 40), save_tiff(tmp_path / "long.tif", [90] * 50)]
    documents = read_all(sources, jobs=jobs)
    assert [document.source for document in documents] == sources
    assert [document.texts for document in documents[:40]] == [(str(130 + n),) for n in range(40)]
    assert [page.page for page in documents[40].pages] == list(range(1, 51))
    assert documents[40].texts == tuple(str(130 + n) for n in range(50))


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


def test_the_workers_are_gone_when_the_reader_of_documents_stops(images):
    documents = read_documents(images([100] * 60), opener=open_echo, jobs=2)
    assert next(documents).texts == ("130",)
    assert multiprocessing.active_children()
    documents.close()
    assert not multiprocessing.active_children()


def test_what_was_not_found_keeps_its_place(images):
    failure = PageFailure("gone", 0, "gone: not there")
    first, last = images([100, 100])
    documents = read_all([first, failure, last])
    assert documents[1] == Document("gone", (failure,))
    assert [document.source for document in documents] == [first, "gone", last]


def test_bytes_are_read_in_place_of_a_file(images):
    (path,) = images([100])
    (document,) = read_all([Part("-", Path(path).read_bytes())])
    assert (document.source, document.texts) == ("-", ("130",))


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_pages(images, tmp_path, jobs):
    seen = []
    sources = [*images([100] * 20), save_tiff(tmp_path / "long.tif", [90] * 50), str(tmp_path / "none.png")]
    read_all(sources, jobs=jobs, progress=lambda done, of: seen.append((done, of)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert all(done <= of for done, of in seen)
    assert seen[-1] == (71, 71)


def test_pages_are_held_in_bounded_batches(images, tmp_path):
    sizes = []

    def watch(pages):
        sizes.append((len(pages), sum(page.gray.size for page in pages)))
        return echo(pages)

    large = str(tmp_path / "large.png")
    cv2.imwrite(large, np.full((1000, BATCH_PIXELS // 1500), 200, np.uint8))
    task = tuple(Part(path) for path in [*images([100] * (2 * BATCH_PAGES)), large, large, large])
    read_task(task, watch, LoadOptions())
    assert [count for count, _ in sizes] == [BATCH_PAGES, BATCH_PAGES, 1, 1, 1]
    assert all(pixels <= BATCH_PIXELS for _, pixels in sizes)


def test_jobs_0_means_all_cores(images):
    assert available_cores() >= 1
    assert len(read_all(images([100] * 20), jobs=0)) == 20


def test_settings_have_the_defaults_of_the_options():
    assert Settings().load == LoadOptions()


def test_a_thousand_jobs_are_no_more_processes_than_cores_or_memory_for_them(images, tmp_path, monkeypatch):
    names = images([60] * 6) * 40  # 15 tasks
    folders = [tmp_path / "cores", tmp_path / "memory"]
    for folder in folders:
        folder.mkdir()
    monkeypatch.setattr("digitocr.batch.run.available_cores", lambda: 3)
    monkeypatch.setattr("digitocr.batch.run.workers_that_fit", lambda: 100)
    read = list(read_documents(names, jobs=1000, opener=Tallied(folders[0])))
    assert len(read) == 240
    assert 1 < len(list(folders[0].iterdir())) <= 3
    monkeypatch.setattr("digitocr.batch.run.available_cores", lambda: 100)
    monkeypatch.setattr("digitocr.batch.run.workers_that_fit", lambda: 2)
    assert list(read_documents(names, jobs=1000, opener=Tallied(folders[1]))) == read
    assert len(list(folders[1].iterdir())) == 2


def test_no_more_workers_are_wanted_than_memory_holds(monkeypatch):
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2_000_000_000 // 4096}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    assert workers_that_fit() == 4
    pages["SC_PHYS_PAGES"] = 1000
    assert workers_that_fit() == 1
