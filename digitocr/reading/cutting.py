"""Cuts rows of which only the pieces that stand apart are known, where symbols touch or are unsure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from digitocr.alphabet import DIGITS, SIGNS
from digitocr.decoding.alignment import cut_digits
from digitocr.layout.candidate_row import CandidateRow
from digitocr.reading.line_reading import LineReading, RowRequest


def cut_where_joined(
    rows: Sequence[RowRequest], lines: Mapping[int, LineReading]
) -> tuple[list[RowRequest], dict[int, LineReading]]:
    """The rows, their pieces cut in which the line recogniser sees several symbols, and digits aligned."""
    cut_rows = [
        replace(request, row=request.row.cut(_joined(request.row, lines[n]) if n in lines else None))
        for n, request in enumerate(rows)
    ]
    aligned = {n: _aligned(cut_rows[n].row, line) for n, line in lines.items()}
    for n, line in aligned.items():
        if line.arcs is None and rows[n].row.pieces:
            cut_rows[n] = replace(rows[n], row=rows[n].row.cut())
            aligned[n] = _aligned(cut_rows[n].row, line)
    return cut_rows, aligned


def _aligned(row: CandidateRow, line: LineReading) -> LineReading:
    """A line with its digits assigned to the candidates of its row."""
    assert row.segments is not None
    digits, signs = (
        [line.frame.x_of_step(symbol.middle) for symbol in line.symbols if symbol.symbol in symbols]
        for symbols in (DIGITS, SIGNS.strip())
    )
    arcs = cut_digits(row.candidates, row.segments.boxes, digits, row.segments.height, signs)
    return replace(line, arcs=arcs)


def cut_beside(row: CandidateRow, sure: Sequence[int]) -> tuple[CandidateRow, list[int]]:
    """A row with its pieces cut but for those of candidates that are `sure`, and these in the new row."""
    if row.pieces is None:
        return row, list(sure)
    boxes, of_sure = row.pieces.segments.boxes[:, None], row.candidates.boxes[list(sure)]
    inside = (boxes[..., :2] >= of_sure[:, :2]) & (boxes[..., 2:] <= of_sure[:, 2:])
    cut = row.cut(np.flatnonzero(~inside.all(axis=-1).any(axis=-1)).tolist())
    same = (cut.candidates.boxes[:, None] == of_sure).all(axis=-1).any(axis=-1)
    return cut, np.flatnonzero(same).tolist()


def _joined(row: CandidateRow, line: LineReading) -> list[int]:
    """The pieces of a row that hold the middles of several symbols."""
    if row.pieces is None:
        return []
    left, _, right, _ = row.pieces.segments.boxes.T
    middles = np.array([line.frame.x_of_step(s.middle) for s in line.symbols if s.symbol != " "])
    holds = (left[:, None] <= middles) & (middles < right[:, None])
    return np.flatnonzero(holds.sum(axis=1) > 1).tolist()
