"""Whole numbers in as few bytes as they need, and a reader of fields that checks every step.

An unsigned number is written in base 128, lowest seven bits first, the top bit of a byte saying that more follow; only
the shortest form is valid. A signed number n is written as the unsigned 2n (n >= 0) or -2n - 1 (n < 0).
"""

from nvc_engine.bitstream.errors import MalformedError

MAX_BITS = 64
MAX_BYTES = 10


def uvarint(value: int) -> bytes:
    """`value` (0..2^64 - 1) as 1 to 10 bytes."""
    if not 0 <= value < 1 << MAX_BITS:
        raise ValueError(f"{value} does not fit {MAX_BITS} bits")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def uvarint_size(value: int) -> int:
    """Bytes of `uvarint(value)`."""
    return max(1, -(-value.bit_length() // 7))


def svarint(value: int) -> bytes:
    """A signed `value` (-2^63..2^63 - 1) as 1 to 10 bytes."""
    return uvarint(2 * value if value >= 0 else -2 * value - 1)


class FieldReader:
    """Reads fields off `data` from the front. Every method raises MalformedError where the bytes do not allow it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._position

    @property
    def remaining(self) -> int:
        return len(self._data) - self._position

    def byte(self) -> int:
        if self._position >= len(self._data):
            raise MalformedError("a field is cut off")
        value = self._data[self._position]
        self._position += 1
        return value

    def uvarint(self, maximum: int = (1 << MAX_BITS) - 1, minimum: int = 0) -> int:
        """An unsigned number that must lie in `minimum`..`maximum`."""
        first = self.byte()
        value = first & 0x7F
        if first > 0x7F:
            value |= self._further_bits()
        if not minimum <= value <= maximum:
            raise MalformedError(f"a number is {value} and may be {minimum} to {maximum}")
        return value

    def _further_bits(self) -> int:
        value = 0
        for shift in range(7, 7 * MAX_BYTES, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte <= 0x7F:
                if byte == 0 or value >> MAX_BITS:
                    raise MalformedError("a number is not in its shortest form")
                return value
        raise MalformedError("a number has too many bytes")

    def svarint(self) -> int:
        value = self.uvarint()
        return -(value >> 1) - 1 if value & 1 else value >> 1

    def take(self, size: int) -> bytes:
        if size > self.remaining:
            raise MalformedError("a field is cut off")
        piece = self._data[self._position : self._position + size]
        self._position += size
        return piece

    def text(self, maximum: int) -> str:
        """A length in bytes (at most `maximum`) and as much UTF-8."""
        try:
            return self.take(self.uvarint(maximum)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError("a text is not UTF-8") from error

    def end(self) -> None:
        """To be called after the last field: nothing may follow."""
        if self.remaining:
            raise MalformedError(f"{self.remaining} bytes follow the last field")


def text_field(text: str) -> bytes:
    """`text` as `FieldReader.text` reads it."""
    data = text.encode("utf-8")
    return uvarint(len(data)) + data
