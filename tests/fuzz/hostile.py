"""Hand-made files: each sound where it must be, and made to cost whatever opens it as much as can be.

What is large is built when it is asked for, piece by piece, so that building it takes little memory itself.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from draft import Draft, deflated, draft_of, empty_unit, head_fields, head_payload
from hostile_motion import hostile_motion
from hostile_mvc import hostile_mvc
from matroska import with_tags
from seeds import Seed, seeds

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import chunk
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.varint import svarint, uvarint
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.parameters.symbols import Symbols, group_count, law_sizes
from nvc_engine.media import ebml

MOST_FRAMES = 1 << 20
MOST_UNITS = 1 << 16
Make = Callable[[], bytes]
TINY = NetworkShape(4, (8,), (1,), (1,), (1,), 1, 1, 255, 1, 1, (0,), (1,))


def hostile() -> tuple[tuple[str, Make], ...]:
    """Name and maker of each file. Of those whose name begins with "show" a frame is shown, whatever it costs."""
    return (
        ("largest picture of the format", lambda: _clip(TINY, 16384, 8192, 1)),
        ("show largest picture that is decoded", lambda: _clip(replace(TINY, strides=(8,)), *largest_picture(), 1)),
        ("show most work in a frame", lambda: _clip(_DEEP, 480, 270, 1)),
        ("show most memory in a frame", lambda: _clip(_WIDE, *_largest(_WIDE, 64, 36), 1)),
        ("show most parameters, all zero", lambda: _clip(_GRIDS, 4096, 2016, _MOST_SLICES)),
        ("show most parameters, in 1 kB", _parameters_in_a_kilobyte),
        ("show most parameters, in two units", lambda: _clip(_GRIDS, 4096, 2016, _MOST_SLICES, units=2)),
        ("timing that unpacks to 256 MB", lambda: _bomb(chunks.TIME)),
        ("provenance that unpacks to 64 MB", lambda: _bomb(chunks.PROVENANCE)),
        ("most frames, one step", lambda: _long(uvarint(1) + uvarint(MOST_FRAMES - 1))),
        ("most frames, uneven", lambda: _long(b"\x01\x01\x02\x01" * ((MOST_FRAMES - 1) // 2) + b"\x01\x01")),
        ("most units", lambda: _many_units(with_index=True)),
        ("more units than may be", lambda: _many_units(with_index=False, count=MOST_UNITS + 5000)),
        ("index of units at one place", _index_at_one_place),
        ("index that is its own", _index_of_itself),
        ("end inside the end", _end_in_end),
        ("units that say UNIT", lambda: _seed().data[:-30] + b"UNIT" * (1 << 20)),
        ("units that overlap", lambda: _overlapping(1 << 18)),
        ("chunks without payload", lambda: START + chunk(b"abcd") * (1 << 18)),
        ("chunks behind the header", lambda: _many_chunks(1 << 17)),
        ("most memory before the units", lambda: START + chunk(b"HEAD", bytes(1 << 20))),
        ("length of 2^63", lambda: START + b"HEAD" + uvarint(1 << 63) + bytes(40)),
        ("settings nested 30000 deep", _nested_settings),
        ("tracks that claim all lengths", _tracks_of_claims),
        ("tracks whose sound is a bomb", _tracks_with_bomb),
        ("tracks of 3000 streams", _tracks_of_streams),
        ("tracks with times for 10^9 packets", _tracks_with_times),
        ("tracks of nested elements", _tracks_nested),
        ("tracks of empty blocks", _tracks_of_blocks),
        *hostile_motion(),
        *hostile_mvc(),
    )


_DEEP = NetworkShape(4, (1,), (248,), (8,), (8,), 1, 1, 255, 1, 1, (0,), (1,))
_WIDE = NetworkShape(4, (2, 2), (128, 128), (1, 1), (1, 1), 1, 2, 255, 1, 1, (0, 0), (1, 1))
_GRIDS = NetworkShape(4, (2, 2, 2), (8, 8, 8), (1, 1, 1), (1, 1, 1), 1, 1, 255, 1, 1, (0, 0, 1), (1, 1, 1))
_MOST_SLICES = 64


def largest_picture() -> tuple[int, int]:
    """Width and height of the largest picture, of 16 to 9, that NVRC decodes."""
    return _largest(TINY, 128, 72)


def _largest(shape: NetworkShape, width: int, height: int) -> tuple[int, int]:
    """The largest multiple of a picture's size that a decoder takes on with this network."""
    factor = 1
    while Layout(shape, 1, height * (factor + 1), width * (factor + 1)).decodable():
        factor += 1
    return width * factor, height * factor


