"""A trained page segmenter becomes what `digitocr read` runs, and an entry of the model's card."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from digitocr.evaluation.page_maps import intersection_over_union
from digitocr.layout.maps import HEIGHT_RANGE_PX, MAP_NAMES, STRIDE
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    PAGES_KERAS_FILE,
    PAGES_LITERT_FILE,
    Contract,
    file_sha256,
    read_contract,
    write_contract,
)
from digitocr.recognition.page_segmenter import load_page_segmenter, stacked
from digitocr.records import Gray
from digitocr.training.export import to_int8
from digitocr.training.page_network import with_probabilities
from digitocr.training.page_shards import Patches, load_patches

CALIBRATION_PATCHES = 60


def export_pages(
    model: keras.Model,
    calibration: Sequence[Gray],
    validation: Patches,
    folder: Path,
    *,
    data: Sequence[dict[str, Any]] = (),
) -> Contract:
    """Write `pages.keras` and `pages.tflite` into a model's folder, and list them in its card.

    Args:
        model: gives logits, and computes in float32.
        calibration: pictures (H, W) uint8 that show which values each layer takes.
        validation: what the figures in the card are of.
        folder: has the card so far.
        data: what it was trained on: each with its name, licence and number of patches.

    Returns:
        The card with the files, and with an entry `pages`.
    """
    exported = with_probabilities(model)
    exported.save(folder / PAGES_KERAS_FILE)
    (folder / PAGES_LITERT_FILE).write_bytes(to_int8(exported, calibration, output=tf.uint8))
    files = {name: file_sha256(folder / name) for name in (PAGES_KERAS_FILE, PAGES_LITERT_FILE)}
    entry = {
        "input": "gray, 0 black, any polarity; sides are multiples of 32",
        "maps": list(MAP_NAMES),
        "stride": STRIDE,
        "height_range_px": list(HEIGHT_RANGE_PX),
        "parameters": model.count_params(),
        "training": list(data),
        "intersection_over_union": scores_of(folder, validation),
    }
    contract = read_contract(folder / CONTRACT_FILE)
    contract = replace(contract, files=contract.files | files, pages=entry)
    write_contract(contract, folder / CONTRACT_FILE)
    return contract


def scores_of(folder: Path, patches: Patches) -> dict[str, dict[str, float]]:
    """The `intersection_over_union` of each map, by "int8" and "float" of a folder, to four places."""
    scores = {}
    for name, file in (("int8", PAGES_LITERT_FILE), ("float", PAGES_KERAS_FILE)):
        segmenter = load_page_segmenter(folder / file)
        maps = (stacked(segmenter.maps(picture)) for picture in patches.pictures)
        shares = intersection_over_union(zip(maps, patches.maps, strict=True))
        scores[name] = {map_name: round(share, 4) for map_name, share in shares.items()}
    return scores


def main(arguments: Sequence[str] | None = None) -> None:
    """Export a run of `fit_pages`."""
    parser = argparse.ArgumentParser(prog="python -m digitocr.training.export_pages", description=__doc__)
    parser.add_argument("model", type=Path, help="the pages.keras of a run")
    parser.add_argument("folder", type=Path, help="a model's folder, with digits.json")
    parser.add_argument("--validation", type=Path, required=True, help="the shard that the figures are of")
    parser.add_argument("--calibration", type=Path, nargs="+", required=True, help="shards of the training")
    parser.add_argument("--data", type=Path, help="JSON: what it was trained on, for the card")
    given = parser.parse_args(arguments)
    pictures: list[Gray] = []
    for shard in given.calibration:
        pictures += list(load_patches(shard).pictures[: CALIBRATION_PATCHES // len(given.calibration)])
    network = keras.models.load_model(given.model, compile=False)
    data = json.loads(given.data.read_text(encoding="utf-8")) if given.data else []
    card = export_pages(network, pictures, load_patches(given.validation), given.folder, data=data)
    print(json.dumps(card.pages["intersection_over_union"], indent=2))


if __name__ == "__main__":
    main()
