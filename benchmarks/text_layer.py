"""Numbers of PDFs that carry text, drawn with reportlab and read: `python -m benchmarks.text_layer`."""

import argparse
import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from digitocr import Reader

FONTS = ("Helvetica", "Times-Roman", "Courier", "Helvetica-Bold")


def number(rng: random.Random) -> str:
    """A number as tables have them."""
    value = rng.choice((rng.randrange(10), rng.randrange(1000), rng.randrange(10**6), rng.random() * 10**4))
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{'-' if rng.random() < 0.1 else ''}{value:,}"


def draw(path: Path, seed: int, pages: int = 2) -> list[str]:
    """A report with tables; returns its numbers in their order."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    rng, numbers = random.Random(seed), []
    canvas = Canvas(str(path), pagesize=A4)
    for _ in range(pages):
        canvas.setFont("Helvetica", 14)
        canvas.drawString(60, 790, "Monthly report of the harbour office")
        size = rng.choice((7, 9, 11))
        canvas.setFont(rng.choice(FONTS), size)
        columns = rng.randrange(3, 7)
        for row in range(30):
            y = 750 - row * 1.9 * size
            for column in range(columns):
                numbers.append(number(rng))
                canvas.drawRightString(130 + column * 75, y, numbers[-1])
        canvas.showPage()
    canvas.save()
    return numbers


def main() -> None:
    """Draw, read, and print how many numbers come as they are written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=8)
    options = parser.parse_args()
    for layer in ("auto", "never"):
        reader, total = Reader(text_layer=layer), Counter[str]()
        with TemporaryDirectory() as folder:
            for seed in range(options.files):
                path = Path(folder) / f"{seed}.pdf"
                wanted = Counter(draw(path, seed))
                readings = reader.read(path).readings
                read = Counter(reading.written for reading in readings)
                total["numbers"] += sum(wanted.values())
                total["exact"] += sum((wanted & read).values())
                total["others"] += sum((read - wanted).values())
                accepted = Counter(r.written for r in readings if r.status == "accept")
                total["accepted"] += sum(accepted.values())
                total["wrong accepted"] += sum((accepted - wanted).values())
        print(layer, dict(total), f"{100 * total['exact'] / total['numbers']:.2f} % exact")


if __name__ == "__main__":
    main()
