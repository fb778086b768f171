"""One worker process: it is given jobs, one at a time, and may die or be stopped over any of them."""

import os
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, Never

from digitocr.batch.memory import limit_memory
from digitocr.errors import DigitocrError, NoInputError

_EXIT_S = 5.0
_START_S = 300.0  # for the setup: Keras takes ten, and longer on a busy machine
_TERMINATE_S = 1.0  # for what is half written to be taken away; a busy C library does not listen
_SPAWN = get_context("spawn")  # the same on every system, and safe beside threads


class WorkerLostError(Exception):
    """A worker process ended before it answered; the text says how. `timed_out` where it took too long."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class WorkerStartError(NoInputError):
    """A worker process cannot be started, or ended or hung before it could do anything."""


class Job:
    """A task, whether a worker has it, and its answer; `final` where that came of a follow-up."""

    def __init__(self, task: Any, answer: Any = None) -> None:
        self.task = task
        self.answer = answer
        self.begun = answer is not None
        self.final = answer is not None

    @property
    def is_open(self) -> bool:
        return not self.begun


class Worker:
    """One process, the line to it and the job that it has."""

    def __init__(self, setup: Callable[[], Callable[[Any], Any]], memory_mb: int) -> None:
        self.line, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # else its death would not close the line
        self._ready = False
        self._limit_s = 0.0
        self.deadline = time.monotonic() + _START_S
        self.job: Job | None = None
        self.lost = False
        with suppress(OSError):  # a worker that is dead already is found out when its answer is awaited
            self.line.send((setup, memory_mb))

    def begin(self, job: Job, limit_s: float) -> None:
        job.begun = True
        self.job, self._limit_s = job, limit_s
        with suppress(OSError):  # as above
            self.line.send(job.task)
        self._start_clock()

    def finished(self, *, ready: bool) -> Job | None:
        """The job, if it was answered or lost; else None.

        Raises:
            DigitocrError: what the setup or the task raised, or the worker ended while it started.
        """
        if ready and self._ready:
            return self._end_job(self._received())
        if ready:
            self._set_up()
        elif time.monotonic() >= self.deadline:
            self._stop()
            if not self._ready:
                raise WorkerStartError(f"a worker process did not start in {_START_S:g} s")
            return self._end_job(WorkerLostError(f"not done in {self._limit_s:g} s", timed_out=True))
        return None

    def leave(self) -> None:
        """Let it end: at once, or where it is busy once it took away what is half written."""
        self.line.close()
        if self.job:
            self._process.terminate()
        else:
            self._process.kill()

    def wait(self) -> None:
        self._process.join(_EXIT_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()

    def _start_clock(self) -> None:
        if self._ready and self._limit_s:
            self.deadline = time.monotonic() + self._limit_s

    def _set_up(self) -> None:
        answer = self._received()
        if isinstance(answer, WorkerLostError):
            raise WorkerStartError(
                f"a worker process ended while it started ({answer}); free some memory, or allow more with "
                "--max-memory. A script that asks for worker processes must do so under `if __name__ == "
                '"__main__":`'
            )
        self._ready = True
        self.deadline = float("inf")
        self._start_clock()  # of the task that it got meanwhile: loading the model does not count

    def _received(self) -> Any:
        try:
            answer, error = self.line.recv()
        except (EOFError, OSError):
            self._stop()
            return WorkerLostError(self._death())
        if error is not None:
            raise error
        return answer

    def _end_job(self, answer: Any) -> Job | None:
        job, self.job, self.deadline = self.job, None, float("inf")
        if job:
            job.answer = answer
        return job

    def _stop(self) -> None:
        self.lost = True
        self._process.join(0.1)  # one that died by itself says how
        self._process.terminate()
        self._process.join(_TERMINATE_S)
        self._process.kill()
        self._process.join()
        self.line.close()

    def _death(self) -> str:
        code = self._process.exitcode or 0
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _serve(line: Connection) -> None:
    """A worker's life: the first message is the setup, the others are tasks."""
    # Ctrl-C reaches all processes of a terminal; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # There is a process for each core: more threads would be in each other's way. NumPy reads this when it
    # is imported, and what follows imports it.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    try:
        setup, memory_mb = line.recv()
        limit_memory(memory_mb)
        work, error = _attempt(setup)
        signal.signal(signal.SIGTERM, _leave)  # how it is stopped when it is busy
        line.send((None, error))
        while work:
            line.send(_attempt(partial(work, line.recv())))
    except (EOFError, OSError):
        pass  # the other end is gone, and so is the need for this one
    finally:
        # An exception while the interpreter ends would be told on stderr.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


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
        failure = DigitocrError(f"a worker process failed: {type(error).__name__}: {error}")
        failure.add_note(traceback.format_exc())
        return None, failure
