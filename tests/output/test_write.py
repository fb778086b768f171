"""The writers: the same bytes every time, as they come, and a file that is whole or not there at all."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from output_material import DOCUMENTS, RUN, table, written

from digitocr.errors import OutputError, UsageError
from digitocr.output.write import OutputFormat, format_for, open_writer


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_same_documents_same_bytes(tmp_path: Path, form: OutputFormat) -> None:
    assert written(tmp_path / "1", form, DOCUMENTS) == written(tmp_path / "2", form, DOCUMENTS)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_stdout_gets_the_same_bytes(tmp_path: Path, form: OutputFormat, capfdbinary: Any) -> None:
    with open_writer(None, form, RUN) as writer:
        for document in DOCUMENTS:
            writer.write(document)
    in_file = written(tmp_path / "file", form, DOCUMENTS)
    assert capfdbinary.readouterr().out == (in_file.replace(b"\r\n", b"\n") if form == "csv" else in_file)


def test_csv_and_json_lines_stream(capfdbinary: Any) -> None:
    with open_writer(None, "jsonl", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert json.loads(capfdbinary.readouterr().out)["source"] == "a.tif"
    with open_writer(None, "csv", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert len(table(capfdbinary.readouterr().out)) == 4


def _write_and_raise(path: Path, form: OutputFormat, error: type[BaseException]) -> None:
    with open_writer(path, form, RUN) as writer:
        writer.write(DOCUMENTS[0])
        raise error


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, ValueError])
def test_interrupted_leaves_what_was_there(
    tmp_path: Path, form: OutputFormat, error: type[BaseException]
) -> None:
    path = tmp_path / "out"
    path.write_text("before")
    with pytest.raises(error):
        _write_and_raise(path, form, error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_file_appears_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with open_writer(path, "csv", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert not path.exists()
    assert path.exists()


def test_no_folder_and_a_folder_as_output(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="create the folder first"),
        open_writer(tmp_path / "a" / "b", "csv", RUN),
    ):
        pass
    with pytest.raises(OutputError, match="a folder, where"), open_writer(tmp_path, "csv", RUN):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights, links and devices")
class TestPosix:
    def test_folder_without_rights(self, tmp_path: Path) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        tmp_path.chmod(0o500)
        with pytest.raises(OutputError, match="rights"), open_writer(tmp_path / "out.csv", "csv", RUN):
            pass

    def test_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
        written(tmp_path / "link.csv", "csv", DOCUMENTS)
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").stat().st_size > 0

    def test_rights_of_the_file_are_the_usual_ones(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()
        written(tmp_path / "out.csv", "csv", [])
        assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
    def test_full_disk(self) -> None:
        with pytest.raises(OutputError, match="cannot be written"):
            written(Path("/dev/full"), "csv", DOCUMENTS * 2000)
        assert not Path("/dev/full").is_file()

    def test_reader_of_the_pipe_is_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        end, start = os.pipe()
        os.close(end)
        with os.fdopen(start, "w") as pipe:
            monkeypatch.setattr(sys, "stdout", pipe)
            with pytest.raises(OutputError, match="standard output"), open_writer(None, "csv", RUN) as writer:
                writer.write(DOCUMENTS[0])


@pytest.mark.parametrize(
    ("path", "chosen", "form"),
    [
        ("a.csv", None, "csv"),
        ("a.JSON", None, "json"),
        ("a.jsonl", None, "jsonl"),
        ("a.ndjson", None, "jsonl"),
        ("a.txt", "json", "json"),
        ("out", None, "csv"),
        (None, None, "csv"),
        (None, "jsonl", "jsonl"),
    ],
)
def test_format(path: str | None, chosen: str | None, form: str) -> None:
    assert format_for(Path(path) if path else None, chosen) == form


def test_no_such_format() -> None:
    with pytest.raises(UsageError, match='"xml" is no output format'):
        format_for(None, "xml")
    with pytest.raises(UsageError, match="give -f"):
        format_for(Path("out.docx"), None)
