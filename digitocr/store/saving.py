"""Documents into the store: a transaction a file, and what people said of it before is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitocr.records import Box, Document, PageFailure, PageResult, Reading
from digitocr.store.crops import region_in_store
from digitocr.store.entries import conclude
from digitocr.store.events import log_source
from digitocr.store.insertion import insert_reading
from digitocr.store.sources import Stamp, file_sha256, path_of, stored
from digitocr.store.store import Store, StoreRow

SAME_PLACE = 0.3  # intersection over union, from which two boxes are those of one number
CHANGED = "the file changed after a person had settled it as {}"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How inputs are read; `fingerprint` is the SHA-256 of all that bears on the result.

    `model_path` is None for the model that comes with digitocr. Paths are relative to `folder`.
    """

    fingerprint: str
    version: str
    model: str
    folder: str
    model_path: str | None
    engine: str
    card: str
    options: Mapping[str, object]


_RUN_COLUMNS = ("fingerprint", "version", "model", "folder", "model_path", "engine", "card")


def register_run(store: Store, run: RunSettings) -> int:
    """The number of a run in the store; the same for the same model and options."""
    options = json.dumps(run.options, default=str)
    with store.transaction():
        store.run(
            f"INSERT INTO run ({', '.join(_RUN_COLUMNS)}, options) "
            f"VALUES ({'CAST(? AS TEXT), ' * len(_RUN_COLUMNS)}?) ON CONFLICT (fingerprint) DO NOTHING",
            (*(_stored(getattr(run, name)) for name in _RUN_COLUMNS), options),
        )
        return int(store.value("SELECT id FROM run WHERE fingerprint = ?", (run.fingerprint,)))


def _stored(text: str | None) -> bytes | None:
    return None if text is None else stored(text)


def save(store: Store, document: Document, run: int, who: str, stamp: Stamp) -> None:
    """Save what came of one input, in place of what came of it before.

    A file with the same content keeps what people said of its readings, and readings that they added. Of a
    file whose content is another what was settled is for review again.

    Args:
        store: a store that knows the input.
        document: what was read.
        run: the run that read it.
        who: who runs the command.
        stamp: the file as it was before it was read.
    """
    path = path_of(document.source)
    sha256 = file_sha256(path)
    if Stamp.of(path) != stamp:
        sha256 = None  # it changed while it was read, and is due again
    with store.transaction():
        before = store.row("SELECT id, sha256, run FROM source WHERE path = CAST(? AS TEXT)", (stored(path),))
        assert before is not None
        source = before["id"]
        kept = {} if before["run"] is None else _take_out(store, source)
        store.run(
            "UPDATE source SET run = ?, size = ?, mtime_ns = ?, sha256 = ?, forgotten = 0 WHERE id = ?",
            (run, stamp.size, stamp.mtime_ns, sha256, source),
        )
        same = before["sha256"] == sha256
        for page in document.pages:
            _save_page(store, source, page, kept.get(_number(page), _NO_PAGE), same=same)
        failed = [failure.error for failure in document.failures]
        log_source(store, "read", who, source, {"run": run, "failed": failed})


@dataclass(frozen=True, slots=True)
class _Before:
    """What stood in the store of a page: its turn, and the readings of which people said something."""

    turned: int
    readings: Sequence[StoreRow]
    entries: Mapping[int, Sequence[StoreRow]]
    crops: Mapping[int, bytes]


_NO_PAGE = _Before(0, (), {}, {})


def _take_out(store: Store, source: int) -> dict[int, _Before]:
    """Remove the pages of a source, and return what people said, by the number of the page."""
    kept: dict[int, _Before] = {}
    for page in store.rows("SELECT id, number, turned FROM page WHERE source = ?", (source,)):
        readings = store.rows(
            "SELECT * FROM reading WHERE page = ? AND (added OR id IN (SELECT reading FROM entry)) "
            "ORDER BY position",
            (page["id"],),
        )
        entries = {
            row["id"]: store.rows("SELECT * FROM entry WHERE reading = ?", (row["id"],)) for row in readings
        }
        crops = {
            row["id"]: store.value("SELECT jpeg FROM crop WHERE reading = ?", (row["id"],))
            for row in readings
            if row["added"]
        }
        kept[page["number"]] = _Before(page["turned"], readings, entries, crops)
    store.run("DELETE FROM page WHERE source = ?", (source,))
    return kept


def _number(page: PageResult | PageFailure) -> int:
    return page.page


def _save_page(
    store: Store, source: int, page: PageResult | PageFailure, before: _Before, *, same: bool
) -> None:
    if isinstance(page, PageFailure):
        store.run(
            "INSERT INTO page (source, number, error, reason, reason_code) "
            "VALUES (?, ?, CAST(? AS TEXT), ?, ?)",
            (source, page.page, stored(page.error), page.reason, page.reason_code),
        )
        return
    page_id = store.value(
        "INSERT INTO page (source, number, width, height, rotation, layout, template, turned) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            source,
            page.page,
            page.width,
            page.height,
            page.rotation,
            page.layout,
            page.template,
            before.turned,
        ),
    )
    crops = page.crops or (b"",) * len(page.readings)
    left = list(before.readings)
    for position, (reading, crop) in enumerate(zip(page.readings, crops, strict=True), 1):
        former = next((row for row in left if not row["added"] and _is_one(row, reading)), None)
        reading_id = insert_reading(
            store, page_id, position, reading, crop, former=None if former is None else former["id"]
        )
        if former is not None:
            left.remove(former)
            _put_back(store, reading_id, former, before, same=same)
    if same:
        for position, former in enumerate(left, len(page.readings) + 1):
            _insert_again(store, page_id, position, former, before)


def _is_one(row: StoreRow, reading: Reading) -> bool:
    """Whether a row of the store is this reading: the same field, or without fields the same place."""
    if reading.field or row["field"]:
        return bool(row["field"] == reading.field)
    return reading.box.overlap(Box(row["left"], row["top"], row["right"], row["bottom"])) >= SAME_PLACE


def _put_back(store: Store, reading: int, former: StoreRow, before: _Before, *, same: bool) -> None:
    """What people said of a reading, said of it again; only told where the file is another."""
    if same:
        _put_entries_back(store, reading, before.entries[former["id"]])
        return
    store.run(
        "UPDATE reading SET status = 'review', reason = ? WHERE id = ?",
        (CHANGED.format(former["value"] or former["settled"]), reading),
    )


def _put_entries_back(store: Store, reading: int, entries: Sequence[StoreRow]) -> None:
    store.run_many("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", [(reading, *tuple(e)[1:]) for e in entries])
    conclude(store, reading)


def _insert_again(store: Store, page: int, position: int, former: StoreRow, before: _Before) -> None:
    """A reading that a person added, or settled, and that is not found any more."""
    reading = Reading(
        former["field"],
        former["row"],
        Box(former["left"], former["top"], former["right"], former["bottom"]),
        former["text"],
        former["status"],
        former["confidence"],
        former["reason"],
        tuple((text, share) for text, share in json.loads(former["alternatives"])),
        raw=former["raw"],
        written=former["written"],
        reason_code=former["reason_code"],
        origin=former["origin"],
        field_box=region_in_store(former),
    )
    crop = before.crops.get(former["id"]) or b""
    number = insert_reading(
        store, page, position, reading, crop, former=former["id"], added=bool(former["added"])
    )
    _put_entries_back(store, number, before.entries[former["id"]])
