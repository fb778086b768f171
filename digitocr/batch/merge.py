"""What several machines wrote, put together as one machine would have written it."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path

from digitocr.batch.shard import Shard, put_together
from digitocr.errors import UsageError
from digitocr.output.parse import ShardDocument, documents_in
from digitocr.records import Document


def merged_documents(paths: Sequence[Path]) -> Iterator[Document]:
    """The documents of several output files.

    Shards of one batch come in the order of the batch, whatever the order of their files; what no shard
    wrote comes file after file.

    Raises:
        UsageError: a file cannot be read back, a shard is missing or there twice, or some files are shards
            and others are not.
    """
    whole: list[Iterator[ShardDocument]] = []
    shards: dict[Shard, Iterator[ShardDocument]] = {}
    names: dict[Shard, Path] = {}
    for path in paths:
        documents = documents_in(path)
        first = next(documents, None)
        if first is None:  # a batch of fewer inputs than shards has such
            continue
        documents = chain([first], documents)
        if not first[0]:
            whole.append(documents)
            continue
        shard = Shard.parse(first[0])
        if shard in shards:
            raise UsageError(f"{path}: is shard {shard}, as {names[shard]} is; name one of them")
        shards[shard], names[shard] = documents, path
    if shards and whole:
        raise UsageError("some files are shards and others are not; merge either the ones or the others")
    if shards:
        _check_all_there(shards, len(paths))
    together = put_together(shards) if shards else chain.from_iterable(whole)
    return (document for _, document in together)


def _check_all_there(shards: Collection[Shard], files: int) -> None:
    """See that no file of a shard was left out; those without an input do not say which they are."""
    count = max(shard.count for shard in shards)
    if files < count:
        missing = sorted({Shard(index, count) for index in range(1, count + 1)} - set(shards))
        raise UsageError(
            f"of {count} shards {', '.join(map(str, missing))} are missing; name their files too, or read "
            "them with --shard"
        )
