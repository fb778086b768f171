"""Page ranges as people write them: "1,3-5", "2-", "-3"."""


def parse_page_range(text: str) -> tuple[tuple[int, int | None], ...]:
    """Read a page range into (first, last) pairs, 1-based and inclusive; last None means to the end.

    Raises:
        UsageError: the text is no page range.
    """
    raise NotImplementedError
