"""The command `digitocr`, and the one place where errors become messages and exit codes."""

import os
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from digitocr.cli.endings import Ended, end_tidily, ended_by
from digitocr.cli.plain import plain
from digitocr.errors import DigitocrError, OutputError
from digitocr.options import LogFormat

INTERRUPTED = 130
INTERNAL_ERROR = 1


# Each is defined in the module of its name, in the order of `--help`.
COMMANDS = (
    "read", "watch", "review", "apply", "status", "export", "merge", "forget", "train", "draw", "evaluate",
    "schema", "model", "template",
)  # fmt: skip


@cache
def _command(name: str) -> Any:
    """A command of Typer's, from the module of its name."""
    defined = getattr(import_module(f"digitocr.cli.{name}"), name)
    if isinstance(defined, typer.Typer):
        return typer.main.get_command(defined)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, short_help=(defined.__doc__ or "").partition("\n")[0])(defined)
    return typer.main.get_command(alone)


class _OnDemand(Mapping[str, Any]):
    """The commands by name, each imported when it is asked for: all of them take 30 ms."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Commands(TyperGroup):
    """All commands, under one handler of errors."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast("MutableMapping[str, Any]", _OnDemand())

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
