"""Mutated `.nvc` files, each made from a seed and the number of the case alone.

Raw mutations change bytes wherever they lie, so that most are stopped by a checksum. The others change what stands in
the chunks and write right checksums around it, so that they come to whatever reads the fields.
"""

import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from draft import (
    HEAD_FIELDS,
    MASK,
    Draft,
    change_part,
    deflated,
    draft_of,
    empty_unit,
    head_fields,
    head_payload,
    index_numbers,
    inflated,
    unit_parts,
)
from matroska import mutated_matroska
from motion_seeds import mutated_unit
from mvc_mutations import any_mvc_shape, empty_mvc_unit, mutated_mvc_unit
from mvc_seeds import CODEC
from raw import RAW, any_number, in_place, spliced
from seeds import Seed, seeds

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import chunk
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.varint import FieldReader, svarint, uvarint
from nvc_engine.codecs.mvc.layout import Layout as MvcLayout
from nvc_engine.codecs.mvc.layout import NetworkShape as MvcShape
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape

Structured = Callable[[random.Random, Draft], None]
LIGHT_VERSION = 2
RAW_SHARE, ON_TOP_SHARE, SECOND_SHARE = 0.3, 0.12, 0.25
BOMB_BYTES = (1 << 16, 1 << 20, 1 << 24)


@dataclass(frozen=True)
class Case:
    """A file to be answered; `kind` names its mutations. `seed` is what it was made from where it was changed in
    place, so that units whose bytes stand as they were must still be found. `kept`: a file to be asked
    everything; `patient`: show frame 0, whatever it costs.
    """

    number: int
    kind: str
    data: bytes
    seed: Seed | None = None
    kept: bool = False
    patient: bool = False


def case(run: int, number: int) -> Case:
    """Case `number` of run `run`; the same on every call."""
    rng = random.Random(f"nvc fuzz {run} {number}")
    seed = rng.choice(seeds())
    if rng.random() < RAW_SHARE:
        return _raw_case(rng, number, seed)
    draft = draft_of(seed)
    names = [_apply(rng, draft)]
    while rng.random() < SECOND_SHARE:
        names.append(_apply(rng, draft))
    data = draft.data()
    if rng.random() < ON_TOP_SHARE:
        name, mutation = rng.choice(RAW)
        data = mutation(rng, data)
        names.append(name)
    return Case(number, " + ".join(names), data)


def _raw_case(rng: random.Random, number: int, seed: Seed) -> Case:
    choice = rng.random()
    if choice < 0.4:
        return Case(number, "in place", in_place(rng, seed.data), seed)
    if choice < 0.5:
        return Case(number, "splice", spliced(rng, seed.data, rng.choice(seeds()).data))
    data = seed.data
    names = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        name, mutation = rng.choice(RAW)
        data = mutation(rng, data)
        names.append(name)
    return Case(number, " + ".join(names), data)


def _apply(rng: random.Random, draft: Draft) -> str:
    name, mutation = rng.choice(STRUCTURED)
    with suppress(MalformedError, ValueError, IndexError, TypeError, struct.error, zlib.error):
        mutation(rng, draft)  # of what a mutation before it took away nothing can be changed
    return name


def _head(rng: random.Random, draft: Draft) -> None:
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    chosen = rng.choice(HEAD_FIELDS)
    numbers[chosen] = any_number(rng, numbers[chosen])
    draft.put(chunks.HEAD, head_payload(name, numbers))


def _size(rng: random.Random, draft: Draft) -> None:
    """Another size that a file may have, so that units meet a network of another size."""
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    sides = (1, 2, 3, 8, 15, 16, 17, 64, 511, 1080, 1920, 2160, 4096, 8192, 16383, 16384, 16385)
    numbers["width"] = rng.choice((numbers["width"], rng.choice(sides)))
    numbers["height"] = rng.choice(sides)
    draft.put(chunks.HEAD, head_payload(name, numbers))
    if rng.random() < 0.5:
        _zero_units(draft)


def _codec_name(rng: random.Random, draft: Draft) -> None:
    _, numbers = head_fields(draft.payload(chunks.HEAD))
    names = ("sevc", "mvc", "x", "", "NVRC", "nvrc\0", "a" * 32, "a" * 33, "-nvrc", "nvrc\n", "é", "../nvrc")
    draft.put(chunks.HEAD, head_payload(rng.choice(names), numbers))


def _short_fields(rng: random.Random, draft: Draft) -> None:
    """Cut or lengthen the payload of any chunk."""
    number = rng.randrange(len(draft.chunks))
    kind, payload = draft.chunks[number]
    if rng.random() < 0.5:
        payload = payload[: rng.randrange(len(payload) + 1)]
    else:
        payload += rng.randbytes(rng.choice((1, 2, 9, 100)))
    draft.chunks[number] = (kind, payload)


