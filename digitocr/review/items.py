"""Readings as the page gets them."""

import json
from collections.abc import Sequence
from typing import Any

from digitocr.records import Box
from digitocr.review.checks import Checks
from digitocr.store.crops import region_in_store, straightening, within_crop
from digitocr.store.documents import DIFFER, QUESTIONED
from digitocr.store.groups import seen_text
from digitocr.store.queue import Queue
from digitocr.store.store import Store, StoreRow

DOUBTFUL_DIGIT = 0.9  # as overlays mark them
ALTERNATIVES_MAX = 4  # as many as there are keys for

_ITEM = """
SELECT reading.*, page.number AS number, page.width AS page_width, page.height AS page_height, page.rotation,
  page.turned, page.template, source.name
FROM reading JOIN page ON page.id = reading.page JOIN source ON source.id = page.source
WHERE reading.id = ?
"""
_DIGITS = "SELECT * FROM digit WHERE reading = ? AND text <> '' ORDER BY position"


def items(
    store: Store, readings: Sequence[int], checks: Checks, queue: Queue = "review"
) -> list[dict[str, Any]]:
    """Readings with all that the page shows of them; who types blind gets no values."""
    rows = [store.row(_ITEM, (reading,)) for reading in readings]
    return [_item(store, row, checks, queue) for row in rows if row is not None]


def printable(name: str) -> str:
    """A file's name with odd bytes as escapes, as exports have it."""
    return name.encode("utf-8", "backslashreplace").decode()


def _item(store: Store, row: StoreRow, checks: Checks, queue: Queue) -> dict[str, Any]:
    region = region_in_store(row)
    _, size = straightening(region, row["rotation"])
    shown = {
        "id": row["id"],
        "source": printable(row["name"]),
        "page": row["number"],
        "pageId": row["page"],
        "field": row["field"],
        "row": row["row"],
        "box": [region.left, region.top, region.right, region.bottom],
        "rotation": row["rotation"],
        "pageSize": [row["page_width"], row["page_height"]],
        "turned": row["turned"],
        "cropSize": size,
        "state": row["state"],
    }
    if queue == "second":
        return {**shown, "text": "", "reason": "", "alternatives": [], "digits": [], "blind": True}
    if queue == "third":
        return {**shown, **_entries(store, row["id"])}
    others = [text for text, _ in json.loads(row["alternatives"])]
    if row["questioned"]:  # with the digits that a person typed in a group
        others.insert(0, seen_text(store, row["id"]))
    likely = [text for text in dict.fromkeys(others) if text and text != row["text"]]
    verdict = checks.check(row["id"], row["text"])
    return {
        **shown,
        "text": row["text"],
        "reason": QUESTIONED if row["questioned"] else row["reason"],
        "confidence": row["confidence"],
        "alternatives": likely[:ALTERNATIVES_MAX],
        "digits": _digits(store, row, region),
        "problems": verdict.problems,
        "offer": verdict.offer,
        "settled": row["settled"],
        "value": row["value"],
        "settledBy": row["settled_by"],
        "added": bool(row["added"]),
    }


def _entries(store: Store, reading: int) -> dict[str, Any]:
    """What two people said, for the third who decides."""
    entries = store.rows("SELECT who, settled, value FROM entry WHERE reading = ? ORDER BY pass", (reading,))
    first, *others = (entry["value"] for entry in entries)
    said = " / ".join(entry["value"] or entry["settled"].replace("_", " ") for entry in entries)
    return {
        "text": first,
        "reason": f"{DIFFER}: {said}",
        "alternatives": [value for value in others if value],
        "digits": [],
    }


def _digits(store: Store, row: StoreRow, region: Box) -> list[dict[str, Any]]:
    """The digits with their places in the reading's picture."""
    return [
        {
            "text": digit["text"],
            "doubtful": digit["confidence"] < DOUBTFUL_DIGIT and not digit["verified"],
            "box": [box.left, box.top, box.right, box.bottom],
        }
        for digit in store.rows(_DIGITS, (row["id"],))
        for box in (
            within_crop(
                Box(digit["left"], digit["top"], digit["right"], digit["bottom"]), region, row["rotation"]
            ),
        )
    ]
