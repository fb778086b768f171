"""What the user names becomes an ordered list of inputs."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.errors import UsageError
from digitocr.io.file_types import INPUT_SUFFIXES
from digitocr.io.inputs import STDIN, expand
from digitocr.records import PageFailure


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with images, other files, a hidden file and a folder below; it is the working directory."""
    for name in ("page10.png", "page2.png", "Page1.JPG", "notes.txt", "._page2.png", "sub/page3.tif"):
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "scans"


def names(entries: list[str | PageFailure]) -> list[str]:
    return [Path(entry).name for entry in entries if isinstance(entry, str)]


def only_failure(entries: list[str | PageFailure]) -> PageFailure:
    [failure] = entries
    assert isinstance(failure, PageFailure)
    assert failure.page == 0
    assert failure.source in failure.error
    return failure


def test_folder_gives_its_images_in_natural_order(scans: Path) -> None:
    assert names(expand(["scans"])) == ["Page1.JPG", "page2.png", "page10.png"]


def test_recursive_goes_into_folders(scans: Path) -> None:
    assert names(expand([str(scans)], recursive=True)) == [
        "Page1.JPG",
        "page2.png",
        "page10.png",
        "page3.tif",
    ]


def test_glob_skips_what_is_no_image(scans: Path) -> None:
    assert names(expand(["scans/page*"])) == ["page2.png", "page10.png"]
    assert names(expand(["scans/*"])) == ["Page1.JPG", "page2.png", "page10.png"]
    assert "page3.tif" in names(expand(["scans/**/*"]))


def test_file_with_glob_characters_is_a_file(scans: Path) -> None:
    (scans / "scan[1].png").touch()
    assert names(expand(["scans/scan[1].png"])) == ["scan[1].png"]


def test_arguments_keep_their_order_and_files_come_once(scans: Path) -> None:
    entries = expand(["scans/page10.png", "scans", "./scans/../scans/page2.png", str(scans / "page2.png")])
    assert names(entries) == ["page10.png", "Page1.JPG", "page2.png"]


def test_file_named_outright_is_taken_whatever_its_suffix(scans: Path) -> None:
    assert expand(["scans/notes.txt", "scans/missing.png"]) == ["scans/notes.txt", "scans/missing.png"]


def test_same_name_in_two_folders_stays_two_inputs(scans: Path) -> None:
    (scans / "sub/page2.png").touch()
    assert expand(["scans/page2.png", "scans/sub/page2.png"]) == ["scans/page2.png", "scans/sub/page2.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_linked_folder_is_the_same_folder_but_a_linked_file_is_its_own(scans: Path) -> None:
    Path("again").symlink_to(scans)
    (scans / "copy.png").symlink_to(scans / "page2.png")
    assert names(expand(["scans", "again"])) == ["copy.png", "Page1.JPG", "page2.png", "page10.png"]


def test_stdin_once(scans: Path) -> None:
    assert expand(["-", "scans/page2.png", "-"]) == [STDIN, "scans/page2.png"]


def test_list_is_relative_to_its_folder(scans: Path) -> None:
    lines = [
        "# the first box",
        "",
        "  page2.png ",
        "sub",
        "page1*",
        "-",
        "\N{LATIN SMALL LETTER E WITH ACUTE}.png",
    ]
    (scans / "box.txt").write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    (scans / "@at.png").touch()
    entries = expand(["@scans/box.txt", "./scans/@at.png"])
    assert entries == [
        str(Path("scans", name)) for name in ("page2.png", "sub/page3.tif", "page10.png", "-", "é.png")
    ] + ["./scans/@at.png"]


def test_list_that_cannot_be_used(scans: Path) -> None:
    with pytest.raises(UsageError, match=r"@gone\.txt: .*No such file"):
        expand(["@gone.txt"])
    Path("latin.txt").write_bytes("é.png".encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        expand(["@latin.txt"])
    Path("null.txt").write_text("scans/page2.png\0scans/page10.png\0")
    with pytest.raises(UsageError, match="null"):
        expand(["@null.txt"])
    Path("empty.txt").write_text("# nothing\n")
    assert "names no file" in only_failure(expand(["@empty.txt"])).error


def test_what_names_no_image_is_a_failure_and_the_rest_goes_on(scans: Path) -> None:
    Path("bare").mkdir()
    Path("outer/inner").mkdir(parents=True)
    assert "no image in this folder" in only_failure(expand(["bare"])).error
    assert "--recursive" in only_failure(expand(["outer"])).error
    assert "--recursive" not in only_failure(expand(["outer"], recursive=True)).error
    assert "matches nothing" in only_failure(expand(["nowhere/*.png"])).error
    assert "matches no image" in only_failure(expand(["scans/*.txt"])).error
    assert "empty name" in only_failure(expand([""])).error
    assert names(expand(["bare", "scans/page2.png"])) == ["page2.png"]


def test_name_that_no_disk_takes_is_left_to_loading(scans: Path) -> None:
    name = "x" * 300 + ".png"
    assert expand([name, "scans/page2.png"]) == [name, "scans/page2.png"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may list every folder")
def test_folder_that_cannot_be_listed(scans: Path) -> None:
    scans.chmod(0)
    try:
        assert "cannot be listed" in only_failure(expand(["scans"])).error
    finally:
        scans.chmod(0o700)


@given(
    st.lists(
        st.builds(
            "{}{}".format, st.from_regex(r"[a-zA-Z0-9]{1,4}", fullmatch=True), st.sampled_from(INPUT_SUFFIXES)
        ),
        min_size=1,
        unique_by=str.casefold,
    ),
    st.randoms(use_true_random=False),
)
def test_order_does_not_depend_on_the_disk(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], random: "object"
) -> None:
    orders = []
    for _ in range(2):
        folder = tmp_path_factory.mktemp("order")
        random.shuffle(files)  # type: ignore[attr-defined]
        for name in files:
            (folder / name).touch()
        orders.append(names(expand([str(folder)])))
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == sorted(files)
    numbers = [int(name.split(".")[0]) for name in orders[0] if name.split(".")[0].isdigit()]
    assert numbers == sorted(numbers)


@given(st.lists(st.sampled_from(["a.png", "./a.png", "b/../a.png", "c.png", "-", "d/a.png"])))
def test_expanding_what_was_expanded_changes_nothing(arguments: list[str]) -> None:
    once = expand(arguments)
    assert expand([entry for entry in once if isinstance(entry, str)]) == once
    assert len({os.path.normpath(entry) for entry in once if isinstance(entry, str)}) == len(once)
