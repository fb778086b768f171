import numpy as np

from digitocr.training.augment import AUGMENTATIONS, Augmentation, augment_batch, elastic_bank


def test_nothing_asked_for_changes_nothing(digit_crops):
    crops = digit_crops[0][:10]
    varied = augment_batch(crops, [Augmentation()] * 10, crops, elastic_bank(1, 4), np.random.default_rng(1))
    assert np.array_equal(varied, crops)


def test_the_same_seed_gives_the_same_crops(digit_crops):
    crops = digit_crops[0][:50]
    bank = elastic_bank(1, 8)
    kinds = [AUGMENTATIONS["pen"]] * 50
    first, second = (augment_batch(crops, kinds, crops, bank, np.random.default_rng(2)) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.dtype == np.uint8
    assert 1 < np.abs(first.astype(int) - crops).mean() < 60


def test_drawn_crops_are_varied_less_than_collected_ones(digit_crops):
    crops = digit_crops[0][:200]
    bank = elastic_bank(1, 8)
    changes = {
        name: np.abs(
            augment_batch(crops, [kind] * 200, crops, bank, np.random.default_rng(2)) - crops.astype(int)
        ).mean()
        for name, kind in AUGMENTATIONS.items()
    }
    assert changes["drawn"] < changes["printed"] < changes["pen"]


def test_bank_is_smooth_and_has_no_drift():
    bank = elastic_bank(3, 16)
    assert np.allclose(bank.mean((2, 3)), 0, atol=1e-5)
    assert np.allclose(np.mean(bank**2, (1, 2, 3)), 1, atol=1e-4)
    assert np.abs(np.diff(bank, axis=3)).mean() < 0.4
