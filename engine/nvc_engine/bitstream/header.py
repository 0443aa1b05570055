"""What a `.nvc` says about its pictures before the first unit, and the chunks that hold it."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TypeVar

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.errors import ContainerError, MalformedError
from nvc_engine.bitstream.limits import (
    MAX_CONFIG_BYTES,
    MAX_FRAMES,
    MAX_NAME_CHARACTERS,
    MAX_PIXELS,
    MAX_PROVENANCE_BYTES,
    MAX_SIDE,
    MAX_TIMESTAMP,
)
from nvc_engine.bitstream.varint import FieldReader, svarint, text_field, uvarint
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.picture import Chroma

MATRIX_CODES = {Matrix.RGB: 0, Matrix.BT709: 1, Matrix.BT601: 6, Matrix.BT2020: 9}
CHROMA_CODES = {Chroma.GRAY: 0, Chroma.C420: 1, Chroma.C422: 2, Chroma.C444: 3}
BIT_DEPTHS = (8, 9, 10, 12, 14, 16)  # those that pixel formats come in
FULL_RANGE_BIT = 1
ASSUMED_BIT = 2
MAX_TERM = (1 << 62) - 1
Chosen = TypeVar("Chosen")
CODEC_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Header:
    """The facts of the clip in a `.nvc`, and what its codec needs to decode it.

    Attributes:
        codec, codec_version: name and bitstream version of the codec that wrote the units.
        timestamps: presentation times of the frames in units of `time_base` seconds, strictly rising.
        rate: frames per second, as the source stated it.
        rotation: degrees clockwise by which the picture is turned for display (0, 90, 180, 270).
        build, preset, settings: provenance: who wrote the file, and how (settings as canonical JSON); "" if unknown.
        codec_config: private to the codec; at most 1 MB.
    """

    codec: str
    codec_version: int
    width: int
    height: int
    timestamps: tuple[int, ...]
    time_base: Fraction
    rate: Fraction
    colour: Colour
    rotation: int = 0
    sample_aspect: Fraction = Fraction(1)
    bit_depth: int = 8
    chroma: Chroma = Chroma.C420
    build: str = ""
    preset: str = ""
    settings: str = ""
    codec_config: bytes = b""

    @property
    def frame_count(self) -> int:
        return len(self.timestamps)


def header_chunks(header: Header) -> list[tuple[bytes, bytes]]:
    """(type, payload) of the chunks that hold `header`, in the order in which they are written.

    Raises ContainerError with a sentence for a header that no file may have.
    """
    _check(header)
    written = [
        (chunks.HEAD, _head(header)),
        (chunks.TIME, _deflate(_timing(header.timestamps))),
        (chunks.COLOUR, _colour(header.colour)),
    ]
    if header.codec_config:
        written.append((chunks.CONFIG, header.codec_config))
    if header.build or header.preset or header.settings:
        texts = text_field(header.build) + text_field(header.preset) + text_field(header.settings)
        if len(texts) > MAX_PROVENANCE_BYTES:
            raise ContainerError(f"The codec's settings take {len(texts)} bytes; a .nvc holds {MAX_PROVENANCE_BYTES}.")
        written.append((chunks.PROVENANCE, _deflate(texts)))
    return written


def parse_header(payloads: Mapping[bytes, bytes]) -> Header:
    """The header of the chunks with these payloads by type; HEAD, TIME and COLR must be among them.

    Provenance is left empty: `with_provenance` adds it, since a file can be shown without.

    Raises MalformedError where they do not follow the format.
    """
    fields = FieldReader(payloads[chunks.HEAD])
    codec = fields.text(MAX_NAME_CHARACTERS)
    if not CODEC_NAME.fullmatch(codec):
        raise MalformedError("the codec's name has other characters than a-z, 0-9, '.', '_' and '-'")
    codec_version = fields.uvarint(0xFFFF, minimum=1)
    width = fields.uvarint(MAX_SIDE, minimum=1)
    height = fields.uvarint(MAX_SIDE, minimum=1)
    if width * height > MAX_PIXELS:
        raise MalformedError(f"a picture has more than {MAX_PIXELS} pixels")
    frames = fields.uvarint(MAX_FRAMES, minimum=1)
    time_base = _read_fraction(fields)
    rate = _read_fraction(fields)
    sample_aspect = _read_fraction(fields)
    quarter_turns = fields.uvarint(3)
    bit_depth = fields.uvarint()
    if bit_depth not in BIT_DEPTHS:
        raise MalformedError(f"{bit_depth} is no number of bits that samples have")
    chroma = _by_code(CHROMA_CODES, fields.byte(), "chroma sampling")
    fields.end()
    timestamps = _read_timing(_inflate(payloads[chunks.TIME], 16 + 12 * frames), frames)
    return Header(
        codec=codec,
        codec_version=codec_version,
        width=width,
        height=height,
        timestamps=timestamps,
        time_base=time_base,
        rate=rate,
        colour=_read_colour(payloads[chunks.COLOUR]),
        rotation=90 * quarter_turns,
        sample_aspect=sample_aspect,
        bit_depth=bit_depth,
        chroma=chroma,
        codec_config=payloads.get(chunks.CONFIG, b""),
    )


def with_provenance(header: Header, payload: bytes) -> Header:
    """`header` with what the provenance chunk of this payload says. Raises MalformedError as `parse_header`."""
    fields = FieldReader(_inflate(payload, MAX_PROVENANCE_BYTES))
    build, preset, settings = (fields.text(MAX_PROVENANCE_BYTES) for _ in range(3))
    fields.end()
    return replace(header, build=build, preset=preset, settings=settings)


def _check(header: Header) -> None:
    if not (CODEC_NAME.fullmatch(header.codec) and len(header.codec) <= MAX_NAME_CHARACTERS):
        raise ContainerError(f"A codec cannot be named {header.codec!r} in a .nvc.")
    if not 1 <= header.codec_version <= 0xFFFF:
        raise ContainerError(f"A codec's version may be 1 to 65535, not {header.codec_version}.")
    if not (1 <= header.width <= MAX_SIDE and 1 <= header.height <= MAX_SIDE):
        raise ContainerError(
            f"A .nvc holds pictures of up to {MAX_SIDE} x {MAX_SIDE}, not {header.width} x {header.height}."
        )
    if header.width * header.height > MAX_PIXELS:
        raise ContainerError(
            f"A .nvc holds pictures of up to {MAX_PIXELS} pixels, not {header.width} x {header.height}; "
            "make them smaller first."
        )
    if not 1 <= header.frame_count <= MAX_FRAMES:
        raise ContainerError(f"A .nvc holds 1 to {MAX_FRAMES} frames, not {header.frame_count}.")
    if any(later <= earlier for earlier, later in pairwise(header.timestamps)):
        raise ContainerError("The frames' timestamps do not rise from each frame to the next.")
    if max(abs(header.timestamps[0]), abs(header.timestamps[-1])) > MAX_TIMESTAMP:
        raise ContainerError("The frames' timestamps are too large for a .nvc.")
    for name, value in (("time base", header.time_base), ("rate", header.rate), ("aspect", header.sample_aspect)):
        if not (0 < value.numerator <= MAX_TERM and value.denominator <= MAX_TERM):
            raise ContainerError(f"The clip's {name} ({value}) cannot be written in a .nvc.")
    if header.rotation not in (0, 90, 180, 270):
        raise ContainerError(f"A .nvc turns pictures by 0, 90, 180 or 270 degrees, not {header.rotation}.")
    if header.bit_depth not in BIT_DEPTHS:
        raise ContainerError(f"A .nvc holds 8, 9, 10, 12, 14 or 16 bits a sample, not {header.bit_depth}.")
    if len(header.codec_config) > MAX_CONFIG_BYTES:
        raise ContainerError(
            f"The codec's configuration takes {len(header.codec_config)} bytes; a .nvc holds {MAX_CONFIG_BYTES}."
        )


def _head(header: Header) -> bytes:
    return b"".join(
        (
            text_field(header.codec),
            uvarint(header.codec_version),
            uvarint(header.width),
            uvarint(header.height),
            uvarint(header.frame_count),
            _fraction(header.time_base),
            _fraction(header.rate),
            _fraction(header.sample_aspect),
            uvarint(header.rotation // 90),
            uvarint(header.bit_depth),
            bytes((CHROMA_CODES[header.chroma],)),
        )
    )


def _fraction(value: Fraction) -> bytes:
    return uvarint(value.numerator) + uvarint(value.denominator)


def _read_fraction(fields: FieldReader) -> Fraction:
    return Fraction(fields.uvarint(MAX_TERM, minimum=1), fields.uvarint(MAX_TERM, minimum=1))


def _timing(timestamps: tuple[int, ...]) -> bytes:
    """First timestamp, then runs of equal steps: (step, how many times), to the last frame."""
    steps = (later - earlier for earlier, later in pairwise(timestamps))
    runs = ((step, sum(1 for _ in group)) for step, group in groupby(steps))
    return svarint(timestamps[0]) + b"".join(uvarint(step) + uvarint(count) for step, count in runs)


def _read_timing(data: bytes, frames: int) -> tuple[int, ...]:
    fields = FieldReader(data)
    last = fields.svarint()
    if abs(last) > MAX_TIMESTAMP:
        raise MalformedError("a timestamp is too large")
    timestamps = [last]
    while len(timestamps) < frames:
        step = fields.uvarint(MAX_TIMESTAMP, minimum=1)
        count = fields.uvarint(frames - len(timestamps), minimum=1)
        if last + step * count > MAX_TIMESTAMP:
            raise MalformedError("a timestamp is too large")
        timestamps.extend(range(last + step, last + step * count + 1, step))
        last += step * count
    fields.end()
    return tuple(timestamps)


def _colour(colour: Colour) -> bytes:
    if not (0 <= colour.primaries <= 255 and 0 <= colour.transfer <= 255):
        raise ContainerError(
            f"Colour primaries and transfer are numbers from 0 to 255, not {colour.primaries} and {colour.transfer}."
        )
    flags = FULL_RANGE_BIT * colour.full_range | ASSUMED_BIT * colour.assumed
    return bytes((MATRIX_CODES[colour.matrix], colour.primaries, colour.transfer, flags))


def _read_colour(data: bytes) -> Colour:
    fields = FieldReader(data)
    matrix = _by_code(MATRIX_CODES, fields.byte(), "colour matrix")
    primaries, transfer = fields.byte(), fields.byte()
    flags = fields.uvarint(FULL_RANGE_BIT | ASSUMED_BIT)
    fields.end()
    return Colour(matrix, primaries, transfer, bool(flags & FULL_RANGE_BIT), bool(flags & ASSUMED_BIT))


def _by_code(codes: Mapping[Chosen, int], code: int, what: str) -> Chosen:
    for value, known in codes.items():
        if known == code:
            return value
    raise MalformedError(f"{code} is no {what} of this format")


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _inflate(data: bytes, maximum: int) -> bytes:
    """Raw deflate undone, of at most `maximum` bytes; more is never unpacked."""
    unpacker = zlib.decompressobj(-15)
    try:
        plain = unpacker.decompress(data, maximum + 1)
    except zlib.error as error:
        raise MalformedError("compressed text cannot be unpacked") from error
    if len(plain) > maximum or not unpacker.eof or unpacker.unused_data:
        raise MalformedError("compressed text is too long or cut off")
    return plain
