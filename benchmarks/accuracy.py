"""How many numbers and single digits are read right: `python -m benchmarks.accuracy DATA...`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from digitocr import DigitocrError
from digitocr.cli.console import console
from digitocr.evaluation.compare import Score, compare, tables_of
from digitocr.evaluation.engines import missing
from digitocr.evaluation.halves import read_halves
from digitocr.evaluation.pages import PageScore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data", nargs="+", help="a folder with labels.csv, fields.csv or labelled pages, MNIST's idx, or .npz"
    )
    parser.add_argument("--model", type=Path, help="a model's folder or file (the one that comes along)")
    parser.add_argument("--limit", type=int, default=1000, help="pictures a set for the others (%(default)s)")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="pictures of labels.csv are pages: its number is one among others",
    )
    parser.add_argument(
        "--halves", type=Path, help="a CSV file (set,file,half): each half has scores of its own"
    )
    parser.add_argument("--alone", action="store_true", help="leave the others out")
    parser.add_argument("--json", action="store_true", help="the scores as JSON")
    arguments = parser.parse_args()

    for name in missing() if not arguments.alone else ():
        print(f"{name} is not installed: left out", file=sys.stderr)
    scores: list[Score | PageScore] = []
    try:
        halves = read_halves(arguments.halves) if arguments.halves else None
        for place in arguments.data:
            scores += compare(
                place,
                arguments.model,
                limit=arguments.limit,
                whole=arguments.whole,
                alone=arguments.alone,
                halves=halves,
            )
    except (DigitocrError, ValueError) as error:
        parser.error(str(error))
    if arguments.json:
        print(json.dumps([{**asdict(score), "percent": score.percent} for score in scores], indent=2))
        return
    for table in tables_of(scores):
        console().print(table)


if __name__ == "__main__":
    main()
