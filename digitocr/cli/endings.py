"""Ctrl-C, SIGTERM and a closed terminal: how they end the command, at whatever moment they come."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Never

Handler = Callable[[int, FrameType | None], object]

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_BY_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)  # a signal that is ignored stays so


class Ended(KeyboardInterrupt):
    """The command was asked to end; `exit_code` is the one that shells give a signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def end_at_once(number: int, _: FrameType | None) -> Never:
    """End the process without an exception: for as long as nothing is open that has to be closed.

    A module written in C that is being imported turns an exception into another one, or into nothing.
    """
    with suppress(OSError):
        os.write(2, b"digitocr: interrupted\n")
    os._exit(128 + number)


def end_tidily(number: int, _: FrameType | None) -> Never:
    """Raise, so that what is open is closed and what is half written is taken away."""
    raise Ended(number)


def watch_for_endings() -> None:
    """From now on end at once; `ended_by` changes that for a while."""
    for number in _SIGNALS:
        if signal.getsignal(number) in _BY_DEFAULT:
            signal.signal(number, end_at_once)


@contextmanager
def ended_by(handler: Handler) -> Iterator[None]:
    """In this block, and only in a process that watches, let `handler` end the command."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    ours = {number: old for number, old in before.items() if old in (end_at_once, end_tidily)}
    for number in ours:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in ours.items():
            signal.signal(number, old)
