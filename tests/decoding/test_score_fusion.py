"""How two readers are weighed."""

import numpy as np
import pytest

from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.lattice import Lattice
from digitocr.decoding.score_fusion import (
    Constrained,
    FusionWeights,
    fuse,
    fusion_from_contract,
    fusion_to_contract,
)
from digitocr.errors import ModelError
from digitocr.formats.formats import make_format

EVEN = FusionWeights(1.0, 1.0, -50.0)


def columns_showing(text, certain=0.9):
    """(1, T, 11) log-probabilities: each digit for one column, then nothing for one."""
    shown = [column for digit in text for column in (int(digit), 10)]
    shares = np.full((len(shown), 11), (1 - certain) / 10, np.float32)
    shares[np.arange(len(shown)), shown] = certain
    return np.log(shares)[np.newaxis]


def named(**shares):
    return [Hypothesis(text[1:], share, np.log(share), ()) for text, share in shares.items()]


def unknown(text):
    return None


def test_what_both_say_is_first():
    weighed = fuse(named(n12=0.6, n17=0.4), columns_showing("17"), EVEN, unknown)
    assert [one.text for one in weighed] == ["17", "12"]
    assert sum(one.probability for one in weighed) == pytest.approx(1, abs=1e-3)


def test_what_two_sights_show_outweighs_what_one_shows_by_accident():
    sheared_views = np.concatenate([columns_showing(text, 0.95) for text in ("17", "12", "12")])
    weighed = fuse(named(n12=0.5, n17=0.5), sheared_views, EVEN, unknown)
    assert [one.text for one in weighed] == ["12", "17"]


def test_a_string_of_the_second_reader_alone_is_added_where_it_can_be_spelled():
    columns = columns_showing("45", 0.99)
    weighed = fuse(named(n12=1.0), columns, EVEN, lambda text: Hypothesis(text, 0.01, -4.6, ()))
    assert weighed[0].text == "45"
    assert [one.text for one in fuse(named(n12=1.0), columns, EVEN, unknown)] == ["12"]


def test_other_strings_keep_their_share():
    sure = fuse(named(n12=1.0), columns_showing("12"), EVEN, unknown)[0]
    unsure = fuse(named(n12=1.0), columns_showing("12"), FusionWeights(1.0, 1.0, 0.0), unknown)[0]
    assert unsure.probability < sure.probability


def test_strings_of_a_format_are_asked_for_where_they_can_count_alone():
    asked = []
    code = Hypothesis("4028", 0.001, -7.0, ())

    def strings():
        asked.append(True)
        return [code]

    def texts(columns, pieces):
        scores = np.full((pieces, 11), np.log(1 / 11), np.float32)
        first = np.arange(pieces, dtype=np.int32)
        lattice = Lattice(first, first + 1, scores[:, :10], scores[:, 10])
        constraint = Constrained(make_format({"length": 4}), lattice, strings)
        return [one.text for one in fuse(named(n17=1.0), columns, EVEN, unknown, constraint)]

    assert texts(columns_showing("4028"), 4) == ["4028", "17"]
    assert texts(columns_showing("17", 1 - 1e-9), 4) == ["17"]
    assert texts(columns_showing("4028"), 3) == ["17"]  # a piece is one digit at most
    assert len(asked) == 1


def test_a_contract_keeps_the_opinions():
    fusion_weights = {"line": FusionWeights(0.4, 0.9, -3.5), "page": EVEN}
    assert fusion_from_contract(fusion_to_contract(fusion_weights)) == fusion_weights
    with pytest.raises(ModelError, match="line recogniser"):
        fusion_from_contract({})
