"""A recogniser of another maker with other training data, asked about what may be accepted.

RapidOCR's package brings the network of PP-OCR as an ONNX file, which ONNX Runtime alone can run: the
package is looked up, not imported, so that it and the OpenCV that it asks for change nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, files
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS
from digitocr.errors import UsageError
from digitocr.imaging import opencv
from digitocr.options import SecondReaderName
from digitocr.records import Gray

REMEDY = 'install it with pip install "digitocr[second-reader]"'
INPUT_HEIGHT, INPUT_WIDTH_MIN = 48, 320  # pixels; PP-OCR pads narrower pictures, as its training did
WIDTH_OVER_HEIGHT_MAX = 32  # heights: a line of 60 digits; the time of a reading is bounded
CTC_BLANK = 0  # the index of PP-OCR's blank
# Lower ones are rounding: where all are, as beside a letter that is sure, the step is a blank.
BLANK_FLOOR, DIGIT_FLOOR = 1e-6, 1e-9


class SecondReader(Protocol):
    """What says of pictures of one number each which digits stand there."""

    def columns(self, pictures: Sequence[Gray]) -> list[NDArray[np.float32]]:
        """The (T, 11) log-probabilities by time step of pictures (h, w) uint8, dark on light.

        They are those of the ten digits and of the CTC blank, last, whatever else a step may show.
        """
        ...


@dataclass(frozen=True)
class RapidOcr:
    """PP-OCR's recogniser from RapidOCR's package, held to digits. Several threads may use it.

    `_digits` (10,) are the indices of the digits among its symbols.
    """

    _session: Any = field(repr=False)
    _digits: NDArray[np.intp] = field(repr=False)

    def columns(self, pictures: Sequence[Gray]) -> list[NDArray[np.float32]]:
        """See `SecondReader`; each picture is read alone, so that none depends on the others."""
        return [self._columns(picture) for picture in pictures]

    def _columns(self, picture: Gray) -> NDArray[np.float32]:
        (probabilities,) = self._session.run(
            None, {self._session.get_inputs()[0].name: network_input(picture)}
        )
        return held_to_digits(probabilities[0], self._digits)


def network_input(picture: Gray) -> NDArray[np.float32]:
    """A picture (h, w) uint8 as PP-OCR takes it: (1, 3, 48, W) float32 from -1 to 1, 0 beside it."""
    height, width = picture.shape
    scaled = min(ceil(INPUT_HEIGHT * width / height), WIDTH_OVER_HEIGHT_MAX * INPUT_HEIGHT)
    small = opencv.resize(picture, (max(1, scaled), INPUT_HEIGHT), cv2.INTER_LINEAR)
    batch = np.zeros((1, 3, INPUT_HEIGHT, max(INPUT_WIDTH_MIN, small.shape[1])), np.float32)
    batch[..., : small.shape[1]] = small.astype(np.float32) / 127.5 - 1
    return batch


def held_to_digits(probabilities: NDArray[np.float32], digits: NDArray[np.intp]) -> NDArray[np.float32]:
    """The (T, 11) log-probabilities of ten digits and of the blank, from those of (T, S) of all S symbols.

    `digits` (10,) are the indices of the digits. A step shows a digit where that is likelier than the blank,
    whatever else it may be: letters and signs count for nothing.
    """
    floor = np.array([*[DIGIT_FLOOR] * len(digits), BLANK_FLOOR], np.float32)
    shares = np.maximum(probabilities[:, [*digits, CTC_BLANK]], floor)
    return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True)), np.float32)


def load_second_reader(name: SecondReaderName) -> SecondReader:
    """Load the second reader `name`.

    Raises:
        UsageError: it is not installed, or its package holds another network than is known.
    """
    file = _rapidocr_file()
    try:
        from onnxruntime import InferenceSession, SessionOptions
    except ImportError as error:
        raise UsageError(
            f"--second-reader {name} needs ONNX Runtime, which is not installed; {REMEDY}"
        ) from error
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # sums come out the same anywhere
    options.log_severity_level = 3
    try:
        session = InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        symbols = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        digits = np.array([1 + symbols.index(digit) for digit in DIGITS])
    except (RuntimeError, KeyError, ValueError) as error:
        raise UsageError(f"{file}: cannot be used as second reader ({error}); {REMEDY}") from error
    return RapidOcr(session, digits)


def _rapidocr_file() -> Path:
    """The recogniser's file in RapidOCR's package."""
    try:
        packaged = [
            Path(str(file.locate())) for file in files("rapidocr") or () if file.match("*_rec_*.onnx")
        ]
    except PackageNotFoundError as error:
        raise UsageError(f"--second-reader rapidocr: RapidOCR is not installed; {REMEDY}") from error
    present = sorted(file for file in packaged if file.is_file())
    if not present:
        raise UsageError(
            f"--second-reader rapidocr: the installed RapidOCR has no recogniser in its package; {REMEDY}"
        )
    return present[-1]
