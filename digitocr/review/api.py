"""What the page asks of the server, and the answers: JSON in, JSON out, nothing kept between requests."""

import json
from dataclasses import asdict
from typing import Any

from digitocr.errors import UsageError
from digitocr.records import Box
from digitocr.review.adding import Adder
from digitocr.review.checks import Checks
from digitocr.review.items import items, printable
from digitocr.store import groups, sheets
from digitocr.store.corrections import corrections
from digitocr.store.entries import REVIEW, THIRD, enter, entry_of, undo
from digitocr.store.progress import failures, progress
from digitocr.store.queue import (
    PASSES,
    Queue,
    Window,
    held_by_others,
    queue_of,
    release,
    take,
    waiting,
    waiting_reasons,
)
from digitocr.store.sheets import readings_of, sheet_page
from digitocr.store.store import Store

TAKEN_MAX = 50
TILES_MAX = 400
REVIEWER_NAME_MAX = 40
FAILURES_MAX = 50
JsonObject = dict[str, Any]


class Api:
    """One method a request; each takes the request's JSON and returns the answer's."""

    def __init__(self, store: Store, checks: Checks, adder: Adder) -> None:
        self._store = store
        self._checks = checks
        self._adder = adder

    def overview(self, asked: JsonObject) -> JsonObject:
        """What the dashboard shows."""
        reached = progress(self._store)
        who = _name(asked)
        return {
            **asdict(reached),
            "waiting": reached.waiting,
            "settled": reached.settled,
            "minutesLeft": reached.minutes_left,
            "failures": [printable(error) for _, _, error in failures(self._store, FAILURES_MAX)],
            "corrections": {
                name: [asdict(row) for row in rows] for name, rows in corrections(self._store).items()
            },
            "second": waiting(self._store, "second", who),
            "third": waiting(self._store, "third", who),
        }

    def take(self, asked: JsonObject) -> JsonObject:
        """The next items of a queue."""
        queue = queue_of(_text(asked, "queue"))
        count = min(_number(asked, "count"), TAKEN_MAX)
        besides = [int(reading) for reading in asked.get("besides", [])][:TAKEN_MAX]
        taken = take(
            self._store,
            queue,
            Window(_name(asked), _text(asked, "holder")),
            count,
            after=_number(asked, "after"),
            besides=besides,
            reason=_text(asked, "reason"),
        )
        shown = items(self._store, taken, self._checks, queue)
        return {"items": shown, "left": self._left(queue, asked)}

    def reasons(self, asked: JsonObject) -> JsonObject:
        """The reasons with which readings wait for review."""
        del asked
        return {"reasons": [{"code": code, "count": count} for code, count in waiting_reasons(self._store)]}

    def enter(self, asked: JsonObject) -> JsonObject:
        """Settle a reading; it is in the store when the answer goes out."""
        reading, queue = _number(asked, "id"), queue_of(_text(asked, "queue"))
        if held_by_others(self._store, reading, _text(asked, "holder")):
            raise UsageError("another person has this one at present; yours was not taken over")
        entry = entry_of(_text(asked, "settled"), _text(asked, "value"))
        enter(self._store, reading, entry, _name(asked), PASSES[queue])
        return {"left": self._left(queue, asked)}

    def edit(self, asked: JsonObject) -> JsonObject:
        """Settle a reading on its sheet, whatever was said of it before."""
        reading = _number(asked, "id")
        passes = self._store.value("SELECT count(*) FROM entry WHERE reading = ?", (reading,))
        entry = entry_of(_text(asked, "settled"), _text(asked, "value"))
        enter(self._store, reading, entry, _name(asked), THIRD if passes > 1 else REVIEW)
        return {"items": items(self._store, [reading], self._checks)}

    def undo(self, asked: JsonObject) -> JsonObject:
        """Take back the last entry of a reading, and give it to the window again."""
        reading = _number(asked, "id")
        undo(self._store, reading, _name(asked))
        queue = queue_of(_text(asked, "queue"))
        return {
            "items": items(self._store, [reading], self._checks, queue),
            "left": self._left(queue, asked),
        }

    def release(self, asked: JsonObject) -> JsonObject:
        """A window closes."""
        release(self._store, _text(asked, "holder"))
        return {}

    def check(self, asked: JsonObject) -> JsonObject:
        """What speaks against a value that is being typed."""
        return asdict(self._checks.check(_number(asked, "id"), _text(asked, "value")))

    def classes(self, asked: JsonObject) -> JsonObject:
        """The classes of group verification."""
        return {"classes": groups.classes(self._store)}

    def group(self, asked: JsonObject) -> JsonObject:
        """The next sheet of a class."""
        count = min(_number(asked, "count"), TILES_MAX)
        tiles = groups.sheet(self._store, _text(asked, "text"), _text(asked, "holder"), count)
        return {"tiles": [asdict(tile) for tile in tiles]}

    def confirm(self, asked: JsonObject) -> JsonObject:
        """A sheet was looked at."""
        groups.confirm(self._store, _locations(asked), _odd(asked), _name(asked))
        return {}

    def undo_confirm(self, asked: JsonObject) -> JsonObject:
        """A sheet was not looked at after all."""
        groups.undo_confirm(self._store, _locations(asked), _odd(asked), _name(asked))
        return {}

    def pages(self, asked: JsonObject) -> JsonObject:
        """The list of sheets."""
        listed = sheets.pages(self._store, _number(asked, "after"))
        return {"pages": [{**page, "name": printable(page["name"])} for page in listed]}

    def page(self, asked: JsonObject) -> JsonObject:
        """A sheet with its readings."""
        page = sheet_page(self._store, _number(asked, "id"))
        readings = [row["id"] for row in readings_of(self._store, page.id)]
        return {
            "id": page.id,
            "source": printable(page.name),
            "page": page.number,
            "size": [page.width, page.height],
            "turned": page.quarters,
            "template": page.template,
            "items": items(self._store, readings, self._checks),
        }

    def add(self, asked: JsonObject) -> JsonObject:
        """Read a box that was dragged on a sheet."""
        sides = asked.get("box")
        if not isinstance(sides, list) or len(sides) != 4:
            raise UsageError("a box is left, top, right, bottom in pixels of the page")
        reading = self._adder.add(_number(asked, "id"), Box(*(round(side) for side in sides)), _name(asked))
        return {"items": items(self._store, [reading], self._checks)}

    def turn(self, asked: JsonObject) -> JsonObject:
        """Turn a sheet."""
        page = sheet_page(self._store, _number(asked, "id"))
        sheets.turn(self._store, page, _number(asked, "quarters"), _name(asked))
        return {"turned": sheet_page(self._store, page.id).quarters}

    def _left(self, queue: Queue, asked: JsonObject) -> int:
        reason = _text(asked, "reason")
        if queue == "review" and not reason:
            return int(self._store.value("SELECT readings FROM tally WHERE state = 'review'") or 0)
        return waiting(self._store, queue, _name(asked), reason)


