"""A trained page segmenter becomes what `digitocr read` runs, and an entry of the model's card."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitocr.evaluation.page_maps import intersection_over_union
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    PAGES_KERAS_FILE,
    PAGES_LITERT_FILE,
    Contract,
    file_sha256,
    read_contract,
    write_contract,
)
from digitocr.recognition.page_segmenter import (
    HEIGHT_RANGE_PX,
    MAP_NAMES,
    STRIDE,
    PageSegmenter,
    load_page_segmenter,
    stacked,
)
from digitocr.records import Gray
from digitocr.training.export import to_int8
from digitocr.training.page_network import with_probabilities
from digitocr.training.page_shards import Patches, load_patches

CALIBRATION_PATCHES = 200


def export_pages(
    model: keras.Model,
    calibration: Sequence[Gray],
    validation: Patches,
    contract: Contract,
    folder: Path,
    data: Sequence[dict[str, Any]] = (),
) -> Contract:
    """Write `pages.keras` and `pages.tflite` into `folder`, and list them in its card.

    Args:
        model: gives logits, and computes in float32.
        calibration: pictures (H, W) uint8 that show which values each layer takes.
        validation: what the figures in the card are of.
        contract: the card so far.
        folder: where the files go.
        data: what it was trained on: each with its name, licence and number of patches.

    Returns:
        The card with the files, and with an entry `pages`.
    """
    exported = with_probabilities(model)
    exported.save(folder / PAGES_KERAS_FILE)
    (folder / PAGES_LITERT_FILE).write_bytes(to_int8(exported, calibration, output=tf.uint8))
    scores = {
        name: scores_of(load_page_segmenter(folder / file), validation)
        for name, file in (("int8", PAGES_LITERT_FILE), ("float", PAGES_KERAS_FILE))
    }
    files = {name: file_sha256(folder / name) for name in (PAGES_KERAS_FILE, PAGES_LITERT_FILE)}
    entry = {
        "input": "gray, 0 black, any polarity; sides are multiples of 32",
        "maps": list(MAP_NAMES),
        "stride": STRIDE,
        "height_range_px": list(HEIGHT_RANGE_PX),
        "parameters": model.count_params(),
        "training": list(data),
        "intersection_over_union": scores,
    }
    contract = replace(contract, files=contract.files | files, pages=entry)
    write_contract(contract, folder / CONTRACT_FILE)
    return contract


def scores_of(segmenter: PageSegmenter, patches: Patches) -> dict[str, float]:
    """The intersection over union of each map, as `intersection_over_union`, rounded to four places."""
    pairs = (
        (stacked(segmenter.maps(picture)), truth)
        for picture, truth in zip(patches.pictures, patches.maps, strict=True)
    )
    return {name: round(share, 4) for name, share in intersection_over_union(pairs).items()}


def main() -> None:
    """`python -m digitocr.training.export_pages RUN/pages.keras VALIDATION.npz FOLDER SHARD...`."""
    model, validation, folder, *shards = map(Path, sys.argv[1:])
    pictures: list[NDArray[np.uint8]] = []
    for shard in shards:
        pictures += list(load_patches(shard).pictures[: CALIBRATION_PATCHES // len(shards)])
    network = keras.models.load_model(model, compile=False)
    contract = read_contract(folder / CONTRACT_FILE)
    contract = export_pages(
        network, pictures, load_patches(validation), contract, folder, contract.pages.get("training", [])
    )
    print(contract.pages["intersection_over_union"])


if __name__ == "__main__":
    main()
