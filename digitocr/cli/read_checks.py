"""What `digitocr read` refuses before it reads anything."""

import os
from collections.abc import Sequence
from pathlib import Path

from digitocr.cli.read_to_table import Table
from digitocr.errors import UsageError
from digitocr.formats.formats import format_of
from digitocr.output.write import FORMS
from digitocr.records import PageFailure


def check_format(names: Sequence[str], pattern: str | None) -> None:
    """Refuse a format of numbers that does not exist."""
    for name in names:
        if name in FORMS:
            raise UsageError(f"--format {name}: that is a form of the output, which -f {name} asks for")
    format_of(names, pattern)


def check_debug(debug: Path | None, templates: Sequence[Path]) -> None:
    """Refuse to draw the stages of reading by a template."""
    if debug and templates:
        raise UsageError("--debug shows how pages are read without --template; leave one of them out")


def check_kept_elsewhere(table: Table, *, run_store: Path | None, ray: str | None) -> None:
    """Refuse options of a table if the results go to a run store or a folder of Parquet files."""
    if run_store and (table.output or not table.is_plain):
        raise UsageError(
            f"--run keeps what is read in {run_store} and writes no table or pictures; read with --run "
            f"alone, then digitocr export {run_store} -o {table.output or 'table.csv'}"
        )
    if ray and (not table.output or os.path.splitext(table.output)[1]):  # noqa: PTH122 - it may be a URL
        raise UsageError("--ray writes several files; name a folder, such as -o s3://bucket/numbers/")
    if ray and (run_store or not table.is_plain):
        raise UsageError("--ray writes Parquet alone; leave out --output-format, --wide, --overlay and --run")


def check_output(output: str | None, sources: Sequence[str | PageFailure]) -> None:
    """Refuse to overwrite an input with the table."""
    names = [source for source in sources if isinstance(source, str)]
    if output and (output in names or os.path.realpath(output) in set(map(os.path.realpath, names))):
        raise UsageError(f"{output}: is an input, and would be replaced by the output; name another --output")
