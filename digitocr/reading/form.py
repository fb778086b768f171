"""Reads forms: pages whose templates are known, field by field."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.formats.formats import Format, format_of
from digitocr.forms.reading.fields import OUTSIDE_PAGE, REASON_CODES, FieldLine, RegisteredForm, identify_form
from digitocr.forms.reading.form import Form
from digitocr.forms.rules.apply import apply_rules, parsed_rules
from digitocr.forms.rules.offer import offer_values
from digitocr.forms.template.template import Field
from digitocr.options import ReadOptions
from digitocr.reading.line_reading import CropClassifier, RowRequest
from digitocr.reading.page import make_reading
from digitocr.reading.rows import read_rows
from digitocr.records import Box, Page, PageFailure, PageResult, Reading

UNREAD, NOT_THIS_FORM = "cannot be read", "not this form"
RULE_ALTERNATIVES = 12  # alternatives of a field among which rules choose


def read_forms(
    pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions, forms: Sequence[Form]
) -> list[PageResult | PageFailure]:
    """Read pages that are forms; the fields of all pages go through the classifier in one batch.

    Returns:
        One result a page, in order, with a reading a field in the template's order; a failure for a page that
        is none of the forms.
    """
    filled_forms = [identify_form(page.gray, forms) for page in pages]
    rows = [row for filled in filled_forms if filled for row in _rows(filled, options)]
    answers = iter(read_rows(rows, classifier, max(options.n_best, RULE_ALTERNATIVES)))
    results: list[PageResult | PageFailure] = []
    for page, filled in zip(pages, filled_forms, strict=True):
        if filled is None:
            results.append(_not_this_form(page, forms))
            continue
        read = [next(answers) if line.row else None for line in filled.fields]
        results.append(_form_result(page, filled, read, options))
    return results


def _rows(filled: RegisteredForm, options: ReadOptions) -> list[RowRequest]:
    """The rows of the fields of a page, each with the format of its field, or else that of the run."""
    general = format_of(options.format, options.pattern)
    return [
        RowRequest(
            "page" if line.field.cells else "line", line.row, _format_of_field(line.field, own, general)
        )
        for line, own in zip(filled.fields, filled.form.formats, strict=True)
        if line.row
    ]


def _format_of_field(field: Field, own: Format | None, general: Format | None) -> Format | None:
    """The format of a field; one that only limits the number of digits narrows the format of the run."""
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
    read = tuple(
        _field_reading(number, line, answer, options.min_confidence, whole)
        for number, (line, answer) in enumerate(zip(filled.fields, answers, strict=True), 1)
    )
    readings = apply_rules(read, template.rules, options.min_confidence, filled.form.dates)
    readings = tuple(
        replace(reading, alternatives=reading.alternatives[: options.n_best]) for reading in readings
    )
    if template.rules:
        rules = parsed_rules(read, template.rules, filled.form.dates)
        formats = {f.name: own for f, own in zip(template.fields, filled.form.formats, strict=True)}
        readings = offer_values(readings, read, rules, formats, options.n_best)
    return PageResult(
        page.source, page.number, width, height, "page", readings, filled.rotation, template.name
    )


def _field_reading(
    number: int, line: FieldLine, answer: Answer | None, min_confidence: float, page: Box
) -> Reading:
    name, box = line.field.name, line.box.clipped(page)
    if line.row is None or answer is None:
        if line.reason == OUTSIDE_PAGE:
            return Reading(name, number, box, "", "error", 0.0, line.reason, reason_code="cut_off")
        code = REASON_CODES[line.reason]
        return Reading(name, number, box, "", "blank", 1.0, line.reason, reason_code=code)
    reading = replace(
        make_reading(line.row, answer, min_confidence, page, field=name, number=number),
        field_box=box,
        cells=tuple(cell.clipped(page) for cell in line.cells),
    )
    if not reading.text:  # though something is written there
        code = REASON_CODES[line.reason] if line.reason else "no_digits"
        return Reading(name, number, box, "", "review", 0.0, line.reason or UNREAD, reason_code=code)
    if not line.reason:
        return reading
    return replace(reading, status="review", reason=line.reason, reason_code=REASON_CODES[line.reason])
