"""Worker processes with a limit of time for each task, of which any may die without harm to the others.

`ProcessPoolExecutor` fails every task when one worker dies and cannot stop a busy one, and
`multiprocessing.Pool` waits for ever for a dead one. Pebble's pool has limits of time, but its workers share
one pipe, and a death that is noticed before the message of what was begun breaks the pool: 16 of 150 tasks
that ended their worker did so beside a busy thread. Here each worker has a pipe of its own, so that a death
is known with its task, and one thread waits for all of them.
"""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, resource_tracker
from types import TracebackType
from typing import Generic, Self, TypeVar

from digitocr.batch.worker import Job, Worker, WorkerLostError, WorkerStartError
from digitocr.options import WorkLimits

WorkItem = TypeVar("WorkItem")
WorkResult = TypeVar("WorkResult")

# Tasks under way, or done ahead of their turn, for each worker: enough for one that takes long not to stop
# the others, few enough for the memory to stay flat.
TASKS_AHEAD = 4
_LONGEST_WAIT_S = 3600.0  # what systems take for a time to wait


FollowUp = Callable[[WorkItem, WorkResult | WorkerLostError], Sequence[tuple[WorkItem, WorkResult | None]]]


class Workers(Generic[WorkItem, WorkResult]):
    """Up to `size` processes, each of which calls `setup` once, and what that returned for each task.

    `setup`, tasks and answers must be picklable. To be used in a `with` block, whose end stops the processes.
    """

    def __init__(
        self, setup: Callable[[], Callable[[WorkItem], WorkResult]], size: int, limits: WorkLimits
    ) -> None:
        self._setup = setup
        self._size = size
        self._limits = limits
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.leave()
        for worker in self._workers:
            worker.wait()

    def map(
        self, tasks: Iterable[WorkItem], follow_up: FollowUp[WorkItem, WorkResult]
    ) -> Iterator[tuple[WorkItem, WorkResult]]:
        """Have tasks done, several at a time, and give them with their answers in order.

        What `follow_up` makes of a task and its answer, or the loss of its worker, takes its place: pairs
        with an answer are given, tasks without one are done in their turn. No more than a bounded number of
        tasks is taken ahead of the one that is due.

        Raises:
            DigitocrError: what the setup or a task raised, or a worker ended while it started.
        """
        source = iter(tasks)
        due: list[Job] = []
        while True:
            while len(due) < TASKS_AHEAD * self._size and (task := next(source, None)) is not None:
                due.append(Job(task))
            if not due:
                return
            self._hand_out(job for job in due if job.is_open)
            for job in self._answered(wait=due[0].answer is None):
                index = due.index(job)
                due[index : index + 1] = [Job(*pair) for pair in follow_up(job.task, job.answer)]
            while due and due[0].final:
                job = due.pop(0)
                yield job.task, job.answer

    def _hand_out(self, jobs: Iterable[Job]) -> None:
        idle = deque(worker for worker in self._workers if worker.job is None)
        for job in jobs:
            if not idle and len(self._workers) < self._size:
                idle.append(self._hire())
            if not idle:
                return
            idle.popleft().begin(job, self._limits.page_timeout)

    def _hire(self) -> Worker:
        with _interrupts_held():
            try:
                worker = Worker(self._setup, self._limits.max_memory)
            except OSError as error:
                raise WorkerStartError(
                    f"a worker process cannot be started ({error.strerror}); free some memory, or allow more "
                    "processes and open files (ulimit)"
                ) from error
            self._workers.append(worker)
        return worker

    def _answered(self, *, wait: bool) -> list[Job]:
        """The jobs that were answered or lost; at least one of them comes where `wait` says so."""
        answered: list[Job] = []
        while True:
            busy = [worker for worker in self._workers if worker.job]
            deadline = min((worker.deadline for worker in busy), default=0.0)
            patience = max(0.0, deadline - time.monotonic()) if wait else 0.0
            ready = set(connection.wait([worker.line for worker in busy], min(patience, _LONGEST_WAIT_S)))
            for worker in busy:
                if job := worker.finished(ready=worker.line in ready):
                    answered.append(job)
                if worker.lost:
                    self._workers.remove(worker)
            if answered or not wait:
                return answered


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits; and a process started in here does not see it, not even before it can ask not to."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # else the start of the first process would, and let Ctrl-C in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
