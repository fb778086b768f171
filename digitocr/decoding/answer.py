"""What a row says: its strings, and where a format holds them to it, what it would say without."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitocr.alphabet import digits_of, with_digits
from digitocr.decoding.beam_search import Hypothesis
from digitocr.formats.formats import Format

# How often what stands there has another format than it should, as odds: the writer of a form erred or wrote
# elsewhere; on a page most of what stands is something else.
EXCEPTIONS = {"line": 0.01, "page": 0.1}
LEAST = 0.05  # where what fits is less probable than this, nothing fits


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The strings of a row, most probable first.

    `free` is the likeliest whatever its format, None where none was demanded. Where one was, `strings` are
    those that have it; those that do not where `fits` is false, as none that has it is probable at all.
    `sure` is how probable the first is, or where there is a format any number that has it, whichever it be.
    `seen` is what the line recogniser reads on its best path, signs among the digits; None where it has not.
    """

    strings: list[Hypothesis]
    free: Hypothesis | None = None
    fits: bool = True
    sure: float = 0.0
    seen: str | None = None

    @property
    def written(self) -> str:
        """The first string with the signs that were seen; alone where other digits were."""
        return with_digits(self.seen, self.strings[0].text) if self.seen else self.strings[0].text

    @property
    def readers_disagree(self) -> bool:
        """Whether the line recogniser alone would read other digits."""
        return self.seen is not None and digits_of(self.seen) != self.strings[0].text

    @property
    def raw(self) -> str:
        """What would have been read without the format where that is something else, or ""."""
        changed = self.fits and self.free and self.free.text != self.strings[0].text
        return self.free.text if changed and self.free else ""


def constrain(
    named: Sequence[Hypothesis], allowed: Format | None, context: str, n_best: int, other: float = 0.0
) -> Answer:
    """The answer of a row to a format.

    A string's probability becomes its share among those of the format, of which it is known beforehand that
    they are far likelier than others. So evidence that is strong overcomes the format: of a row that says
    14028 with certainty, 4028 is no more probable than that somebody wrote what was not asked for.

    Args:
        named: strings with the probability that each has by what is seen alone.
        allowed: the format, None for none.
        context: one of `EXCEPTIONS`.
        n_best: how many strings to keep.
        other: the probability of strings that are not named, whichever format they have.
    """
    ranked = sorted(named, key=lambda one: (-one.probability, one.text))
    if not allowed or not ranked:
        return Answer(ranked[:n_best], sure=ranked[0].probability if ranked else 0.0)
    free = ranked[0]
    # A place left blank is no wrong value, but nobody reads nothing for the sake of a format.
    fitting = [one for one in ranked if allowed.accepts(one.text) or not (one.text or free.text)]
    inside = sum(one.probability for one in fitting)
    whole = inside + other + EXCEPTIONS[context] * max(0.0, 1 - inside - other)
    if inside < LEAST * whole:
        return Answer(ranked[:n_best], free, fits=False)
    shares = [replace(one, probability=one.probability / whole) for one in fitting]
    return Answer(shares[:n_best], free, sure=sum(one.probability for one in shares if one.text))
