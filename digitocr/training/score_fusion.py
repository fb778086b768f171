"""How much each of the two readers counts, fitted on numbers drawn for it alone."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from digitocr.datasets.data import DataSource
from digitocr.decoding.candidate_scorer import CONTEXTS
from digitocr.decoding.lattice import Lattice
from digitocr.decoding.score_fusion import POOLED, FusionWeights, evidence, pool
from digitocr.recognition.classifier import Classifier
from digitocr.records import Gray
from digitocr.segmentation.candidates import Candidates, candidates
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import draw_line_image
from digitocr.synthesis.drawn import Hands, collections_of, draw, draw_picture

ROWS_A_BATCH = 64
SETTLED_MIN = 0.99  # lines whose lattice is surer of its string teach nothing about the fusion
BEGINNING = FusionWeights(0.5, 0.5, -4.0)
FUSION_SEED_APART = 40_000


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRow:
    """A drawn number as both readers meet it: the `digits` it says, its candidates, its strip (32, W)."""

    digits: str
    candidates: Candidates
    strip: Gray


def draw_row(rng: np.random.Generator, hands: Hands) -> DrawnRow | None:
    """Draw one number; None for one without ink."""
    gray, number, _ = draw_picture(rng, hands)
    segments, _ = segment_line(gray)
    if segments is None:
        return None
    return DrawnRow(
        "".join(filter(str.isdigit, number.text)), candidates(segments), draw_line_image(segments)
    )


def before_fit() -> dict[str, FusionWeights]:
    """For each context the weights that a fit begins with: both readers count the same."""
    return dict.fromkeys(CONTEXTS, BEGINNING)


def draw_and_fit_fusion(
    classifier: Classifier, sources: Sequence[DataSource], lines: int, seed: int, workers: int
) -> dict[str, FusionWeights]:
    """Draw `lines` numbers for each context and fit how much the readers of `classifier` count in it."""
    pens = collections_of(sources)
    return {
        context: fit_fusion(
            draw(draw_row, pens, lines, seed + FUSION_SEED_APART, workers, words=context == "page"),
            classifier,
            context,
        )
        for context in CONTEXTS
    }


def fit_fusion(rows: Iterable[DrawnRow], classifier: Classifier, context: str) -> FusionWeights:
    """The weights of greatest likelihood, fitted on the rows that the lattice is in doubt about.

    On pages both readers get the same weight: few of the drawn numbers are printed as those on pages are,
    and the line recogniser, which is better at what it was trained on, would get too much.
    """
    doubtful = list(_in_doubt(rows, classifier, context))
    most = max(said.shape[1] for said, _ in doubtful)
    evidences = np.full((len(doubtful), 2, most), -np.inf)
    for n, (said, _) in enumerate(doubtful):
        evidences[n, :, : said.shape[1]] = said
    right = np.array([location if location is not None else most for _, location in doubtful])

    def powers(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.repeat(weights[0], 2) if context == "page" else weights[:2]

    def loss(weights: NDArray[np.float64]) -> float:
        scores = np.full((len(doubtful), most + 1), weights[2])
        scores[:, :most] = np.tensordot(powers(weights), evidences, ([0], [1]))
        return float(np.mean(np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(doubtful)), right]))

    # The powers stay positive, or nothing would be said by what is padded; the last is the logarithm of a
    # share, as a card is held to, however little a network has learned.
    fitted = minimize(loss, astuple(BEGINNING), method="L-BFGS-B", bounds=((1e-3, 5), (1e-3, 5), (-30, 0)))
    return FusionWeights(*(float(f"{weight:.6g}") for weight in (*powers(fitted.x), fitted.x[2])))


def _in_doubt(
    rows: Iterable[DrawnRow], classifier: Classifier, context: str
) -> Iterable[tuple[NDArray[np.float64], int | None]]:
    """Of each row in doubt the evidence (2, N) for its N strings, and which of them is right."""
    assert classifier.lines is not None
    iterator = iter(rows)
    while batch := list(islice(iterator, ROWS_A_BATCH)):
        said = classifier.log_probabilities(np.concatenate([row.candidates.crops for row in batch]))
        ends = np.cumsum([len(row.candidates.first) for row in batch])[:-1]
        columns = classifier.lines.of_sheared_views([row.strip for row in batch])
        for row, scores, shown in zip(batch, np.split(said, ends), columns, strict=True):
            digits, marks = classifier.candidate_scorers[context].scores(scores, row.candidates.geometry)
            lattice = Lattice(row.candidates.first, row.candidates.last, digits, marks)
            hypotheses = lattice.decode(POOLED)
            if hypotheses[0].probability < SETTLED_MIN:
                named = pool(hypotheses, shown, lattice.align)
                texts = [hypothesis.text for hypothesis in named]
                yield evidence(named, shown), texts.index(row.digits) if row.digits in texts else None
