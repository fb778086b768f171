"""The reading options of `read`, for other commands that read: declared there, once."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from digitocr.cli.read import read
from digitocr.options import LoadOptions, ReadOptions, WorkLimits

if TYPE_CHECKING:
    from digitocr.batch.task import Settings

Command = TypeVar("Command", bound=Callable[..., None])
_NAMED = {"format": "number_format"}  # what is called otherwise on the command line
_NAMES = (
    *(_NAMED.get(f.name, f.name) for kind in (ReadOptions, LoadOptions, WorkLimits) for f in fields(kind)),
    "jobs",
    "model",
    "engine",
    "log_format",
)


def with_reading_options(command: Command) -> Command:
    """Let a command take the reading options of `read`, by its `**options`."""
    own = inspect.signature(command)
    hints = {**get_type_hints(read, include_extras=True), **get_type_hints(command, include_extras=True)}
    kept = [p for p in own.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    borrowed = [p for p in inspect.signature(read).parameters.values() if p.name in _NAMES]
    parameters = [p.replace(annotation=hints[p.name]) for p in (*kept, *borrowed)]
    command.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def settings_of(options: Mapping[str, Any]) -> "Settings":
    """What decides how inputs are read, from the options that `with_reading_options` adds."""
    from digitocr.batch.task import Settings

    def made(kind: type) -> Any:
        return kind(**{f.name: options[_NAMED.get(f.name, f.name)] for f in fields(kind)})

    several = {name: tuple(options[name]) for name in ("templates", "number_format")}
    options = {**options, **several}
    return Settings(
        model=options["model"],
        engine=options["engine"],
        read=made(ReadOptions),
        load=made(LoadOptions),
        limits=made(WorkLimits),
    )