def _any_payload(rng: random.Random, draft: Draft) -> None:
    """Bytes changed in the payload of any chunk."""
    number = rng.randrange(len(draft.chunks))
    kind, payload = draft.chunks[number]
    if payload:
        draft.chunks[number] = (kind, in_place(rng, payload))


def _time(rng: random.Random, draft: Draft) -> None:
    first = rng.choice((0, -7, 1, (1 << 62) - 1, 1 << 62, -(1 << 62), (1 << 62) + 1, -(1 << 63), (1 << 63) - 1))
    out = svarint(first)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 300))):
        out += uvarint(any_number(rng, 40) & MASK) + uvarint(any_number(rng, draft.seed.header.frame_count) & MASK)
    draft.put(chunks.TIME, deflated(out))


def _bomb(rng: random.Random, draft: Draft) -> None:
    draft.put(rng.choice((chunks.TIME, chunks.PROVENANCE)), _BOMBS[rng.choice(BOMB_BYTES)])


def _deflate(rng: random.Random, draft: Draft) -> None:
    """The packed text damaged, cut, lengthened, or wrapped as zlib does."""
    kind = rng.choice((chunks.TIME, chunks.PROVENANCE))
    payload = draft.payload(kind) or deflated(b"")
    choice = rng.randrange(4)
    if choice == 0:
        payload = in_place(rng, payload)
    elif choice == 1:
        payload = payload[: rng.randrange(len(payload))]
    elif choice == 2:
        payload += rng.randbytes(rng.randrange(1, 6))
    else:
        payload = b"\x78\x9c" + payload
    draft.put(kind, payload)


def _long_clip(rng: random.Random, draft: Draft) -> None:
    """A clip of many frames, whole and sound but for what the number itself does."""
    frames = rng.choice((100, 1000, 5000))
    if rng.random() < 0.1:
        frames = rng.choice((1 << 16, (1 << 20) - 1, 1 << 20, (1 << 20) + 1))
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    numbers["frames"] = frames
    draft.put(chunks.HEAD, head_payload(name, numbers))
    steps = uvarint(40) + uvarint(frames - 1)
    if rng.random() < 0.3 and frames <= 5000:
        steps = b"".join(uvarint(1 + rng.randrange(3)) + uvarint(1) for _ in range(frames - 1))
    draft.put(chunks.TIME, deflated(svarint(0) + steps))
    if rng.random() < 0.7:
        unit = uvarint(0) + uvarint(frames) + empty_unit(_laid_out(draft.seed, frames))
        draft.chunks = [each for each in draft.chunks if each[0] != chunks.UNIT] + [(chunks.UNIT, unit)]


def _laid_out(seed: Seed, frames: int) -> Layout:
    return Layout(seed.shape, frames, seed.header.height, seed.header.width)


def _zero_units(draft: Draft) -> None:
    """Units without coded tensors instead of those that are there."""
    for number, unit in zip(draft.unit_numbers(), draft.seed.units, strict=False):
        prefix = uvarint(unit.first) + uvarint(unit.count)
        draft.chunks[number] = (chunks.UNIT, prefix + empty_unit(draft.seed.layout(unit)))


def _colour(rng: random.Random, draft: Draft) -> None:
    payload = bytearray(draft.payload(chunks.COLOUR) or b"\1\1\1\0")
    place = rng.randrange(len(payload)) if payload else 0
    payload[place : place + 1] = bytes((rng.choice((0, 1, 2, 3, 4, 6, 9, 127, 128, 255)),))
    draft.put(chunks.COLOUR, bytes(payload))


def _config(rng: random.Random, draft: Draft) -> None:
    """One number of the network's shape changed, or another shape that is allowed."""
    seed = draft.seed
    config = bytearray(draft.payload(chunks.CONFIG) or seed.shape.pack())
    if config and rng.random() < 0.6:
        config[rng.randrange(len(config))] = rng.choice((0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 64, 65, 127, 128, 255))
        draft.put(chunks.CONFIG, bytes(config))
        return
    of_mvc = seed.header.codec == CODEC
    shape = any_mvc_shape(rng) if of_mvc else _any_shape(rng)
    draft.put(chunks.CONFIG, shape.pack())
    for number, unit in zip(draft.unit_numbers(), seed.units, strict=False):
        prefix = uvarint(unit.first) + uvarint(unit.count)
        draft.chunks[number] = (chunks.UNIT, prefix + _empty_unit(shape, seed, unit.count))


def _empty_unit(shape: NetworkShape | MvcShape, seed: Seed, count: int) -> bytes:
    size = count, seed.header.height, seed.header.width
    if isinstance(shape, MvcShape):
        return empty_mvc_unit(MvcLayout(shape, *size))
    return empty_unit(Layout(shape, *size))


