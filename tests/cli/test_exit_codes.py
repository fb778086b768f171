"""The exit codes, as a table, and streams that are closed."""

import subprocess
import sys

import cv2
import pytest
from material import draw_number

DEEP = "[" * 50_000


def prepared(folder, toy_model):
    (folder / "bad.png").write_bytes(b"no picture")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7 cut")
    (folder / "form.toml").write_text(f"a = {DEEP}")
    (folder / "model").mkdir()
    (folder / "model" / "digits.json").write_text(DEEP)
    (folder / "model" / "digits.tflite").write_bytes(b"TFL3")
    (folder / "file").write_bytes(b"notes")
    for name, pictures in (("set", "n1.png,1037"), ("bad_set", "bad.png,1")):
        (folder / name).mkdir()
        (folder / name / "labels.csv").write_text(f"file,label\n../{pictures}\n")
    for name, table in (("pages", "file,numbers\n"), ("fields", "file,group\n../n1.png,a\n")):
        (folder / name).mkdir()
        (folder / name / f"{'rows' if name == 'pages' else 'fields'}.csv").write_text(table)
        (folder / name / "x.png").write_bytes(b"no picture")
    for store, inputs in (("done.db", ["n1.png"]), ("failed.db", ["n2.png", "bad.png"])):
        command = [
            sys.executable,
            "-m",
            "digitocr",
            "read",
            *inputs,
            "--run",
            store,
            "--model",
            str(toy_model),
        ]
        subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, toy_model):
    """A folder with what all the commands of the table name; none of them changes it."""
    made = tmp_path_factory.mktemp("codes")
    for number in (1, 2):
        cv2.imwrite(str(made / f"n{number}.png"), draw_number(str(1037 * number)))
    prepared(made, toy_model)
    return made


