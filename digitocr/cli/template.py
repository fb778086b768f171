"""`digitocr template`: make the template of a form, look at it, check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.cli.load_options import PdfDpi
from digitocr.errors import InputError, OutputError, UsageError
from digitocr.options import LOAD_DEFAULTS, LoadOptions

if TYPE_CHECKING:
    from digitocr.records import Page


template = typer.Typer(
    help="Templates of forms: make one from a blank, look at it, check it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

TemplateArgument = Annotated[
    Path, typer.Argument(metavar="FORM.toml", help="The template.", show_default=False)
]


@template.command()
def init(
    blank: Annotated[
        Path, typer.Argument(help="Image or PDF of the blank form, or of a filled one.", show_default=False)
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FORM.toml", help="File to write.", show_default=False)
    ],
    page: Annotated[int, typer.Option(min=1, help="Page of a PDF or TIFF.")] = 1,
    pdf_dpi: PdfDpi = LOAD_DEFAULTS.pdf_dpi,
    name: Annotated[str | None, typer.Option(help="Name of the form.", show_default="the file's")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the template if there is one.")] = False,
) -> None:
    """Find the fields of a blank form, and write them as a template to edit.

    Beside FORM.toml a small picture of the form, FORM.reference.png, is written, by which pages are laid on
    the template.
    """
    from digitocr.batch.muted import native_stderr_muted
    from digitocr.forms.detection.detect import detect_template
    from digitocr.forms.template.save import reference_path, save_template
    from digitocr.recognition.classifier import load_classifier

    if output.suffix != ".toml":
        raise UsageError(f"{output}: expected a name that ends in .toml")
    for file in (output, reference_path(output)):
        if file.exists() and not force:
            raise UsageError(f"{file}: is there, and may have been edited; --force replaces it")
    if blank.exists() and reference_path(output).resolve() == blank.resolve():
        raise UsageError(f"{blank}: the template's picture would replace it; name another --output")
    with native_stderr_muted():
        segment = load_classifier().pages.maps
        detected = detect_template(_load(blank, page, pdf_dpi).gray, name or output.stem, segment)
    form = detected.template
    if not form.fields:
        raise UsageError(
            f"{blank}: no boxes, cells or blanks were found; scan it straight at 200 dpi or more, "
            "or write a template by hand"
        )
    save_template(form, output)
    kinds = [field.kind for field in form.fields]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    typer.echo(f"{output}: {len(kinds)} fields ({counts})", err=True)
    if detected.filled:
        typer.echo(
            f"{blank}: something is written in {len(detected.filled)} fields and was left out of the form "
            f"({', '.join(detected.filled)}); look at {reference_path(output)}",
            err=True,
        )


@template.command()
def preview(
    form: TemplateArgument,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Picture to write, .png or .jpg.", show_default=False)
    ],
) -> None:
    """Draw the fields of a template on its form."""
    if output.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise UsageError(f"{output}: expected a name that ends in .png or .jpg")
    import cv2

    from digitocr.forms.template.template import load_template
    from digitocr.output.preview import draw_template

    drawn = cv2.cvtColor(draw_template(load_template(form)), cv2.COLOR_RGB2BGR)
    try:
        output.write_bytes(cv2.imencode(output.suffix, drawn)[1].tobytes())
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror}); check the folder") from error
    typer.echo(f"{output}: {drawn.shape[1]} x {drawn.shape[0]}", err=True)


@template.command()
def check(form: TemplateArgument) -> None:
    """Say what is wrong with a template, if anything is."""
    from digitocr.forms.template.template import load_template

    loaded = load_template(form)
    typer.echo(f"{form}: {len(loaded.fields)} fields, {len(loaded.rules)} rules, nothing wrong", err=True)


def _load(blank: Path, page: int, pdf_dpi: int) -> Page:
    """The page of the blank form.

    Raises:
        InputError: it cannot be read, or there is no such page.
    """
    from digitocr.io.load import load_pages
    from digitocr.records import Page

    loaded = next(load_pages(str(blank), LoadOptions(pages=str(page), pdf_dpi=pdf_dpi)))
    if not isinstance(loaded, Page):
        raise InputError(loaded.error)
    if page not in (1, loaded.number):
        raise InputError(f"{blank}: it has a single page; leave --page out")
    return loaded
