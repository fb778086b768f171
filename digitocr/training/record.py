"""Write on a model's card how a part was trained outside of `digitocr train --recipe`.

    python -m digitocr.training.record models real_lines-2 --minutes 66 --set 'line_rounds = 30'

The record is what the step of the recipe would leave, with what was otherwise named by `--set`.
"""

import argparse
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from digitocr.datasets.registry import read_registry
from digitocr.errors import UsageError
from digitocr.recognition.contract import CONTRACT_FILE, file_sha256, read_contract, write_contract
from digitocr.training.order import sums_of
from digitocr.training.plan import plan
from digitocr.training.run import record_of
from digitocr.training.settings import TrainOptions


def recorded(recipe: Path, name: str, changed: Sequence[str], about: dict[str, Any]) -> dict[str, Any]:
    """The record of a recipe's step `name`, with options `changed` as TOML has them, and `about` it.

    Raises:
        UsageError: the recipe has no such step, or the step no such option.
    """
    text = recipe.read_bytes()
    entries = tomllib.loads(text.decode())
    base = TrainOptions(seed=entries["seed"], validation=entries["validation"])
    tables = [dict(table) for table in entries["stage"]]
    stages = [(table.pop("make"), table) for table in tables]
    steps = dict(zip((step.name for step in plan(stages, base, {})), stages, strict=True))
    if name not in steps:
        raise UsageError(f"{recipe}: there is no step {name}; there are {', '.join(steps)}")
    make, table = steps[name]
    (step,) = plan([(make, table | tomllib.loads("\n".join(changed)))], base, {})
    sets = read_registry(recipe.parent / entries["sets"])
    sums = {"data": {name: sums_of(entry) for name, entry in sets.items()}}
    return record_of(make, step.options, {"recipe": hashlib.sha256(text).hexdigest(), **sums, **about})


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a record, and tell the card's new SHA-256."""
    parser = argparse.ArgumentParser(prog="python -m digitocr.training.record", description=__doc__)
    parser.add_argument("model", type=Path, help="a model's folder")
    parser.add_argument("step", help="the recipe's step that made the part, such as real_lines-2")
    parser.add_argument("--recipe", type=Path, default=Path("models/recipe.toml"), help="(%(default)s)")
    parser.add_argument("--set", nargs="*", default=[], help="options as they were: 'line_rounds = 30'")
    parser.add_argument("--minutes", type=float, help="how long it took")
    parser.add_argument("--date", help="when it ended, as 2026-11-27 (today)")
    parser.add_argument("--commit", help="of the code that ran (this one)")
    parser.add_argument("--start", nargs="*", type=Path, default=[], help="networks that it went on from")
    parser.add_argument("--figure", nargs="*", default=[], help="NAME=NUMBER")
    parser.add_argument("--note", help="what else is to be known")
    parser.add_argument("--versions-unknown", action="store_true", help="they are not those of today")
    given = parser.parse_args(arguments)
    about: dict[str, Any] = {"minutes": given.minutes, "note": given.note, "date": given.date}
    about["commit"] = given.commit
    about["start"] = {path.name: file_sha256(path) for path in given.start}
    about["figures"] = {name: float(number) for name, _, number in (f.partition("=") for f in given.figure)}
    about = {key: value for key, value in about.items() if value}
    try:
        record = recorded(given.recipe, given.step, given.set, about)
    except (OSError, ValueError, UsageError) as error:
        parser.error(str(error))
    if given.versions_unknown:
        del record["versions"]
    card = read_contract(given.model / CONTRACT_FILE)
    write_contract(replace(card, runs=card.runs | {given.step: record}), given.model / CONTRACT_FILE)
    print(f"{given.step} is on the card; its SHA-256 is {file_sha256(given.model / CONTRACT_FILE)}")


if __name__ == "__main__":
    main()