def _seed(name: str = "plain") -> Seed:
    return next(seed for seed in seeds() if seed.name == name)


def _clip(shape: NetworkShape, width: int, height: int, frames: int, units: int = 1, payload: bytes = b"") -> bytes:
    """A sound clip in units of `frames`, whose parameters are all zero unless a `payload` is given."""
    draft = _with_frames(draft_of(_seed()), frames * units, uvarint(40) + uvarint(frames * units - 1))
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    draft.put(chunks.HEAD, head_payload(name, {**numbers, "width": width, "height": height}))
    draft.put(chunks.CONFIG, shape.pack())
    body = payload or empty_unit(Layout(shape, frames, height, width))
    draft.chunks += [(chunks.UNIT, uvarint(frames * n) + uvarint(frames) + body) for n in range(units)]
    return draft.data()


def _with_frames(draft: Draft, frames: int, steps: bytes) -> Draft:
    """The draft with another number of frames, and without units."""
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    draft.put(chunks.HEAD, head_payload(name, {**numbers, "frames": frames}))
    draft.put(chunks.TIME, deflated(svarint(0) + (steps if frames > 1 else b"")))
    draft.chunks = [each for each in draft.chunks if each[0] != chunks.UNIT]
    return draft


def _parameters_in_a_kilobyte() -> bytes:
    """One grid of as many symbols as there may be, all but a few of them 0, in as few bytes as that can take."""
    layout = Layout(_GRIDS, _MOST_SLICES, 2016, 4096)
    symbols = {}
    for name, shape in layout.parameter_shapes().items():
        groups = group_count(name, shape)
        q = np.broadcast_to(np.int32(0), shape)
        if name == "grid.stage.2":
            q = np.zeros(shape, np.int32)
            q[:, 0, 0] = 1
        classes, taps = law_sizes(name, shape)
        scales, steps = np.full((groups, classes), -16, np.int32), np.full(groups, -16, np.int32)
        symbols[name] = Symbols(q, steps, scales, np.zeros((groups, taps), np.int32))
    return _clip(_GRIDS, 4096, 2016, _MOST_SLICES, payload=encode_unit(layout, symbols))


def _bomb(kind: bytes) -> bytes:
    draft = draft_of(_seed())
    size = 1 << 28 if kind == chunks.TIME else 1 << 26
    draft.put(kind, _packed_zeros(size))
    return draft.data()


def _packed_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def _long(steps: bytes) -> bytes:
    """A clip of as many frames as there may be, in one unit whose parameters are all zero."""
    seed = _seed("odd")
    draft = _with_frames(draft_of(seed), MOST_FRAMES, steps)
    body = empty_unit(Layout(seed.shape, MOST_FRAMES, seed.header.height, seed.header.width))
    draft.chunks.append((chunks.UNIT, uvarint(0) + uvarint(MOST_FRAMES) + body))
    return draft.data()


def _many_units(*, with_index: bool, count: int = MOST_UNITS) -> bytes:
    seed = _seed("bare")
    draft = _with_frames(draft_of(seed), count, uvarint(1) + uvarint(count - 1))
    body = empty_unit(Layout(seed.shape, 1, seed.header.height, seed.header.width))
    draft.chunks += [(chunks.UNIT, uvarint(number) + uvarint(1) + body) for number in range(count)]
    draft.with_index = draft.with_done = with_index
    return draft.data()


def _index_at_one_place() -> bytes:
    """An index of as many units as may be, of one byte each, which lie where the real ones do."""
    draft = _with_frames(draft_of(_seed("bare")), MOST_UNITS, uvarint(1) + uvarint(MOST_UNITS - 1))
    draft.chunks.append((chunks.UNIT, b"\0\1" + bytes(MOST_UNITS * 12)))
    draft.index = uvarint(MOST_UNITS) + b"\0\1\0\1" * MOST_UNITS
    return draft.data()


def _index_of_itself() -> bytes:
    """An index whose units are the index and the end."""
    draft = draft_of(_seed())
    start = len(draft.data()) - 17
    draft.index = uvarint(1) + b"\0\1" + uvarint(start - 30) + uvarint(40)
    return draft.data()


def _end_in_end() -> bytes:
    """The end states that the index is where the end itself is."""
    draft = draft_of(_seed())
    draft.index_at = len(draft.data()) - 17
    return draft.data()


