"""Small inputs of every kind, drawn here, for fuzzing to begin with."""

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

TEMPLATE = """
schema = "digitocr-template/1"
name = "count"
width = 120
height = 80
reference = "reference.png"
rules = ["total = men + women", "sum(m*) >= 0"]
[[field]]
name = "men"
box = [10, 10, 50, 30]
format = "us-zip"
[[field]]
name = "women"
box = [60, 10, 110, 30]
pattern = "[1-9][0-9]{1,4}"
length = [2, 5]
[[field]]
name = "total"
box = [10, 40, 110, 60]
digits = 3
cells = [[10, 40, 40, 60], [45, 40, 75, 60], [80, 40, 110, 60]]
min = 0
max = 999
[[field]]
name = "day"
box = [10, 62, 110, 78]
date = "%d%m%Y"
"""


def number(text: str, height: int = 28) -> NDArray[np.uint8]:
    """A number in print, (H, W) uint8, dark on light."""
    picture = np.full((height + 12, 20 * len(text) + 16), 235, np.uint8)
    cv2.putText(picture, text, (8, height), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 30, 2, cv2.LINE_AA)
    return picture


def pictures() -> Iterator[tuple[str, bytes]]:
    """A picture in every format that is read."""
    gray = Image.fromarray(number("90210"))
    color = gray.convert("RGB")
    formats = (("png", "PNG"), ("jpg", "JPEG"), ("bmp", "BMP"), ("webp", "WEBP"), ("gif", "GIF"))
    for suffix, form in (*formats, ("avif", "AVIF"), ("jp2", "JPEG2000"), ("ppm", "PPM"), ("tif", "TIFF")):
        yield f"gray.{suffix}", _saved(gray, form)
        yield f"color.{suffix}", _saved(color, form)
    yield "indexed.png", _saved(gray.convert("P"), "PNG")
    yield "bits.png", _saved(gray.convert("1"), "PNG")
    yield "clear.png", _saved(color.convert("RGBA"), "PNG")
    yield "deep.png", _saved(Image.fromarray(number("7").astype(np.uint16) * 257), "PNG")
    yield "progressive.jpg", _saved(color, "JPEG", progressive=True, dpi=(300, 300))
    yield "fax.tif", _saved(gray.convert("1"), "TIFF", compression="group4", dpi=(204, 98))
    yield "lzw.tif", _saved(color, "TIFF", compression="tiff_lzw")
    others = [Image.fromarray(number(str(n))) for n in range(3)]
    yield "pages.tif", _saved(gray, "TIFF", save_all=True, append_images=others)


def pdfs() -> Iterator[tuple[str, bytes]]:
    """PDFs: a scan, several pages, text, and a form."""
    gray = Image.fromarray(number("90210"))
    yield "scan.pdf", _saved(gray, "PDF", resolution=100)
    yield "pages.pdf", _saved(gray, "PDF", save_all=True, append_images=[gray] * 2)
    body = b"BT /F1 18 Tf 10 20 Td (1234 5678) Tj ET"
    yield "text.pdf", _pdf_of(body)
    yield (
        "itself.pdf",
        _pdf_of(
            b"/X Do",
            b"/XObject << /X 4 0 R >>",
            b"/Type /XObject /Subtype /Form /BBox [0 0 200 50] /Resources << /XObject << /X 4 0 R >> >>",
        ),
    )


def archives() -> Iterator[tuple[str, bytes]]:
    """Pictures in archives: deflated and stored ZIP, and TAR."""
    files = {name: data for name, data in pictures() if name in ("gray.png", "gray.jpg", "fax.tif")}
    for name, compression in (("deflated.zip", zipfile.ZIP_DEFLATED), ("stored.zip", zipfile.ZIP_STORED)):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", compression) as packed:
            for inner, data in files.items():
                packed.writestr(zipfile.ZipInfo(inner), data)
        yield name, stream.getvalue()
    yield "pictures.tar", tarred(files)


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A TAR of files by their names."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def all_seeds() -> dict[str, bytes]:
    """Every seed by its name."""
    return {name: data for kind in (pictures, pdfs, configurations, archives) for name, data in kind()}


def configurations() -> Iterator[tuple[str, bytes]]:
    """A template, a list of names, a table of labels, and the card of a model."""
    yield "form.toml", TEMPLATE.encode()
    yield "list.txt", "# names\na.png\nb*.png\n\nfolder/c.png\n".encode("utf-8-sig")
    yield "labels.csv", b'file,label\r\na.png,123\r\nb.png,"4"\r\n'
    card = {
        "network": "mlp", "seed": 1, "crop_version": 1, "files": {"digits.tflite": "0" * 64},
        "temperature": 1.2, "labels": [*"0123456789", "not-a-digit"], "input_shape": [28, 28],
        "polarity": "light ink on dark paper", "training": [{"name": "drawn"}],
        "figures": {"drawn": {"accuracy_percent": 99.5}}, "lattice": {},
    }  # fmt: skip
    yield "digits.json", json.dumps(card).encode()


def write_seeds(folder: Path) -> list[Path]:
    """Write all seeds into a folder; their paths."""
    paths = []
    for name, data in all_seeds().items():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    return paths


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def _pdf_of(body: bytes, resources: bytes = b"", form: bytes = b"") -> bytes:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Contents 4 0 R /Resources << %s %s >> >>"
        % (font, resources),
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), form, body),
    ]
    out, places = b"%PDF-1.7\n", []
    for n, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
