"""Reading on a Ray cluster, whose machines are handed files to read.

On each of them pages are read by a process of their own, as on one machine: a page that never ends, or ends
its process, costs its own row. Left to Ray, all that was handed out with it would be tried again without end
or, within bounds, be lost.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from digitocr.batch.run import Opener, read_documents
from digitocr.batch.tally import Tally
from digitocr.batch.task import Settings, open_reader
from digitocr.cluster.parts import PartFile
from digitocr.errors import DigitocrError, UsageError
from digitocr.output.parquet import table_schema, to_arrow
from digitocr.output.write import RunInfo, open_writer
from digitocr.reader import Reader
from digitocr.records import PageFailure

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

BATCH_FILES = 64  # read in one go: 0.4 s to start a process are little beside the time for so many pages
WAITING = 2  # parts a CPU that are handed out: the next one is there when one is done
RETRIES = 3  # of a part whose machine, or process, was lost in the midst of it


def read_dataset(dataset: "Dataset", *, workers: int | None = None, **options: Any) -> "Dataset":
    """Read a dataset of files into one of the table's rows, those of `Document.rows()`.

    Args:
        dataset: has the columns `path` and `bytes`, as of
            `ray.data.read_binary_files(paths, include_paths=True)`.
        workers: how many processes read; None for as many as Ray finds room for.
        options: those of `digitocr.Reader`.

    Returns:
        A lazy dataset; what cannot be read is a row with the status `error`.
    """
    from ray.data import ActorPoolStrategy

    return dataset.map_batches(
        _FileReader,
        fn_constructor_kwargs={"options": options},
        batch_size=BATCH_FILES,
        batch_format="numpy",
        compute=ActorPoolStrategy(size=workers) if workers else ActorPoolStrategy(min_size=1),
        num_cpus=1,
    )


class _FileReader:
    """An actor that reads batches of files."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        _forget_main()
        self._reader = Reader(**options)

    def __call__(self, batch: Mapping[str, Any]) -> "pyarrow.Table":
        inputs = [(str(path), bytes(data)) for path, data in zip(batch["path"], batch["bytes"], strict=True)]
        documents = self._reader.read_batch(inputs, isolated=True)
        return to_arrow([row for document in documents for row in document.rows()], table_schema())


def connect(address: str) -> int:
    """Join the cluster at `address`, or make one of this machine for `local`; how many CPUs it has.

    Raises:
        UsageError: Ray is not installed, or there is no cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to Ray's makers
    os.environ.setdefault("RAY_task_oom_retries", str(RETRIES))  # without end otherwise
    try:
        import ray
    except ImportError as error:
        raise UsageError('--ray needs the extra "ray"; pip install "digitocr[ray]"') from error
    try:
        ray.init(
            address=address,
            include_dashboard=False if address == "local" else None,
            log_to_driver=False,
            logging_level="ERROR",
            ignore_reinit_error=True,
        )
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        raise UsageError(f"--ray {address}: no cluster there ({error}); start one, or say local") from error
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def read_parts(
    parts: Sequence[PartFile], settings: Settings, run: RunInfo, *, workers: int, opener: Opener = open_reader
) -> Iterator[tuple[Tally, list[PageFailure]]]:
    """Read parts on the cluster that was connected to, each into its file.

    Args:
        parts: what to read, and where to.
        settings: how to read; its files are looked for on each machine.
        run: what the files say of the run.
        workers: how many processes read.
        opener: as in `read_documents`.

    Yields:
        For each part, as it is done, what came of it and what could not be read.

    Raises:
        DigitocrError: what the reading raised, or parts were lost with their machines again and again.
    """
    import ray

    read = ray.remote(_read_part).options(num_cpus=1, max_retries=RETRIES)
    settings_once, run_once = ray.put(settings), ray.put(run)
    under_way: dict[Any, PartFile] = {}
    lost: list[PartFile] = []
    waiting = iter(parts)
    while True:
        for part in islice(waiting, WAITING * workers - len(under_way)):
            under_way[read.remote(settings_once, run_once, opener, part)] = part
        if not under_way:
            break
        (answered, *_), _ = ray.wait(list(under_way), num_returns=1)
        part = under_way.pop(answered)
        try:
            answer = ray.get(answered)
        except ray.exceptions.RayTaskError:
            raise
        except ray.exceptions.RayError:  # of Ray itself: the process or its machine
            lost.append(part)
            continue
        if isinstance(answer, DigitocrError):
            raise answer
        yield answer
    if lost:
        raise DigitocrError(
            f"{len(lost)} of {len(parts)} parts were lost with the processes that read them, each "
            f"{RETRIES + 1} times ({lost[0].path}); the same command reads them again"
        )


def _read_part(
    settings: Settings, run: RunInfo, opener: Opener, part: PartFile
) -> tuple[Tally, list[PageFailure]] | DigitocrError:
    """What came of a part; an error that ends the run is an answer too, so that it arrives as it is."""
    _forget_main()
    try:
        return _write_part(settings, run, opener, part)
    except DigitocrError as error:
        return error


def _write_part(
    settings: Settings, run: RunInfo, opener: Opener, part: PartFile
) -> tuple[Tally, list[PageFailure]]:
    tally = Tally()
    failures: list[PageFailure] = []
    with open_writer(part.path, "parquet", part.run(run)) as writer:
        for document in read_documents(part.sources, settings, opener=opener):
            writer.write(document)
            tally.add(document)
            failures += document.failures
    return tally, failures


def _forget_main() -> None:
    """Keep the processes that this one starts from importing its main module, which is Ray's."""
    sys.modules["__main__"].__file__ = None
