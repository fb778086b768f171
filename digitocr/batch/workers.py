"""A crew of worker processes that outlives the death of any of them.

The standard library's pools do most of this, but `ProcessPoolExecutor` fails every task when one worker
dies and cannot stop a worker that is busy, and `multiprocessing.Pool` waits for ever for a dead one.
Here one thread speaks with one process, question and answer, so a death is known with its question.
"""

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock
from types import FrameType, TracebackType
from typing import Any, Generic, Never, Self, TypeVar

from digitocr.errors import DigitocrError

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Items under way, or done ahead of their turn, for each worker: enough for one that takes long not to stop
# the others, few enough for the memory to stay flat.
AHEAD = 4
_EXIT_S = 5.0
_SPAWN = get_context("spawn")  # the same on every system, and safe beside threads


class WorkerDiedError(Exception):
    """A worker process ended before it answered; the text says how."""


class Crew(Generic[Question, Answer]):
    """`size` processes, each of which calls `setup` once, and then what that returned for each question.

    `setup`, questions and answers must be picklable. To be used in a `with` block, whose end stops the
    processes, at once if an exception leaves it.
    """

    def __init__(self, setup: Callable[[], Callable[[Question], Answer]], size: int) -> None:
        self._setup = setup
        self._size = size
        self._lock = Lock()
        self._closed = False
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._idle.put(self._hire())
        except BaseException:
            self._close(at_once=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(at_once=kind is not None)

    def ask(self, question: Question) -> Answer:
        """Have an idle worker answer; callable from any thread, and waits for both.

        Raises:
            WorkerDiedError: the worker ended without an answer; another one has taken its place.
            DigitocrError: what the setup or the answering raised.
        """
        worker = self._idle.get()
        try:
            answer: Answer = worker.ask(question)
        except WorkerDiedError:
            worker = self._hire()
            raise
        finally:
            self._idle.put(worker)
        return answer

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Call `work` (which asks) for each item, several at a time; the results come in order.

        No more than a bounded number of items is taken ahead of the result that is due.
        """
        waiting: deque[Future[Result]] = deque()
        threads = ThreadPoolExecutor(self._size, "digitocr-worker")
        try:
            for item in items:
                waiting.append(threads.submit(work, item))
                if len(waiting) >= AHEAD * self._size:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            self._close(at_once=True)  # else the threads would wait for their answers
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def _hire(self) -> "_Worker":
        with self._lock, _interrupts_held():
            if self._closed:
                raise WorkerDiedError("it was stopped")
            worker = _Worker(self._setup)
            self._workers.append(worker)
            return worker

    def _close(self, *, at_once: bool) -> None:
        with self._lock:
            self._closed = True
        for worker in self._workers:
            worker.stop(at_once=at_once)
        for worker in self._workers:
            worker.wait()


class _Worker:
    """One process and the line to it."""

    def __init__(self, setup: Callable[[], Callable[[Any], Any]]) -> None:
        self._line, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # else its death would not close the line
        self._ready = False
        with suppress(OSError):  # a worker that is dead already is found out when it is asked
            self._line.send(setup)

    def ask(self, question: object) -> Any:
        if not self._ready:
            self._await_setup()
        try:
            self._line.send(question)
        except OSError as error:
            raise WorkerDiedError(self._death()) from error
        return self._answer()

    def stop(self, *, at_once: bool) -> None:
        if at_once:
            self._process.terminate()
        else:
            self._line.close()

    def wait(self) -> None:
        self._process.join(_EXIT_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()

    def _await_setup(self) -> None:
        try:
            self._answer()
        except WorkerDiedError as error:
            raise DigitocrError(
                f"a worker process ended while it started ({error}); use one job, or free some memory. A "
                'script that asks for several jobs must do so under `if __name__ == "__main__":`'
            ) from error
        self._ready = True

    def _answer(self) -> Any:
        try:
            answer, error = self._line.recv()
        except (EOFError, OSError) as lost:
            raise WorkerDiedError(self._death()) from lost
        if error is not None:
            raise error
        return answer

    def _death(self) -> str:
        self._process.join(_EXIT_S)
        code = self._process.exitcode
        if code is None:
            return "it closed its line"
        if code >= 0:
            return f"exit code {code}"
        return f"killed by {signal.Signals(-code).name}"


def _serve(line: Connection) -> None:
    """A worker's life: the first message is the setup, the others are questions."""
    # Ctrl-C reaches all processes of a terminal; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The crew has a process for each core: more threads would be in each other's way. NumPy reads this when
    # it is imported, and what follows imports it.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with suppress(EOFError, OSError):  # the other end is gone, and so is the need for this one
        setup = line.recv()
        work, error = _attempt(setup)
        signal.signal(signal.SIGTERM, _leave)  # how the crew stops it when it is busy
        line.send((None, error))
        while work:
            line.send(_attempt(partial(work, line.recv())))


def _leave(number: int, _: FrameType | None) -> Never:
    """End by an exception, so that a file that is half written is taken away."""
    raise SystemExit(128 + number)


def _attempt(work: Callable[[], Any]) -> tuple[Any, DigitocrError | None]:
    """What a call returned, or what it raised, as an error that can be pickled."""
    try:
        return work(), None
    except DigitocrError as error:
        return None, error
    except Exception as error:
        told = DigitocrError(f"a worker process failed: {type(error).__name__}: {error}")
        told.add_note(traceback.format_exc())
        return None, told


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
