"""Why a person should check a reading."""

import re

from digitocr.decoding.answer import Answer
from digitocr.layout.candidate_row import CandidateRow
from digitocr.reasons import ReasonCode
from digitocr.segmentation.strike import is_struck_out

OTHER_SHARE_REVIEWED = 0.25  # of the ink around the core of a number; a clean number has under 0.05

# Written so, two numbers stand in one: points side by side, as where `D` is left out of `6. D.O.`; a comma
# after groups that no thousands have, as in `521-3286,3300` and `3286,3300`.
SEVERAL = re.compile(r"\d[.,:]{2,}\d|\d[-/][^,]*\d,\d|\d{4},\d{4}")


def doubt_of(row: CandidateRow, answer: Answer, min_confidence: float) -> tuple[str, ReasonCode]:
    """The first doubt about an answer, in words and as a code; both are "" for none."""
    unsure = answer.confidence < min_confidence
    # Looked for only where a number would be accepted: it takes as long as two digits take the classifier.
    struck = not unsure and row.segments is not None and is_struck_out(row.segments)
    longer = f"taken from a longer number, {answer.longer}"
    doubts: tuple[tuple[bool, str, ReasonCode], ...] = (
        (not answer.satisfied, "no reading fits the format", "format_mismatch"),
        (bool(answer.longer), longer, "several_numbers"),
        (row.joined, "put together of several numbers", "several_numbers"),
        (bool(SEVERAL.search(answer.written)), "written as several numbers are", "several_numbers"),
        (bool(answer.digit_or_sign), "a character may be a digit or a sign", "digit_or_sign"),
        (struck, "struck out", "struck_out"),
        (row.other_share > OTHER_SHARE_REVIEWED, "other ink beside it", "unlike_training"),
        (unsure and bool(answer.raw), "reads otherwise without the format", "format_mismatch"),
        (unsure and answer.readers_disagree, "readers disagree", "readers_disagree"),
        (unsure, "low confidence", "low_confidence"),
    )
    return next(((reason, code) for applies, reason, code in doubts if applies), ("", ""))
