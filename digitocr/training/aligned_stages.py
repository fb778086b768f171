"""What stages of training make of labelled lines in which the line recogniser so far finds the symbols."""

from collections.abc import Iterator

from digitocr.datasets.data import DataSource, Split, split
from digitocr.datasets.sources import SPLIT_SEED
from digitocr.errors import UsageError
from digitocr.recognition.contract import LINES_LITERT_FILE
from digitocr.recognition.line_recogniser import load_line_recogniser
from digitocr.training.aligned_digits import aligned_crops
from digitocr.training.forced_alignment import AlignedLine, aligned_lines
from digitocr.training.line_images import LabelledLineImage
from digitocr.training.line_sources import register_lines
from digitocr.training.plan import REGISTERS
from digitocr.training.recombined import recombined_lines
from digitocr.training.work import Work

ALIGNED = "aligned"  # the name of the source
RECOMBINED_SEED_APART = 90_000  # stages must not learn from the same numbers


def recombined(work: Work) -> list[LabelledLineImage]:
    """`recombined_lines` numbers put together of the digits of register numbers."""
    count = work.options.recombined_lines
    seed = work.options.seed + RECOMBINED_SEED_APART + len(work.before)
    return recombined_lines(_registers(work, "recombined_lines"), count, seed) if count else []


def aligned_sources(work: Work) -> list[DataSource]:
    """The digits of register numbers as a source of the digit classifier, where it has a share."""
    share = work.options.aligned_share
    if not share:
        return []
    crops, classes = aligned_crops(_registers(work, "aligned_share"), work.options.seed)
    if not len(classes):
        work.log("aligned_share: the line recogniser finds no digit of the registers; they are left out")
        return []
    training, validation = split(Split(crops, classes), work.options.validation, SPLIT_SEED)
    return [DataSource(ALIGNED, "pen", share, f"as {REGISTERS}", training, validation)]


def _registers(work: Work, option: str) -> Iterator[AlignedLine]:
    folders = [folder for folder in (work.folder, work.start) if folder]
    file = next(
        (folder / LINES_LITERT_FILE for folder in folders if (folder / LINES_LITERT_FILE).is_file()), None
    )
    if not file:
        raise UsageError(f'{option}: a line recogniser finds the digits; put make = "real_lines" before it')
    lines = register_lines(work.find(REGISTERS), training=True)
    return aligned_lines(lines, load_line_recogniser(file))
