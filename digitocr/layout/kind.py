"""What a picture is: a page, one line that is one number, or one digit."""

from collections.abc import Sequence

from digitocr.layout.maps import LIKELY
from digitocr.layout.order import text_lines
from digitocr.layout.region import Region, box_of
from digitocr.options import Layout
from digitocr.records import Gray

DIGIT_SIDE_MAX_PX = 48  # larger squares may hold a short number; drawn cells of one digit have 40 px
DIGIT_ASPECT_MAX = 1.25  # of the shorter side: a picture of one digit is no longer, as drawn in the tests
# A picture lower than this many digit heights holds one line. Drawn ones of 2.7 heights look like up to 3.22:
# the map of heights is a little low in small pictures. Slips with room for a second line have 3.7.
LINE_HEIGHTS_MAX = 3.3
# limit: a picture in which nothing is found is read as one number, if it is no larger
EMPTY_SIDE_MAX_PX = 400
CONSIDERABLE = 0.5  # of the height of the highest number: lower ones, as print beside writing, make no page


def kind_of(gray: Gray, regions: Sequence[Region]) -> Layout:
    """What a picture (H, W) uint8 is by the numbers found there."""
    height, width = gray.shape
    squarish = max(height, width) <= DIGIT_ASPECT_MAX * min(height, width)
    if not regions:
        small = max(height, width) <= EMPTY_SIDE_MAX_PX
        return "digit" if squarish and width <= DIGIT_SIDE_MAX_PX else "line" if small else "page"
    highest = max(region.height for region in regions)
    numbers = [region for region in regions if region.height >= CONSIDERABLE * highest]
    if len(text_lines([box_of(region) for region in numbers])) > 1 or height > LINE_HEIGHTS_MAX * highest:
        return "page"
    box = box_of(numbers[0])
    narrow = len(numbers) == 1 and box.width < DIGIT_ASPECT_MAX * box.height
    clean = not (numbers[0].look.maps.line >= LIKELY).any()
    small = max(height, width) <= DIGIT_SIDE_MAX_PX
    return "digit" if narrow and clean and small and squarish else "line"
