"""A limit of time for what this process does itself, where one picture is read without a worker."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

# A library may take an exception that comes while it is imported for its own failure: another one follows.
AGAIN_S = 1.0


class DeadlineError(BaseException):
    """The time is over. No `Exception`: what is caught for a page must not keep the next one waiting."""


@contextmanager
def deadline(limit_s: float) -> Iterator[None]:
    """End what runs in this block after `limit_s` seconds; 0 is no limit.

    It works by SIGALRM, in the main thread of systems that have it; elsewhere there is no limit. Between
    two steps of Python it ends what runs, so that one call of a C library is waited for.

    Raises:
        DeadlineError: the time is over.
    """
    if (
        not limit_s
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGALRM, _end)
    signal.setitimer(signal.ITIMER_REAL, limit_s, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _end(number: int, _: FrameType | None) -> Never:
    raise DeadlineError(number)
