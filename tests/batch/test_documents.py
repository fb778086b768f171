"""Batches with a stand-in for the model: order, progress, and bounds of what is held and of workers."""

import multiprocessing
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from echo_reader import (
    echo,
    open_echo,
    read_all,
    save_tiff,
)

from digitocr.batch.memory import workers_that_fit
from digitocr.batch.plan import Part
from digitocr.batch.run import available_cores, read_documents
from digitocr.batch.task import BATCH_PAGES, BATCH_PIXELS, Settings, read_task
from digitocr.options import LoadOptions
from digitocr.records import Document, PageFailure


class Tallied:
    """An echo that leaves the number of its process in a folder: made once in each that reads."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, settings):
        (self.folder / str(os.getpid())).touch()
        return echo


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_documents_come_in_order_with_all_their_pages(images, tmp_path, jobs):
    sources = [*images([100] * 40), save_tiff(tmp_path / "long.tif", [90] * 50)]
    documents = read_all(sources, jobs=jobs)
    assert [document.source for document in documents] == sources
    assert [document.texts for document in documents[:40]] == [(str(130 + n),) for n in range(40)]
    assert [page.page for page in documents[40].pages] == list(range(1, 51))
    assert documents[40].texts == tuple(str(130 + n) for n in range(50))


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
