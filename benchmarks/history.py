"""How many numbers were right, by commit: `python -m benchmarks.history DATA...` adds to history.jsonl."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from digitocr import DigitocrError
from digitocr.cli.console import console
from digitocr.evaluation.compare import compare, tables_of
from digitocr.evaluation.pages import PageScore
from digitocr.recognition.classifier import find_model
from digitocr.recognition.contract import CONTRACT_FILE, read_contract
from digitocr.training.provenance import commit

HISTORY = Path(__file__).with_name("history.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", help="as benchmarks.accuracy takes it")
    parser.add_argument("--model", type=Path, help="a model's folder or file (the one that comes along)")
    parser.add_argument("--output", type=Path, default=HISTORY, help="the file to add to (%(default)s)")
    arguments = parser.parse_args()
    try:
        scores = [
            score
            for location in arguments.data
            for score in compare(location, arguments.model, limit=1000, alone=True)
        ]
        card = read_contract(find_model(arguments.model).parent / CONTRACT_FILE)
    except (DigitocrError, ValueError) as error:
        parser.error(str(error))
    for table in tables_of(scores):
        console().print(table)
    right = {
        f"{score.data}, {score.engine}": [score.found, score.numbers]
        if isinstance(score, PageScore)
        else [score.right, score.pictures]
        for score in scores
    }
    entry = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "model": card.files,
        "right_of": right,
    }
    with arguments.output.open("a", encoding="utf-8") as history:
        history.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
