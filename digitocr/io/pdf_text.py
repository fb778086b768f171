"""The numbers that a PDF page has as text: in its text layer, and in the fields of its form."""

import ctypes
import re
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from digitocr.records import Box, WrittenNumber

MAX_CHARACTERS = 200_000  # of a page: a page of the densest print has 20,000
MAX_FIELDS = 5_000
_INVISIBLE = 3  # the text render mode of layers that OCR programs put over a scan
# A number stands alone: no letter and no digit is next to it, only punctuation or a sign of money.
_NUMBER = re.compile(r"(?<![^\W_])[-+(\u2212]?\d(?:[\d.,:/'\u2019\u2212-]*\d)?\)?(?![^\W_])")


def text_numbers(page: pdfium.PdfPage, width: int, height: int) -> Iterator[WrittenNumber]:
    """The numbers of the text layer, in its order, boxes in pixels of the page drawn `width` by `height`."""
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), MAX_CHARACTERS)
        characters = [_character(textpage, index) for index in range(count)]
        for match in _NUMBER.finditer("".join(characters)):
            start, end = match.span()
            boxes = [textpage.get_charbox(index) for index in range(start, end)]
            box = _box_on(page, boxes, width, height)
            visible = _is_visible(textpage, start)
            yield WrittenNumber(_tidy(match[0]), box, "text_layer", visible=visible)
    finally:
        textpage.close()


def form_numbers(
    document: pdfium.PdfDocument, page: pdfium.PdfPage, width: int, height: int
) -> Iterator[WrittenNumber]:
    """The numbers typed in the fields of a fillable form, under the names of the fields."""
    if not document.formenv:
        return
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), MAX_FIELDS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if pdfium_c.FPDFAnnot_GetSubtype(annotation) != pdfium_c.FPDF_ANNOT_WIDGET:
                continue
            value = _form_text(pdfium_c.FPDFAnnot_GetFormFieldValue, document, annotation).strip()
            name = _form_text(pdfium_c.FPDFAnnot_GetFormFieldName, document, annotation)
            rect = pdfium_c.FS_RECTF()
            if _NUMBER.fullmatch(value) and pdfium_c.FPDFAnnot_GetRect(annotation, rect):
                box = _box_on(page, [(rect.left, rect.bottom, rect.right, rect.top)], width, height)
                yield WrittenNumber(_tidy(value), box, "form_field", field=name)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _character(textpage: pdfium.PdfTextPage, index: int) -> str:
    """One character for each index, whatever the length of its text."""
    code = pdfium_c.FPDFText_GetUnicode(textpage, index)
    return chr(code) if 0 < code < 0xD800 else " "


def _is_visible(textpage: pdfium.PdfTextPage, index: int) -> bool:
    item = pdfium_c.FPDFText_GetTextObject(textpage, index)
    return not item or pdfium_c.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE


def _tidy(written: str) -> str:
    """Without a bracket that belongs to the sentence, and with one kind of minus and apostrophe."""
    if written.startswith("(") != written.endswith(")"):
        written = written.strip("()")
    return written.replace("\u2212", "-").replace("\u2019", "'")


def _box_on(
    page: pdfium.PdfPage, boxes: list[tuple[float, float, float, float]], width: int, height: int
) -> Box:
    """The pixels that boxes (left, bottom, right, top) in points of the page lie on, however it is turned."""
    across: list[int] = []
    down: list[int] = []
    for left, bottom, right, top in boxes:
        for x, y in ((left, bottom), (right, top)):
            to_x, to_y = ctypes.c_int(), ctypes.c_int()
            pdfium_c.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, to_x, to_y)
            across.append(to_x.value)
            down.append(to_y.value)
    return Box(min(across), min(down), max(across) + 1, max(down) + 1)


def _form_text(get: object, document: pdfium.PdfDocument, annotation: object) -> str:
    assert callable(get)
    size = int(get(document.formenv, annotation, None, 0))
    if not 2 <= size <= 2 * MAX_CHARACTERS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(document.formenv, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