def _overlapping(count: int) -> bytes:
    """Units without end: each claims almost all that follows it, and its checksum is wrong."""
    whole = _seed().data[:-60]
    size = count * 9
    return whole + b"".join(b"UNIT" + _padded(size - 9 * number - 40) for number in range(count - 40)) + bytes(400)


def _padded(value: int) -> bytes:
    """A `uv` of five bytes where the number takes them."""
    return uvarint(max(value, 1 << 21))[:5].ljust(5, b"\0")


def _many_chunks(count: int) -> bytes:
    draft = draft_of(_seed())
    draft.chunks += [(b"abcd", b"")] * count
    return draft.data()


def _nested_settings() -> bytes:
    draft = draft_of(_seed())
    texts = (b"x", b"y", b"[" * 30000 + b"]" * 30000)
    draft.put(chunks.PROVENANCE, deflated(b"".join(uvarint(len(text)) + text for text in texts)))
    return draft.data()


def _with_tracks(blob: bytes) -> bytes:
    draft = draft_of(_seed("square"))
    draft.put(chunks.TRACKS, blob)
    return draft.data()


def _blob() -> bytes:
    return next(payload for kind, payload in _seed("square").chunks if kind == chunks.TRACKS)


def _tracks_of_claims() -> bytes:
    """Every byte that may be the length of an element claims 2^31 or 2^55."""
    blob = bytearray(_blob())
    place = blob.find(b"\xa3")
    while place >= 0 and place + 9 < len(blob):
        blob[place + 1 : place + 9] = (1 << 56 | 1 << 31).to_bytes(8, "big")
        place = blob.find(b"\xa3", place + 9)
    private = blob.find(b"\x63\xa2")
    blob[private + 2 : private + 10] = (1 << 56 | 0x3FFFFFF0).to_bytes(8, "big")
    return _with_tracks(bytes(blob))


def _matroska(*segment: bytes) -> bytes:
    head = ebml.element(0x1A45DFA3, ebml.text(0x4282, "matroska"), ebml.unsigned(0x4287, 4), ebml.unsigned(0x4285, 2))
    return head + ebml.element(0x18538067, ebml.element(0x1549A966, ebml.unsigned(0x2AD7B1, 1_000_000)), *segment)


def _track(number: int, *more: bytes) -> bytes:
    sound = ebml.element(0xE1, ebml.real(0xB5, 8000.0), ebml.unsigned(0x9F, 1), ebml.unsigned(0x6264, 16))
    numbers = ebml.unsigned(0xD7, number), ebml.unsigned(0x73C5, number), ebml.unsigned(0x83, 2)
    return ebml.element(0xAE, *numbers, ebml.text(0x86, "A_PCM/INT/LIT"), sound, *more)


def _cluster(*blocks: bytes) -> bytes:
    return ebml.element(0x1F43B675, ebml.unsigned(0xE7, 0), *blocks)


def _tracks_with_bomb() -> bytes:
    """Blocks that are packed with zlib, of 64 MB of silence each."""
    packed = zlib.compress(bytes(1 << 26), 9)
    coding = ebml.element(0x5034, ebml.unsigned(0x4254, 0))
    packing = ebml.element(0x6D80, ebml.element(0x6240, ebml.unsigned(0x5033, 0), coding))
    blocks = (ebml.element(0xA3, b"\x81" + struct.pack(">hB", at, 0x80) + packed) for at in range(8))
    return _with_tracks(_matroska(ebml.element(0x1654AE6B, _track(1, packing)), _cluster(*blocks)))


def _tracks_of_streams() -> bytes:
    tracks = ebml.element(0x1654AE6B, *(_track(number) for number in range(1, 3001)))
    return _with_tracks(_matroska(tracks, _cluster(ebml.element(0xA3, b"\x81\0\0\x80" + bytes(200)))))


def _tracks_with_times() -> bytes:
    words = {"NVC_TIME_BASE": "1/8000", "NVC_TIMES": "0 " + "1x999999999 " * 5000, "NVC_SHIFT": "9" * 5000}
    return _with_tracks(with_tags(_blob(), words))


def _tracks_nested() -> bytes:
    """Elements inside elements, 4000 deep."""
    inner = b""
    for _ in range(4000):
        inner = ebml.element(0xA0, inner)
    return _with_tracks(_matroska(ebml.element(0x1654AE6B, _track(1)), _cluster(inner)))


def _tracks_of_blocks() -> bytes:
    """As many blocks without content as fit 1 MB."""
    block = ebml.element(0xA3, b"\x81\0\0\x80")
    return _with_tracks(_matroska(ebml.element(0x1654AE6B, _track(1)), _cluster(block * (1 << 16))))
