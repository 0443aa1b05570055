"""Hand-made files of MVC: sound but for what they are made for, and dear to whatever opens them."""

import io
import math
import struct
import zlib
from collections.abc import Callable

from mvc_mutations import empty_mvc_unit
from mvc_seeds import mvc_header

from nvc_engine.bitstream.container import NvcWriter
from nvc_engine.bitstream.varint import uvarint
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.mvc.coding import UNIT_VERSION, Coding
from nvc_engine.codecs.mvc.fixed import code_bytes
from nvc_engine.codecs.mvc.layout import Layout, Lift, NetworkShape
from nvc_engine.codecs.parameters.symbols import group_count

Widened = Callable[[int], Layout]
MOST_FRAMES = 1 << 20


def hostile_mvc() -> tuple[tuple[str, Callable[[], bytes]], ...]:
    """Name and maker of each file, as in `hostile`."""
    return (
        ("larger picture in MVC than is decoded", lambda: _zeros(_picture(_most(_picture) + 1))),
        ("show largest picture in MVC", lambda: _zeros(_picture(_most(_picture)))),
        ("show most features in MVC", lambda: _zeros(_steep(_most(_steep)))),
        ("show widest last stage in MVC", lambda: _zeros(_last_wide(_most(_last_wide)))),
        ("wider feed-forward in MVC than is decoded", lambda: _zeros(_feed_forward(_most(_feed_forward) + 1))),
        ("show widest feed-forward in MVC", lambda: _zeros(_feed_forward(_most(_feed_forward)))),
        ("show most weights in MVC", lambda: _ones(_branch(_most(_branch)))),
        ("show most of CRSPE in MVC", lambda: _ones(_embedded(_most(_embedded)))),
        ("show most of CRSPE in MVC, all zero", lambda: _zeros(_embedded(_most(_embedded)))),
        ("most frames in MVC", lambda: _zeros(Layout(NetworkShape((8,), (1, 1), *[1] * 7), MOST_FRAMES, 64, 64))),
    )


def _most(widened: Widened) -> int:
    """The largest number with which a decoder takes the network on."""
    least, most = 1, 1 << 16
    while least < most - 1:
        middle = (least + most) // 2
        least, most = (middle, most) if widened(middle).decodable() else (least, middle)
    return least


def _picture(size: int) -> Layout:
    return Layout(NetworkShape((8, 8, 8), (1, 1, 1, 1), *[1] * 7), 1, 9 * size, 16 * size)


def _steep(features: int) -> Layout:
    """Many features at the coarse grid, and one behind it."""
    return Layout(NetworkShape((8,), (features, 1), *[1] * 7), 1, 512, 512)


def _last_wide(features: int) -> Layout:
    """Many features in front of the picture, which has few rows."""
    return Layout(NetworkShape((1, 1, 8), (1, 1, 1, features), *[1] * 7), 1, 8, 512)


def _feed_forward(hidden: int) -> Layout:
    return Layout(NetworkShape((8,), (1, 1), 1, 1, 1, hidden, 1, 1, 1), 1, 512, 512)


def _branch(width: int) -> Layout:
    return Layout(NetworkShape((8,), (1, 1), 1, 1, width, 1, 1, 1, 1), 1, 64, 64)


def _embedded(frames: int) -> Layout:
    """A number a colour of every pixel."""
    return Layout(NetworkShape((8,), (1, 1), *[1] * 7, lift=Lift.NORM, cell=1), frames, 512, 512)


def _zeros(layout: Layout) -> bytes:
    return _file(layout, empty_mvc_unit(layout))


def _ones(layout: Layout) -> bytes:
    """Every symbol 1, of a bit each."""
    codes, crc, ranges = [], 0, b""
    for name, shape in layout.coded_shapes().items():
        codes.append(b"\xff" * code_bytes(name, shape, 1, 1))
        ranges += struct.pack("<2f", 0.0, 0.5) * group_count(name, shape)
        crc = _checksum_of_ones(math.prod(shape), crc)
    head = bytes((UNIT_VERSION,)) + uvarint(layout.frames) + bytes((Coding.FIXED, 1, 1)) + struct.pack("<I", crc)
    return _file(layout, head + ranges + b"".join(codes))


def _checksum_of_ones(count: int, crc: int) -> int:
    piece = 1 << 18
    block = struct.pack("<i", 1) * piece
    for _ in range(count // piece):
        crc = zlib.crc32(block, crc)
    return zlib.crc32(block[: count % piece * 4], crc)


def _file(layout: Layout, payload: bytes) -> bytes:
    file = io.BytesIO()
    writer = NvcWriter(file, mvc_header((layout.width, layout.height), layout.frames, layout.shape), None)
    writer.add(EncodedUnit(0, layout.frames, payload))
    writer.finish()
    return file.getvalue()
