"""How well a model's page segmenter labels pixels: `python -m benchmarks.page_maps OUT/maps.npz`.

`python -m benchmarks.drawn OUT --data data` draws those patches.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from digitocr.training.export_pages import scores_of
from digitocr.training.page_shards import load_patches

MODEL = Path(__file__).parents[1] / "models"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print, as JSON, the intersection over union of each map in 8 bits and in float."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_maps", description=__doc__)
    parser.add_argument("patches", type=Path, help="a shard of drawn patches with their maps (.npz)")
    parser.add_argument("--model", type=Path, default=MODEL, help="a model's folder (%(default)s)")
    given = parser.parse_args(arguments)
    print(json.dumps(scores_of(given.model, load_patches(given.patches)), indent=2))


if __name__ == "__main__":
    main()
