"""Many inputs to documents: in order, on one process or many, with the same result to the last bit."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

from digitocr.batch.plan import Source, Task, plan, split
from digitocr.batch.task import Outcome, Overlays, ReadPages, Settings, open_reader, read_task
from digitocr.records import Document, PageFailure

Progress = Callable[[int, int], None]
Answered = tuple[Task, list[tuple[Outcome, ...]]]
ReadTask = Callable[[Task], list[tuple[Outcome, ...]]]
Opener = Callable[[Settings], ReadPages]


def read_documents(
    sources: Sequence[Source],
    settings: Settings | None = None,
    *,
    jobs: int = 1,
    data: Mapping[str, bytes] | None = None,
    overlay_folder: Path | None = None,
    progress: Progress | None = None,
    opener: Opener = open_reader,
) -> Generator[Document]:
    """Read inputs; each gives one document, in order.

    Args:
        sources: paths, failures that stand for what could not be found, or inputs under names of their own.
        settings: how to read.
        jobs: how many processes read, 0 for one a core; 1 reads in this one.
        data: the bytes of those sources that are no files.
        overlay_folder: where to draw what was read.
        progress: called after each task with the pages done and the pages that there are, as far as is known.
        opener: loads the model, in each process; picklable where there are several.

    Raises:
        UsageError: the page range cannot be understood, or an overlay would replace an input.
        ModelError: the model is missing or does not fit its contract.
        OutputError: an overlay cannot be written.
        DigitocrError: the worker processes cannot be started.
    """
    settings = settings or Settings()
    meter = _Meter(len(sources), progress)
    tasks = meter.planned(plan(sources, settings.load, data or {}))
    setup = partial(_set_up, opener, settings, _overlays(overlay_folder, sources))
    first = list(islice(tasks, jobs or available_cores()))
    tasks = chain(first, tasks)
    if len(first) > 1:
        return _documents(_read_in_crew(tasks, setup, len(first)), meter)
    read = setup()
    return _documents(((task, read(task)) for task in tasks), meter)


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_in_crew(tasks: Iterable[Task], setup: Callable[[], ReadTask], size: int) -> Iterator[Answered]:
    from digitocr.batch.workers import Crew  # multiprocessing takes a while to import

    with Crew(partial(_set_up_worker, setup), size) as crew:
        for answered in crew.map(partial(_ask, crew.ask), tasks):
            yield from answered


def _ask(ask: ReadTask, task: Task) -> list[Answered]:
    """A task's answer; where it kills the worker, that of all its pages but the ones that do."""
    from digitocr.batch.workers import WorkerDiedError

    try:
        return [(task, ask(task))]
    except WorkerDiedError as death:
        singles = split(task)
        if len(singles) > 1:
            return [answered for single in singles for answered in _ask(ask, single)]
        part = task[0]
        page = part.pages[0] if part.pages else 0
        where = f"{part.source}, page {page}" if page else part.source
        told = (
            f"{where}: the worker process that read it ended ({death}), probably for lack of memory; "
            "use fewer --jobs, or lower --max-megapixels or --pdf-dpi"
        )
        return [(task, [(PageFailure(part.source, page, told),)])]


def _set_up(opener: Opener, settings: Settings, overlays: Overlays | None) -> ReadTask:
    return partial(read_task, read=opener(settings), options=settings.load, overlays=overlays)


def _set_up_worker(setup: Callable[[], ReadTask]) -> ReadTask:
    import cv2

    cv2.setNumThreads(1)  # there is a process for each core
    return setup()


def _overlays(folder: Path | None, sources: Iterable[Source]) -> Overlays | None:
    if folder is None:
        return None
    from digitocr.output.overlay import check_overlays, overlay_stems

    stems = overlay_stems([source for source in sources if isinstance(source, str)])
    check_overlays(folder, stems)
    return Overlays(folder, stems)


def _documents(answers: Iterator[Answered], meter: "_Meter") -> Generator[Document]:
    """The parts of each input put together."""
    pages: list[Outcome] = []
    for task, outcomes in answers:
        for part, part_pages in zip(task, outcomes, strict=True):
            pages += part_pages
            if part.last:
                yield Document(part.source, tuple(pages))
                pages = []
        meter.add(task)


class _Meter:
    """Counts pages as tasks are planned and done."""

    def __init__(self, sources: int, report: Progress | None) -> None:
        self._unplanned_sources = sources
        self._planned_pages = 0
        self._done_pages = 0
        self._report = report

    def planned(self, tasks: Iterable[Task]) -> Iterator[Task]:
        for task in tasks:
            self._unplanned_sources -= sum(part.last for part in task)
            self._planned_pages += sum(part.expected_pages for part in task)
            yield task

    def add(self, task: Task) -> None:
        self._done_pages += sum(part.expected_pages for part in task)
        if self._report:
            self._report(self._done_pages, self._planned_pages + self._unplanned_sources)
