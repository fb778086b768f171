import os
from itertools import pairwise

import pytest

from digitocr.batch.plan import GROUP_BYTES, GROUP_FILES, Part, cut, plan, split
from digitocr.records import PageFailure


def planned(sources):
    return list(plan(sources))


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


def test_pdfs_are_read_alone(tmp_path, scans):
    sources = [str(scans / "n1.png"), str(tmp_path / "some.PDF"), str(scans / "n2.png")]
    assert [[part.source for part in task] for task in planned(sources)] == [[source] for source in sources]


def test_nothing_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.tif")  # to open it would wait for ever
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    sources = [str(tmp_path / name) for name in ("pipe.tif", "bad.pdf", "none.tif", "null\0.png")]
    assert [part for task in planned(sources) for part in task] == [Part(source) for source in sources]


def test_long_files_are_cut():
    parts = cut(Part("long.pdf", chunk=4), range(1, 11)).parts
    assert [part.pages for part in parts] == [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10)]
    assert [part.last for part in parts] == [False, False, True]
    assert not any(part.last for part in cut(Part("long.pdf", last=False), [3, 20]).parts)


def test_failures_and_bytes_keep_their_place(scans):
    failure = PageFailure("gone", 0, "gone: not there")
    sources = [str(scans / "n1.png"), failure, Part("-", b"bytes")]
    (task,) = plan(sources)
    assert task == (Part(sources[0]), Part("gone", failure=failure), Part("-", b"bytes"))


def test_a_task_is_split_to_single_files():
    task = (Part("a"), Part("b", pages=(4, 5, 6), last=False), Part("c"))
    assert split(task) == [(part,) for part in task]


def test_a_file_is_split_to_single_pages():
    singles = split((Part("b.pdf", pages=(4, 5, 6), last=False),))
    assert [(part.pages, part.last) for (part,) in singles] == [((4,), False), ((5,), False), ((6,), False)]
    assert [part.last for (part,) in split((Part("c.tif", pages=(1, 2)),))] == [False, True]
    assert split((Part("d.tif"),)) == [(Part("d.tif", chunk=1),)]


@pytest.mark.parametrize("part", [Part("a.png"), Part("b.pdf", pages=(4,), chunk=1), Part("c.pdf", chunk=1)])
def test_what_cannot_be_split_stays(part):
    assert split((part,)) == [(part,)]


def test_groups_are_the_same_wherever_the_work_is_done(scans):
    sources = [str(path) for path in scans.iterdir()] * 5
    tasks = planned(sources)
    assert tasks == planned(sources)
    assert all(len(first) >= len(second) for first, second in pairwise(tasks))
