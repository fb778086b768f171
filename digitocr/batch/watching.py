"""A folder watched: which of its files are wholly there, and what becomes of them when they are read."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from digitocr.batch.stored import read_into
from digitocr.batch.task import Settings
from digitocr.io.inputs import expand
from digitocr.records import Document
from digitocr.store.sources import Stamp, moved, register
from digitocr.store.store import Store

QUIET_S = 2.0  # a file that did not grow for so long is wholly there: scanners write without such pauses
LOOK_MS = 1000
EVERYTHING_S = 60.0  # the folder is looked through so often, for notices of the system may be lost
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.rclone", "vboxsf", "afs")


@dataclass(frozen=True, slots=True)
class Folders:
    """The folder that is watched, and where its files go when they are read; None: they stay."""

    inbox: Path
    done: Path | None = None
    failed: Path | None = None


class Growing:
    """The files of a folder that are wholly there: they have stopped growing, and open."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._seen: dict[str, tuple[Stamp, float]] = {}
        self._given: dict[str, Stamp] = {}

    def ready(self) -> list[str]:
        """The files that are new or changed since they were last given, and quiet for `QUIET_S`."""
        now = self._clock()
        files = [name for name in expand([str(self._folder)]) if isinstance(name, str)]
        self._seen = {name: self._seen[name] for name in files if name in self._seen}
        ready = []
        for name in files:
            stamp = Stamp.of(name)
            before, since = self._seen.get(name, (None, now))
            if stamp != before:
                since = now
            self._seen[name] = stamp, since
            if stamp.size and self._given.get(name) != stamp and now - since >= QUIET_S and _opens(name):
                self._given[name] = stamp
                ready.append(name)
        return ready

    @property
    def waiting(self) -> bool:
        """Whether some file is not given yet, and may be soon."""
        return any(self._given.get(name) != stamp for name, (stamp, _) in self._seen.items())


def _opens(name: str) -> bool:
    try:
        with Path(name).open("rb") as stream:
            return bool(stream.read(1))
    except OSError:  # it may be allowed, or unlocked by the program that writes it, later
        return False


def watch(
    store: Store, folders: Folders, settings: Settings, stop: Event, *, jobs: int = 1, poll: bool = False
) -> Iterator[Document | None]:
    """Read what comes into a folder until `stop` is set; then the page at hand is the last.

    Args:
        store: where to save what is read; held by `store.lock.alone`.
        folders: what to watch, and where to move what is read.
        settings: how to read.
        stop: set from outside.
        jobs: as in `read_documents`.
        poll: look at the folder again and again, where the system tells nothing of changes.

    Yields:
        Each document when it is saved; None whenever all that had come is read.
    """
    growing = Growing(folders.inbox)
    for _ in _looks(folders.inbox, stop, poll=poll or on_network(folders.inbox), pending=growing):
        ready = growing.ready()
        if not ready:
            continue
        register(store, ready)
        for document in read_into(store, ready, settings, which="new", jobs=jobs):
            yield document
            if stop.is_set():
                return
        _move_away(store, ready, folders)
        yield None


def _looks(inbox: Path, stop: Event, *, poll: bool, pending: Growing) -> Iterator[None]:
    """A beat for each time at which the folder is worth looking through."""
    from watchfiles import watch as watched

    yield
    last = time.monotonic()
    beats = watched(
        inbox,
        watch_filter=None,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        force_polling=poll or None,
        recursive=False,
        raise_interrupt=False,
    )
    for changes in beats:
        if changes or pending.waiting or time.monotonic() - last > EVERYTHING_S:
            last = time.monotonic()
            yield


def _move_away(store: Store, names: list[str], folders: Folders) -> None:
    """Move the files that are read, also those that an earlier run read and had no time to move."""
    for name in names:
        row = store.row(
            "SELECT EXISTS (SELECT 1 FROM page WHERE source = source.id AND error IS NOT NULL) AS failed "
            "FROM source WHERE path = ? AND run IS NOT NULL",
            (os.path.abspath(name),),  # noqa: PTH100 - as the store has it
        )
        if row is None:
            continue
        folder = folders.failed if row["failed"] else folders.done
        if folder is not None:
            _move(store, Path(name), folder)


def _move(store: Store, file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / file.name, 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem} ({number}){file.suffix}"
    try:
        shutil.move(file, target)
    except OSError:  # it stays, and is not read again
        return
    moved(store, os.path.abspath(file), os.path.abspath(target))  # noqa: PTH100 - as the store has it


def on_network(folder: Path) -> bool:
    """Whether a folder is on a share of which the system tells no changes (Linux; elsewhere say so)."""
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    real_folder = os.path.realpath(folder)
    longest = ("", "")
    for line in mounts:
        _, point, kind, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        inside = real_folder == point or real_folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(longest[0]):
            longest = point, kind
    return longest[1] in _NETWORK
