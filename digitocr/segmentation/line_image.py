"""A row as a whole: its gray ink as one low picture, for a recogniser that needs no cuts."""

from dataclasses import dataclass, replace

import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.segmentation.segment import Segments

LINE_IMAGE_HEIGHT = 32  # size of the line recogniser's input
# of the row's height above and below its middle: ink farther off is another row's; 0.64 loses a
# logbook cell, 1.0 a photographed number
LINE_REACH = 0.8
PAD = 0.12  # of the picture's height, around the ink, as the line recogniser is trained
INK_LEVEL = 170  # the mean ink, as the line recogniser is trained; the darkest strokes are half as dark again
LINE_IMAGE_WIDTH_MIN = 16  # size of the narrowest input of the line recogniser
STRETCH_MAX = 3.0  # limit of enlarging tiny ink, in shares of the row's pixels
# of the row's height: how far digits in boxes are left apart; 0.2 and 0.31 read a cell otherwise
GAP_KEPT = 0.25
# how a line image is shown: upright, and leaning either way; by a quarter more loses a cheque
SHEARS = 0.0, 0.15, -0.15
WIDTH_STEP, TIME_STEP_PX = 32, 4  # sizes of the padded widths; of the recogniser's columns


def padded_width(width: int) -> int:
    """The width to which a line image is padded, so that few widths are prepared for: a multiple of 32."""
    return -(-width // WIDTH_STEP) * WIDTH_STEP


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of a row a line image shows: `scale` times as large, `at_x`, `at_y` in its middle."""

    scale: float
    width: int
    at_x: float
    at_y: float

    def x_of_step(self, step: float) -> float:
        """The column of the row that lies in a time step of the line recogniser."""
        return (step * TIME_STEP_PX - self.width / 2) / self.scale + self.at_x

    def step_of_x(self, x: float) -> float:
        """The time step of the line recogniser in which a column of the row lies."""
        return ((x - self.at_x) * self.scale + self.width / 2) / TIME_STEP_PX


def frame_of(segments: Segments) -> Frame:
    """The part of a row that is shown: its writing, and a margin."""
    left, top = segments.boxes[:, :2].min(axis=0)
    right, bottom = segments.boxes[:, 2:].max(axis=0)
    middles = (segments.boxes[:, 1] + segments.boxes[:, 3]) / 2
    middle = float(middles @ segments.area / segments.area.sum())
    top = max(float(top), middle - LINE_REACH * segments.height)
    bottom = min(float(bottom), middle + LINE_REACH * segments.height)
    return frame_around(float(left), top, float(right), bottom)


def frame_around(left: float, top: float, right: float, bottom: float) -> Frame:
    """The part of a row that is shown of writing in this box: the box, and a margin."""
    pad = PAD * (bottom - top)
    scale = min(LINE_IMAGE_HEIGHT / (bottom - top + 2 * pad), STRETCH_MAX)
    width = max(LINE_IMAGE_WIDTH_MIN, round(scale * (right - left + 2 * pad)))
    return Frame(scale, width, (left + right) / 2, (top + bottom) / 2)


def draw_line_image(segments: Segments) -> Gray:
    """The row as it looks, blurred strokes, crossing lines and all: light ink on dark, in its proportions.

    Returns:
        (LINE_IMAGE_HEIGHT, W) uint8, 0 = paper.
    """
    return draw_frame(frame_of(segments), segments.dark, segments.contrast)


def draw_frame(frame: Frame, dark: Gray, contrast: float) -> Gray:
    """A part of a row as `draw_line_image` draws it, from what is darker than the paper (H, W) uint8."""
    scale, width, at_x, at_y = frame.scale, frame.width, frame.at_x, frame.at_y
    # Shrinking by an affine map would skip pixels.
    soft = opencv.gaussian_blur(dark, 0.35 / scale) if scale < 0.8 else dark
    matrix = np.array(
        [[scale, 0, width / 2 - scale * at_x], [0, scale, LINE_IMAGE_HEIGHT / 2 - scale * at_y]]
    )
    strip = opencv.warp_affine(soft, matrix, (width, LINE_IMAGE_HEIGHT))
    return opencv.scaled(strip, INK_LEVEL / contrast)


def sheared_views(strip: Gray) -> list[Gray]:
    """A line image (32, W) as it is and leaning to either side: what is read in all of them is no accident.

    A recogniser's errors differ from view to view of the same ink, so the mean of what it says is better
    than what it says of one (A. Krizhevsky et al., "ImageNet classification", 2012, section 4.1).
    """
    rows, columns = strip.shape
    shears = [np.array([[1, lean, -lean * rows / 2], [0, 1.0, 0]]) for lean in SHEARS]
    return [opencv.warp_affine(strip, shear, (columns, rows)) for shear in shears]


def with_gaps_closed(segments: Segments) -> Segments:
    """The segments of a row, only good for a line image of it, with wide gaps made narrow.

    Digits in boxes stand farther apart than any in writing do, and a 1 that stands alone looks like a line.
    """
    written = np.zeros((1, segments.dark.shape[1]), np.uint8)
    for left, _, right, _ in segments.boxes:
        written[0, left:right] = 1
    reach = 2 * max(1, round(GAP_KEPT * segments.height / 2)) + 1
    kept = opencv.dilate(written, 1, reach)[0] > 0
    column_of = np.cumsum(kept) - kept
    boxes = segments.boxes.copy()
    boxes[:, 0], boxes[:, 2] = column_of[boxes[:, 0]], column_of[boxes[:, 2] - 1] + 1
    return replace(segments, dark=np.ascontiguousarray(segments.dark[:, kept]), boxes=boxes)
