import csv
from dataclasses import replace

import numpy as np
import pytest

from digitocr.datasets.data import DataSpec
from digitocr.datasets.sources import load_sources
from digitocr.errors import UsageError
from digitocr.training.augment import elastic_bank
from digitocr.training.feed import batches
from digitocr.training.settings import TrainOptions

OPTIONS = TrainOptions(
    network="mlp",
    epochs=2,
    epoch_samples=600,
    batch_size=50,
    averaging=0.9,
    validation=0.1,
    learning_rate=2e-3,
)


@pytest.fixture(scope="module")
def sources(digits_npz):
    return load_sources([DataSpec(str(digits_npz))], OPTIONS.validation)


def test_batches_do_not_depend_on_the_number_of_workers(sources):
    bank = elastic_bank(1, 16)
    one, three = (list(batches(sources, bank, replace(OPTIONS, workers=n), epoch=2)) for n in (1, 3))
    assert len(one) == 12
    for (crops, classes), (others, other_classes) in zip(one, three, strict=True):
        assert crops.shape == (50, 28, 28, 1)
        assert np.array_equal(crops, others)
        assert np.array_equal(classes, other_classes)


def test_training_learns_resumes_and_leaves_a_history(sources, tmp_path):
    pytest.importorskip("keras")
    from digitocr.training.fit import fit, logits_of

    lines = []
    options = replace(OPTIONS, epochs=6)
    whole = fit(sources, options, tmp_path / "whole", log=lines.append)
    assert len(lines) == 7
    test = sources[0].test
    assert np.mean(logits_of(whole, test.crops).argmax(1) == test.labels) > 0.8

    def stop(items, what, count):
        if what == "epoch 4 of 6":
            raise KeyboardInterrupt
        return items

    with pytest.raises(KeyboardInterrupt):
        fit(sources, options, tmp_path / "parts", watch=stop, log=lines.append)
    resumed = fit(sources, options, tmp_path / "parts", resume=True, log=lines.append)
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(a, b, atol=1e-6)
    rows = list(csv.DictReader((tmp_path / "parts" / "history.csv").open()))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert (tmp_path / "parts" / "history.png").stat().st_size > 1000
    with pytest.raises(UsageError, match="seed was 1"):
        fit(sources, replace(options, seed=2), tmp_path / "parts", resume=True)


def test_resume_without_a_run(sources, tmp_path):
    pytest.importorskip("keras")
    from digitocr.training.fit import fit

    with pytest.raises(UsageError, match="no run to resume"):
        fit(sources, OPTIONS, tmp_path, resume=True)
