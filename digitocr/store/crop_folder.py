"""Each number's picture as a file, with a `labels.csv`: what `evaluate` measures and `train` learns from."""

import csv
import re
from pathlib import Path
from typing import Any

from digitocr.errors import OutputError
from digitocr.store.store import Store, StoreRow

CROP_COLUMNS = ("file", "label", "status", "confidence", "source", "page", "field", "row", "settled_by")
CROP_LABELS_FILE = "labels.csv"
_ODD = re.compile(r"[^\w.-]+")

_READINGS = """
SELECT reading.id, coalesce(value, text) AS label, state, confidence, name, number, field, "row",
  settled_by, jpeg
FROM source JOIN page ON page.source = source.id JOIN reading ON reading.page = page.id
JOIN crop ON crop.reading = reading.id
WHERE coalesce(value, text) <> '' AND settled IS NOT 'removed' AND reading.id > ?
ORDER BY reading.id LIMIT 500
"""


def write_crops(store: Store, folder: Path) -> int:
    """Write the pictures of all numbers, those that people settled with their value; how many.

    Raises:
        OutputError: the folder is not empty, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(f"{folder}: is not empty; name a new folder")
        with (folder / CROP_LABELS_FILE).open(
            "w", newline="", encoding="utf-8", errors="backslashreplace"
        ) as stream:
            labels = csv.writer(stream)
            labels.writerow(CROP_COLUMNS)
            return _write(store, folder, labels)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); check the disk") from error


def _write(store: Store, folder: Path, labels: Any) -> int:
    count, last = 0, 0
    while rows := store.rows(_READINGS, (last,)):
        for row in rows:
            name = _file_name(row)
            (folder / name).write_bytes(row["jpeg"])
            status = "accept" if row["settled_by"] else row["state"]
            origin = (row["name"], row["number"], row["field"], row["row"])
            labels.writerow(
                (name, row["label"], status, f"{row['confidence']:.4f}", *origin, row["settled_by"])
            )
        count, last = count + len(rows), rows[-1]["id"]
    return count


def _file_name(row: StoreRow) -> str:
    """Such as scan-1.p1.total.12.jpg: people find it, and the number in the store makes it the only one."""
    printable = row["name"].encode("utf-8", "backslashreplace").decode()
    field = row["field"][:40] or str(row["row"])
    parts = (Path(printable).stem[:60], f"p{row['number']}", field, str(row["id"]))
    return ".".join(_ODD.sub("_", part) for part in parts) + ".jpg"
