"""The inputs of a store: their order, and which of them are to be read."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitocr.io.remote import is_url
from digitocr.records import PageFailure
from digitocr.store.store import Store, StoreRow

Input = str | PageFailure
# `hashlib.file_digest` reads 256 KiB at a time: allocating as much for a small file takes as long as all else
# that saving it does.
BLOCK_BYTES = 1 << 16
# The inputs of a store that are to be read.
Which = Literal["new", "failed", "all"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was before it was read: bytes and nanoseconds since 1970; None of what is no file."""

    size: int | None = None
    mtime_ns: int | None = None

    @classmethod
    def of(cls, path: str) -> "Stamp":
        try:
            status = os.stat(path)  # noqa: PTH116 - odd bytes and null characters are no reason to fail
        except (OSError, ValueError):
            return cls()
        return cls(status.st_size, status.st_mtime_ns)


def file_sha256(path: str) -> str | None:
    """The SHA-256 of a file, None where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()
    except (OSError, ValueError):
        return None


def name_of(source: Input) -> str:
    """What an input is called."""
    return source if isinstance(source, str) else source.source


def path_of(source: Input) -> str:
    """By what an input is known, from whatever folder it is named."""
    name = name_of(source)
    return name if is_url(name) else os.path.abspath(name)  # noqa: PTH100 - links are kept, as `inputs.expand` does


def stored(text: str) -> bytes:
    """What has a file's name in it as SQLite takes it (`CAST(? AS TEXT)`): odd bytes stay what they are."""
    return text.encode("utf-8", "surrogateescape")


def register(store: Store, sources: Sequence[Input], *, first: int = 0, step: int = 1) -> None:
    """Write down the inputs, before any is read: exports follow their order, `status` tells how many wait.

    Inputs that the store knows keep their place; a new one comes after the one that it was named after.
    The places of a shard are every `step`th of the batch from `first` on, so that stores can be merged.
    """
    with store.transaction():
        known = [row["path"] for row in store.rows("SELECT path FROM source ORDER BY position")]
        named = {path_of(source): name_of(source) for source in sources}
        order = merged(known, list(named))
        if order == known:
            return
        store.run_many(
            "INSERT INTO source (name, path, position) VALUES (CAST(? AS TEXT), CAST(? AS TEXT), ?) "
            "ON CONFLICT (path) DO UPDATE SET position = excluded.position",
            [(stored(named.get(path, path)), stored(path), first + step * n) for n, path in enumerate(order)],
        )


def merged(known: Sequence[str], named: Sequence[str]) -> list[str]:
    """`known` in its order, each new one of `named` after the one before it there."""
    old = set(known)
    first = next((path for path in named if path in old), None)
    before: str | None = None
    followers: dict[str | None, list[str]] = {}
    for path in named:
        if path in old:
            before = path
        else:
            followers.setdefault(before, []).append(path)
    leading = followers.pop(None, [])
    order: list[str] = []
    for path in known:
        order += [*(leading if path == first else ()), path, *followers.get(path, ())]
    return order if first is not None else order + leading


def due(store: Store, sources: Sequence[Input], run: int, which: Which = "failed") -> Iterator[Input]:
    """The inputs that are to be read.

    Args:
        store: the store.
        sources: inputs that it knows.
        run: the run that reads them now.
        which: `new` are those that are new, changed or were read otherwise; `failed` also those that failed
            and have not changed since; `all` are all of them.
    """
    all_of_them, failed = which == "all", which != "new"
    known = {row["path"]: row for row in store.rows(_KNOWN)}
    for source in sources:
        path = path_of(source)
        row = known[path]
        if all_of_them or row["run"] != run or (failed and row["failed"]) or not _unchanged(store, path, row):
            yield source


def moved(store: Store, path: str, to: str) -> None:
    """Write down that a file was moved, so that its pages are found."""
    store.run(
        "UPDATE source SET path = CAST(? AS TEXT) WHERE path = CAST(? AS TEXT)", (stored(to), stored(path))
    )


_KNOWN = """
SELECT id, path, size, mtime_ns, sha256, run,
  EXISTS (SELECT 1 FROM page WHERE source = source.id AND number = 0 AND error IS NOT NULL) AS failed
FROM source
"""


def _unchanged(store: Store, path: str, row: StoreRow) -> bool:
    if is_url(path):  # who looked would have to fetch it
        return True
    stamp = Stamp.of(path)
    if row["sha256"] is None:
        return False
    if stamp.size is None:  # it is gone, and was read
        return True
    if (stamp.size, stamp.mtime_ns) == (row["size"], row["mtime_ns"]):
        return True
    if stamp.size != row["size"] or file_sha256(path) != row["sha256"]:
        return False
    store.run("UPDATE source SET mtime_ns = ? WHERE id = ?", (stamp.mtime_ns, row["id"]))
    return True
