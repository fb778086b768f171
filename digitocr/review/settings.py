"""How a store's inputs were read: its options as the records that reading takes."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from digitocr.options import Engine, LoadOptions, ReadOptions
from digitocr.store.store import Store


def load_options(options: str) -> LoadOptions:
    """How files became pages, from a run's options in JSON."""
    return LoadOptions(**_known(json.loads(options), LoadOptions))


def read_options(options: str, folder: Path) -> ReadOptions:
    """How pages became readings, from a run's options in JSON; `folder` is where their paths begin."""
    known = _known(json.loads(options), ReadOptions)
    known["templates"] = tuple(folder / name for name in known.get("templates", ()))
    return ReadOptions(**known)


def _known(options: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """What of the options is a kind's; a store may come from a digitocr that had others."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in options.items() if name in names}


def last_run(store: Store) -> tuple[ReadOptions, Path | None, Engine]:
    """The reading options, the model's path and the engine of the run that read last."""
    row = store.row("SELECT options, folder, model_path, engine FROM run ORDER BY id DESC LIMIT 1")
    if row is None:
        return ReadOptions(), None, "litert"
    folder = Path(row["folder"])
    path = folder / row["model_path"] if row["model_path"] else None
    return read_options(row["options"], folder), path, row["engine"]
