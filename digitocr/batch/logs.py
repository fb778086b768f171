"""What a batch says of its documents, through the logger `digitocr`: a host program configures it.

Failures are warnings, documents are information. The extra fields of a record are JSON values.
"""

import logging

from digitocr.records import Document, PageFailure, PageResult

log = logging.getLogger("digitocr")
log.addHandler(logging.NullHandler())  # without it, Python would print warnings on the host's stderr


def log_document(document: Document) -> None:
    """Log one document: each failure, and what was read."""
    for failure in document.failures:
        log_failure(failure)
    if not log.isEnabledFor(logging.INFO):
        return
    counts = counts_of(document)
    text = f"{counted(counts['pages'], 'page')}, {counted(counts['numbers'], 'number')}"
    extra = {"source": document.source, **counts}
    log.info("%s: %s, %d to review", document.source, text, counts["to_review"], extra=extra)


def log_failure(failure: PageFailure) -> None:
    """Log a page or file that could not be read."""
    log.warning(
        "%s",
        failure.error,
        extra={"source": failure.source, "page": failure.page, "reason_code": failure.reason_code},
    )


def counts_of(document: Document) -> dict[str, int]:
    """How many pages and numbers were read, and how many of these are to be reviewed."""
    statuses = [reading.status for reading in document.readings]
    return {
        "pages": sum(isinstance(page, PageResult) for page in document.pages),
        "numbers": sum(status in ("accept", "review") for status in statuses),
        "to_review": statuses.count("review"),
    }


def counted(count: int, noun: str) -> str:
    """A count with its noun, such as "1 page" or "2 pages"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
