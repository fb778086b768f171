import re

import pytest
from PIL import Image

from digitocr.errors import InputError
from digitocr.io.file_types import FILE_TYPES, HEAD_BYTES, INPUT_SUFFIXES, recognise

DRAWN = [file_type for file_type in FILE_TYPES if file_type.decoder[0]]


@pytest.mark.parametrize("file_type", DRAWN, ids=lambda file_type: file_type.title)
def test_a_file_is_recognised_by_its_first_bytes(file_type, tmp_path):
    if file_type.extra:
        pytest.importorskip(file_type.decoder[1].partition(".")[0]).register_heif_opener()
    file = tmp_path / "page"
    Image.new("L", (64, 48), 255).save(file, format=file_type.decoder[0])
    assert recognise(file.read_bytes()[:HEAD_BYTES]) is file_type


def test_no_two_types_share_a_suffix():
    assert len(INPUT_SUFFIXES) == len(set(INPUT_SUFFIXES))


def test_what_is_no_image_is_told_which_types_are_read():
    with pytest.raises(InputError) as error:
        recognise(b"<html>")
    assert all(re.search(rf"\b{file_type.title}\b", str(error.value)) for file_type in FILE_TYPES)
