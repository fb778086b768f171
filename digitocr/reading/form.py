"""Forms in, fields out: the recipe for pages whose templates are known."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.formats.formats import Format, format_of
from digitocr.forms.reading.fields import OUTSIDE_PAGE, REASON_CODES, FieldLine, RegisteredForm, identify_form
from digitocr.forms.reading.form import Form
from digitocr.forms.rules.apply import apply_rules
from digitocr.forms.template.template import Field
from digitocr.options import ReadOptions
from digitocr.reading.line_reading import Asked, CropClassifier
from digitocr.reading.page import make_reading
from digitocr.reading.rows import read_rows
from digitocr.records import Box, Page, PageFailure, PageResult, Reading

UNREAD, NOT_THIS_FORM = "cannot be read", "not this form"
DEEP = 12  # readings of a field among which rules may choose


def read_forms(
    pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions, forms: Sequence[Form]
) -> list[PageResult | PageFailure]:
    """Read pages, each by the one of several forms that it is, all their fields in one batch.

    Returns:
        One result a page, in order, with a reading a field in the template's order; a failure for a page that
        is none of the forms.
    """
    found = [identify_form(page.gray, forms) for page in pages]
    rows = [row for filled in found if filled for row in _rows(filled, options)]
    answers = iter(read_rows(rows, classifier, max(options.n_best, DEEP)))
    results: list[PageResult | PageFailure] = []
    for page, filled in zip(pages, found, strict=True):
        if filled is None:
            results.append(_not_this_form(page, forms))
            continue
        read = [next(answers) if one.row else None for one in filled.fields]
        results.append(_form_result(page, filled, read, options))
    return results


def _rows(filled: RegisteredForm, options: ReadOptions) -> list[Asked]:
    """What is written in the fields of a page, each held to the format of its field, or else to the run's."""
    general = format_of(options.format, options.pattern)
    return [
        Asked("page" if one.field.cells else "line", one.row, _held_to(one.field, own, general))
        for one, own in zip(filled.fields, filled.form.formats, strict=True)
        if one.row
    ]


def _held_to(field: Field, own: Format | None, general: Format | None) -> Format | None:
    """What a field's value is held to; one that only says how many digits fit has no other format."""
    return general.narrowed(own) if general and not field.format else own


def _not_this_form(page: Page, forms: Sequence[Form]) -> PageFailure:
    names = ", ".join(form.template.name for form in forms)
    return PageFailure(
        page.source,
        page.number,
        f"{page.source}, page {page.number}: {NOT_THIS_FORM} ({names}); scan the whole sheet, name its own "
        "--template, or read it without one",
        NOT_THIS_FORM,
        "not_this_form",
    )


def _form_result(
    page: Page, filled: RegisteredForm, answers: Sequence[Answer | None], options: ReadOptions
) -> PageResult:
    height, width = page.gray.shape
    whole, template = Box(0, 0, width, height), filled.form.template
    readings = tuple(
        _field_reading(number, one, answer, options.min_confidence, whole)
        for number, (one, answer) in enumerate(zip(filled.fields, answers, strict=True), 1)
    )
    if template.rules:
        readings = apply_rules(readings, template.rules, options.min_confidence, filled.form.dates)
    readings = tuple(replace(one, alternatives=one.alternatives[: options.n_best]) for one in readings)
    return PageResult(
        page.source, page.number, width, height, "page", readings, filled.rotation, template.name
    )


def _field_reading(
    number: int, found: FieldLine, answer: Answer | None, min_confidence: float, page: Box
) -> Reading:
    name, box = found.field.name, found.box.clipped(page)
    if found.row is None or answer is None:
        if found.reason == OUTSIDE_PAGE:
            return Reading(name, number, box, "", "error", 0.0, found.reason, reason_code="cut_off")
        code = REASON_CODES[found.reason]
        return Reading(name, number, box, "", "blank", 1.0, found.reason, reason_code=code)
    reading = replace(
        make_reading(found.row, answer, min_confidence, page, field=name, number=number),
        field_box=box,
        cells=tuple(cell.clipped(page) for cell in found.cells),
    )
    if not reading.text:  # though something is written there
        code = REASON_CODES[found.reason] if found.reason else "no_digits"
        return Reading(name, number, box, "", "review", 0.0, found.reason or UNREAD, reason_code=code)
    if not found.reason:
        return reading
    return replace(reading, status="review", reason=found.reason, reason_code=REASON_CODES[found.reason])
