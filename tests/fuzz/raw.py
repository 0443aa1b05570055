"""Mutations of bytes, whatever they mean."""

import random
from collections.abc import Callable

Raw = Callable[[random.Random, bytes], bytes]
POWERS = (0, 4, 7, 8, 14, 15, 16, 20, 24, 27, 29, 30, 31, 32, 33, 40, 53, 61, 62, 63)
INTERESTING = (*sorted({(1 << power) + beside for power in POWERS for beside in (-1, 0, 1)}), (1 << 64) - 1)


def any_number(rng: random.Random, near: int = 0) -> int:
    """A number that may be trouble: small, near the right one, a power of two or beside it, or anything."""
    choice = rng.random()
    if choice < 0.3:
        return rng.randrange(20)
    if choice < 0.5:
        return max(0, near + rng.randint(-3, 3))
    if choice < 0.9:
        return rng.choice(INTERESTING)
    return rng.getrandbits(rng.randrange(1, 65))


def in_place(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, none moved."""
    if not data:
        return data
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        place = rng.randrange(len(out))
        choice = rng.randrange(5)
        if choice == 0:
            out[place] ^= 1 << rng.randrange(8)
        elif choice == 1:
            out[place] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x55))
        elif choice == 2:
            out[place] = rng.getrandbits(8)
        elif choice == 3:
            size = min(rng.choice((2, 4, 8)), len(out) - place)
            value = rng.choice(INTERESTING) & ((1 << (8 * size)) - 1)
            out[place : place + size] = value.to_bytes(size, rng.choice(("little", "big")))
        else:
            size = min(rng.choice((3, 9, 40, 300)), len(out) - place)
            out[place : place + size] = rng.choice((bytes(size), b"\xff" * size, rng.randbytes(size)))
    return bytes(out)


def _block(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 2, 4, 17, 64, 500)))


def _deleted(rng: random.Random, data: bytes) -> bytes:
    start, stop = _block(rng, data)
    return data[:start] + data[stop:]


def _inserted(rng: random.Random, data: bytes) -> bytes:
    start, _ = _block(rng, data)
    size = rng.choice((1, 2, 5, 60, 4000))
    return data[:start] + rng.choice((bytes(size), rng.randbytes(size), b"UNIT" * size)) + data[start:]


def _doubled(rng: random.Random, data: bytes) -> bytes:
    start, stop = _block(rng, data)
    return data[:stop] + data[start:stop] * rng.choice((1, 1, 2, 40)) + data[stop:]


def _swapped(rng: random.Random, data: bytes) -> bytes:
    a, b, c, d = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _beheaded(rng: random.Random, data: bytes) -> bytes:
    return data[rng.randrange(min(40, len(data) + 1)) :]


def spliced(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one and the end of another."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


RAW: tuple[tuple[str, Raw], ...] = (
    ("bytes", in_place),
    ("delete", _deleted),
    ("insert", _inserted),
    ("double", _doubled),
    ("swap", _swapped),
    ("cut", _cut),
    ("behead", _beheaded),
)
