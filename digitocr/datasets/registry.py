"""The registry of sets: what each is, whose it is, and the SHA-256 of what was trained on.

The pattern is that of pooch (L. Uieda et al., "Pooch: A friend to fetch your data files", 2020). Nothing is
fetched: the sets come from many places, some of which ask to be visited, so that whoever trains brings them.
"""

import hashlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitocr.errors import UsageError

DATASET_KEYS = frozenset({"title", "source", "licence", "attribution", "converter", "path", "sha256"})


@dataclass(frozen=True, slots=True)
class DataSet:
    """One set of the registry.

    `path` is where it stands under the folder of all data, a file or a folder. `sha256` is one sum, of the
    file or of the folder's listing, or a sum for each file that counts in the folder. `converter` names the
    function that reads it.
    """

    name: str
    title: str
    source: str
    licence: str
    attribution: str
    converter: str
    path: str
    sha256: str | Mapping[str, str]

    def found_in(self, folder: Path) -> Path:
        """Where the set is, after a check that it is the one that the registry names.

        Raises:
            UsageError: it is not there, or its SHA-256 is another.
        """
        root = folder / self.path
        sums = {root / file: wanted for file, wanted in _sums(self.sha256).items()}
        for file, wanted in sums.items():
            if not file.exists():
                raise UsageError(f"{file}: the set {self.name} is not there; bring it from {self.source}")
            if listing_sha256(file) != wanted:
                raise UsageError(
                    f"{file}: not the {self.name} that the registry names (SHA-256 differs); "
                    f"bring it from {self.source} again, or change its sha256 if this is a newer one"
                )
        return root


def read_registry(path: Path) -> dict[str, DataSet]:
    """The sets of a registry file, by name.

    Raises:
        UsageError: the file cannot be read, or an entry lacks a key or has one too many.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as a registry of sets ({error})") from error
    for name, entry in entries.items():
        if not isinstance(entry, dict) or set(entry) != DATASET_KEYS:
            raise UsageError(
                f"{path}: the set {name} needs the keys {', '.join(sorted(DATASET_KEYS))}, and no others"
            )
    return {name: DataSet(name, **entry) for name, entry in entries.items()}


def listing_sha256(path: Path) -> str:
    """SHA-256 of a file; of a folder that of its listing, a line `sum  name` for each file, by name.

    Raises:
        OSError: a file cannot be read.
    """
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    lines = "".join(f"{listing_sha256(path / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()


def notice(sets: Mapping[str, DataSet]) -> str:
    """The text of NOTICE: whom the licences of the sets ask to name."""
    lines = [
        "digitocr",
        "Copyright the digitocr maintainers. Licensed under the Apache License, Version 2.0.",
        "",
        "The model files in models/ were trained on the sets below; none of them is part of this package.",
        "What was changed: pictures were brought to one size and polarity, and some were left out.",
    ]
    for entry in sets.values():
        lines += ["", f"{entry.name}: {entry.title}", f"  from     {entry.source}"]
        lines += [f"  licence  {entry.licence}", f"  by       {entry.attribution}"]
    return "\n".join(lines) + "\n"


def _sums(sha256: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"": sha256} if isinstance(sha256, str) else sha256


if __name__ == "__main__":
    sys.stdout.write(notice(read_registry(Path(sys.argv[1]))))
