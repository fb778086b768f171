"""Numbers of PDFs that carry text, drawn with reportlab and read: `python -m benchmarks.text_layer`.

Each report is read as it is, and as a searchable scan: its pages as pictures, with a text layer beneath that
has another digit in one number of ten.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from digitocr import Reader

WRONG_SHARE = 0.1  # of the numbers in the layer of a searchable scan
FONTS = ("Helvetica", "Times-Roman", "Courier", "Helvetica-Bold")


def number(rng: random.Random) -> str:
    """A number as tables have them."""
    value = rng.choice((rng.randrange(10), rng.randrange(1000), rng.randrange(10**6), rng.random() * 10**4))
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{'-' if rng.random() < 0.1 else ''}{value:,}"


class Printed(NamedTuple):
    """A number of a report: its text, its page, its font and size, and where it ends (points)."""

    text: str
    page: int
    font: str
    size: int
    right: float
    bottom: float


def report(seed: int, pages: int = 2) -> Iterator[Printed]:
    """The numbers of a report with tables, in their order."""
    rng = random.Random(seed)
    for page in range(pages):
        size, font, columns = rng.choice((7, 9, 11)), rng.choice(FONTS), rng.randrange(3, 7)
        for row in range(30):
            for column in range(columns):
                yield Printed(number(rng), page, font, size, 130 + column * 75, 750 - row * 1.9 * size)


def draw(path: Path, printed: list[Printed]) -> None:
    """A report as office programs make it."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4)
    for page in range(printed[-1].page + 1):
        canvas.setFont("Helvetica", 14)
        canvas.drawString(60, 790, "Monthly report of the harbour office")
        for one in (one for one in printed if one.page == page):
            canvas.setFont(one.font, one.size)
            canvas.drawRightString(one.right, one.bottom, one.text)
        canvas.showPage()
    canvas.save()


def draw_scan(path: Path, born_digital: Path, layer: list[Printed]) -> None:
    """A report's pages as pictures of 200 dpi with some noise, over the text of `layer`."""
    import pypdfium2 as pdfium
    from PIL import Image
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    rng = np.random.default_rng(1)
    canvas = Canvas(str(path), pagesize=A4)
    with pdfium.PdfDocument(born_digital) as document:
        for page in range(len(document)):
            text = canvas.beginText()
            text.setTextRenderMode(3)  # invisible
            for one in (one for one in layer if one.page == page):
                text.setFont(one.font, one.size)
                text.setTextOrigin(one.right - canvas.stringWidth(one.text, one.font, one.size), one.bottom)
                text.textOut(one.text)
            canvas.drawText(text)
            drawn = document[page].render(scale=200 / 72, grayscale=True).to_numpy()
            drawn = drawn.reshape(drawn.shape[:2])
            noisy = np.clip(drawn * 0.85 + 20 + rng.normal(0, 6, drawn.shape), 0, 255).astype(np.uint8)
            canvas.drawImage(ImageReader(Image.fromarray(noisy)), 0, 0, *A4)
            canvas.showPage()
    canvas.save()


def misprinted(printed: list[Printed], rng: random.Random) -> list[Printed]:
    """The same with another digit in some numbers, as a recogniser before us may have left them."""
    return [
        one._replace(text=_other_digit(one.text, rng)) if rng.random() < WRONG_SHARE else one
        for one in printed
    ]


def _other_digit(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n, character in enumerate(text) if character.isdigit()])
    return text[:at] + rng.choice([digit for digit in "0123456789" if digit != text[at]]) + text[at + 1 :]


def main() -> None:
    """Draw, read, and print how many numbers come as they are written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--layers", nargs="+", default=["auto", "never"], choices=("auto", "never"))
    options = parser.parse_args()
    for layer in options.layers:
        reader = Reader(text_layer=layer)
        digital, scans = Counter[str](), Counter[str]()
        with TemporaryDirectory() as folder:
            for seed in range(options.files):
                printed, path = list(report(seed)), Path(folder) / f"{seed}.pdf"
                draw(path, printed)
                digital += _compared(reader, path, printed)
                scan = Path(folder) / f"{seed}-scan.pdf"
                wrong = misprinted(printed, random.Random(seed))
                draw_scan(scan, path, wrong)
                scans += _compared(reader, scan, printed, wrong)
        for what, total in (("born digital", digital), ("searchable scan", scans)):
            print(layer, what, dict(total), f"{100 * total['exact'] / total['numbers']:.2f} % exact")


def _compared(
    reader: Reader, path: Path, printed: list[Printed], layer: list[Printed] | None = None
) -> Counter[str]:
    """How the readings of a PDF compare with what is printed; `layer` is what its text has in its place."""
    readings = reader.read(path).readings
    wanted = Counter(one.text for one in printed)
    read = Counter(reading.written for reading in readings)
    accepted = Counter(reading.written for reading in readings if reading.status == "accept")
    differing = [one for one, known in zip(layer or printed, printed, strict=True) if one != known]
    found = Counter(reading.text for reading in readings if reading.reason_code == "text_layer_differs")
    told = sum((found & Counter("".join(filter(str.isdigit, one.text)) for one in differing)).values())
    return Counter(
        {
            "numbers": sum(wanted.values()),
            "exact": sum((wanted & read).values()),
            "accepted": sum(accepted.values()),
            "wrong accepted": sum((accepted - wanted).values()),
            "layer wrong": len(differing),
            "of these told": told,
            "told": sum(found.values()),
        }
    )


if __name__ == "__main__":
    main()
