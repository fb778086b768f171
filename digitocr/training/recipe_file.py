"""A recipe file: the stages that make a model, in their order, and what each of them is told."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitocr.datasets.data import DRAWN, DataSpec, check_spec
from digitocr.datasets.registry import DataSet, read_registry
from digitocr.errors import UsageError

# What each entry must be, and how that is said.
RECIPE_ENTRIES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "seed": (lambda value: type(value) is int and value >= 0, "a whole number from 0 on"),
    "sets": (lambda value: isinstance(value, str), "the path of a registry of sets"),
    "validation": (lambda value: type(value) in (int, float) and 0 <= value <= 0.5, "a share from 0 to 0.5"),
    "sources": (
        lambda value: isinstance(value, dict) and all(isinstance(entry, dict) for entry in value.values()),
        'a table a source, as mnist = { weight = 1.0, kind = "pen" }',
    ),
    "stage": (
        lambda value: isinstance(value, list) and all(isinstance(entry, dict) for entry in value),
        "[[stage]] tables",
    ),
}


@dataclass(frozen=True, slots=True)
class StageTable:
    """One stage of a recipe: what it is to `make`, and its options by name."""

    make: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a recipe file says.

    `sources` are the characters that the digit classifier learns from. `sets` is the registry of all sets, by
    which sources and other data are found in the folder `data` and checked. `sha256` is that of the recipe's
    text.
    """

    seed: int
    validation: float
    sources: Mapping[str, DataSpec]
    stages: tuple[StageTable, ...]
    sets: Mapping[str, DataSet]
    data: Path
    sha256: str

    def find(self, name: str) -> Path:
        """The place of a set, after a look at its SHA-256.

        Raises:
            UsageError: it is not registered, not there, or another one.
        """
        if name not in self.sets:
            raise UsageError(f"the registry of sets has no {name}; it has {', '.join(self.sets)}")
        return self.sets[name].found_in(self.data)


def read_recipe(path: Path, data: Path) -> Recipe:
    """Read a recipe; its sources are looked for, and compared with the registry, in the folder `data`.

    Raises:
        UsageError: the file cannot be read, an entry is missing or unknown, or a set is not the one named.
    """
    try:
        text = path.read_bytes()
        entries = tomllib.loads(text.decode())
    except OSError as error:
        raise UsageError(f"{path}: the recipe cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise UsageError(f"{path}: a recipe is TOML in UTF-8, and this is not ({error}); mend it") from error
    if set(entries) != set(RECIPE_ENTRIES):
        raise UsageError(
            f"{path}: a recipe has the entries {', '.join(sorted(RECIPE_ENTRIES))}; "
            f"here are {', '.join(entries) or 'none'}"
        )
    for key, (fits, expected) in RECIPE_ENTRIES.items():
        if not fits(entries[key]):
            raise UsageError(f"{path}: {key}: expected {expected}, got {entries[key]!r}")
    sets = read_registry(path.parent / entries["sets"])
    tables = [dict(table) for table in entries["stage"]]
    if any("make" not in table for table in tables):
        raise UsageError(f'{path}: every [[stage]] needs make = "..."')
    return Recipe(
        seed=entries["seed"],
        validation=entries["validation"],
        sources={name: _spec(path, name, entry, sets, data) for name, entry in entries["sources"].items()},
        stages=tuple(StageTable(table.pop("make"), table) for table in tables),
        sets=sets,
        data=data,
        sha256=hashlib.sha256(text).hexdigest(),
    )


def _spec(
    path: Path, name: str, entry: Mapping[str, Any], sets: Mapping[str, DataSet], data: Path
) -> DataSpec:
    """A source as `--data` would name it, with its licence and converter from the registry."""
    if set(entry) != {"weight", "kind"}:
        raise UsageError(f"{path}: the source {name} needs a weight and a kind, and nothing else")
    called = f"{path}: the source {name}"
    if name == DRAWN:
        return check_spec(DataSpec(DRAWN, entry["weight"], DRAWN), called)
    if name not in sets:
        raise UsageError(
            f"{path}: the source {name} is not in the registry of sets; it has {', '.join(sets)}"
        )
    check_spec(DataSpec(name, entry["weight"], entry["kind"]), called)
    return DataSpec(str(sets[name].found_in(data)), entry["weight"], entry["kind"], called=name)