def _any_shape(rng: random.Random) -> NetworkShape:
    stages = rng.randint(1, 4)

    def each(most: int) -> tuple[int, ...]:
        return tuple(rng.choice((1, 1, 2, rng.randint(1, most))) for _ in range(stages))

    return NetworkShape(
        cell=rng.choice((2, 4)),
        strides=each(8),
        widths=each(255),
        depths=each(8),
        expansions=each(8),
        base_channels=rng.choice((1, 2, 32)),
        base_levels=rng.randint(1, 4),
        base_period=rng.choice((1, 2, 255)),
        local_channels=rng.choice((1, 3, 64)),
        local_levels=rng.randint(1, 4),
        stage_channels=tuple(rng.choice((0, 0, 1, 16)) for _ in range(stages)),
        stage_periods=each(255),
    )


def _provenance(rng: random.Random, draft: Draft) -> None:
    texts = [b"nvc-engine", b"light", b'{"width":8}']
    depth = rng.choice((10, 1000, 30000))
    hostile = (
        b"[" * depth,
        b'{"a":' * depth,
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\0\x1b[2J\r\n",
        b"",
        b"1e999999",
        b"%s{}",
    )
    texts[rng.randrange(3)] = rng.choice(hostile)
    fields = [uvarint(len(text)) + text for text in texts]
    if rng.random() < 0.3:
        fields[rng.randrange(3)] = uvarint(any_number(rng, 9)) + b"short"
    draft.put(chunks.PROVENANCE, deflated(b"".join(fields)))


def _provenance_again(rng: random.Random, draft: Draft) -> None:
    text = inflated(draft.payload(chunks.PROVENANCE))
    draft.put(chunks.PROVENANCE, deflated(in_place(rng, text)))


def _tracks(rng: random.Random, draft: Draft) -> None:
    own = draft.payload(chunks.TRACKS)
    blob = own or rng.choice([seed for seed in seeds() if seed.chunks[5][0] == chunks.TRACKS]).chunks[5][1]
    draft.put(chunks.TRACKS, mutated_matroska(rng, blob))


def _unit_prefix(rng: random.Random, draft: Draft) -> None:
    """Other frames stated of a unit: overlapping, beyond the end, none."""
    number = rng.choice(draft.unit_numbers())
    fields = FieldReader(draft.chunks[number][1])
    first, count = fields.uvarint(), fields.uvarint()
    body = fields.take(fields.remaining)
    if rng.random() < 0.5:
        first = any_number(rng, first)
    else:
        count = any_number(rng, count)
    draft.chunks[number] = (chunks.UNIT, uvarint(first & MASK) + uvarint(count & MASK) + body)


def _unit_parts(rng: random.Random, draft: Draft) -> None:
    """A field of a unit."""
    numbers = draft.unit_numbers()
    which = rng.randrange(len(draft.seed.units))
    if len(numbers) != len(draft.seed.units):
        return
    unit = draft.seed.units[which]
    prefix = uvarint(unit.first) + uvarint(unit.count)
    if draft.seed.header.codec == CODEC:
        draft.chunks[numbers[which]] = (chunks.UNIT, prefix + mutated_mvc_unit(rng, draft.seed.header, unit))
        return
    if draft.seed.header.codec_version != LIGHT_VERSION:
        draft.chunks[numbers[which]] = (chunks.UNIT, prefix + mutated_unit(rng, draft.seed.header, unit))
        return
    parts = unit_parts(draft.seed.layout(unit).parameter_shapes(), unit.payload)
    change_part(rng, parts)
    draft.chunks[numbers[which]] = (chunks.UNIT, prefix + parts.payload())


def _unit_swap(rng: random.Random, draft: Draft) -> None:
    """The payload of another file's unit."""
    numbers = draft.unit_numbers()
    if numbers:
        other = rng.choice(rng.choice(seeds()).units)
        unit = rng.choice(draft.seed.units)
        prefix = uvarint(unit.first) + uvarint(unit.count)
        draft.chunks[rng.choice(numbers)] = (chunks.UNIT, prefix + other.payload)


def _index(rng: random.Random, draft: Draft) -> None:
    """Numbers of the index changed, added or left out."""
    numbers = index_numbers(draft)
    choice = rng.random()
    if choice < 0.7:
        for _ in range(rng.choice((1, 1, 2, 4))):
            place = rng.randrange(len(numbers))
            numbers[place] = any_number(rng, numbers[place])
    elif choice < 0.85:
        extra = rng.choice((1, 2, 50, 3000))
        numbers = [numbers[0] + extra, *numbers[1:], *(rng.choice((0, 1, 1, 9)) for _ in range(4 * extra))]
    else:
        del numbers[rng.randrange(len(numbers)) :]
    draft.index = b"".join(uvarint(number & MASK) for number in numbers)


def _end(rng: random.Random, draft: Draft) -> None:
    choice = rng.randrange(4)
    if choice == 0:
        draft.index_at = any_number(rng, len(draft.data()) - 40)
    elif choice == 1:
        draft.with_index = False
        draft.index_at = rng.choice((None, 0))
    elif choice == 2:
        draft.with_done = False
    else:
        draft.tail = rng.choice((b"\0", bytes(5000), draft.data(), rng.randbytes(40), b"UNIT" * 500))


def _order(rng: random.Random, draft: Draft) -> None:
    """Chunks swapped, doubled or left out."""
    choice = rng.randrange(3)
    place, other = rng.randrange(len(draft.chunks)), rng.randrange(len(draft.chunks))
    if choice == 0:
        draft.chunks[place], draft.chunks[other] = draft.chunks[other], draft.chunks[place]
    elif choice == 1:
        draft.chunks.insert(other, draft.chunks[place])
    elif len(draft.chunks) > 1:
        del draft.chunks[place]


def _unknown(rng: random.Random, draft: Draft) -> None:
    kinds = (b"abcd", b"ABCD", b"zzzz", b"uNIT", b"Unit", b"dONE", b"hEAD", b"indx", b"DONE", b"HEAD")
    count = rng.choice((1, 1, 2, 255, 256, 257, 400))
    kind, payload = rng.choice(kinds), rng.randbytes(rng.choice((0, 1, 30)))
    place = rng.randrange(len(draft.chunks) + 1)
    draft.chunks[place:place] = [(kind, payload)] * count


def _many_units(rng: random.Random, draft: Draft) -> None:
    """A clip of units of one frame."""
    frames = rng.choice((20, 200, 600))
    name, numbers = head_fields(draft.payload(chunks.HEAD))
    numbers["frames"] = frames
    draft.put(chunks.HEAD, head_payload(name, numbers))
    draft.put(chunks.TIME, deflated(svarint(0) + (uvarint(1) + uvarint(frames - 1))))
    bodies = (b"", b"\2", empty_unit(_laid_out(draft.seed, 1)))
    body = rng.choice(bodies)
    units = [(chunks.UNIT, uvarint(frame) + uvarint(1) + body) for frame in range(frames)]
    draft.chunks = [each for each in draft.chunks if each[0] != chunks.UNIT] + units


def _lengths(rng: random.Random, draft: Draft) -> None:
    """A chunk whose length is written in more bytes than it takes, or says too much; its CRC is right all the same."""
    place = rng.randrange(len(draft.chunks))
    kind, payload = draft.chunks[place]
    whole = chunk(kind, payload)
    size = len(uvarint(len(payload)))
    stated = rng.choice(
        (b"\x80" * 9 + b"\x01", b"\xff" * 9 + b"\x01", b"\x80\x00", uvarint(any_number(rng, len(payload))))
    )
    framed = whole[:4] + stated + whole[4 + size : -4]
    tail = chunk(b"tail")[-4:]
    draft.tail = framed + tail + b"".join(chunk(*each) for each in draft.chunks[place + 1 :])
    del draft.chunks[place:]
    draft.with_index, draft.with_done = rng.random() < 0.2, False


def _nested(rng: random.Random, draft: Draft) -> None:
    """A whole file inside a chunk of another."""
    inner = draft.seed.data[len(START) :] if rng.random() < 0.5 else rng.choice(seeds()).data
    if rng.random() < 0.5:
        draft.put(rng.choice((b"abcd", chunks.TRACKS)), inner)
    else:
        draft.chunks.append((chunks.UNIT, uvarint(rng.randrange(4)) + uvarint(1) + inner))


STRUCTURED: tuple[tuple[str, Structured], ...] = (
    ("head field", _head),
    ("size", _size),
    ("codec name", _codec_name),
    ("short or long payload", _short_fields),
    ("payload bytes", _any_payload),
    ("timing", _time),
    ("deflate bomb", _bomb),
    ("deflate stream", _deflate),
    ("long clip", _long_clip),
    ("colour", _colour),
    ("network shape", _config),
    ("provenance", _provenance),
    ("provenance bytes", _provenance_again),
    ("tracks", _tracks),
    ("tracks", _tracks),
    ("unit frames", _unit_prefix),
    ("unit parts", _unit_parts),
    ("unit parts", _unit_parts),
    ("unit parts", _unit_parts),
    ("foreign unit", _unit_swap),
    ("index", _index),
    ("index", _index),
    ("end", _end),
    ("order", _order),
    ("unknown chunks", _unknown),
    ("many units", _many_units),
    ("lengths", _lengths),
    ("nested file", _nested),
)
_BOMBS = {size: deflated(bytes(size)) for size in BOMB_BYTES}
