"""What is fuzzed: each takes bytes, and may raise nothing but a DigitocrError."""

import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from digitocr.batch.plan import Part
from digitocr.batch.task import ReadPages, Settings, open_reader, read_parts
from digitocr.errors import DigitocrError
from digitocr.io.inputs import expand
from digitocr.options import LoadOptions
from digitocr.records import Page, PageFailure, PageResult

# As `digitocr read` has them, but smaller: what is bounded shows sooner.
SMALL = LoadOptions(max_megapixels=4, max_pages=20, max_megabytes=4)
Target = Callable[[bytes], None]


@cache
def reader() -> ReadPages:
    """The model that comes along, loaded once."""
    return open_reader(Settings())


@cache
def folder() -> Path:
    """A folder for what has to be a file."""
    return Path(tempfile.mkdtemp(prefix="digitocr-fuzz-"))


def read_picture(data: bytes) -> None:
    """A picture or a PDF, from its bytes to its numbers."""
    (answer,) = read_parts([Part("fuzzed", data)], reader(), SMALL)
    assert answer
    for page in answer:
        assert isinstance(page, PageResult | PageFailure)
        # A page that fails must fail for its own faults.
        assert not (isinstance(page, PageFailure) and "defect of digitocr" in page.error), page.error


def decode_picture(data: bytes) -> None:
    """A picture or a PDF, decoded alone."""
    from digitocr.io.load import load_pages

    assert all(isinstance(page, Page | PageFailure) for page in load_pages("fuzzed", SMALL, data))


def load_template_text(data: bytes) -> None:
    """A template, beside the picture that it names."""
    import cv2

    from digitocr.forms.template.template import load_template
    from fuzz.seeds import number

    path = folder() / "form.toml"
    path.write_bytes(data)
    if not (folder() / "reference.png").exists():
        cv2.imwrite(str(folder() / "reference.png"), cv2.resize(number("123"), (120, 80)))
    _expected(lambda: load_template(path))


def read_list(data: bytes) -> None:
    """A list of names."""
    path = folder() / "list.txt"
    path.write_bytes(data)
    _expected(lambda: expand([f"@{path}"]))


def read_labels(data: bytes) -> None:
    """A table of labels."""
    from digitocr.datasets.readers import read_rows

    path = folder() / "labels.csv"
    path.write_bytes(data)
    _expected(lambda: list(read_rows(path)))


def read_card(data: bytes) -> None:
    """A model's card."""
    from digitocr.recognition.contract import read_contract

    path = folder() / "digits.json"
    path.write_bytes(data)
    _expected(lambda: read_contract(path))


def target_of(name: str) -> Target:
    """What reads a seed of this name."""
    targets: Sequence[tuple[str, Target]] = (
        (".toml", load_template_text), (".txt", read_list), (".csv", read_labels), (".json", read_card),
    )  # fmt: skip
    return next((target for suffix, target in targets if name.endswith(suffix)), read_picture)


def _expected(work: Callable[[], object]) -> None:
    try:
        work()
    except DigitocrError as error:
        assert error.exit_code != 1  # noqa: PT017 - told as what it is
