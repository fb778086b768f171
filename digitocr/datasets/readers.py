"""The file formats that labelled characters come in: idx, npz, a folder a class, labels.csv."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.pictures import Pictures
from digitocr.errors import UsageError
from digitocr.records import Gray
from digitocr.small_files import MAX_LIST_BYTES, read_small

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
_IDX_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
MNIST_LICENCE = "CC BY-SA 3.0, Y. LeCun and C. Cortes"
_FORMS = (
    "expected MNIST's idx files, an .npz with x and y (or label), a folder for each class, "
    "or a labels.csv with the columns file,label"
)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """What one path holds. `test` is what its makers set aside, and `licence` what they say of use."""

    train: Pictures
    test: Pictures | None = None
    licence: str = ""


def read_labelled(path: Path) -> Labelled:
    """Read labelled pictures in whichever of the known forms they are.

    Raises:
        UsageError: there is nothing at `path`, or not in a known form, or it contradicts itself.
    """
    check_place(path)
    try:
        if path.suffix == ".npz":
            return _read_npz(path)
        if path.suffix == ".csv":
            return Labelled(_read_csv(path))
        return _read_folder(path)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path}: cannot be read as training data ({error}); {_FORMS}") from error


def check_place(path: Path) -> None:
    """Check that a path is one of the known forms by its name; nothing is read.

    Raises:
        UsageError: there is nothing at `path`, or what is there is in no known form.
    """
    if not path.exists():
        raise UsageError(f"{path}: there is no such data; {_FORMS}")
    if not (path.is_dir() or path.suffix in (".npz", ".csv")):
        raise UsageError(f"{path}: not a known form of training data; {_FORMS}")


def read_image(path: Path) -> Gray:
    """One picture in gray, (h, w) uint8.

    Raises:
        UsageError: the file is missing or not a picture.
    """
    try:
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error) as error:
        raise UsageError(f"{path}: cannot be read as a picture ({error})") from error
    if image is None:
        raise UsageError(f"{path}: not a picture that OpenCV reads; take it out of the training data")
    return image  # type: ignore[return-value]


def read_rows(path: Path) -> Iterator[tuple[Path, str]]:
    """The (picture, label) pairs of a CSV with the columns file and label; files are beside the CSV.

    Raises:
        UsageError: it cannot be read, is no CSV in UTF-8, or a column is missing.
    """
    try:
        text = read_small(path, MAX_LIST_BYTES).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if not {"file", "label"} <= set(rows.fieldnames or ()):
            raise UsageError(f"{path}: needs the columns file and label; add them")
        for row in rows:
            yield path.parent / (row["file"] or ""), (row["label"] or "").strip()
    except OSError as error:
        raise UsageError(f"{path}: the list of labels cannot be read ({error.strerror})") from error
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path}: not a CSV in UTF-8 ({error}); save it as that") from error


def _read_folder(path: Path) -> Labelled:
    if _idx_file(path, _IDX_FILES["train"][0]):
        return Labelled(_read_idx_pair(path, "train"), _read_idx_pair(path, "test"), MNIST_LICENCE)
    if (path / "labels.csv").is_file():
        return Labelled(_read_csv(path / "labels.csv"))
    pairs = [
        (file, folder.name)
        for folder in sorted(path.iterdir())
        if folder.is_dir()
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in IMAGE_SUFFIXES
    ]
    if not pairs:
        raise UsageError(f"{path}: this folder holds no training data; {_FORMS}")
    return Labelled(Pictures([read_image(file) for file, _ in pairs], [label for _, label in pairs]))


def _read_csv(path: Path) -> Pictures:
    pairs = list(read_rows(path))
    for file, label in pairs:
        if not label or (len(label) > 1 and label.isdecimal()):
            raise UsageError(
                f"{path}: {file.name} is labelled {label!r}; training takes one character a picture"
            )
    if not pairs:
        raise UsageError(f"{path}: lists no pictures")
    return Pictures([read_image(file) for file, _ in pairs], [label for _, label in pairs])


def _read_npz(path: Path) -> Labelled:
    with np.load(path, allow_pickle=False) as arrays:
        if "x_train" in arrays:
            train = _pictures(path, arrays["x_train"], arrays["y_train"])
            return Labelled(train, _pictures(path, arrays["x_test"], arrays["y_test"]), _licence(arrays))
        labels = next((arrays[name] for name in ("label", "y") if name in arrays), None)
        if "x" not in arrays or labels is None:
            raise UsageError(
                f"{path}: holds {', '.join(arrays)}; expected x and y, x and label, or x_train etc."
            )
        return Labelled(_pictures(path, arrays["x"], labels), licence=_licence(arrays))


def _licence(arrays: np.lib.npyio.NpzFile) -> str:
    return str(arrays["licence"]) if "licence" in arrays else ""


def _pictures(path: Path, images: NDArray[np.generic], labels: NDArray[np.generic]) -> Pictures:
    images = images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images
    if images.ndim != 3 or images.dtype != np.uint8 or labels.shape != images.shape[:1] or not len(images):
        raise UsageError(
            f"{path}: pictures {images.shape} {images.dtype} with labels {labels.shape}; "
            "expected (N, h, w) uint8 and (N,)"
        )
    return Pictures(images.astype(np.uint8, copy=False), [str(label) for label in labels])


def _read_idx_pair(path: Path, part: str) -> Pictures:
    files = [_idx_file(path, name) for name in _IDX_FILES[part]]
    if None in files:
        raise UsageError(f"{path}: MNIST needs {' and '.join(_IDX_FILES[part])} (also .gz), side by side")
    images, labels = (_read_idx(file) for file in files if file)
    return _pictures(path, images, labels)


def _idx_file(folder: Path, name: str) -> Path | None:
    names = (name, f"{name}.gz", name.replace("-idx", ".idx"))
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """An idx file: two zero bytes, type 8 (unsigned byte), the number of axes, their lengths, the data."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise UsageError(f"{path}: not an idx file of bytes")
    axes = data[3]
    shape = tuple(int(n) for n in np.frombuffer(data, ">u4", axes, offset=4))
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * axes)
    if values.size != int(np.prod(shape)):
        raise UsageError(f"{path}: holds {values.size} bytes where its header says {shape}; fetch it again")
    return values.reshape(shape)
