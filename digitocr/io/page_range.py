"""Page ranges as people write them: "1,3-5", "2-", "-3"."""

import re

from digitocr.errors import UsageError

Ranges = tuple[tuple[int, int | None], ...]

ALL_PAGES: Ranges = ((1, None),)
_PART = re.compile(r"(\d{1,9})?\s*(-)?\s*(\d{1,9})?", re.ASCII)


def parse_page_range(text: str) -> Ranges:
    """Read a page range into (first, last) pairs, 1-based and inclusive; last None means to the end.

    Raises:
        UsageError: the text is no page range.
    """
    return tuple(_parse_part(part.strip(), text) for part in text.split(","))


def _parse_part(part: str, text: str) -> tuple[int, int | None]:
    match = _PART.fullmatch(part)
    first, dash, last = match.groups() if match else (None, None, None)
    if first or last:
        low = int(first) if first else 1
        high = (int(last) if last else None) if dash else low
        if low >= 1 and (high is None or high >= low):
            return low, high
    raise UsageError(
        f'the page range "{text}" is not understood at "{part}"; pages count from 1, as in "1,3-5" or "2-"'
    )


def select_pages(ranges: Ranges, count: int) -> list[int]:
    """The pages of a file of `count` pages that lie in `ranges`, ascending, each once."""
    return sorted({page for low, high in ranges for page in range(low, min(high or count, count) + 1)})
