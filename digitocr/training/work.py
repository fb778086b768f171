"""What a stage of training works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from digitocr.datasets.data import DataSource
from digitocr.datasets.numbers import NumberSource
from digitocr.recognition.contract import CONTRACT_FILE, Contract, read_contract, write_contract
from digitocr.training.fit import Watch
from digitocr.training.plan import STAGES_FOLDER
from digitocr.training.settings import TrainOptions

Figures = Mapping[str, float]  # of what a stage made, for its record on the card


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a stage works with.

    `name` is that of the stage in its run, and `before` has the names of the stages before it. `folder` is
    the model folder that is made. `load` reads the sources of characters, the drawn one among them if it is
    told so, `numbers` those of whole numbers; `find` gives the place of a registered set.
    Training goes on from the networks of the folder `start`, if there is one, and with `resume` from a
    checkpoint. `processes` draw.
    """

    name: str
    before: Sequence[str]
    folder: Path
    load: Callable[[bool], Sequence[DataSource]]
    numbers: Callable[[], Sequence[NumberSource]]
    find: Callable[[str], Path]
    options: TrainOptions
    processes: int
    start: Path | None
    resume: bool
    log: Callable[[str], None]
    watch: Watch

    @property
    def own(self) -> Path:
        """Where the stage keeps its state, and leaves what others go on from."""
        return self.folder / STAGES_FOLDER / self.name

    def earlier(self, name: str) -> Path | None:
        """The file or folder `name` of the last stage before that has it, else of the start; None without."""
        folders = [self.folder / STAGES_FOLDER / stage for stage in reversed(self.before)]
        folders += [self.start] if self.start else []
        return next((folder / name for folder in folders if (folder / name).exists()), None)

    def card(self) -> Contract:
        """The card of what is in the folder by now."""
        return read_contract(self.folder / CONTRACT_FILE)

    def write_lattice(self, parts: Mapping[str, object]) -> None:
        """Put what the lattice's scorers or their fusion learned on the card."""
        card = self.card()
        write_contract(replace(card, lattice=card.lattice | dict(parts)), self.folder / CONTRACT_FILE)
