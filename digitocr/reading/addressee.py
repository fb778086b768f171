"""Chooses the postal code of the addressee among those on an envelope."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.records import Box, Reading

PROBABILITY_SHARE_MIN = 0.45  # of the highest probability; codes with less are stamps or postmarks
# Of an envelope that lies on its long side: postal services keep its upper third for sender and postage, and
# read addresses below it (Deutsche Post's reading zone begins 40 mm from the top of 105 to 125 mm).
SENDER_BOTTOM, SENDER_RIGHT = 1 / 3, 1 / 2
X_WEIGHT = 0.5  # weight of the position from the left, beside that from the top


def addressee(readings: Sequence[Reading], page: Box) -> tuple[Reading, ...]:
    """The reading that is the postal code of the addressee.

    Senders stand at the top left or on the flap, postmarks at the top right, and the addressee below and to
    the right of both. `page` is the whole envelope.

    Returns:
        One reading; without text and for review if `readings` is empty, and for review where only senders
        write.
    """
    if not readings:
        return (Reading("", 1, page, "", "review", 0.0, "no postal code found", reason_code="no_digits"),)
    probability_min = PROBABILITY_SHARE_MIN * max(reading.probability for reading in readings)

    def rank(reading: Reading) -> float:
        across = (reading.box.left + reading.box.right) / (2 * page.right)
        down = (reading.box.top + reading.box.bottom) / (2 * page.bottom)
        return down + X_WEIGHT * across

    chosen = max((reading for reading in readings if reading.probability >= probability_min), key=rank)
    if chosen.status == "accept" and _is_sender(chosen.box, page):
        reason = "found only where senders write"
        chosen = replace(chosen, status="review", reason=reason, reason_code="sender_address")
    return (chosen,)


def _is_sender(box: Box, page: Box) -> bool:
    """Whether a box lies where senders write; on a page that is higher than wide that cannot be told."""
    across, down = (box.left + box.right) / (2 * page.right), (box.top + box.bottom) / (2 * page.bottom)
    return page.width > page.height and down < SENDER_BOTTOM and across < SENDER_RIGHT
