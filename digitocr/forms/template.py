"""What a form is: named fields at places of a page, the formats of their values, rules across them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from digitocr.records import Box, Gray

Kind = Literal["boxes", "cell", "blank"]


@dataclass(frozen=True, slots=True)
class Field:
    """One number that a form asks for.

    `box` is in pixels of the template's page, `cells` are the boxes of single digits within it, from left to
    right, none where digits have no boxes of their own. `kind` is `boxes` for a row of digit boxes, `cell`
    for a cell of a table, `blank` for an underlined or open blank. `digits` is how many digits fit at most,
    None where that is not known. `format` is what `recognition.formats.make_format` takes: the keys of the
    field that constrain its value, empty for none.
    """

    name: str
    box: Box
    kind: Kind = "cell"
    digits: int | None = None
    cells: tuple[Box, ...] = ()
    format: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A form as its blank sheet has it.

    `width` and `height` are of the page in which boxes are given. `reference` (h, w) uint8 is the blank sheet
    in gray, smaller by the same factor in both directions. `rules` hold across fields, as written
    (`total = men + women`).
    """

    name: str
    width: int
    height: int
    fields: tuple[Field, ...]
    reference: Gray
    rules: tuple[str, ...] = ()
    path: Path | None = None
