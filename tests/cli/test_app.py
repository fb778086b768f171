import json
import os

import pytest
from typer.testing import CliRunner

import digitocr as package
from digitocr.cli.app import app
from digitocr.options import LoadOptions, ReadOptions


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"})


def test_help_names_all_commands():
    told = run("--help").output
    assert all(command in told for command in ("read", "train", "evaluate", "schema"))


@pytest.mark.parametrize("command", ["read", "train", "evaluate", "schema"])
def test_every_command_has_help(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"digitocr {command}" in result.output or f"root {command}" in result.output


def test_defaults_are_those_of_the_options():
    told = run("read", "--help").output
    for default in (ReadOptions().min_confidence, LoadOptions().pdf_dpi, LoadOptions().max_megapixels):
        assert f"default: {default}" in told


def test_version(digitocr):
    assert digitocr("--version").stdout.decode().strip() == f"digitocr {package.__version__}"


def test_schema_is_json(digitocr):
    assert "documents" in json.loads(digitocr("schema").stdout)["properties"]
    assert {"schema", "source"} <= set(json.loads(digitocr("schema", "--jsonl").stdout)["properties"])


@pytest.mark.parametrize("arguments", [[], ["raed"], ["read"], ["--nonsense"]])
def test_wrong_usage_is_2(arguments):
    assert run(*arguments).exit_code == 2


def test_a_shell_is_told_how_words_go_on(digitocr):
    shell = {"_DIGITOCR_COMPLETE": "complete_bash", "COMP_WORDS": "digitocr mo", "COMP_CWORD": "1"}
    assert digitocr("", env={**os.environ, **shell}).stdout.split() == [b"model"]
