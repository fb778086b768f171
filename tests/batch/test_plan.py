from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from digitocr.batch.plan import CHUNK_PAGES, GROUP_BYTES, GROUP_FILES, Part, plan, split
from digitocr.errors import UsageError
from digitocr.options import LoadOptions
from digitocr.records import PageFailure


def save_pages(path, count):
    pages = [Image.new("L", (40, 30), 200 - number) for number in range(count)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return str(path)


def planned(sources, **options):
    return list(plan(sources, LoadOptions(**options), {}))


def test_small_files_are_read_together(scans):
    sources = sorted(str(path) for path in scans.iterdir())
    sources = [*sources, *(f"missing{number}.png" for number in range(GROUP_FILES))]
    tasks = planned(sources)
    assert [len(task) for task in tasks] == [GROUP_FILES, len(sources) - GROUP_FILES]
    assert [part.source for task in tasks for part in task] == sources
    assert all(part.last for task in tasks for part in task)


def test_large_files_are_read_alone(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(bytes(GROUP_BYTES // 2 + 1))
    assert [len(task) for task in planned([str(path) for path in tmp_path.iterdir()])] == [1, 1, 1]


@pytest.mark.parametrize("suffix", [".tif", ".pdf"])
def test_long_files_are_cut(tmp_path, scans, suffix):
    before, after = str(scans / "n1.png"), str(scans / "n2.png")
    long = save_pages(tmp_path / f"long{suffix}", 40)
    tasks = planned([before, long, after])
    chunks = [task[0] for task in tasks[1:-1]]
    assert tasks[0] == (Part(before),)
    assert tasks[-1] == (Part(after),)
    assert all(len(task) == 1 for task in tasks)
    assert [page for part in chunks for page in part.pages] == list(range(1, 41))
    assert max(len(part.pages) for part in chunks) == CHUNK_PAGES[suffix]
    assert [part.last for part in chunks] == [False] * (len(chunks) - 1) + [True]


def test_only_chosen_pages_are_planned(tmp_path):
    long = save_pages(tmp_path / "long.tif", 40)
    parts = [part for task in planned([long], pages="3,20-") for part in task]
    assert [page for part in parts for page in part.pages] == [3, *range(20, 41)]


@pytest.mark.parametrize("options", [{"pages": "50"}, {"max_pages": 39}])
def test_what_loading_refuses_is_left_to_loading(tmp_path, options):
    long = save_pages(tmp_path / "long.tif", 40)
    assert planned([long], **options) == [(Part(long),)]


def test_damaged_and_missing_files_are_left_to_loading(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "bad.tif").write_bytes(b"II*\x00")
    (tmp_path / "folder.tif").mkdir()
    cv2.imwrite(str(tmp_path / "photo.png"), np.zeros((9, 9), np.uint8))
    (tmp_path / "photo.png").rename(tmp_path / "photo.pdf")
    sources = [str(tmp_path / name) for name in ("bad.pdf", "bad.tif", "folder.tif", "photo.pdf", "none.tif")]
    assert [part for task in planned(sources) for part in task] == [Part(source) for source in sources]


def test_a_wrong_page_range_is_told_before_anything_is_read(scans):
    with pytest.raises(UsageError, match="page range"):
        planned([str(scans / "n1.png")], pages="x")


def test_failures_and_bytes_keep_their_place(scans):
    failure = PageFailure("gone", 0, "gone: not there")
    sources = [str(scans / "n1.png"), failure, "-"]
    (task,) = plan(sources, LoadOptions(), {"-": b"bytes"})
    assert task == (Part(sources[0]), Part("gone", failure=failure), Part("-", b"bytes"))


def test_a_task_is_split_to_single_files_and_pages():
    task = (Part("a"), Part("b", pages=(4, 5, 6), last=False), Part("c", pages=(1, 2)))
    singles = split(task)
    assert [(part.source, part.pages, part.last) for (part,) in singles] == [
        ("a", (), True),
        ("b", (4,), False),
        ("b", (5,), False),
        ("b", (6,), False),
        ("c", (1,), False),
        ("c", (2,), True),
    ]


def test_groups_are_the_same_wherever_the_work_is_done(scans):
    sources = [str(path) for path in scans.iterdir()] * 5
    tasks = planned(sources)
    assert tasks == planned(sources)
    assert all(len(first) >= len(second) for first, second in pairwise(tasks))
