"""How much is read of one page: work is bounded by what is on it, before its time is over."""

from digitocr.errors import TooMuchError

# An arc takes 0.15 to 0.2 ms with all that is done for it, so that no page takes much more than ten seconds.
# Printed tables of 850 numbers have 37,000.
ARCS_MAX = 60_000
# To search an arc for strings of a format takes 1 to 2 ms, and is done for rows in doubt alone: of a register
# of 180 numbers 21,000 are searched. More than this would take longer than `--page-timeout` allows.
CONSTRAINED_ARCS_MAX = 25_000
_REMEDY = "cut the page into smaller ones"


def check_arcs(arcs: int) -> None:
    """Refuse rows whose lattices have more than ARCS_MAX arcs.

    Raises:
        TooMuchError: they have.
    """
    if arcs > ARCS_MAX:
        raise TooMuchError(f"more on the page than is read ({arcs} candidates for digits); {_REMEDY}")


class ConstrainedBudget:
    """How many arcs may still be searched for strings of a format."""

    def __init__(self) -> None:
        self._left = CONSTRAINED_ARCS_MAX

    def spend(self, arcs: int) -> None:
        """Take `arcs` off.

        Raises:
            TooMuchError: there are not so many left.
        """
        self._left -= arcs
        if self._left < 0:
            raise TooMuchError(
                f"more on the page than is searched for a format; {_REMEDY}, or read it without --format"
            )
