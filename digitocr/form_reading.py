"""Forms in, fields out: the recipe for pages whose templates are known."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.forms.fields import OUTSIDE, FieldRow, Filled, find_form
from digitocr.forms.form import Form
from digitocr.imaging.layout import Row
from digitocr.options import Layout, ReadOptions
from digitocr.reading import CropClassifier, clip, read_rows, reading_of
from digitocr.recognition.lattice import Hypothesis
from digitocr.records import Box, Page, PageFailure, PageResult, Reading

UNREAD = "cannot be read"


def read_forms(
    pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions, forms: Sequence[Form]
) -> list[PageResult | PageFailure]:
    """Read pages, each by the one of several forms that it is, all their fields in one batch.

    Returns:
        One result a page, in order, with a reading a field in the template's order; a failure for a page that
        is none of the forms.
    """
    found = [find_form(page.gray, forms) for page in pages]
    rows: list[tuple[Layout, Row]] = [
        ("page" if one.field.cells else "line", one.row)
        for filled in found
        if filled
        for one in filled.fields
        if one.row
    ]
    strings = iter(read_rows(rows, classifier, options.n_best))
    results: list[PageResult | PageFailure] = []
    for page, filled in zip(pages, found, strict=True):
        if filled is None:
            results.append(_not_this_form(page, forms))
            continue
        read = [next(strings) if one.row else [] for one in filled.fields]
        results.append(_form_result(page, filled, read, options))
    return results


def _not_this_form(page: Page, forms: Sequence[Form]) -> PageFailure:
    names = ", ".join(form.template.name for form in forms)
    return PageFailure(
        page.source,
        page.number,
        f"{page.source}, page {page.number}: not this form ({names}); scan the whole sheet, name its own "
        "--template, or read it without one",
    )


def _form_result(
    page: Page, filled: Filled, strings: Sequence[list[Hypothesis]], options: ReadOptions
) -> PageResult:
    height, width = page.gray.shape
    readings = [
        _field_reading(number, one, said, options.min_confidence, Box(0, 0, width, height))
        for number, (one, said) in enumerate(zip(filled.fields, strings, strict=True), 1)
    ]
    name = filled.form.template.name
    return PageResult(page.source, page.number, width, height, "page", tuple(readings), filled.rotation, name)


def _field_reading(
    number: int, found: FieldRow, strings: list[Hypothesis], min_confidence: float, page: Box
) -> Reading:
    name = found.field.name
    if found.row is None:
        box = clip(found.box, page)
        if found.reason == OUTSIDE:
            return Reading(name, number, box, "", "error", 0.0, found.reason)
        return Reading(name, number, box, "", "blank", 1.0, found.reason)
    if not strings or not strings[0].text:  # something is written there
        return Reading(name, number, clip(found.box, page), "", "review", 0.0, found.reason or UNREAD)
    reading = replace(reading_of(number, found.row, strings, min_confidence, page), field=name)
    return replace(reading, status="review", reason=found.reason) if found.reason else reading
