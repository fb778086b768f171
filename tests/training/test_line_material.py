"""Real lines for the line recogniser, by set; the sets are drawn here in small."""

import json

import cv2
import numpy as np
import pytest
from material import draw_number

from digitocr.alphabet import OTHER
from digitocr.training.line_material import real_strips


def dark_digit(digit, side):
    page = np.full((side, side), 240, np.uint8)
    cv2.putText(page, digit, (side // 4, 3 * side // 4), cv2.FONT_HERSHEY_SIMPLEX, side / 40, 20, 2)
    return page


@pytest.fixture
def find(tmp_path):
    """A folder of small sets, each under its name."""
    lines = tmp_path / "lectaurep_numbers"
    lines.mkdir()
    rows = ["file,label,raw,document,page"]
    for n in range(12):
        cv2.imwrite(str(lines / f"{n}.png"), draw_number(f"10{n}"))
        rows.append(f"{n}.png,10{n},10{n},d{n},volume{n}_1")
    (lines / "labels.csv").write_text("\n".join(rows))
    pages = tmp_path / "register_pages"
    pages.mkdir()
    page = np.full((200, 400), 240, np.uint8)
    cv2.putText(page, "paid", (20, 70), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.5, 20, 2)
    cv2.imwrite(str(pages / "p.png"), page)
    line = {"polygon": [[10, 20], [160, 20], [160, 90], [10, 90]], "has_digits": False, "number": False}
    labelled = [{"file": "p.png", "page": f"volume{n}_1", "lines": [line]} for n in range(12)]
    (pages / "lines.jsonl").write_text("\n".join(map(json.dumps, labelled)))
    cells = np.array([dark_digit("4", 48), np.full((48, 48), 240, np.uint8), dark_digit("x", 48)])
    arrays = {"y": np.array(["4", "candidates", "3"]), "split": np.array(["train", "val", "test"])}
    np.savez(tmp_path / "kubiesa_cells.npz", x=cells, **arrays)
    np.savez(tmp_path / "nsysu_digits.npz", x=255 - dark_digit("8", 28)[None], y=np.array([8]))
    labels = np.array(["dot", "plus", "7"])
    np.savez(tmp_path / "bhmsds.npz", x=np.array([dark_digit(d, 28) for d in ".+7"]), label=labels)
    x = np.tile([500, 500, 480], 3)
    points = np.stack([x, np.tile([0, 500, 1000], 3)], 1).astype(np.int16)
    texts = {name: np.array(["1", "1", "1"]) for name in ("raw", "label", "read")}
    owners = {"string": np.arange(3), "stroke_length": np.full(3, 3), "writer": np.array([1, 2, 3])}
    np.savez(tmp_path / "unipen_strings.npz", points=points, **texts, **owners)
    return lambda name: next(tmp_path.glob(f"{name}*"))


def test_every_set_gives_its_lines(find):
    said = [strip.symbols for strip in real_strips(find, 1)]
    assert {"4", "8", "+", "1"} <= set(said)
    assert OTHER in said
    assert any(symbols.startswith("10") for symbols in said)
    assert said.count("7") == 0  # the set of signs gives signs alone
    assert all(strip.strip.shape[0] == 32 for strip in real_strips(find, 1))


def test_new_symbols_keep_what_was_learned():
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import TRAINED_SHARE, _mean

    before, after = ([np.full((1, 3), v, np.float32), np.full(3, v, np.float32)] for v in (0.0, 1.0))
    kernel, bias = _mean(before, after, known=2)
    assert bias.tolist() == pytest.approx([TRAINED_SHARE, TRAINED_SHARE, 1.0])
    assert kernel.tolist() == [pytest.approx([TRAINED_SHARE, TRAINED_SHARE, 1.0])]
