import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.batch.shard import Shard, put_together
from digitocr.errors import UsageError


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "-1/2", "1/2/3", "1.0/2", "1/0", "a", "1/2 ", "٣/٤"])
def test_what_is_no_shard_is_told(text):
    with pytest.raises(UsageError, match="1 to N"):
        Shard.parse(text)


@given(st.integers(1, 50), st.data())
def test_a_shard_is_written_as_it_is_read(count, data):
    shard = Shard(data.draw(st.integers(1, count)), count)
    assert Shard.parse(str(shard)) == shard


@given(st.integers(0, 40), st.integers(1, 12))
def test_shards_share_all_and_come_together_in_order(inputs, count):
    batch = range(inputs)
    shards = {Shard(index, count): list(Shard(index, count).of(batch)) for index in range(count, 0, -1)}
    sizes = [len(shards[Shard(index, count)]) for index in range(1, count + 1)]
    assert max(sizes) - min(sizes) <= 1
    assert list(put_together({shard: iter(items) for shard, items in shards.items()})) == list(batch)


@given(st.integers(1, 40), st.integers(2, 12), st.data())
def test_a_missing_or_shortened_shard_is_noticed(inputs, count, data):
    batch = range(inputs)
    shards = {Shard(index, count): list(Shard(index, count).of(batch)) for index in range(1, count + 1)}
    last = (inputs - 1) % count + 1
    index = data.draw(st.integers(1, count).filter(lambda index: index != last))
    damaged = shards[Shard(index, count)]
    if not damaged:
        return
    damaged.pop()
    with pytest.raises(UsageError, match=f"--shard {index}/{count}"):
        list(put_together({shard: iter(items) for shard, items in shards.items()}))


def test_shards_of_different_batches_are_not_mixed():
    with pytest.raises(UsageError, match="1/2, 2/3"):
        list(put_together({Shard(1, 2): iter([1]), Shard(2, 3): iter([2])}))
