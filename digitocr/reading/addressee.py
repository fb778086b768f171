"""Chooses the postal code of the addressee among those on an envelope."""

from collections.abc import Sequence

from digitocr.records import Box, Reading

CONFIDENCE_SHARE_MIN = 0.45  # of the highest confidence; codes with less are stamps or postmarks
X_WEIGHT = 0.5  # weight of the position from the left, beside that from the top


def addressee(readings: Sequence[Reading], page: Box) -> tuple[Reading, ...]:
    """The reading that is the postal code of the addressee.

    Senders stand at the top left or on the flap, postmarks at the top right, and the addressee below and to
    the right of both. `page` is the whole envelope.

    Returns:
        One reading; without text and for review if `readings` is empty.
    """
    if not readings:
        return (Reading("", 1, page, "", "review", 0.0, "no postal code found", reason_code="no_digits"),)
    confidence_min = CONFIDENCE_SHARE_MIN * max(reading.confidence for reading in readings)

    def rank(reading: Reading) -> float:
        across = (reading.box.left + reading.box.right) / (2 * page.right)
        down = (reading.box.top + reading.box.bottom) / (2 * page.bottom)
        return down + X_WEIGHT * across

    return (max((reading for reading in readings if reading.confidence >= confidence_min), key=rank),)
