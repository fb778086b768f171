"""Fuses the scores of the lattice and of the line recogniser.

A log-linear pool (C. Genest, J. Zidek, "Combining probability distributions", 1986): each probability is
raised to a power of its own, and strings that neither reader names keep a share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.bounds import ctc_log_share
from digitocr.decoding.candidate_scorer import CONTEXTS
from digitocr.decoding.ctc import best_string, log_likelihoods, strings_within
from digitocr.decoding.lattice import Lattice
from digitocr.errors import ModelError
from digitocr.formats.formats import Format

POOLED = 8  # strings of the lattice that the line recogniser scores
POWER_MAX = 100.0  # accepted from a model card; fitted powers lie between 0.1 and 2
NEGLIGIBLE = -9.2  # a log-probability: strings of a format that have less in total are not searched
LATTICE_LOG_MIN, COLUMNS_LOG_MIN = -20.0, -60.0  # lower log-probabilities carry no information


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The powers of the two probabilities, and the logarithm of the share of all other strings."""

    lattice: float
    columns: float
    other: float


@dataclass(frozen=True, slots=True, eq=False)
class Constrained:
    """The format that a line must match, its lattice, and a search for the strings that match."""

    allowed: Format
    lattice: Lattice
    strings: Callable[[], list[Hypothesis]]


def fuse(
    hypotheses: Sequence[Hypothesis],
    columns: NDArray[np.float32],
    fusion: FusionWeights,
    align: Callable[[str], Hypothesis | None],
    constraint: Constrained | None = None,
) -> list[Hypothesis]:
    """The strings of a line by both readers, most probable first.

    Args:
        hypotheses: the strings of the lattice.
        columns: (S, T, 11) log-probabilities of the line recogniser for S sheared views of the line; the best
            string of each is added.
        fusion: the weight of each reader.
        align: forced alignment of a string in the lattice.
        constraint: the format, if any; the best strings that match are added.
    """
    weights = np.array([fusion.lattice, fusion.columns])
    named = pool(hypotheses, columns, align)
    if not named:
        return []
    scores = weights @ evidence(named, columns)
    if constraint and _may_fit(constraint, columns, weights, scores):
        texts = {string.text for string in named}
        within = [string for string in constraint.strings() if string.text not in texts]
        named = pool([*named, *within], columns, align, constraint.allowed)
        scores = weights @ evidence(named, columns)
    shares = np.exp(scores - np.logaddexp(np.logaddexp.reduce(scores), fusion.other)).tolist()
    fused = [replace(string, probability=share) for string, share in zip(named, shares, strict=True)]
    return sorted(fused, key=lambda string: (-string.probability, string.text))


def _may_fit(
    constraint: Constrained,
    columns: NDArray[np.float32],
    weights: NDArray[np.float64],
    scores: NDArray[np.float64],
) -> bool:
    """Whether strings of the format can be probable beside the strings with `scores` (N,)."""
    min_digits = constraint.allowed.shortest
    by_lattice = constraint.lattice.log_share(min_digits)
    by_columns = ctc_log_share(columns, min_digits)
    bound = weights @ (
        max(by_lattice, LATTICE_LOG_MIN),
        float(np.maximum(by_columns, COLUMNS_LOG_MIN).mean()),
    )
    return bool(by_lattice > -np.inf and bound > np.logaddexp.reduce(scores) + NEGLIGIBLE)


def pool(
    hypotheses: Sequence[Hypothesis],
    columns: NDArray[np.float32],
    align: Callable[[str], Hypothesis | None],
    allowed: Format | None = None,
) -> list[Hypothesis]:
    """The strings of the lattice, and the best of the line recogniser that the lattice can spell.

    Args:
        hypotheses: the strings of the lattice.
        columns: (views, time steps, symbols) log-probabilities of the line recogniser, upright view first.
        align: the lattice's own probability of a string; None where it cannot spell it.
        allowed: the format within which the recogniser's best strings are taken too.
    """
    texts = [best_string(view) for view in columns]
    texts += strings_within(columns[0], allowed, POOLED) if allowed else []
    known = {string.text for string in hypotheses}
    added = [align(text) for text in dict.fromkeys(texts) if text not in known]
    return [*hypotheses, *(string for string in added if string)]


def evidence(named: Sequence[Hypothesis], columns: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, N) log-probabilities of N strings: by the lattice, and the mean of the line recogniser's views."""
    by_lattice = np.log([max(string.probability, exp(LATTICE_LOG_MIN)) for string in named])
    by_columns = np.maximum(
        log_likelihoods(columns, [string.text for string in named]), COLUMNS_LOG_MIN
    ).mean(axis=0)
    return np.stack([by_lattice, by_columns.astype(np.float64)])


def fusion_from_contract(lattice: Mapping[str, Any]) -> dict[str, FusionWeights]:
    """Read the fusion weights of a model card, for each of `CONTEXTS`.

    Raises:
        ModelError: they are missing or out of range.
    """
    try:
        fusion_weights = {context: FusionWeights(**lattice["opinions"][context]) for context in CONTEXTS}
        for fusion in fusion_weights.values():
            if not (0 <= fusion.lattice <= POWER_MAX and 0 <= fusion.columns <= POWER_MAX):
                raise ValueError(f"powers are numbers from 0 to {POWER_MAX:g}")
            if not -POWER_MAX <= fusion.other <= 0:
                raise ValueError("the share of other strings is given as its logarithm")
        return fusion_weights
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "the model's contract does not say how much its line recogniser counts; train it again with "
            "`digitocr train`"
        ) from error


def fusion_to_contract(fusion_weights: Mapping[str, FusionWeights]) -> dict[str, Any]:
    """The fusion weights as JSON data."""
    return {"opinions": {context: asdict(fusion_weights[context]) for context in CONTEXTS}}
