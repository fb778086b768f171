"""Folders are floors: a module imports from its own folder and from those below; and modules stay short."""

import ast
from itertools import chain
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "digitocr"
# From the top. What stands in one group does not import each other.
FLOORS = (
    ("__main__",),
    ("cli",),
    ("review", "cluster", "trust"),
    ("training",),
    ("evaluation",),
    ("synthesis",),
    ("datasets",),
    ("reader",),
    ("batch",),
    ("store",),
    ("output",),
    ("reading",),
    ("forms",),
    ("recognition",),
    ("decoding",),
    ("layout",),
    ("segmentation",),
    ("io",),
    ("imaging", "formats"),
    ("records",),
    ("errors", "options", "reasons", "alphabet", "atomic_write", "boxes", "small_files"),
)
FLOOR = {folder: floor for floor, folders in enumerate(FLOORS) for folder in folders}
# Methods for people in notebooks, which import what draws and formats when they are called.
EXCEPTIONS = {("records", "output")}
LINES_MAX = 250


def imported(path):
    """The folders of the package that a module imports from, anywhere in it."""
    tree = ast.parse(path.read_text())
    names = chain.from_iterable(
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    parts = [name.split(".") for name in names if name.startswith("digitocr.")]
    return {name[1] for name in parts}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_point_down(path):
    home = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if home == "__init__":
        return
    upward = {folder for folder in imported(path) - {home} if FLOOR[folder] <= FLOOR[home]}
    assert {(home, folder) for folder in upward} <= EXCEPTIONS


def test_modules_are_read_in_one_sitting():
    lines = {str(path.relative_to(PACKAGE)): path.read_text().count("\n") for path in PACKAGE.rglob("*.py")}
    assert not {name for name, count in lines.items() if count > LINES_MAX}
