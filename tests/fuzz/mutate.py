"""Inputs changed at random, the same for the same number."""

from collections.abc import Sequence

import numpy as np

# Numbers at which parsers go wrong.
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
LONG = (b"[" * 200, b"(" * 200, b"9" * 5000)
WORDS = (*LONG, b"\0", b"nan", b"inf", b"-1", b"..", b"\xff\xfe", b'"""', b"{}")


def mutated(data: bytes, number: int, others: Sequence[bytes]) -> bytes:
    """`data` with one to eight changes, of which `number` decides; parts of `others` may come into it."""
    rng = np.random.default_rng(number)
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        _change(changed, rng, others)
    return bytes(changed[: 4 * len(data) + 20_000])


def _change(data: bytearray, rng: np.random.Generator, others: Sequence[bytes]) -> None:
    # Most of a file's structure stands in its first bytes.
    near = rng.random() < 0.5
    at = int(rng.integers(0, max(1, min(len(data), 200) if near else len(data))))
    length = int(rng.choice((1, 2, 4, 8, 64, 512)))
    match int(rng.integers(0, 8)):
        case 0:
            data[at : at + 1] = bytes([int(rng.integers(256))])
        case 1 if data:
            at = min(at, len(data) - 1)
            data[at] ^= 1 << int(rng.integers(8))
        case 2:
            del data[at : at + length]
        case 3:
            data[at:at] = rng.bytes(length)
        case 4:
            data[at:at] = data[at : at + length] * int(rng.choice((1, 3, 50)))
        case 5:
            size = int(rng.choice((1, 2, 4)))
            value = int(rng.choice(EDGES)) & (256**size - 1)
            data[at : at + size] = value.to_bytes(size, "big" if rng.random() < 0.5 else "little")
        case 6:
            other = others[int(rng.integers(len(others)))]
            start = int(rng.integers(0, max(1, len(other))))
            data[at : at + length] = other[start : start + length]
        case _:
            data[at:at] = WORDS[int(rng.integers(len(WORDS)))]
    if rng.random() < 0.03:
        del data[at:]
