"""What a form is: named fields at places of a page, the formats of their values, rules across them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from digitocr.errors import UsageError
from digitocr.formats.formats import FORMAT_KEYS
from digitocr.forms.template.check import digits_of, problems_of
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Box, Gray, Page
from digitocr.small_files import beside, check_bounds, read_small

FieldKind = Literal["boxes", "cell", "blank"]
_ASPECT_SLACK = 0.01  # rounding to whole pixels changes the proportions of a small picture


@dataclass(frozen=True, slots=True)
class Field:
    """One number that a form asks for.

    `box` is in pixels of the template's page, `cells` are the boxes of single digits within it, from left to
    right, none where digits have no boxes of their own. `kind` is `boxes` for a row of digit boxes, `cell`
    for a cell of a table, `blank` for an underlined or open blank. `digits` is how many digits fit at most,
    None where that is not known, and `digits_least` how many there are at least; without `cells` a value is
    held to both. `format` is what `recognition.formats.make_format` takes: the keys of the
    field that constrain its value, empty for none.
    """

    name: str
    box: Box
    kind: FieldKind = "cell"
    digits: int | None = None
    cells: tuple[Box, ...] = ()
    format: Mapping[str, Any] = field(default_factory=dict)
    digits_least: int = 1

    @property
    def room(self) -> tuple[int, int] | None:
        """The least and the most digits that a value may have; None where nothing says it, or boxes do."""
        return None if self.cells or self.digits is None else (self.digits_least, self.digits)


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


def load_template(path: Path) -> Template:
    """Read a template and the picture it names, which lies beside it.

    Raises:
        UsageError: the file or its picture cannot be read, or something in it is wrong; the message lists
            all that is, one a line.
    """
    table = _read_toml(path)
    problems = problems_of(table, path.parent)
    reference: Gray | None = None
    try:
        reference = _read_reference(path, table)
    except UsageError as error:
        problems.append(str(error))
    if problems or reference is None:
        raise UsageError("\n".join(f"{path}: {problem}" for problem in problems))
    return Template(
        name=table["name"],
        width=table["width"],
        height=table["height"],
        fields=tuple(_field(entry) for entry in table["field"]),
        reference=reference,
        rules=tuple(table.get("rules", ())),
        path=path,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(read_small(path).decode("utf-8"))
        check_bounds(table)
    except OSError as error:
        raise UsageError(
            f"{path}: the template cannot be read ({error.strerror}); "
            "check the path, or make one with digitocr template init"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected a template in UTF-8; save it as UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML as it stands ({error}); mend it there") from error
    except (ValueError, RecursionError) as error:  # of the parser, which knows no bounds, or ours
        reason = "nested too deep" if isinstance(error, RecursionError) else "a number too large"
        raise UsageError(f"{path}: no template has such values ({reason}); mend it there") from error
    return table


def _field(entry: Mapping[str, Any]) -> Field:
    digits = digits_of(entry)
    return Field(
        name=entry["name"],
        box=Box(*entry["box"]),
        kind=entry.get("kind", "cell"),
        digits=digits[1] if digits else None,
        cells=tuple(Box(*cell) for cell in entry.get("cells", ())),
        format={key: entry[key] for key in FORMAT_KEYS if key in entry},
        digits_least=digits[0] if digits else 1,
    )


def _read_reference(path: Path, table: Mapping[str, Any]) -> Gray | None:
    """The picture that a template names; None where it names none that could be looked for.

    Raises:
        UsageError: it is not there, no picture, or of other proportions than the template's page.
    """
    name, width, height = table.get("reference"), table.get("width"), table.get("height")
    if not isinstance(name, str):
        return None
    try:
        picture = beside(path.parent, name)
    except OSError as error:
        raise UsageError(
            f"reference: {error.strerror}; the picture lies beside the template, and digitocr template init "
            "makes it anew"
        ) from error
    page = next(load_pages(str(picture), LoadOptions()))
    if not isinstance(page, Page):
        raise UsageError(
            f"reference: {page.error}; it lies beside the template, and digitocr template init makes it anew"
        )
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        high, wide = page.gray.shape
        if abs(wide / width * height / high - 1) > _ASPECT_SLACK + 1 / min(wide, high):
            raise UsageError(
                f"reference: {picture} is {wide} x {high}, and the page {width} x {height}: expected "
                "the same proportions; name the picture of this form"
            )
    return page.gray
