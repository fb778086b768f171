"""Two readers, one answer: the strings of a lattice weighed with what a line recogniser says of them.

Each gives a probability; a logarithmic opinion pool (C. Genest, J. Zidek, "Combining probability
distributions", 1986) raises each to a power of its own, and keeps a share for strings that neither named.
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

POOLED = 8  # strings of a lattice of which the line recogniser is asked
CERTAIN = 0.99  # a lattice this sure of its string needs no second opinion
POWER_MAX = 100.0  # fitted powers lie between 0.1 and 2
HOPELESS = -9.2  # log-probability: where no more is left for a format's strings, none of them can count
LEAST_LATTICE, LEAST_COLUMNS = -20.0, -60.0  # log-probabilities below say no more


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The powers of the two probabilities, and the logarithm of what any other string gets."""

    lattice: float
    columns: float
    other: float


@dataclass(frozen=True, slots=True, eq=False)
class Constrained:
    """The format that a row is held to, its lattice, and what finds the strings of the format there."""

    allowed: Format
    lattice: Lattice
    strings: Callable[[], list[Hypothesis]]


def fuse(
    hypotheses: Sequence[Hypothesis],
    columns: NDArray[np.float32],
    weights_of_readers: FusionWeights,
    align: Callable[[str], Hypothesis | None],
    held: Constrained | None = None,
) -> list[Hypothesis]:
    """The strings of a row by both readers, most probable first.

    Args:
        hypotheses: the lattice's.
        columns: (S, T, 11) log-probabilities of the line recogniser for S sights of the row; the best string
            of each is added.
        weights_of_readers: how much each counts.
        align: finds a string in the lattice.
        held: to which format, if any; the best strings of it are added.
    """
    weights = np.array([weights_of_readers.lattice, weights_of_readers.columns])
    named = pool(hypotheses, columns, align)
    if not named:
        return []
    scores = weights @ evidence(named, columns)
    if held and _may_fit(held, columns, weights, scores):
        known = {one.text for one in named}
        within = [one for one in held.strings() if one.text not in known]
        named = pool([*named, *within], columns, align, held.allowed)
        scores = weights @ evidence(named, columns)
    shares = np.exp(scores - np.logaddexp(np.logaddexp.reduce(scores), weights_of_readers.other)).tolist()
    weighed = [replace(one, probability=share) for one, share in zip(named, shares, strict=True)]
    return sorted(weighed, key=lambda one: (-one.probability, one.text))


def _may_fit(
    held: Constrained, columns: NDArray[np.float32], weights: NDArray[np.float64], scores: NDArray[np.float64]
) -> bool:
    """Whether a string of the format can come to anything beside the N that have `scores` (N,)."""
    least = held.allowed.shortest
    by_lattice = held.lattice.log_share(least)
    by_columns = ctc_log_share(columns, least)
    most = weights @ (max(by_lattice, LEAST_LATTICE), float(np.maximum(by_columns, LEAST_COLUMNS).mean()))
    return bool(by_lattice > -np.inf and most > np.logaddexp.reduce(scores) + HOPELESS)


def pool(
    hypotheses: Sequence[Hypothesis],
    columns: NDArray[np.float32],
    align: Callable[[str], Hypothesis | None],
    allowed: Format | None = None,
) -> list[Hypothesis]:
    """The lattice's strings, and the line recogniser's best where the lattice can spell them too."""
    texts = [best_string(view) for view in columns]
    texts += strings_within(columns[0], allowed, POOLED) if allowed else []
    known = {one.text for one in hypotheses}
    added = [align(text) for text in dict.fromkeys(texts) if text not in known]
    return [*hypotheses, *(one for one in added if one)]


def evidence(named: Sequence[Hypothesis], columns: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, N) the log-probabilities of N strings, by the lattice and by the line recogniser's mean."""
    by_lattice = np.log([max(one.probability, exp(LEAST_LATTICE)) for one in named])
    by_columns = np.maximum(log_likelihoods(columns, [one.text for one in named]), LEAST_COLUMNS).mean(axis=0)
    return np.stack([by_lattice, by_columns.astype(np.float64)])


def fusion_from_contract(lattice: Mapping[str, Any]) -> dict[str, FusionWeights]:
    """Read the opinions of a model's contract, one for each of `CONTEXTS`.

    Raises:
        ModelError: they are missing.
    """
    try:
        fusion_weights = {context: FusionWeights(**lattice["opinions"][context]) for context in CONTEXTS}
        for weights_of_readers in fusion_weights.values():
            if not (
                0 <= weights_of_readers.lattice <= POWER_MAX and 0 <= weights_of_readers.columns <= POWER_MAX
            ):
                raise ValueError(f"powers are numbers from 0 to {POWER_MAX:g}")
            if not -POWER_MAX <= weights_of_readers.other <= 0:
                raise ValueError("what other strings get is the logarithm of a share")
        return fusion_weights
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "the model's contract does not say how much its line recogniser counts; train it again with "
            "`digitocr train`"
        ) from error


def fusion_to_contract(fusion_weights: Mapping[str, FusionWeights]) -> dict[str, Any]:
    """The opinions as JSON data."""
    return {"opinions": {context: asdict(fusion_weights[context]) for context in CONTEXTS}}
