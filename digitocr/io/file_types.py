"""The register of file types that are read.

A new type is an entry here, and a decoder of ours where Pillow has none.
"""

import re
from dataclasses import dataclass

from digitocr.errors import InputError

HEAD_BYTES = 1024  # a PDF may begin with up to so many bytes of something else


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file: what people call it, and the suffixes by which it is taken from folders.

    A file is of this type if its first bytes match `signature`, or if the `ftyp` box at its start (ISO base
    media file format) names one of `brands`. `decoder` is Pillow's name of the format, and the module that
    decodes it; `extra` is the extra of digitocr that installs this module, if it is optional. A `multipage`
    file is opened page by page, by a class of its own.
    """

    title: str
    suffixes: tuple[str, ...]
    signature: bytes = rb"(?!)"
    brands: frozenset[bytes] = frozenset()
    decoder: tuple[str, str] = ("", "")
    extra: str = ""
    multipage: bool = False

    def matches(self, head: bytes) -> bool:
        """Whether `head`, the first bytes of a file, is of this type."""
        if re.match(self.signature, head, re.DOTALL):
            return True
        if head[4:8] != b"ftyp":
            return False
        stated = [head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), head[3]), 4))]
        return not self.brands.isdisjoint(stated)


TIFF = FileType(
    "TIFF", (".tif", ".tiff"), rb"II[*+]\0|MM\0[*+]", decoder=("TIFF", "PIL.TiffImagePlugin"), multipage=True
)
# No suffixes: an archive is read where it is named, but not taken from a folder beside its own files.
ZIP = FileType("ZIP", (), rb"PK(\x03\x04|\x05\x06)", multipage=True)
TAR = FileType("TAR", (), rb".{257}ustar", multipage=True)
PDF = FileType("PDF", (".pdf",), rb".*?%PDF-", multipage=True)
FILE_TYPES = (
    FileType("PNG", (".png",), rb"\x89PNG\r\n\x1a\n", decoder=("PNG", "PIL.PngImagePlugin")),
    FileType("JPEG", (".jpg", ".jpeg"), rb"\xff\xd8\xff", decoder=("JPEG", "PIL.JpegImagePlugin")),
    TIFF,
    FileType("BMP", (".bmp",), rb"BM", decoder=("BMP", "PIL.BmpImagePlugin")),
    FileType("WebP", (".webp",), rb"RIFF....WEBP", decoder=("WEBP", "PIL.WebPImagePlugin")),
    FileType("GIF", (".gif",), rb"GIF8[79]a", decoder=("GIF", "PIL.GifImagePlugin")),
    # Before HEIC: many AVIF files name the brands of HEIC too.
    FileType(
        "AVIF",
        (".avif",),
        brands=frozenset({b"avif", b"avis"}),
        decoder=("AVIF", "PIL.AvifImagePlugin"),
    ),
    FileType(
        "HEIC",
        (".heic", ".heif"),
        brands=frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}),
        decoder=("HEIF", "pillow_heif.HeifImagePlugin"),
        extra="heic",
    ),
    FileType(
        "JPEG 2000",
        (".jp2", ".j2k"),
        rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51",
        decoder=("JPEG2000", "PIL.Jpeg2KImagePlugin"),
    ),
    FileType("PNM", (".pnm", ".pgm", ".ppm", ".pbm"), rb"P[1-6]\s", decoder=("PPM", "PIL.PpmImagePlugin")),
    ZIP,
    TAR,
    PDF,  # the last: its mark need not come first
)
INPUT_SUFFIXES = tuple(suffix for file_type in FILE_TYPES for suffix in file_type.suffixes)
ARCHIVE_SUFFIXES = (".zip", ".tar")
MULTIPAGE_SUFFIXES = (*TIFF.suffixes, *PDF.suffixes, *ARCHIVE_SUFFIXES)


def recognise(head: bytes) -> FileType:
    """The type of the file that begins with `head`.

    Raises:
        InputError: the file is empty, or of no type that is read.
    """
    if not head:
        raise InputError("the file is empty (0 bytes); copy or scan it again")
    for file_type in FILE_TYPES:
        if file_type.matches(head):
            return file_type
    *titles, last = (file_type.title for file_type in FILE_TYPES)
    raise InputError(
        f"not an image that can be read; {', '.join(titles)} or {last} was expected: convert it to one"
    )
