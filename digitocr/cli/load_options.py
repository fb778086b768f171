"""How files become pages, as options of several commands."""

from typing import Annotated

import typer

from digitocr.options import DropOut

PdfDpi = Annotated[
    int, typer.Option("--dpi", "--pdf-dpi", min=20, max=2400, help="Resolution to draw PDF pages at.")
]
DropOutColour = Annotated[
    DropOut | None,
    typer.Option(
        "--drop-out",
        help="Colour of a form's print, which is to vanish; not with --template.",
        show_default=False,
    ),
]
