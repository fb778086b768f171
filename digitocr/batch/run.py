"""Many inputs to documents: in order, in this process or in others, with the same result to the last bit."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digitocr.batch.deadline import DeadlineError, deadline
from digitocr.batch.logs import log_document
from digitocr.batch.memory import WORKER_MB_MIN, workers_that_fit
from digitocr.batch.plan import Cut, Part, Source, Task, part_of, plan, split
from digitocr.batch.spool import Spool
from digitocr.batch.task import Done, Overlays, PageOutcome, ReadPages, Settings, open_reader, read_task
from digitocr.errors import ModelError, UsageError
from digitocr.io.page_range import parse_page_range
from digitocr.records import Document, PageFailure

if TYPE_CHECKING:
    from digitocr.batch.worker import WorkerLostError

ReportProgress = Callable[[int, int], None]
ReadTask = Callable[[Task], Done]
Opener = Callable[[Settings], ReadPages]
ReadTasks = Callable[[Iterator[Task], "_Meter"], Generator[tuple[Task, Done]]]


def read_documents(
    sources: Sequence[Source],
    settings: Settings | None = None,
    *,
    jobs: int = 1,
    isolated: bool = True,
    overlay_folder: Path | None = None,
    progress: ReportProgress | None = None,
    opener: Opener = open_reader,
) -> Generator[Document]:
    """Read inputs; each gives one document, in order.

    Args:
        sources: paths and URLs, failures that stand for what could not be found, or inputs under names of
            their own.
        settings: how to read.
        jobs: how many processes read, 0 for one a core.
        isolated: whether other processes read, which may take no more than their share of time and memory,
            and whose death costs a page; else, with one job, it is this process that reads.
        overlay_folder: where to draw what was read.
        progress: called after each task with the pages done and the pages that there are, as far as is known.
        opener: loads the model, in each process; picklable where there are several.

    Raises:
        UsageError: the page range cannot be understood, the memory is too little, an overlay would replace
            an input, or what a URL needs is not installed.
        ModelError: the model is missing or does not fit its contract.
        OutputError: the folder of overlays cannot be made.
        DigitocrError: the worker processes cannot be started.
    """
    settings = settings or Settings()
    memory = settings.limits.max_memory
    if 0 < memory < WORKER_MB_MIN:
        raise UsageError(f"--max-memory {memory}: a process that reads needs {WORKER_MB_MIN} MB; allow more")
    if settings.load.pages:
        parse_page_range(settings.load.pages)
    meter = _Meter(len(sources), progress)
    setup = partial(_set_up, opener, settings, _overlays(overlay_folder, sources))
    if isolated or jobs != 1:
        return _documents(sources, Spool(), partial(_read_by_workers, setup, jobs, settings), meter)
    read_here = partial(_read_here, setup(), settings.limits.page_timeout)
    return _documents(sources, Spool(keep_bytes=True), read_here, meter)


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_by_workers(
    setup: Callable[[], ReadTask], jobs: int, settings: Settings, tasks: Iterable[Task], meter: "_Meter"
) -> Generator[tuple[Task, Done]]:
    from digitocr.batch.worker import WorkerStartError
    from digitocr.batch.workers import Workers  # multiprocessing takes a while to import

    # More processes than cores are not faster, and more than there is memory for are slower.
    size = min(jobs or available_cores(), available_cores(), workers_that_fit())
    with Workers(partial(_set_up_worker, setup), size, settings.limits) as workers:
        try:
            yield from workers.map(tasks, partial(_follow_up, meter=meter))
        except WorkerStartError as error:
            if settings.model is None:
                raise
            raise ModelError(f"{settings.model}: the model cannot be run ({error})") from error


def _read_here(
    read: ReadTask, limit_s: float, tasks: Iterable[Task], meter: "_Meter"
) -> Generator[tuple[Task, Done]]:
    for task in tasks:
        due: list[tuple[Task, Done | None]] = [(task, None)]
        while due:
            followed, done = due.pop(0)
            if done:
                yield followed, done
            else:
                due[:0] = _follow_up(followed, _in_time(read, followed, limit_s), meter)


def _in_time(read: ReadTask, task: Task, limit_s: float) -> "Done | WorkerLostError":
    try:
        with deadline(limit_s):
            return read(task)
    except DeadlineError:
        from digitocr.batch.worker import WorkerLostError  # multiprocessing takes a while to import

        return WorkerLostError(f"not done in {limit_s:g} s", timed_out=True)


def _follow_up(task: Task, done: "Done | WorkerLostError", meter: "_Meter") -> list[tuple[Task, Done | None]]:
    """A task's parts with their pages; those parts without that are still to be read.

    Where the task cost a worker, all its pages are read alone, and the one that does it again fails.
    """
    if not isinstance(done, Done):
        smaller = split(task)
        if smaller == [task]:
            return [(task, Done([(_lost(task[0], done),)]))]
        return [(smallest, None) for smallest in smaller]
    followed: list[tuple[Task, Done | None]] = []
    for part, answer in zip(task, done.answers, strict=True):
        if isinstance(answer, Cut):
            meter.more_pages(sum(piece.expected_pages for piece in answer.parts) - part.expected_pages)
            followed += [((piece,), None) for piece in answer.parts]
        else:
            followed.append(((part,), Done([answer])))
    return followed


def _lost(part: Part, loss: "WorkerLostError") -> PageFailure:
    """The failure of the page, or the file, that cost a worker."""
    page = part.pages[0] if part.pages else 0
    where = f"{part.source}, page {page}" if page else part.source
    if loss.timed_out:
        message = f"{where}: reading it was given up ({loss}); raise --page-timeout, or scan it anew"
        return PageFailure(part.source, page, message, "timed out", "timed_out")
    message = (
        f"{where}: the worker process that read it ended ({loss}), probably for lack of memory; "
        "raise --max-memory, or lower --max-megapixels or --pdf-dpi"
    )
    return PageFailure(part.source, page, message)


def _set_up(opener: Opener, settings: Settings, overlays: Overlays | None) -> ReadTask:
    return partial(read_task, read=opener(settings), options=settings.load, overlays=overlays)


def _set_up_worker(setup: Callable[[], ReadTask]) -> ReadTask:
    import warnings

    import cv2

    from digitocr.batch.muted import native_stderr_muted

    cv2.setNumThreads(1)  # there is a process for each core
    warnings.simplefilter("ignore")  # Pillow warns of odd tags
    with native_stderr_muted():
        return setup()


def _overlays(folder: Path | None, sources: Iterable[Source]) -> Overlays | None:
    if folder is None:
        return None
    from digitocr.output.overlay import check_overlays, overlay_stems

    stems = overlay_stems([part.source for part in map(part_of, sources) if not part.failure])
    check_overlays(folder, stems)
    return Overlays(folder, stems)


def _documents(
    sources: Iterable[Source], spool: Spool, read: ReadTasks, meter: "_Meter"
) -> Generator[Document]:
    """The parts of each input put together."""
    pages: list[PageOutcome] = []
    with spool, closing(read(plan(spool.local(sources)), meter)) as answered:
        for task, done in answered:
            for part, part_pages in zip(task, done.answers, strict=True):
                pages += () if isinstance(part_pages, Cut) else part_pages
                if part.last:
                    spool.remove(part)
                    document = Document(part.source, tuple(pages))
                    log_document(document)
                    yield document
                    pages = []
            meter.add(task)


class _Meter:
    """Counts pages as they become known and are done."""

    def __init__(self, pages: int, report: ReportProgress | None) -> None:
        self._pages = pages
        self._done = 0
        self._report = report

    def more_pages(self, count: int) -> None:
        self._pages += count

    def add(self, task: Task) -> None:
        self._done += sum(part.expected_pages for part in task)
        if self._report:
            self._report(self._done, self._pages)
