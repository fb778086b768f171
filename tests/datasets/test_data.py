import gzip
import struct

import cv2
import numpy as np
import pytest

from digitocr.datasets.data import DataSpec, Split, parse_data, plan_epoch, split
from digitocr.datasets.pictures import Pictures, class_of, ink_of, to_crops, without_frame
from digitocr.datasets.readers import read_labelled
from digitocr.datasets.sources import load_sources, parse_named
from digitocr.errors import UsageError


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    data = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def test_idx_files_plain_and_packed(tmp_path, digit_crops):
    crops, labels = digit_crops
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", crops[:50])
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels[:50])
    write_idx(tmp_path / "t10k-images-idx3-ubyte", crops[50:70])
    write_idx(tmp_path / "t10k-labels-idx1-ubyte.gz", labels[50:70])
    found = read_labelled(tmp_path)
    assert np.array_equal(found.train.images, crops[:50])
    assert found.test.labels == [str(label) for label in labels[50:70]]


@pytest.mark.parametrize("damage", ["magic", "short"])
def test_broken_idx_is_named(tmp_path, digit_crops, damage):
    crops, labels = digit_crops
    for part in ("train", "t10k"):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", crops[:5])
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", labels[:5])
    file = tmp_path / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-9] if damage == "short" else b"\1" + file.read_bytes()[1:])
    with pytest.raises(UsageError, match="train-images-idx3-ubyte"):
        read_labelled(tmp_path)


def test_crops_come_back_as_they_are(digits_npz, digit_crops):
    source = load_sources([DataSpec(str(digits_npz))], 0.1)[0]
    assert len(source.train) + len(source.validation) == 300
    assert np.array_equal(source.test.crops, digit_crops[0][300:])


def test_dark_on_light_pages_are_normalised(tmp_path, digit_pages, digit_crops):
    pages, labels = digit_pages
    np.savez(tmp_path / "pages.npz", x=pages, label=labels.astype(str), licence="CC0")
    source = load_sources([DataSpec(str(tmp_path / "pages.npz"))], 0.0)[0]
    assert source.licence == "CC0"
    assert np.array_equal(source.train.labels, labels)
    difference = np.abs(source.train.crops.astype(int) - digit_crops[0]).mean()
    assert difference < 10


def test_folder_for_each_class_and_labels_csv_agree(tmp_path, digit_pages):
    pages, labels = digit_pages
    rows = ["file,label"]
    for i in range(20):
        folder = tmp_path / "classes" / str(labels[i])
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{i:02}.png"), pages[i])
        rows.append(f"classes/{labels[i]}/{i:02}.png,{labels[i]}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    by_class = read_labelled(tmp_path / "classes").train
    by_list = read_labelled(tmp_path).train
    assert sorted(by_class.labels) == sorted(by_list.labels)
    assert {image.tobytes() for image in by_class.images} == {image.tobytes() for image in by_list.images}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,label\na.png,12\n", "one character a picture"),
        ("file,label\na.png,\n", "labelled ''"),
        ("file,value\na.png,1\n", "columns file and label"),
        ("file,label\n", "lists no pictures"),
        ("file,label\nmissing.png,1\n", r"missing\.png"),
    ],
)
def test_labels_csv_that_cannot_teach(tmp_path, text, message):
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_labelled(tmp_path)


def test_data_that_is_not_there_or_not_data(tmp_path):
    (tmp_path / "set.npz").write_bytes(b"no zip")
    (tmp_path / "set.txt").write_text("1")
    (tmp_path / "empty").mkdir()
    np.savez(tmp_path / "keys.npz", a=np.zeros(3))
    np.savez(tmp_path / "shapes.npz", x=np.zeros((3, 28, 28), np.uint8), y=np.zeros(4))
    for name in ("nowhere", "set.npz", "set.txt", "empty", "keys.npz", "shapes.npz"):
        with pytest.raises(UsageError, match=name):
            read_labelled(tmp_path / name)


def test_classes_of_labels():
    assert [class_of(label) for label in ("3", "minus", "10", "O", "Greek/character01")] == [
        3,
        10,
        10,
        None,
        10,
    ]


def test_look_alikes_are_left_out(digit_pages):
    crops, classes = to_crops(Pictures(digit_pages[0][:4], ["1", "l", "x", "S"]))
    assert classes.tolist() == [1, 10]
    assert crops.shape == (2, 28, 28)


def test_ink_is_the_same_on_any_paper(digit_pages):
    page = digit_pages[0][8]
    dim = (page * 0.6).astype(np.uint8)
    bright, dull = ink_of(page, dark_on_light=True), ink_of(dim, dark_on_light=True)
    assert bright[0, 0] == dull[0, 0] == 0
    assert np.abs(bright.astype(int) - dull).max() < 40
    assert not ink_of(np.full((9, 9), 200, np.uint8), dark_on_light=True).any()


def test_frame_goes_and_a_wide_zero_stays():
    frame = np.zeros((40, 40), np.uint8)
    cv2.rectangle(frame, (1, 1), (38, 38), 255, 1)
    assert np.array_equal(without_frame(frame), frame)
    both = frame.copy()
    cv2.putText(both, "4", (13, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    assert not (without_frame(both) > 0)[1].any()
    assert (without_frame(both) > 0).any()


def test_split_is_stratified_and_by_seed(digit_crops):
    part = Split(*digit_crops)
    train, aside = split(part, 0.25, seed=3)
    assert np.bincount(aside.labels).tolist() == [10] * 10
    assert len(train) == 300
    assert np.array_equal(split(part, 0.25, seed=3)[1].crops, aside.crops)
    assert not np.array_equal(split(part, 0.25, seed=4)[1].crops, aside.crops)


def test_an_epoch_mixes_by_weight_and_takes_crops_in_turn():
    epochs = [plan_epoch([100, 30], [3, 1], 40, seed=1, epoch=epoch) for epoch in range(4)]
    for chosen, _ in epochs:
        assert np.bincount(chosen).tolist() == [30, 10]
    small = np.concatenate([indices[chosen == 1] for chosen, indices in epochs[:3]])
    assert sorted(small) == list(range(30))


def test_parsing():
    assert parse_data("a/b.npz") == DataSpec("a/b.npz", 1.0, "pen")
    assert parse_data("a.npz=0.25,printed") == DataSpec("a.npz", 0.25, "printed")
    assert parse_data("drawn=2") == DataSpec("drawn", 2.0, "drawn")
    for wrong in ("a=b", "a=0", "a=-1", "a=nan", "a=1,fancy"):
        with pytest.raises(UsageError, match="--data"):
            parse_data(wrong)
    with pytest.raises(UsageError, match="NAME:TEXT"):
        parse_named(["MIT"], "--licence", "NAME:TEXT")


def test_sources_that_cannot_be_told_apart_or_are_unknown(digits_npz):
    spec = DataSpec(str(digits_npz))
    with pytest.raises(UsageError, match="one name"):
        load_sources([spec, spec], 0.1)
    with pytest.raises(UsageError, match="no --data is named other"):
        load_sources([spec], 0.1, licences={"other": "MIT"})
    with pytest.raises(UsageError, match="every picture is left out"):
        load_sources([spec], 0.1, left_out=[("drawings", str(d)) for d in range(9)] + [("drawings", "9")])


def test_negatives_alone_teach_no_digits(tmp_path, digit_crops):
    np.savez(tmp_path / "letters.npz", x=digit_crops[0], label=np.full(len(digit_crops[1]), "x"))
    with pytest.raises(UsageError, match="no digits"):
        load_sources([DataSpec(str(tmp_path / "letters.npz"))], 0.1)
