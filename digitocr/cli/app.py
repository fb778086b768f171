"""The command `digitocr`, and the one place where errors become messages and exit codes."""

import os
import sys
import traceback
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from digitocr.cli.apply import apply
from digitocr.cli.draw import draw
from digitocr.cli.endings import Ended, end_tidily, ended_by
from digitocr.cli.evaluate import evaluate
from digitocr.cli.export import export
from digitocr.cli.forget import forget
from digitocr.cli.merge import merge
from digitocr.cli.model import model
from digitocr.cli.plain import plain
from digitocr.cli.read import read
from digitocr.cli.review import review
from digitocr.cli.schema import schema
from digitocr.cli.status import status
from digitocr.cli.template import template
from digitocr.cli.train import train
from digitocr.cli.watch import watch
from digitocr.errors import DigitocrError, OutputError
from digitocr.options import LogFormat

INTERRUPTED = 130
INTERNAL_ERROR = 1


class _Commands(TyperGroup):
    """All commands, under one handler of errors."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what goes wrong ends in a message on stderr and an exit code."""
        try:
            with ended_by(end_tidily):
                result = super().invoke(ctx)
                sys.stdout.flush()  # so that a failure shows here, not when the interpreter ends
        except (
            typer.Exit,
            typer.TyperException,
        ):  # Typer's own: `--help`, and wrong usage, which it explains
            raise
        except BaseException as error:
            raise typer.Exit(
                _told(
                    error,
                    verbose=ctx.meta.get("verbose", True),
                    log_format=ctx.meta.get("log_format", "text"),
                )
            ) from None
        return result


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    # Rich would make `--help` twice as slow, and a traceback of its own is not wanted.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
COMMANDS = (
    read, watch, review, apply, status, export, merge, forget, train, draw, evaluate, schema,
)  # fmt: skip
for command in COMMANDS:
    app.command(short_help=(command.__doc__ or "").partition("\n")[0])(command)
app.add_typer(model, name="model", help="Model folders: what one holds and how it was made; two compared.")
app.add_typer(
    template, name="template", help="Templates of forms: make one from a blank, look at it, check it."
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import digitocr

        typer.echo(f"digitocr {digitocr.__version__}")
        raise typer.Exit


@app.callback()
def _digitocr(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Reads handwritten and printed numbers from scans, and says which of them to check.

    \b
    digitocr read scans/ -o numbers.csv
    digitocr read photo.jpg -f json | jq .
    """  # noqa: D301


def _told(error: BaseException, *, verbose: bool, log_format: LogFormat) -> int:
    """Say what went wrong, and return the exit code."""
    if isinstance(error, KeyboardInterrupt):
        _say("interrupted", log_format)
        return error.exit_code if isinstance(error, Ended) else INTERRUPTED
    # Rich makes a SystemExit of it.
    if any(isinstance(raised, BrokenPipeError) for raised in (error, error.__cause__, error.__context__)):
        _forget_output()  # `| head` has what it wanted: nothing to complain of
        return OutputError.exit_code
    if isinstance(error, DigitocrError) and error.exit_code != INTERNAL_ERROR:
        _say(str(error), log_format)
        return error.exit_code
    if verbose:
        traceback.print_exception(error)
    hint = "" if verbose else "; --verbose tells more"
    _say(f"internal error: {type(error).__name__}: {error}{hint}", log_format)
    return INTERNAL_ERROR


def _say(text: str, log_format: LogFormat) -> None:
    if log_format == "json":
        import logging

        from digitocr.cli.logs import message

        line = message(text, log_format, logging.ERROR)
    else:
        line = "\n".join(map(plain, f"digitocr: {text}".split("\n")))
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _forget_output() -> None:
    """Let what is still buffered go nowhere: the interpreter would fail on it when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
