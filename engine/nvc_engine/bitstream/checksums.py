"""CRC-32C (Castagnoli: polynomial 0x1EDC6F41 reflected, all ones in, inverted out), the checksum of every chunk."""

from typing import BinaryIO

import google_crc32c

BLOCK_BYTES = 1 << 20


def crc32c(data: bytes, previous: int = 0) -> int:
    """CRC-32C of `data` after data whose CRC is `previous`, 0..2^32 - 1."""
    return int(google_crc32c.extend(previous, data))


def crc32c_of_stretch(file: BinaryIO, start: int, size: int, previous: int = 0) -> int:
    """CRC-32C of `size` bytes of a file from offset `start`, read in blocks; a shorter file gives a CRC of less."""
    file.seek(start)
    crc = previous
    while size > 0:
        block = file.read(min(size, BLOCK_BYTES))
        if not block:
            break
        crc = crc32c(block, crc)
        size -= len(block)
    return crc
