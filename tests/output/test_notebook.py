"""Documents as a notebook shows them."""

import numpy as np
import pytest

from digitocr import Box, Document, InputError, PageResult, Reading
from digitocr.output.rows import COLUMNS


@pytest.fixture
def document():
    reading = Reading("total", 1, Box(5, 5, 60, 25), "0042", "review", 0.8, "low <confidence>")
    return Document("<image>", (PageResult("<image>", 1, 80, 40, "line", (reading,)),))


def test_a_data_frame_has_the_columns_of_the_csv_as_text(document):
    pytest.importorskip("pandas")
    frame = document.to_frame()
    assert list(frame.columns) == list(COLUMNS)
    assert frame["text"].tolist() == ["0042"]
    assert frame["right"].tolist() == ["60"]


def test_the_html_table_escapes_what_it_shows(document):
    table = document._repr_html_()
    assert "0042" in table
    assert "low &lt;confidence&gt;" in table
    assert "<image>" not in table


def test_a_page_is_drawn_on_the_image_that_is_given(document):
    image = document.draw(gray=np.full((40, 80), 255, np.uint8))
    assert image.width > 80
    assert len(image.getcolors(100_000)) > 10


@pytest.mark.parametrize("gray", [None, np.zeros((10, 10), np.uint8)])
def test_an_image_that_is_not_the_page_is_refused(document, gray):
    with pytest.raises(InputError, match="image"):
        document.draw(gray=gray)


def test_a_page_that_was_not_read_is_refused(document):
    with pytest.raises(InputError, match="page 2 was not read"):
        document.draw(2)
