"""A folder of Parquet files, each with what came of some inputs; those that are there are not read again."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from digitocr.batch.plan import Part, Source, part_of
from digitocr.errors import OutputError, UsageError
from digitocr.io.remote import is_url, list_files, open_file, suffix_of
from digitocr.output.parquet import RUN_KEY, import_pyarrow
from digitocr.output.write import RunInfo

# A part is some minutes of work, which is what the death of a machine costs, and no part is so small that
# starting a process for it weighs. The number depends on the inputs alone, so that the parts are the same
# on any cluster.
FILES_MIN, FILES_MAX, PARTS = 64, 1024, 1000
_INPUTS = "inputs"  # of the run in a part's metadata: the names of its inputs
_THREADS = 16


@dataclass(frozen=True, slots=True)
class PartFile:
    """Some inputs, and the file that their table is written to."""

    path: str
    sources: Sequence[Source]

    def run(self, run: RunInfo) -> RunInfo:
        """The run as this file says it, with the names of its inputs."""
        names = [part_of(source).source for source in self.sources]
        return replace(run, options={**run.options, _INPUTS: names})


def plan_parts(sources: Sequence[Source], folder: str, done: set[str]) -> Iterator[PartFile]:
    """The files to write for the inputs that are not `done`; by their names they are in the inputs' order."""
    size = min(FILES_MAX, max(FILES_MIN, -(-len(sources) // PARTS)))
    left = [(n, source) for n, source in enumerate(sources) if part_of(source).source not in done]
    for start in range(0, len(left), size):
        some = [_anywhere(source) for _, source in left[start : start + size]]
        names = "\n".join(part_of(source).source for source in some)
        mark = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        yield PartFile(f"{folder.rstrip('/')}/part-{left[start][0]:010}-{mark}.parquet", some)


def _anywhere(source: Source) -> Source:
    """An input under its name, but by a path that does not depend on the folder that a process is in."""
    if isinstance(source, str) and not is_url(source):
        return Part(source, Path(source).absolute())
    return source


def inputs_done(folder: str, run: RunInfo) -> set[str]:
    """The names of the inputs whose tables are in `folder`, a path or URL.

    Raises:
        UsageError: they were read with another model or other options, or what a URL needs is missing.
        OutputError: the folder cannot be read.
    """
    import_pyarrow()
    if is_url(folder):
        files = list_files(folder, recursive=False)
    else:
        files = [str(path) for path in Path(folder).glob("part-*.parquet")]
    expected = json.loads(json.dumps(run.about, default=str))
    with ThreadPoolExecutor(_THREADS) as threads:
        runs = threads.map(_run_in, (name for name in files if suffix_of(name) == ".parquet"))
        return {name for done in map(partial(_inputs, expected), runs) for name in done}


def _inputs(expected: Mapping[str, Any], part: tuple[str, Any]) -> list[str]:
    path, run = part
    options = dict(run["options"])
    inputs: list[str] = options.pop(_INPUTS)
    if {**run, "options": options} != expected:
        raise UsageError(
            f"{path}: was read with another model or other options; name another folder, or give those"
        )
    return inputs


def _run_in(path: str) -> tuple[str, Any]:
    from pyarrow.parquet import read_schema

    try:
        with open_file(path) as stream:
            return path, json.loads(read_schema(stream).metadata[RUN_KEY.encode()])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{path}: is no part that digitocr wrote ({error}); name another folder") from error
