"""How far a share measured on some pictures can be trusted, and whether two models differ on them."""

from math import comb, sqrt

Z_95 = 1.959964  # the standard normal's 97.5th percentile: two-sided intervals of 95 %


def wilson_interval(right: int, count: int, z: float = Z_95) -> tuple[float, float]:
    """The interval (low, high), 0..1, for a share of which `right` of `count` were counted.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927): it holds at
    small counts and near 0 and 1, where the normal approximation does not.

    >>> low, high = wilson_interval(98, 100)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.930 to 0.994
    """
    if not count:
        return 0.0, 1.0
    share, weight = right / count, z * z / count
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(only_baseline: int, only_model: int) -> float:
    """The one-sided p-value that a model is worse than a baseline on the same pictures.

    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages"
    (1947), in its exact form: of the pictures that one alone reads right, each would be either's with equal
    chance if both were as good.

    Args:
        only_baseline: pictures that the baseline alone reads right.
        only_model: pictures that the model alone reads right.

    >>> mcnemar(5, 0)
    0.03125
    >>> mcnemar(0, 0)
    1.0
    """
    differing = only_baseline + only_model
    outcomes = sum(comb(differing, wins) for wins in range(only_baseline, differing + 1))
    return float(outcomes / 2**differing)
