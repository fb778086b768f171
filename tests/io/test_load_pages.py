"""Files of several pages: all of them in order, ranges, and a page that is broken."""

import io
import struct
from typing import Any

import pytest
from load_material import HEIGHT, WIDTH, assert_like, drawing, encoded, failure_of, load, page_of, pdf, tiff
from PIL import Image

from digitocr.errors import UsageError
from digitocr.records import Page, PageFailure


def test_every_page_of_a_tiff() -> None:
    pages = load(tiff(3))
    assert [(page.number, page.gray.shape[1]) for page in pages if isinstance(page, Page)] == [
        (1, WIDTH),
        (2, WIDTH + 1),
        (3, WIDTH + 2),
    ]


def test_every_page_of_a_pdf_at_the_dpi_asked_for() -> None:
    pages = load(pdf(2), pdf_dpi=144)
    assert [(page.number, page.gray.shape, page.dpi) for page in pages if isinstance(page, Page)] == [
        (1, (2 * HEIGHT, 2 * WIDTH), 144),
        (2, (2 * HEIGHT, 2 * WIDTH + 2), 144),
    ]
    [page] = load(pdf(1), pdf_dpi=72)
    assert isinstance(page, Page)
    assert_like(page.gray, within=12.0)


@pytest.mark.parametrize("make", [tiff, pdf])
def test_page_ranges(make: Any) -> None:
    data = make(5)
    assert [page.number for page in load(data, pages="4-,2") if isinstance(page, Page)] == [2, 4, 5]
    assert "5 pages" in failure_of(data, pages="6-9")
    assert "--max-pages" in failure_of(data, max_pages=4)
    assert len(load(data, max_pages=5)) == 5
    assert [page.number for page in load(data, max_pages=2, pages="4-5") if isinstance(page, Page)] == [4, 5]
    with pytest.raises(UsageError):
        load(data, pages="five")


def test_page_range_does_not_concern_single_images() -> None:
    page_of(encoded(drawing(), "PNG"), pages="2-")


def test_smaller_copies_in_a_pyramid_are_no_pages() -> None:
    small = drawing().resize((WIDTH // 2, HEIGHT // 2))
    file = io.BytesIO()
    drawing().save(file, "TIFF", save_all=True, append_images=[small])
    data = bytearray(file.getvalue())
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        second = image._frame_pos[1]  # type: ignore[attr-defined]
    # The tag with the lowest number, ImageWidth (256), becomes NewSubfileType = 1 of a copy with that width.
    count = struct.unpack_from("<H", data, second)[0]
    entry = bytes(data[second + 2 : second + 2 + 12 * count])
    where = len(data)
    data += struct.pack("<H", count + 1) + struct.pack("<HHII", 254, 4, 1, 1) + entry + struct.pack("<I", 0)
    first = struct.unpack_from("<I", data, 4)[0]
    first_count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * first_count, where)
    assert_like(page_of(bytes(data)).gray)


def test_broken_page_in_the_middle_of_a_tiff() -> None:
    data = bytearray(tiff(3, compression="tiff_adobe_deflate"))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        start = image.tag_v2[273][0]  # type: ignore[attr-defined]
    data[start : start + 12] = b"\xff" * 12
    first, broken, last = load(bytes(data))
    assert isinstance(first, Page)
    assert isinstance(broken, PageFailure)
    assert isinstance(last, Page)
    assert (broken.page, last.number) == (2, 3)
    assert broken.error.startswith("scan, page 2: truncated or damaged")


def test_broken_directory_in_the_middle_of_a_tiff() -> None:
    data = bytearray(tiff(3))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        directory = image._frame_pos[1]  # type: ignore[attr-defined]
    items = load(bytes(data[:directory]) + b"\xff" * 2)
    assert isinstance(items[0], Page)
    assert isinstance(items[1], PageFailure)
    assert items[1].page == 2
