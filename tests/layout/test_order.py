"""The order in which boxes are read."""

from hypothesis import given
from hypothesis import strategies as st

from digitocr.layout.order import in_reading_order, text_lines
from digitocr.records import Box

BOXES = st.lists(
    st.builds(
        lambda left, top, width, height: Box(left, top, left + width, top + height),
        *(st.integers(0, 500), st.integers(0, 500), st.integers(1, 80), st.integers(1, 40)),
    ),
    max_size=12,
)


def test_rows_go_from_the_top_and_each_from_the_left():
    right_but_higher, left, below = Box(200, 8, 240, 30), Box(10, 12, 60, 34), Box(5, 60, 40, 80)
    assert text_lines([below, right_but_higher, left]) == [[left, right_but_higher], [below]]


@given(boxes=BOXES)
def test_the_order_loses_nothing_and_does_not_depend_on_what_was_given(boxes):
    ordered = in_reading_order(boxes)
    assert sorted(ordered, key=str) == sorted(boxes, key=str)
    assert in_reading_order(boxes[::-1]) == ordered
