"""Real lines for the line recogniser, by set; the sets are drawn here in small."""

import pytest

pytest.importorskip("matplotlib", reason="the extra train has it")

from small_sets import draw_sets

from digitocr.alphabet import OTHER
from digitocr.training.line_material import kept_out_sets, real_sets


@pytest.fixture
def find(tmp_path):
    sets = draw_sets(tmp_path)
    return lambda name: tmp_path / sets[name].path


def test_every_set_gives_its_lines(find):
    lines = real_sets(find, 1)
    said = {name: {one.symbols for one in images} for name, images in lines.items()}
    assert all(symbols.startswith("10") for symbols in said["register"])
    assert said["words"] == {OTHER}
    assert said["cells"] == {"4", OTHER}  # a blank one has no ink, and the split test measures
    assert said["quiz"] == set("0123456789")
    assert said["recorded"] == {"1"}
    assert said["signs"] == {".", "-", "+", OTHER}
    assert all(one.strip.shape[0] == 32 for images in lines.values() for one in images)


def test_what_is_kept_out_is_not_trained_on(find):
    trained, kept_out = real_sets(find, 1)["register"], kept_out_sets(find, 1)["register"]
    assert {one.symbols for one in trained}.isdisjoint(one.symbols for one in kept_out)
    assert len(trained) + len(kept_out) == 12