# In /sys no file can be made, not even by root.
TABLE = [
    (0, ["read", "n1.png"]),
    (0, ["read", "n1.png", "n2.png", "-j", "2"]),
    (2, ["read"]),
    (2, ["nonsense"]),
    (2, ["read", "n1.png", "--nonsense"]),
    (2, ["read", "n1.png", "--pattern", "(1|11)*2"]),
    (2, ["read", "n1.png", "--pattern", "("]),
    (2, ["read", "n1.png", "--format", "nothing"]),
    (2, ["read", "n1.png", "--pages", "x"]),
    (2, ["read", "n1.png", "--shard", "3/2"]),
    (2, ["read", "n1.png", "-t", "form.toml"]),
    (2, ["read", "n1.png", "-t", "none.toml"]),
    (2, ["read", "@none.txt"]),
    (2, ["read", "n1.png", "-o", "n1.png"]),
    (2, ["read", "n1.png", "-o", "done.db"]),
    (2, ["read", "n1.png", "-o", "out.docx"]),
    (2, ["read", "n1.png", "--statuses"]),
    (2, ["read", "n1.png", "--run", "file"]),
    (2, ["read", "n1.png", "--run", "."]),
    (2, ["read", "n1.png", "--max-memory", "10"]),
    (3, ["read", "n1.png", "bad.png"]),
    (3, ["read", "n1.png", "cut.pdf", "none.png", "*.jpg"]),
    (4, ["read", "bad.png"]),
    (4, ["read", "none.png", "cut.pdf"]),
    (5, ["read", "n1.png", "-o", "file/out.csv"]),
    (5, ["read", "n1.png", "--overlay", "file"]),
    (5, ["read", "n1.png", "-o", "/dev/full"]),
    *((5, ["read", "n1.png", "-o", f"/sys/x.{form}"]) for form in ("csv", "json", "xlsx", "db", "parquet")),
    (5, ["read", "n1.png", "--overlay", "/sys/x"]),
    (5, ["read", "n1.png", "--debug", "/sys/x"]),
    (5, ["read", "n1.png", "--run", "/sys/x.db"]),
    (6, ["read", "n1.png", "--model", "model"]),
    (6, ["read", "n1.png", "--model", "none"]),
    (6, ["read", "n1.png", "--model", "file"]),
    (0, ["export", "done.db"]),
    (0, ["export", "failed.db", "-f", "jsonl"]),
    (2, ["export", "none.db"]),
    (2, ["export", "file"]),
    (5, ["export", "done.db", "-o", "/sys/x.csv"]),
    (5, ["export", "done.db", "--crops", "/sys/x"]),
    (0, ["status", "done.db"]),
    (3, ["status", "failed.db"]),
    (2, ["status", "n1.png"]),
    (2, ["merge", "done.db", "done.db", "-o", "all.db"]),
    (2, ["merge", "none.csv", "-o", "all.csv"]),
    (2, ["merge", "file", "-o", "all.csv"]),
    (2, ["forget", "done.db"]),
    (2, ["apply", "done.db", "none.csv"]),
    (2, ["review", "none.db"]),
    (5, ["review", "done.db", "--static", "/sys/x.html"]),
    (2, ["watch", "none", "--run", "w.db"]),
    (0, ["schema"]),
    (0, ["schema", "--jsonl"]),
    (0, ["evaluate", "set"]),
    (2, ["evaluate", "none"]),
    (0, ["evaluate", "bad_set"]),  # what cannot be read counts as not read
    (2, ["evaluate", "pages"]),
    (2, ["evaluate", "fields"]),
    (6, ["evaluate", "set", "--model", "model"]),
    (0, ["model", "show"]),
    (6, ["model", "show", "model"]),
    (6, ["model", "show", "none"]),
    (6, ["model", "compare", "none", "model", "set"]),
    (2, ["template", "init", "n1.png", "-o", "new.toml"]),
    (2, ["template", "init", "n1.png", "-o", "new.png"]),
    (3, ["template", "init", "none.png", "-o", "new.toml"]),
    (3, ["template", "init", "bad.png", "-o", "new.toml"]),
    (2, ["template", "preview", "none.toml", "-o", "p.png"]),
    (2, ["template", "check", "form.toml"]),
    (2, ["template", "check", "n1.png"]),
    (2, ["train", "--recipe", "none.toml", "-o", "new"]),
]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full, /sys")
@pytest.mark.parametrize(
    ("code", "arguments"), TABLE, ids=lambda value: " ".join(value) if isinstance(value, list) else value
)
def test_exit_codes(folder, code, arguments):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "digitocr", *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    assert run.returncode == code, run.stderr
    assert b"Traceback" not in run.stderr
    assert b"internal error" not in run.stderr
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    kept = {path: data for path, data in before.items() if not path.name.endswith((".db", "-wal", "-shm"))}
    assert {path: after.get(path) for path in kept} == kept  # nothing that was there is lost


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "."],
        ["read", ".", "-f", "jsonl"],
        ["export", "done.db", "-f", "json"],
        ["status", "done.db", "--json"],
        ["schema"],
        ["evaluate", "set"],
        ["model", "show"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_pipe_that_breaks_ends_the_command_quietly(folder, arguments):
    """As in `digitocr ... | true`: it ends as commands do whose output nobody takes any more."""
    command = [sys.executable, "-m", "digitocr", *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()
        told = run.stderr.read()
        assert run.wait(timeout=120) == (1 if arguments == ["--help"] else 5), told
    assert b"Traceback" not in told
    assert b"error" not in told.replace(b"no image", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_pipe_that_breaks_midway_has_had_whole_rows(folder, tmp_path, form):
    for number in range(300):
        (tmp_path / f"{number}.png").symlink_to(folder / "n1.png")
    command = [sys.executable, "-m", "digitocr", "read", str(tmp_path), "-f", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        rows = [run.stdout.readline() for _ in range(3)]
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait(timeout=120) == 5
    assert all(row.endswith(b"\n") for row in rows)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
@pytest.mark.parametrize(
    ("closed", "options", "code"),
    [
        ("<&-", [], 0),
        (">&-", [], 5),
        (">&-", ["-o", "out.csv"], 0),
        ("2>&-", ["-o", "out.csv"], 0),
        ("<&- >&- 2>&-", ["-o", "out.csv", "--overlay", "drawn"], 0),
    ],
)
def test_closed_streams(scans, closed, options, code):
    command = " ".join([sys.executable, "-m", "digitocr", "read", "n1.png", "bad.png", *options, closed])
    (scans / "bad.png").write_bytes(b"no picture")
    run = subprocess.run(command, shell=True, cwd=scans, capture_output=True, check=False, timeout=120)
    assert run.returncode == (code or 3), run.stderr
    if "2>&-" not in closed and not code:
        assert b"bad.png: not an image" in run.stderr
    if options:
        assert len((scans / "out.csv").read_bytes().splitlines()) == 3
        assert b"bad.png:" not in run.stdout
    assert (scans / "drawn").exists() == ("--overlay" in options)
