"""Which kinds of files are read, and how their first bytes announce them."""

from digitocr.errors import InputError

HEAD_BYTES = 1024  # a PDF may start with up to so much junk
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".avif", ".heic", ".heif"),
    *(".jp2", ".j2k", ".pnm", ".pgm", ".ppm", ".pbm", ".pdf"),
)
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    *((b"P" + digit, "PPM") for digit in (b"1", b"2", b"3", b"4", b"5", b"6")),
)
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF"} | dict.fromkeys(
    (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "HEIF"
)


def kind_of(head: bytes) -> str:
    """The format that the first bytes of a file announce.

    Raises:
        InputError: none that is read.
    """
    if not head:
        raise InputError("the file is empty (0 bytes); copy or scan it again")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature) and (kind != "PPM" or head[2:3].isspace()):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), head[3]), 4))]
        for brand in brands:  # `mif1` comes first in many AVIF files: what is special decides
            if _BRANDS.get(brand) == "AVIF":
                return "AVIF"
        if any(brand in _BRANDS for brand in brands):
            return "HEIF"
    if b"%PDF-" in head:
        return "PDF"
    raise InputError(
        "not an image that can be read; PNG, JPEG, TIFF, BMP, WebP, GIF, AVIF, HEIC, JPEG 2000, PNM or PDF "
        "was expected: convert it to one"
    )
