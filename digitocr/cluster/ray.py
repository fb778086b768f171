"""Reading on a Ray cluster: Ray Data hands inputs to processes on its machines, each with a reader.

In each of them pages are read by another process, as on one machine: one that never ends or kills its reader
costs its own row. Ray would try its whole block again, without end or, within bounds, lose it unsaid.
"""

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from digitocr.batch.run import Opener, read_documents
from digitocr.batch.tally import Tally
from digitocr.batch.task import Settings, open_reader
from digitocr.cluster.parts import PartFile
from digitocr.errors import DigitocrError, UsageError
from digitocr.output.parquet import table_schema, to_arrow
from digitocr.output.write import RunInfo, open_writer
from digitocr.reader import Reader

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

BATCH_FILES = 64  # read in one go: 0.4 s to start a process are little beside the time for so many pages
TRIES = 3  # of a part whose machine was lost in the midst of it


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
        max_task_retries=TRIES,
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
    try:
        import ray
    except ImportError as error:
        raise UsageError('--ray needs the extra "ray"; pip install "digitocr[ray]"') from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # a part that is lost is told at the end, when all others are there
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
) -> Iterator[tuple[Tally, list[str]]]:
    """Read parts on the cluster that was connected to, each into its file.

    Args:
        parts: what to read, and where to.
        settings: how to read; its files are looked for on each machine.
        run: what the files say of the run.
        workers: how many processes read.
        opener: as in `read_documents`.

    Yields:
        For each part, as it is done, what came of it and the errors of its failures.

    Raises:
        DigitocrError: what the reading raised, or parts were lost with their machines again and again.
    """
    import ray

    read = partial(_read_part, settings, run, opener)
    dataset = ray.data.from_items(
        [{"part": pickle.dumps(part)} for part in parts], override_num_blocks=len(parts)
    ).map_batches(
        _PartReader,
        fn_constructor_args=(read,),
        batch_size=1,
        batch_format="numpy",
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=min(workers, len(parts))),
        num_cpus=1,
        max_task_retries=TRIES,
    )
    done = 0
    for row in dataset.iter_rows():
        answer = pickle.loads(row["answer"])
        if isinstance(answer, DigitocrError):
            raise answer
        done += 1
        yield answer
    if done < len(parts):
        raise DigitocrError(
            f"{len(parts) - done} of {len(parts)} parts were lost with the processes that read them, each "
            f"{TRIES + 1} times; the same command reads them again"
        )


class _PartReader:
    """An actor that reads parts."""

    def __init__(self, read: Callable[[PartFile], Any]) -> None:
        _forget_main()
        self._read = read

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """What came of a part; an error that ends the run is an answer too, for Ray would try it again."""
        try:
            answer = self._read(pickle.loads(batch["part"][0]))
        except DigitocrError as error:
            answer = error
        return {"answer": [pickle.dumps(answer)]}


def _read_part(settings: Settings, run: RunInfo, opener: Opener, part: PartFile) -> tuple[Tally, list[str]]:
    tally = Tally()
    failures: list[str] = []
    with open_writer(part.path, "parquet", part.run(run)) as writer:
        for document in read_documents(part.sources, settings, opener=opener):
            writer.write(document)
            tally.add(document)
            failures += [failure.error for failure in document.failures]
    return tally, failures


def _forget_main() -> None:
    """Keep the processes that this one starts from importing its main module, which is Ray's."""
    sys.modules["__main__"].__file__ = None
