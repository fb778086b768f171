"""Messages on stderr, as text or as one JSON object a line (`--log-format json`)."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from digitocr.batch.logs import log
from digitocr.options import LogFormat

# The attributes that every record has; the others are fields of the message.
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


class JsonFormatter(logging.Formatter):
    """A record as a JSON object: time (ISO 8601, UTC), level, message, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        about = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        return json.dumps({**about, **fields}, ensure_ascii=False, default=str)


class _Handler(logging.Handler):
    """Hands formatted records to a function that prints them."""

    def __init__(self, say: Callable[[str], None], log_format: LogFormat) -> None:
        super().__init__()
        self._say = say
        self.setFormatter(JsonFormatter() if log_format == "json" else None)

    def emit(self, record: logging.LogRecord) -> None:
        self._say(self.format(record))


@contextmanager
def logging_to(say: Callable[[str], None], log_format: LogFormat, *, verbose: bool = False) -> Iterator[None]:
    """Print what is logged while the block runs; information on each document only where `verbose`."""
    handler, level = _Handler(say, log_format), log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO if verbose else logging.WARNING)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def message(text: str, log_format: LogFormat, level: int = logging.INFO, **fields: object) -> str:
    """A line of the command's own, in the format of the log."""
    if log_format == "text":
        return text
    return JsonFormatter().format(
        logging.makeLogRecord({"msg": text, "levelname": logging.getLevelName(level), **fields})
    )
