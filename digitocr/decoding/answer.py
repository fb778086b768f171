"""The answer of a line: its most probable strings, those that match the format if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

from digitocr.alphabet import digits_of, with_digits
from digitocr.decoding.beam_search import Hypothesis
from digitocr.formats.formats import Format

# Prior odds that a line does not match the format: people make few mistakes in the field of a form, but most
# lines of a page are something else.
MISMATCH_ODDS = {"line": 0.01, "page": 0.1}
REST_MIN = 1e-9  # so that nothing is divided by 0 where the first string has all of the probability
FITTING_SHARE_MIN = 0.05  # if matching strings are less probable than this in total, none matches


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The strings of a line, most probable first.

    Attributes:
        strings: those that match the format, if there is one; any others if no match is probable.
        confidences: the calibrated probability of each of `strings`; empty where no confidence was fitted.
        unconstrained: the most probable string of any format; None if no format was demanded.
        satisfied: whether `strings` match the format.
        probability: that of the first string, or of all strings together that match the format.
        by_line: what the line recogniser reads, with signs; None if it did not read the line.
        digit_or_sign: other texts of the line, in which a digit is a sign or a sign a digit.
        within: the digits of the longer line of which this one is a part; "" if it is none.
    """

    strings: list[Hypothesis]
    confidences: tuple[float, ...] = ()
    unconstrained: Hypothesis | None = None
    satisfied: bool = True
    probability: float = 0.0
    by_line: str | None = None
    within: str = ""
    digit_or_sign: tuple[str, ...] = ()

    @property
    def reported(self) -> list[tuple[Hypothesis, float]]:
        """The strings with their confidences: their probabilities where no confidence was fitted."""
        confidences = self.confidences or [string.probability for string in self.strings]
        return list(zip(self.strings, confidences, strict=True))

    @property
    def confidence(self) -> float:
        """That of the first string; 0 for no strings."""
        return self.reported[0][1] if self.strings else 0.0

    @property
    def written(self) -> str:
        """The first string, with the signs of the line recogniser if both have as many digits."""
        return with_digits(self.by_line, self.strings[0].text) if self.by_line else self.strings[0].text

    @property
    def readers_disagree(self) -> bool:
        """Whether the line recogniser reads other digits."""
        return self.by_line is not None and digits_of(self.by_line) != self.strings[0].text

    @property
    def longer(self) -> str:
        """The digits of the longer number that the first string, of a format, was taken from; else ""."""
        if not (self.satisfied and self.unconstrained):
            return ""
        wholes = (self.unconstrained.text, self.within)
        return next((whole for whole in wholes if len(whole) > len(self.strings[0].text)), "")

    @property
    def raw(self) -> str:
        """What would be read without the format, if that differs; else ""."""
        changed = self.satisfied and self.unconstrained and self.unconstrained.text != self.strings[0].text
        return self.unconstrained.text if changed and self.unconstrained else ""


def constrain(
    named: Sequence[Hypothesis],
    allowed: Format | None,
    context: str,
    n_best: int,
    other: float = 0.0,
    confidence: float | None = None,
) -> Answer:
    """The answer of a line under a format.

    Strings are renormalised over those that match the format, which are far more probable a priori. Strong
    evidence overcomes this prior: if a line surely reads 14028 and the format has four digits, 4028 is no
    more probable than that somebody wrote something else.

    Args:
        named: strings with their probabilities by the image alone.
        allowed: the format, None for none.
        context: a key of `MISMATCH_ODDS`.
        n_best: how many strings to keep.
        other: the probability of all strings that are not in `named`.
        confidence: the calibrated probability of the most probable string; None if none was fitted.
    """
    ranked = sorted(named, key=lambda string: (-string.probability, string.text))
    if not ranked:
        return Answer([])
    shares = [string.probability for string in ranked]
    calibrated, other_calibrated = ([], 0.0) if confidence is None else _calibrated(shares, other, confidence)
    if not allowed:
        return Answer(ranked[:n_best], tuple(calibrated[:n_best]), probability=shares[0])
    unconstrained = ranked[0]
    # A blank field matches, but only if nothing is the most probable reading anyway.
    fits = [allowed.accepts(string.text) or not (string.text or unconstrained.text) for string in ranked]
    of_fitting, whole = _within(shares, fits, other, context)
    if sum(of_fitting) < FITTING_SHARE_MIN * whole:
        kept = tuple(calibrated[:n_best])
        return Answer(ranked[:n_best], kept, unconstrained, satisfied=False)
    fitting = [
        replace(string, probability=share / whole)
        for string, share in zip(compress(ranked, fits), of_fitting, strict=True)
    ]
    if calibrated:
        of_fitting, whole = _within(calibrated, fits, other_calibrated, context)
    return Answer(
        fitting[:n_best],
        tuple(share / whole for share in of_fitting[:n_best]) if calibrated else (),
        unconstrained,
        probability=sum(string.probability for string in fitting if string.text),
    )


def _within(
    shares: Sequence[float], fits: Sequence[bool], other: float, context: str
) -> tuple[list[float], float]:
    """The shares of the strings that match a format, and of all that may stand there under its prior."""
    fitting = list(compress(shares, fits))
    known = sum(fitting) + other
    return fitting, known + MISMATCH_ODDS[context] * max(0.0, 1 - known)


def _calibrated(shares: Sequence[float], other: float, confidence: float) -> tuple[list[float], float]:
    """The shares of strings and of all others, that of the first calibrated; the rest stays in proportion.

    None becomes more probable than the first; what that leaves over goes to the strings that are not named.
    """
    first, *others = shares
    factor = (1 - confidence) / max(REST_MIN, 1 - first)
    calibrated = [confidence, *(min(confidence, factor * share) for share in others)]
    over = sum(max(0.0, factor * share - confidence) for share in others)
    return calibrated, factor * other + over
