"""The elements that Matroska is made of (EBML, RFC 8794): an identity, a length, and what lies inside."""

import struct
from collections.abc import Iterator
from typing import Final

from nvc_engine.media.clip import ClipError

UNKNOWN_LENGTH: Final = -1
_LENGTH_BYTES = 8


def element(identity: int, *parts: bytes) -> bytes:
    """An element of any kind that holds `parts`."""
    return _identity(identity) + length(sum(map(len, parts))) + b"".join(parts)


def unsigned(identity: int, value: int) -> bytes:
    """An element that holds a whole number of 0 or more."""
    return element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def real(identity: int, value: float) -> bytes:
    """An element that holds a number in double precision, always 8 bytes of it."""
    return element(identity, struct.pack(">d", value))


def text(identity: int, value: str) -> bytes:
    """An element that holds text."""
    return element(identity, value.encode("utf-8"))


def length(count: int, size: int = 0) -> bytes:
    """The length field of `count` bytes, in `size` bytes of its own (0: as few as it takes)."""
    while not size or count >= (1 << (7 * size)) - 1:
        size += 1
    return ((1 << (7 * size)) | count).to_bytes(size, "big")


def elements(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """(identity, content) of the elements that lie in `data` one after the other.

    An element of unknown length reaches to the end.

    Raises:
        ClipError: `data` is no row of elements.
    """
    position = 0
    while position < len(data):
        identity, position = _field(data, position, 4, keep_marker=True)
        count, position = _field(data, position, _LENGTH_BYTES, keep_marker=False)
        stop = len(data) if count == UNKNOWN_LENGTH else position + count
        if stop > len(data):
            raise _damaged()
        yield identity, data[position:stop]
        position = stop


def number(content: memoryview) -> int:
    """The value of an unsigned element."""
    return int.from_bytes(content, "big")


def _identity(identity: int) -> bytes:
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big")


def _field(data: memoryview, position: int, longest: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number whose first bit that is set tells its size, and the position behind it."""
    first = data[position] if position < len(data) else 0
    size = 9 - first.bit_length()
    if size > longest or position + size > len(data):
        raise _damaged()
    value = int.from_bytes(data[position : position + size], "big")
    if not keep_marker:
        value &= (1 << (7 * size)) - 1
        if value == (1 << (7 * size)) - 1:
            value = UNKNOWN_LENGTH
    return value, position + size


def _damaged() -> ClipError:
    return ClipError("The carried audio and subtitles are damaged and cannot be read.")
