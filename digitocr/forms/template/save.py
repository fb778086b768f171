"""A template as TOML that people can read and edit, with its picture beside it."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import tomlkit
from tomlkit.items import Array, Table

from digitocr.atomic_write import atomic_write
from digitocr.errors import OutputError
from digitocr.forms.template.check import SCHEMA
from digitocr.forms.template.template import Field, Template
from digitocr.records import Box

_HEAD = """\
Where the numbers of this form stand. Edit it freely, then look at it:
  digitocr template preview {file} -o preview.png
  digitocr template check {file}
"""
_RULES = 'What must hold across fields, such as "total = men + women"'
_FIELDS = """\
A [[field]] for each number, in the order in which they come out:
  name    how it is called in the output; rename it as you like
  box     left, top, right, bottom in pixels of the page above
  kind    boxes: a box for each digit; cell: one box for all digits; blank: a line to write on
  digits  how many digits fit at most, or the least and the most as in [2, 4]; leave it out where any do
  cells   where each digit's own box is
What its value must be, if you know; each of these is left out where it is not:
  format = "us-zip"      pattern = "[0-9]{5}"      length = 5       min = 0      max = 31
  date = "%d%m%Y"        values = ["1", "2"]       checksum = "luhn"
Of dates, min and max are days, as in min = "2026-01-31".
"""


def reference_path(path: Path) -> Path:
    """Where the picture of the template at `path` lies."""
    return path.with_name(f"{path.stem}.reference.png")


def save_template(template: Template, path: Path) -> None:
    """Write a template with comments, and its picture as `STEM.reference.png` beside it; both appear whole.

    Raises:
        OutputError: one of them cannot be written.
    """
    picture = reference_path(path)
    _write(picture, cv2.imencode(".png", template.reference)[1].tobytes())
    _write(path, template_toml(template, path).encode())


def template_toml(template: Template, path: Path) -> str:
    """The text of the template that is to lie at `path`."""
    document = tomlkit.document()
    _comment(document, _HEAD.format(file=path.name))
    document.add(tomlkit.nl())
    document["schema"] = SCHEMA
    document["name"] = template.name
    document["width"] = template.width
    document["height"] = template.height
    document["reference"] = reference_path(path).name
    document["rules"] = list(template.rules)
    document["rules"].comment(_RULES)
    document.add(tomlkit.nl())
    _comment(document, _FIELDS)
    document.add(tomlkit.nl())
    fields = tomlkit.aot()
    for field in template.fields:
        fields.append(_field_table(field))
    document["field"] = fields
    return tomlkit.dumps(document)


def _comment(document: tomlkit.TOMLDocument, text: str) -> None:
    for line in text.splitlines():
        document.add(tomlkit.comment(line))


def _field_table(field: Field) -> Table:
    table = tomlkit.table()
    table["name"] = field.name
    table["box"] = _box(field.box)
    table["kind"] = field.kind
    if field.digits is not None:
        least, most = field.digits_least, field.digits
        table["digits"] = most if least == 1 else [least, most]
    if field.cells:
        table["cells"] = _boxes(field.cells)
    for key, value in field.format.items():
        table[key] = value
    return table


def _box(box: Box) -> Array:
    array = tomlkit.array()
    array.extend([box.left, box.top, box.right, box.bottom])
    return array


def _boxes(boxes: Iterable[Box]) -> Array:
    array = tomlkit.array()
    for box in boxes:
        array.append(_box(box))
    return array


def _write(path: Path, data: bytes) -> None:
    try:
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"{path}: the template cannot be written ({error.strerror}); check the folder"
        ) from error
