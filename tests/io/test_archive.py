"""Pictures in ZIP and TAR archives, friendly and hostile."""

import io
import tarfile
import zipfile

import pytest
from fuzz.seeds import tarred
from material import LOCKED_PDF, draw_number
from PIL import Image

from digitocr.io import archive
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Page, PageFailure


def png(text="12"):
    stream = io.BytesIO()
    Image.fromarray(draw_number(text)).save(stream, "PNG")
    return stream.getvalue()


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return stream.getvalue()


def load(data, **options):
    return list(load_pages("scans.zip", LoadOptions(**options), data))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_pictures_come_as_pages_in_natural_order(pack):
    widths = {"b/10.png": "1", "b/9.png": "123", "a.PNG": "12345", ".hidden.png": "", "notes.txt": ""}
    pages = load(pack({name: png(text) for name, text in widths.items()}))
    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.gray.shape[1] for page in pages] == [draw_number(t).shape[1] for t in ("12345", "123", "1")]
    (second,) = load(pack({name: png(text) for name, text in widths.items()}), pages="2")
    assert (second.number, second.gray.shape) == (2, pages[1].gray.shape)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_is_no_picture_of_one_page_fails_alone(pack):
    several = io.BytesIO()
    one = Image.fromarray(draw_number("1"))
    one.save(several, "TIFF", save_all=True, append_images=[one])
    files = {
        "1.png": png(),
        "2.pdf": LOCKED_PDF,
        "3.tif": several.getvalue(),
        "4.zip": zipped({"a.png": png()}),
    }
    first, *failed, last = load(pack({**files, "5.png": b"no picture", "6.png": png()}))
    assert isinstance(first, Page)
    assert isinstance(last, Page)
    assert [failure.page for failure in failed] == [2, 3, 4, 5]
    for failure, name in zip(failed, ("2.pdf", "3.tif", "4.zip", "5.png"), strict=True):
        assert failure.error.startswith(f"scans.zip, page {failure.page}: {name}: ")
    assert all("unpack the archive" in failure.error for failure in failed[:3])


@pytest.mark.parametrize("name", ["../../out.png", "/out.png", "a\x1b[31m\n.png"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_lead_nowhere(pack, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (page,) = load(pack({name: png()}))
    assert isinstance(page, Page)
    assert not list(tmp_path.rglob("*"))


def told(data, **options):
    (failure,) = load(data, **options)
    assert isinstance(failure, PageFailure)
    return failure.error


def test_much_in_little_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(archive.ArchiveFile, "_read", lambda *_: pytest.fail("unpacked"))
    bomb = zipped({f"{n}.pgm": b"P5 5000 5000 255\n" + bytes(25_000_000) for n in range(3)})
    assert len(bomb) < 100_000
    assert "raise --max-megabytes" in told(bomb, max_megabytes=50)
    assert "raise --max-pages" in told(zipped({f"{n}.png": b"" for n in range(30)}), max_pages=20)
    assert "raise --max-pages" in told(tarred({f"{n}.png": b"" for n in range(30)}), max_pages=20)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 20)
    assert "more than 20 entries" in told(zipped({f"{n}.txt": b"" for n in range(30)}))
    assert "more than 20 entries" in told(tarred({f"{n}.txt": b"" for n in range(30)}))


def test_an_archive_that_lies_about_sizes_is_damaged():
    data = bytearray(zipped({"1.pgm": b"P5 500 500 255\n" + bytes(250_000)}))
    place = data.index(b"PK\x01\x02") + 24  # the size unpacked, in the directory
    data[place : place + 4] = (1000).to_bytes(4, "little")
    assert "1.pgm: truncated or damaged" in told(bytes(data))


def test_links_devices_and_passwords_are_told():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    assert "link.png: a link or a device" in told(stream.getvalue())
    data = bytearray(zipped({"1.png": png()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "1.png: it has a password" in told(bytes(data))
    assert "without a picture" in told(zipped({"notes.txt": b"x"}))
    assert "truncated or damaged" in told(zipped({"1.png": png()})[:-30])


def test_an_archive_is_read_by_the_command(digitocr, tmp_path):
    (tmp_path / "scans.zip").write_bytes(zipped({f"{n}.png": png(str(n)) for n in range(1, 7)}))
    run = digitocr("read", tmp_path / "scans.zip", "--layout", "line")
    assert run.returncode == 0, run.stderr
    assert [line.split(b",")[1] for line in run.stdout.splitlines()[1:]] == [b"%d" % n for n in range(1, 7)]
