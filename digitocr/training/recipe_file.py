"""A recipe file: the stages that make a model, in their order, and what each of them is told."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitocr.datasets.data import DRAWN, DataSpec
from digitocr.datasets.registry import DataSet, read_registry
from digitocr.errors import UsageError

RECIPE_KEYS = frozenset({"seed", "sets", "validation", "sources", "stage"})


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
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as a recipe ({error})") from error
    if set(entries) != RECIPE_KEYS:
        raise UsageError(
            f"{path}: a recipe has the entries {', '.join(sorted(RECIPE_KEYS))}; "
            f"here are {', '.join(entries)}"
        )
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
    if name == DRAWN:
        return DataSpec(DRAWN, entry["weight"], DRAWN)
    if name not in sets:
        raise UsageError(
            f"{path}: the source {name} is not in the registry of sets; it has {', '.join(sets)}"
        )
    return DataSpec(str(sets[name].found_in(data)), entry["weight"], entry["kind"], called=name)
