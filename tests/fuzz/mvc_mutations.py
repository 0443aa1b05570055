"""Mutations of MVC's networks and units."""

import random
import struct
import zlib

import numpy as np
from draft import change_part, unit_parts
from mvc_seeds import layout_of
from raw import in_place

from nvc_engine.bitstream.container import Header
from nvc_engine.bitstream.varint import uvarint
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.mvc.coding import UNIT_VERSION, Coding
from nvc_engine.codecs.mvc.fixed import code_bytes
from nvc_engine.codecs.mvc.layout import Fusion, Gain, Layout, Lift, NetworkShape
from nvc_engine.codecs.parameters.symbols import group_count, is_grid

CODINGS = (0, 1, 2, 255)
CRC_AT, RANGES_AT = 2, 6
HARD_NUMBERS = (0.0, -1.0, 1e-45, 1e20, 3e38, float("inf"), float("-inf"), float("nan"))


def empty_mvc_unit(layout: Layout) -> bytes:
    """A sound unit of which every tensor is zero."""
    head = bytes((UNIT_VERSION,)) + uvarint(layout.frames) + bytes((Coding.ENTROPY,))
    return head + bytes(-(-len(layout.coded_shapes()) // 8))


def any_mvc_shape(rng: random.Random) -> NetworkShape:
    """A network that a header may describe, whether a decoder takes it on or not."""
    stages = rng.randint(1, 7)

    def size(most: int) -> int:
        return rng.choice((1, 1, 2, 3, 8, rng.randint(1, 64), rng.randint(1, most)))

    return NetworkShape(
        tuple(rng.choice((1, 2, 2, rng.randint(1, 8))) for _ in range(stages)),
        tuple(size(65535) for _ in range(stages + 1)),
        *(size(65535) for _ in range(4)),
        heads=size(255),
        head_width=size(65535),
        levels=size(255),
        fusion=rng.choice(tuple(Fusion)),
        gain=rng.choice(tuple(Gain)),
        lift=rng.choice(tuple(Lift)),
        cell=rng.choice((0, 1, 2, 80, 65535)),
    )


def mutated_mvc_unit(rng: random.Random, header: Header, sound: EncodedUnit) -> bytes:
    """The unit's payload with one of its fields changed."""
    layout = layout_of(header, sound.count)
    assert layout is not None
    head = 1 + len(uvarint(sound.count)) + 1
    if rng.random() < 0.1:
        return sound.payload[: head - 1] + bytes((rng.choice(CODINGS),)) + sound.payload[head:]
    if sound.payload[head - 1] == Coding.FIXED:
        return sound.payload[:head] + _changed_fixed(rng, layout, sound.payload[head:])
    parts = unit_parts(layout.coded_shapes(), sound.payload, 1)
    change_part(rng, parts)
    return parts.payload()


def _changed_fixed(rng: random.Random, layout: Layout, body: bytes) -> bytes:
    """A body of fixed bits with other bits, ranges or codes, most of them under a checksum that is right."""
    shapes = layout.coded_shapes()
    codes_at = RANGES_AT + 8 * sum(group_count(name, shape) for name, shape in shapes.items())
    bits, ranges, codes = body[:CRC_AT], body[RANGES_AT:codes_at], body[codes_at:]
    choice = rng.randrange(6)
    if choice == 0:
        return in_place(rng, body[:RANGES_AT]) + body[RANGES_AT:]
    if choice == 1:
        return body[: rng.randrange(len(body))] + rng.randbytes(rng.choice((0, 0, 1, 900)))
    if choice == 2:
        bits = bytes((rng.choice((1, 2, 8, 16)), rng.choice((1, 2, 8, 16))))
        total = sum(code_bytes(name, shape, *bits) for name, shape in shapes.items())
        codes = rng.randbytes(total)
    elif choice == 3:
        codes = in_place(rng, codes)
    else:
        for _ in range(rng.choice((1, 1, 5))):
            place = 4 * rng.randrange(len(ranges) // 4)
            ranges = ranges[:place] + struct.pack("<f", rng.choice(HARD_NUMBERS)) + ranges[place + 4 :]
    return bits + struct.pack("<I", _checksum(layout, bits, codes)) + ranges + codes


def _checksum(layout: Layout, bits: bytes, codes: bytes) -> int:
    """Of the symbols that `codes` say."""
    crc = place = 0
    for name, shape in layout.coded_shapes().items():
        size, each = code_bytes(name, shape, bits[0], bits[1]), bits[is_grid(name)]
        string = np.unpackbits(np.frombuffer(codes, np.uint8, -1, place)[:size])
        symbols = string[: string.size // each * each].reshape(-1, each)[: int(np.prod(shape))]
        crc = zlib.crc32((symbols @ (1 << np.arange(each - 1, -1, -1))).astype("<i4").tobytes(), crc)
        place += size
    return crc
