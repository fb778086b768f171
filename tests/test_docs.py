"""What the documents say is so: their commands exist, and give what is shown."""

import csv
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from digitocr.cli.app import app
from digitocr.errors import DigitocrError
from digitocr.output.rows import COLUMNS
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Box, Document, PageResult, Reading

ROOT = Path(__file__).parents[1]
PAGES = tuple(sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
BESIDE = tuple(f"{folder}/README.md" for folder in ("models", "benchmarks", "samples"))
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", *PAGES, *BESIDE)
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code_blocks(text):
    """(language, code) of the blocks of a document; those that are indented have no language."""
    indented = re.findall(r"(?:^    .*\n|^\n(?=    ))+", FENCED.sub("", text), re.MULTILINE)
    return [*FENCED.findall(text), *(("", re.sub(r"^    ", "", block, flags=re.M)) for block in indented)]


def commands_in(code):
    """The single commands of shell code, each a list of words; pipes and `&&` part them."""
    lexer = shlex.shlex(code.replace("\\\n", " ").replace("|\n", "| "), posix=True, punctuation_chars="|&;\n")
    lexer.whitespace, lexer.whitespace_split = " \t", True
    commands = [[]]
    for word in lexer:
        if set(word) <= set("|&;\n"):
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def documented(program):
    """The commands of all documents that begin with `program`, without it."""
    words = program.split()
    commands = [
        command
        for name in DOCUMENTS
        for language, code in code_blocks((ROOT / name).read_text(encoding="utf-8"))
        if language in ("", "sh")
        for command in commands_in(code)
    ]
    return [command[len(words) :] for command in commands if command[: len(words)] == words]


def _few_words(command):
    return " ".join(command[:4])


def reads_samples(command):
    """Whether a command needs nothing but this repository: the lesson's model has a test of its own."""
    return "classic" not in command and any(word.startswith("samples/") for word in command)


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("command", documented("digitocr"), ids=_few_words)
def test_every_command_is_understood(command):
    name, *arguments = command
    if not name.startswith("-"):
        found = typer.main.get_command(app).commands[name]
        found.make_context(name, arguments, resilient_parsing=False)


def test_many_commands_are_documented():
    named = {command[0] for command in documented("digitocr")}
    assert {"read", "train", "draw", "evaluate", "template", "schema"} <= named
    assert len(documented("digitocr")) > 20


@pytest.mark.parametrize("command", documented("python -m"), ids=_few_words)
def test_every_module_and_its_options_are_there(command):
    module, *arguments = command
    if module in ("pip", "pytest"):
        return
    text = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    missing = [
        word for word in arguments if word.startswith("-") and f'"{word.partition("=")[0]}"' not in text
    ]
    assert not missing


@pytest.mark.parametrize(
    "command",
    [c for c in documented("digitocr") if c[0] == "read" and reads_samples(c)],
    ids=_few_words,
)
def test_every_command_on_samples_runs(command, tmp_path):
    (tmp_path / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    if "--overlay" in command:
        command = [*command, "--overlay", "drawn"]
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from digitocr.__main__ import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=tmp_path, capture_output=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout or list(tmp_path.glob("numbers.*"))


def test_the_table_that_is_shown_is_the_one_that_comes():
    (shown,) = [code for language, code in code_blocks(README) if language == "console"]
    command, _, table = shown.partition("\n")
    words = [sys.executable, "-m", *shlex.split(command.removeprefix("$ "))]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    rows = read_csv(run.stdout)
    for ours, theirs in zip(read_csv(table), rows, strict=True):
        for column in ("source", "page", "row", "text", "status", "reason", "error"):
            assert ours[column] == theirs[column], run.stdout
        assert float(ours["confidence"]) == pytest.approx(float(theirs["confidence"]), abs=0.1), run.stdout
        for side in ("left", "top", "right", "bottom"):
            assert abs(int(ours[side]) - int(theirs[side])) <= 4, run.stdout


@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_python_runs(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for language, code in code_blocks((ROOT / name).read_text(encoding="utf-8")):
        if language == "python":
            exec(compile(code, name, "exec"), {})
    assert "65598" in capsys.readouterr().out


@pytest.fixture
def numbers_csv(tmp_path, monkeypatch):
    """A table with a number that begins with a zero, and one to check, as `read` writes them."""
    box = Box(0, 0, 9, 9)
    accepted, doubtful = (
        Reading("", 1, box, "0070", "accept", 0.99),
        Reading("", 2, box, "12", "review", 0.4),
    )
    document = Document("a.png", (PageResult("a.png", 1, 9, 9, "page", (accepted, doubtful)),))
    with open_writer(tmp_path / "numbers.csv", "csv", RunInfo("1", "model")) as writer:
        writer.write(document)
    monkeypatch.chdir(tmp_path)


def recipe_in(language):
    (code,) = [
        code for found, code in code_blocks((ROOT / "docs/recipes.md").read_text()) if found == language
    ]
    return code


def test_the_recipe_for_pandas_keeps_leading_zeros(numbers_csv, capsys):
    pytest.importorskip("pandas", reason="the extra dev has it")
    names = {}
    exec(compile(recipe_in("python"), "recipes.md", "exec"), names)
    assert list(names["readings"].text) == ["0070", "12"]
    assert "0070" in capsys.readouterr().out


def test_the_recipe_for_duckdb_keeps_leading_zeros(numbers_csv):
    duckdb = pytest.importorskip("duckdb", reason="the extra dev has it")
    assert duckdb.sql(recipe_in("sql")).fetchall() == [("a.png", "12", 0.4)]
    accepted = recipe_in("sql").replace("review", "accept")
    assert duckdb.sql(accepted).fetchall() == [("a.png", "0070", 0.99)]


def test_columns_and_exit_codes_are_explained():
    table = (ROOT / "docs/output.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in table] == []
    codes = {0, 130, *(kind.exit_code for kind in [DigitocrError, *DigitocrError.__subclasses__()])}
    listed = re.findall(r"^\| (\d+)(?:, (\d+))? \|", table, re.MULTILINE)
    assert codes <= {int(code) for row in listed for code in row if code}


def test_the_first_line_to_test_is_the_one_that_ci_runs():
    assert len(re.findall(r"^pip install .* && pytest", README, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    places = [
        place for place in re.findall(r"(?:\]\(|src=\")([^)#\s\"]+)", text) if not place.startswith("http")
    ]
    assert [place for place in places if not (ROOT / name).parent.joinpath(place).exists()] == []
