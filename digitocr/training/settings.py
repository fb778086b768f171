"""What `digitocr train` may set, declared once. The command line takes its defaults here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitocr.datasets.data import DataSpec

# Of 100 drawn lines as many are plain numbers, evenly spaced codes, single digits, numbers with signs, and
# what is no number. Without the codes, photographed eight-digit numbers were read 1.5 points worse.
LINE_KINDS = {"plain": 0.36, "even": 0.12, "single": 0.07, "signed": 0.29, "no_number": 0.16}
EPOCHS = {"cnn": 40, "mlp": 12}  # by then the validation of either gains nothing more on MNIST


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How a network is trained.

    An epoch is `epoch_samples` crops, drawn from the sources by their weights. The learning rate climbs
    to `learning_rate` over `warmup` of all steps (a share, 0..1) and falls along a cosine. `averaging` is
    the decay a step of the average of weights that is validated and kept. Training ends early when
    `patience` epochs bring no better validation. `validation` is the share of each source set aside.
    The others are for what is made only if it is asked for: `drawn_lines` numbers are drawn for the source
    `drawn`, `lattice_lines` train the network through the lattice, `strip_lines` train the line recogniser,
    met `strip_epochs` times, and `judge_lines` are drawn to fit what weighs candidates.

    Beside real lines `strip_lines` are drawn by the shares `line_kinds`, of their print the share
    `word_share` with words, and of those with a slash the share `slash_share` is met. Each of `line_rounds`
    meets so many of each set as `round_lines` says, others in each round, `lines_a_step` in a step; the
    learning rate falls from `line_learning_rate`. Where training went on, `trained_share` of the weights are
    kept, and the rest is of those before. The set "page" has the numbers of `line_pages` drawn pages,
    "pens" has `pen_lines` numbers drawn with the pens of the sources, and "recombined" `recombined_lines`
    numbers put together of the digits of register numbers, which the line recogniser so far finds in them.
    Those digits are `aligned_share` of what the digit classifier meets beside the sources, as candidates.

    `page_patches` patches of pages are drawn for the page segmenter, which learns for `page_steps` from
    `page_learning_rate` on.

    The confidence is fitted on the registered sets `confidence_sets`, and on half A of each where the
    registered file `confidence_halves` says which that is, labels corrected by the registered file
    `confidence_disputed`, on numbers of the register volumes of the set
    `confidence_registers` that no training saw, on `confidence_singles` digits cut from all these lines, on
    `confidence_drawn` drawn pictures of no number, and on `confidence_fields` drawn fields of forms.
    `workers` are the threads that vary crops; the crops are the same for any number of them.
    """

    network: str = "cnn"
    seed: int = 1
    epochs: int = EPOCHS["cnn"]
    epoch_samples: int = 60_000
    batch_size: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.04
    label_smoothing: float = 0.02
    averaging: float = 0.999
    patience: int = 12
    validation: float = 0.08
    workers: int = 1
    drawn_lines: int = 20_000
    lattice_lines: int = 0
    strip_lines: int = 0
    strip_epochs: int = 5
    judge_lines: int = 0
    line_kinds: Mapping[str, float] = field(default_factory=lambda: dict(LINE_KINDS))
    word_share: float = 1.0
    slash_share: float = 1.0
    line_rounds: int = 0
    round_lines: Mapping[str, int] = field(default_factory=dict)
    line_learning_rate: float = 1.5e-3
    lines_a_step: int = 96
    trained_share: float = 0.7
    line_pages: int = 0
    pen_lines: int = 0
    recombined_lines: int = 0
    aligned_share: float = 0.0
    page_patches: int = 0
    page_steps: int = 0
    page_learning_rate: float = 2e-3
    confidence_sets: Sequence[str] = ()
    confidence_halves: str = ""
    confidence_disputed: str = ""
    confidence_registers: str = ""
    confidence_singles: int = 0
    confidence_drawn: int = 0
    confidence_fields: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `digitocr train` was told besides: the sources, or a recipe with the folder of its sets."""

    data: Sequence[str]
    licence: Sequence[str] = ()
    leave_out: Sequence[str] = ()
    start: Path | None = None
    recipe: Path | None = None
    data_folder: Path = Path("data")

    def specs(self, options: TrainOptions) -> "list[DataSpec]":
        """The sources; a first lesson, which is the `mlp`, trains on its digits as they are.

        Raises:
            UsageError: one is not written as it should be.
        """
        from digitocr.datasets.data import parse_data

        return [parse_data(text, "as-is" if options.network == "mlp" else "pen") for text in self.data]
