"""Page ranges as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.errors import UsageError
from digitocr.io.page_range import ALL_PAGES, parse_page_range, select_pages


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("1", [1]),
        ("1,3-5", [1, 3, 4, 5]),
        ("2-", [2, 3, 4, 5, 6]),
        ("-3", [1, 2, 3]),
        (" 6 , 1 - 2,2", [1, 2, 6]),
    ],
)
def test_ranges_of_six_pages(text: str, pages: list[int]) -> None:
    assert select_pages(parse_page_range(text), 6) == pages


@pytest.mark.parametrize("text", ["", "0", "a", "1,,2", "5-3", "-", "1-2-3", "1.5", "--2", "-0", "\u0663"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(UsageError, match="page range"):
        parse_page_range(text)


def test_all_pages() -> None:
    assert select_pages(ALL_PAGES, 3) == [1, 2, 3]
    assert select_pages(ALL_PAGES, 0) == []


@given(st.sets(st.integers(1, 60), min_size=1), st.integers(0, 60))
def test_any_set_of_pages_can_be_written(pages: set[int], count: int) -> None:
    text = ",".join(map(str, pages))
    assert select_pages(parse_page_range(text), count) == sorted(page for page in pages if page <= count)
