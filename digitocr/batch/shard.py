"""One machine's share of a batch, and the shares put together in the order of one machine."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Self, TypeVar

from digitocr.errors import UsageError

Item = TypeVar("Item")
_SHARD = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """Every `count`th input, from the `index`th on, 1 to `count`."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """A shard from `2/8`.

        Raises:
            UsageError: `text` is no shard.
        """
        match = _SHARD.fullmatch(text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise UsageError(f'"{text}" is no shard; I/N with I from 1 to N was expected, such as 2/8')
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def of(self, inputs: Sequence[Item]) -> Sequence[Item]:
        """This shard's share of the inputs."""
        return inputs[self.index - 1 :: self.count]


WHOLE_BATCH = Shard(1, 1)


def put_together(shards: Mapping[Shard, Iterator[Item]]) -> Iterator[Item]:
    """What all shards of one batch hold, in the order in which the batch was before it was shared out.

    A shard that is not there has no items: that of a batch with fewer inputs than shards may be empty.

    Raises:
        UsageError: shards of different batches, or with items missing.
    """
    counts = {shard.count for shard in shards}
    if len(counts) != 1:
        raise UsageError(
            f"shards of different batches ({', '.join(map(str, sorted(shards)))}); merge each by itself"
        )
    (count,) = counts
    ended: Shard | None = None
    for index in cycle(range(1, count + 1)):
        shard = Shard(index, count)
        if shard == ended:  # a whole round without an item
            return
        item = next(shards.get(shard, iter(())), None)
        if item is None:
            ended = ended or shard
        elif ended:
            raise UsageError(
                f"shard {ended} has fewer inputs than {shard}: it is missing or was not read to its end; "
                f"read it again with --shard {ended}"
            )
        else:
            yield item