def parsed(body: bytes) -> JsonObject:
    """The JSON object of a request.

    Raises:
        UsageError: it is none.
    """
    try:
        asked = json.loads(body or b"{}")
    except ValueError as error:
        raise UsageError("a JSON object was expected") from error
    if not isinstance(asked, dict):
        raise UsageError("a JSON object was expected")
    return asked


def _text(asked: JsonObject, name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise UsageError(f"{name}: a text was expected")
    return value


def _number(asked: JsonObject, name: str) -> int:
    value = asked.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 62:
        raise UsageError(f"{name}: a whole number was expected")
    return value


def _name(asked: JsonObject) -> str:
    return _text(asked, "who").strip()[:REVIEWER_NAME_MAX] or "nobody"


def _locations(asked: JsonObject) -> list[groups.Location]:
    """The pictures of a sheet: pairs of a reading and a position."""
    try:
        return [(int(reading), int(position)) for reading, position in _listed(asked, "seen")]
    except (TypeError, ValueError) as error:
        raise UsageError("seen: pairs of a reading and a position were expected") from error


def _odd(asked: JsonObject) -> dict[groups.Location, str | None]:
    """The odd pictures of a sheet: a reading, a position, and what stands there, null where nobody said."""
    try:
        odd = {(int(reading), int(position)): said for reading, position, said in _listed(asked, "odd")}
    except (TypeError, ValueError) as error:
        raise UsageError("odd: a reading, a position and a digit or null were expected") from error
    if not all(said in (None, "", *"0123456789") for said in odd.values()):
        raise UsageError('odd: what stands there is a digit, "" for none, or null')
    return odd


def _listed(asked: JsonObject, name: str) -> list[Any]:
    listed = asked.get(name, [])
    if not isinstance(listed, list) or len(listed) > TILES_MAX:
        raise UsageError(f"{name}: a list of at most {TILES_MAX} was expected")
    return listed
