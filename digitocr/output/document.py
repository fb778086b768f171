"""Documents as the objects of the JSON contract, which `schema.py` describes."""

from typing import Any

from digitocr.records import Box, Document, PageFailure, PageResult, Reading

_DECIMALS = 4


def document_object(document: Document) -> dict[str, Any]:
    """One document. Its `error` says why the whole file failed; a failed page has an `error` of its own."""
    whole = [failure for failure in document.failures if failure.page == 0]
    pages = [page for page in document.pages if isinstance(page, PageResult) or page.page > 0]
    return {
        "source": document.source,
        "error": whole[0].error if whole else None,
        "reason": whole[0].reason if whole else "",
        "reason_code": whole[0].reason_code if whole else "",
        "pages": [_page_object(page) for page in pages],
    }


def _page_object(page: PageResult | PageFailure) -> dict[str, Any]:
    """One page; the keys are the same for one that failed, so that a query over pages and readings runs."""
    if isinstance(page, PageFailure):
        unknown = dict.fromkeys(("width", "height", "rotation", "layout", "template"))
        return {
            "page": page.page,
            "error": page.error,
            "reason": page.reason,
            "reason_code": page.reason_code,
            **unknown,
            "readings": [],
        }
    return {
        "page": page.page,
        "error": None,
        "reason": "",
        "reason_code": "",
        "width": page.width,
        "height": page.height,
        "rotation": _rounded(page.rotation),
        "layout": page.layout,
        "template": page.template,
        "readings": [_reading_object(reading) for reading in page.readings],
    }


def _reading_object(reading: Reading) -> dict[str, Any]:
    return {
        "field": reading.field,
        "row": reading.row,
        "text": reading.text,
        "status": reading.status,
        "confidence": _rounded(reading.confidence),
        "reason": reading.reason,
        "box": _corners(reading.box),
        "alternatives": [[text, _rounded(probability)] for text, probability in reading.alternatives],
        "digits": [
            {"text": digit.text, "confidence": _rounded(digit.confidence), "box": _corners(digit.box)}
            for digit in reading.digits
        ],
        "raw": reading.raw,
        "written": reading.written,
        "reason_code": reading.reason_code,
        "settled_by": reading.settled_by,
        "machine": _machine_object(reading.machine) if reading.machine else None,
    }


def _machine_object(reading: Reading) -> dict[str, Any]:
    return {"text": reading.text, "status": reading.status, "confidence": _rounded(reading.confidence)}


def _corners(box: Box) -> list[int]:
    return [box.left, box.top, box.right, box.bottom]


def _rounded(value: float) -> float:
    """Four decimals, the last bits of which no machine or batch size changes; never -0.0."""
    return round(float(value), _DECIMALS) + 0.0
