"""One row of the table: of a reading, or of what could not be read."""

from digitocr.records import CONFIDENCE_DECIMALS, PageFailure, PageResult, Reading, Row


def reading_row(page: PageResult, reading: Reading) -> Row:
    """The row of a reading, and of the page it stands on."""
    box = reading.box
    return {
        "source": page.source,
        "page": page.page,
        "field": reading.field,
        "row": reading.row,
        "text": reading.text,
        "status": reading.status,
        "confidence": round(float(reading.confidence), CONFIDENCE_DECIMALS),
        "reason": reading.reason,
        "left": box.left,
        "top": box.top,
        "right": box.right,
        "bottom": box.bottom,
        "alternatives": ";".join(f"{text}={probability:.4f}" for text, probability in reading.alternatives),
        "error": "",
        "raw": reading.raw,
        "written": reading.written,
        "reason_code": reading.reason_code,
        "settled_by": reading.settled_by,
    }


def failure_row(failure: PageFailure) -> Row:
    """The row of a page or file that could not be read."""
    return {
        "source": failure.source,
        "page": failure.page,
        "field": "",
        "row": None,
        "text": "",
        "status": "error",
        "confidence": None,
        "reason": failure.reason,
        "left": None,
        "top": None,
        "right": None,
        "bottom": None,
        "alternatives": "",
        "error": failure.error,
        "raw": "",
        "written": "",
        "reason_code": failure.reason_code,
        "settled_by": "",
    }
