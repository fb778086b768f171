"""What waits for review in one HTML file, for people who may run no server, and their answers back as CSV."""

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitocr.errors import DigitocrError, UsageError
from digitocr.output.sink import write_file
from digitocr.review import PAGE_FOLDER
from digitocr.review.checks import Checks
from digitocr.review.items import items
from digitocr.review.pictures import PictureCache
from digitocr.store.entries import enter, entry_of
from digitocr.store.store import Store, StoreRow

MODULES = ("dom.js", "buffer.js", "picture.js", "fields.js", "static.js")
READINGS_MAX = 20_000  # some 100 MB of pictures: more than a browser likes to open
DECISION_COLUMNS = ("sha256", "page", "field", "row", "settled", "value")
_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>digitocr review</title><style>{css}</style></head><body>
<header><span><button type="button" id="save" class="main">Save answers</button>
<span id="count"></span></span>
<label class="who"><span>Your name</span>
<input id="who" maxlength="40" placeholder="Your name" autocomplete="name"></label></header>
<p id="problem" role="alert" hidden></p><main id="view"></main>
<p id="said" class="for-readers" role="status" aria-live="polite"></p>
<script type="application/json" id="data">{data}</script>
<script type="module">{js}</script></body></html>
"""
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; "
    "form-action 'none'"
)


def write_static_page(store: Store, path: Path) -> int:
    """Write all that waits for review to an HTML file; how many readings that is.

    Raises:
        UsageError: there is too much of it for one file.
        OutputError: the file cannot be written.
    """
    waiting = [row["id"] for row in store.rows("SELECT id FROM reading WHERE state = 'review' ORDER BY id")]
    if len(waiting) > READINGS_MAX:
        raise UsageError(
            f"{len(waiting)} readings wait, and a page holds {READINGS_MAX}; review them with digitocr review"
        )
    shown = _shown(store, waiting)
    css, js = (PAGE_FOLDER / "style.css").read_text("utf-8"), _bundle()
    data = {"items": shown, "key": hashlib.sha256(json.dumps(waiting).encode()).hexdigest()[:16]}
    html = _HTML.format(
        policy=_POLICY.format(_hash(css), _hash(js)),
        css=css,
        js=js,
        data=json.dumps(data).replace("<", "\\u003c"),
    )
    write_file(path, html.encode())
    return len(waiting)


def _shown(store: Store, readings: Sequence[int]) -> list[dict[str, Any]]:
    pictures = PictureCache(store)
    keys = {row["id"]: row["sha256"] for row in store.rows(_REVIEW_KEYS)}
    shown = items(store, readings, Checks(store))
    more = [{"sha256": keys[item["id"]] or "", "image": _image(pictures, item["id"])} for item in shown]
    return [{**item, **added} for item, added in zip(shown, more, strict=True)]


_REVIEW_KEYS = """
SELECT reading.id, sha256 FROM reading
JOIN page ON page.id = reading.page JOIN source ON source.id = page.source
WHERE state = 'review'
"""


def _image(pictures: PictureCache, reading: int) -> str:
    try:
        return "data:image/jpeg;base64," + base64.b64encode(pictures.crop(reading)).decode()
    except DigitocrError:  # no picture in the store, and its file is gone: the field is shown without one
        return "data:,"


def _bundle() -> str:
    """The modules as one script: their names are all different, so that they can share a scope."""
    modules = [(PAGE_FOLDER / name).read_text("utf-8") for name in MODULES]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", module)) for module in modules)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def apply_answers(store: Store, path: Path, who: str) -> tuple[int, list[str]]:
    """Take the answers of a static page into the store.

    What somebody settled otherwise meanwhile stays as it is.

    Returns:
        How many were taken, and a sentence on each that was not.

    Raises:
        UsageError: the file is none of answers.
    """
    taken, refused = 0, []
    for line, row in enumerate(_rows(path), 2):
        where = f"{path}, line {line}"
        known = store.rows(_FIND, (row["sha256"], row["page"], row["field"], row["row"]))
        try:
            entry = entry_of(row["settled"], row["value"])
        except UsageError as error:
            refused.append(f"{where}: {error}")
            continue
        if not known:
            refused.append(f"{where}: the store has no such reading; was its file read anew?")
        for reading in known:
            if reading["settled"] is None:
                enter(store, reading["id"], entry, row.get("who") or who)
                taken += 1
            elif not _same(reading, entry.settled, entry.value):
                refused.append(f"{where}: was settled as {reading['value'] or reading['settled']} meanwhile")
    return taken, refused


_FIND = """
SELECT reading.id, settled, value FROM source JOIN page ON page.source = source.id
JOIN reading ON reading.page = page.id
WHERE sha256 = ? AND number = ? AND field = ? AND "row" = ?
"""


def _same(reading: StoreRow, settled: str, value: str) -> bool:
    return bool(reading["settled"] == settled and reading["value"] == value)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name the CSV that the page saved") from error
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in DECISION_COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise UsageError(f"{path}: no column {', '.join(missing)}; name the CSV that the page saved")
    return [{name: value or "" for name, value in row.items() if name} for row in rows]
