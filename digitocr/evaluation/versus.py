"""Two models on the same pictures: which reads more of them right, and whether that may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitocr.evaluation.outcomes import Outcome
from digitocr.evaluation.significance import mcnemar, wilson_interval

WORSE = 0.05  # a model is called worse where it would look so by chance in fewer than one case in twenty


@dataclass(frozen=True, slots=True)
class Difference:
    """How a model and a baseline did on one set: pictures that each read right, and those that it alone did.

    `p_worse` is McNemar's one-sided p-value that the model is worse.
    """

    data: str
    pictures: int
    right: int
    baseline_right: int
    only_model: int
    only_baseline: int
    p_worse: float

    @property
    def worse(self) -> bool:
        """Whether the model reads fewer right, by more than chance explains."""
        return self.p_worse < WORSE


def difference(data: str, outcomes: Sequence[Outcome], baseline: Sequence[Outcome]) -> Difference:
    """Compare what a model and a baseline read of the same pictures, in the same order."""
    pairs = [(ours.right, theirs.right) for ours, theirs in zip(outcomes, baseline, strict=True)]
    only_model = sum(ours and not theirs for ours, theirs in pairs)
    only_baseline = sum(theirs and not ours for ours, theirs in pairs)
    return Difference(
        data,
        len(pairs),
        sum(ours for ours, _ in pairs),
        sum(theirs for _, theirs in pairs),
        only_model,
        only_baseline,
        mcnemar(only_baseline, only_model),
    )


def shares(right: int, pictures: int) -> str:
    """A share with its interval of 95 %, in percent.

    >>> shares(98, 100)
    '98.00 % (93.00 to 99.45)'
    """
    low, high = wilson_interval(right, pictures)
    return f"{100 * right / max(1, pictures):.2f} % ({100 * low:.2f} to {100 * high:.2f})"
