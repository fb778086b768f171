"""What `digitocr train` may set, declared once. The command line takes its defaults here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitocr.datasets.data import DataSpec

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
    met `strip_epochs` times, `judge_lines` are drawn to fit what weighs candidates, and
    `page_shards` times 500 patches of pages are drawn for the page segmenter, which learns for `page_steps`.
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
    page_shards: int = 0
    page_steps: int = 0


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
