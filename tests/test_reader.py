import cv2
import numpy as np
import pytest
from material import draw_number
from PIL import Image

from digitocr import InputError, LoadOptions, ModelError, Reader, ReadOptions, UsageError


@pytest.fixture
def reader(toy_model):
    return Reader(model=toy_model, layout="line")


def found(document):
    return [(reading.text, reading.confidence, reading.box) for reading in document.readings]


def test_all_ways_to_give_an_image_read_alike(reader, scans):
    path = scans / "n3.png"
    gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    color = np.dstack([gray] * 3)
    expected = found(reader.read(path))
    assert expected
    others = [
        str(path),
        path.read_bytes(),
        gray,
        color,
        Image.open(path),
        Image.fromarray(color),
        gray[:, ::-1][:, ::-1],
    ]
    assert [found(reader.read(image)) for image in others] == [expected] * len(others)


def test_documents_are_named_after_their_file(reader, scans):
    assert reader.read(scans / "n3.png").source == str(scans / "n3.png")
    assert reader.read(draw_number("12")).source == "<image>"


def test_transparent_is_white(reader):
    gray = draw_number("407")
    seen = Image.fromarray(np.dstack([np.zeros_like(gray)] * 3 + [255 - gray]), "RGBA")
    assert found(reader.read(seen)) == found(reader.read(gray))


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "RGBA", "LA"])
def test_all_kinds_of_pillow_images_are_read(reader, mode):
    assert found(reader.read(Image.fromarray(draw_number("88")).convert("RGB").convert(mode)))


def test_many_files_give_a_document_each(reader, scans):
    paths = [scans / "n1.png", scans / "none.png", scans / "n2.png"]
    documents = list(reader.read_many(paths))
    assert [document.source for document in documents] == [str(path) for path in paths]
    assert [len(document.failures) for document in documents] == [0, 1, 0]
    assert found(documents[2]) == found(reader.read(paths[2]))


def test_a_batch_has_names_of_its_own(reader, scans):
    batch = [
        ("first", scans / "n1.png"),
        ("second", (scans / "n2.png").read_bytes()),
        ("bad", b"no image"),
        ("gone", str(scans / "none.png")),
        ("first", scans / "n1.png"),
    ]
    documents = reader.read_batch(batch)
    assert [document.source for document in documents] == [name for name, _ in batch]
    assert [found(document) for document in documents[:2]] == [
        found(reader.read(scans / "n1.png")),
        found(reader.read(scans / "n2.png")),
    ]
    assert found(documents[4]) == found(documents[0])
    errors = [failure.error for document in documents for failure in document.failures]
    assert [error.partition(":")[0] for error in errors] == ["bad", "gone"]


def test_a_long_file_of_a_batch_has_all_its_pages(reader, tmp_path):
    pages = [Image.fromarray(draw_number(str(number))) for number in range(70, 110)]
    pages[0].save(tmp_path / "long.tif", save_all=True, append_images=pages[1:])
    by_path, by_bytes = reader.read_batch(
        [("a", tmp_path / "long.tif"), ("b", (tmp_path / "long.tif").read_bytes())]
    )
    assert [page.page for page in by_path.pages] == list(range(1, 41))
    assert {page.source for page in by_path.pages} == {"a"}
    assert found(by_path) == found(by_bytes)


def test_a_batch_of_nothing_is_nothing(reader):
    assert reader.read_batch([]) == []


def test_many_files_on_two_processes_give_the_same(reader, scans):
    paths = sorted(scans.iterdir()) * 4
    assert list(reader.read_many(paths, jobs=2)) == list(reader.read_many(paths))


def test_options_reach_the_readings(toy_model, scans):
    (reading,) = (
        Reader(model=toy_model, layout="digit", min_confidence=0.0, n_best=2).read(scans / "n1.png").readings
    )
    assert reading.status in ("accept", "blank")
    assert len(reading.alternatives) <= 2


def test_the_model_is_loaded_once(reader, scans, monkeypatch):
    reader.read(scans / "n1.png")
    monkeypatch.setattr("digitocr.reader.open_reader", None)
    assert reader.read(scans / "n2.png").readings


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("none.png", "none.png: no such file"),
        (b"", "empty"),
        (b"text", "not an image"),
        (np.zeros((4, 4), np.float32), "float32"),
        (np.zeros((0, 4), np.uint8), r"\(0, 4\)"),
        (np.zeros((4, 4, 4), np.uint8), r"\(4, 4, 4\)"),
        (7, "int is no image"),
    ],
)
def test_what_is_no_image_is_told(reader, image, message):
    with pytest.raises(InputError, match=message):
        reader.read(image)


def test_a_missing_model_is_told_at_the_first_reading(tmp_path):
    reader = Reader(model=tmp_path / "none")
    with pytest.raises(ModelError, match="no such model"):
        reader.read(draw_number("1"))


def test_a_wrong_page_range_is_told(toy_model, scans):
    with pytest.raises(UsageError, match="page range"):
        Reader(model=toy_model, pages="a-b").read(scans / "n1.png")


def test_options_are_given_as_records_or_one_by_one(toy_model, scans):
    read = ReadOptions(layout="line", n_best=2)
    one_by_one = Reader(model=toy_model, layout="line", n_best=2).read(scans / "n1.png")
    assert Reader(model=toy_model, read=read).read(scans / "n1.png") == one_by_one
    assert Reader(model=toy_model, read=read, layout="page").read(scans / "n1.png") != one_by_one
    with pytest.raises(InputError, match="megapixels"):
        Reader(model=toy_model, load=LoadOptions(max_megapixels=0.001)).read(scans / "n1.png")


def test_an_option_of_no_such_name_is_refused():
    with pytest.raises(TypeError, match=r"no option lay_out; expected one of .*layout"):
        Reader(lay_out="line")
