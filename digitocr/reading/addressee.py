"""Which of the postal codes on an envelope is the addressee's."""

from collections.abc import Sequence

from digitocr.records import Box, Reading

SUPPORTED = 0.45  # of the surest code's confidence: what is less sure is a stamp or a postmark
RIGHTWARDS = 0.5  # how much a place counts that is further right, beside one further down


def addressee(readings: Sequence[Reading], page: Box) -> tuple[Reading, ...]:
    """The one reading that is the addressee's postal code, of all that could be one.

    Senders stand at the top left or on the flap, postmarks at the top right, and the addressee below and to
    the right of both. `page` is the whole envelope.

    Returns:
        One reading, for review and without text where there is none to choose.
    """
    if not readings:
        return (Reading("", 1, page, "", "review", 0.0, "no postal code found", reason_code="no_digits"),)
    least = SUPPORTED * max(reading.confidence for reading in readings)

    def place(reading: Reading) -> float:
        across = (reading.box.left + reading.box.right) / (2 * page.right)
        down = (reading.box.top + reading.box.bottom) / (2 * page.bottom)
        return down + RIGHTWARDS * across

    return (max((reading for reading in readings if reading.confidence >= least), key=place),)
