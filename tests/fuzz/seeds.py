"""Small sound `.nvc` files of every build, made at run time: what the mutations start from.

Their units hold random symbols of real networks, coded as the encoder codes them; their tracks are real Matroska.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import av
import numpy as np
from motion_seeds import other_profiles
from mvc_seeds import mvc_clips

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import Header, NvcWriter
from nvc_engine.bitstream.signature import START
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.parameters.symbols import Symbols, group_count, law_sizes
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.track_times import time_tags

ZERO_TENSORS = 0.25
SETTINGS = '{"width":8,"depth":1,"precision":"float32"}'


@dataclass(frozen=True)
class Seed:
    """A sound file: its header, units and tracks, its bytes, and its chunks but for index and end. `shape` is that of
    its network of grids, or where it has none, of one that mutations may put in its place."""

    name: str
    header: Header
    shape: NetworkShape
    units: tuple[EncodedUnit, ...]
    data: bytes
    chunks: tuple[tuple[bytes, bytes], ...]

    def layout(self, unit: EncodedUnit) -> Layout:
        return Layout(self.shape, unit.count, self.header.height, self.header.width)


@cache
def seeds() -> tuple[Seed, ...]:
    """All seeds, the same on every call and in every process of one machine."""
    plain = NetworkShape(4, (1, 2), (8, 8), (1, 1), (2, 2), 1, 2, 2, 2, 2, (0, 0), (1, 1))
    small_cells = NetworkShape(2, (2,), (4,), (1,), (2,), 1, 1, 1, 1, 1, (0,), (1,))
    three_stages = NetworkShape(4, (2, 2, 2), (4, 4, 4), (1, 1, 2), (1, 2, 1), 1, 4, 3, 2, 2, (0, 0, 1), (1, 1, 2))
    four_stages = NetworkShape(
        2, (1, 2, 1, 3), (6, 4, 4, 5), (1, 2, 1, 1), (1, 1, 3, 1), 2, 3, 1, 4, 3, (1,) * 4, (2,) * 4
    )
    contexts = replace(small_cells, stage_channels=(1,))
    uneven = (-7, 0, 33, 67, 70, 133, 167, 200, 1200)
    return (
        _seed("plain", plain, (64, 48), (4, 3, 2)),
        _seed("square", three_stages, (16, 16), (2,), tracks=_sound),
        _seed("odd", small_cells, (17, 13), (1, 2, 3), timestamps=uneven),
        _seed("tall", three_stages, (21, 50), (5, 1), tracks=_sound_and_words, timestamps=uneven),
        _seed("stages", four_stages, (37, 30), (2, 2, 1), rotation=90, sample_aspect=Fraction(16, 11)),
        _seed("bare", small_cells, (2, 2), (1, 1), provenance=False),
        _seed("grids", replace(plain, stage_channels=(0, 2)), (47, 33), (3,), tracks=_sound),
        _seed("contexts", contexts, (32, 24), (6, 2), tracks=_sound),
        _seed("long", small_cells, (16, 16), (13, 5), timestamps=uneven),
        *(_written(clip.name, clip.header, plain, clip.units) for clip in (*other_profiles(), *mvc_clips())),
    )


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """(type, payload) of every chunk of a sound file."""
    file = io.BytesIO(data)
    found = []
    start = len(START)
    while start < len(data):
        place = chunks.locate(file, start, len(data))
        found.append((place.kind, data[place.offset : place.offset + place.size]))
        start = place.stop
    return found


def random_unit(layout: Layout, rng: np.random.Generator) -> bytes:
    """A unit of random symbols, a quarter of its tensors all zero."""
    symbols = {}
    for name, shape in layout.parameter_shapes().items():
        groups = group_count(name, shape)
        classes, taps = law_sizes(name, shape)
        scale = 0.0 if rng.random() < ZERO_TENSORS else 2.0 ** rng.uniform(-2, 2)
        q = np.rint(rng.laplace(0, 1, shape) * scale).astype(np.int32)
        near = round(4 * np.log2(scale)) if scale else 0
        sides = (
            rng.integers(-40, -8, groups),
            rng.integers(near - 2, near + 3, (groups, classes)),
            rng.integers(0, 65, (groups, taps)),
        )
        symbols[name] = Symbols(q, *(side.astype(np.int32) for side in sides))
    return encode_unit(layout, symbols)


def _seed(
    name: str,
    shape: NetworkShape,
    size: tuple[int, int],
    counts: tuple[int, ...],
    *,
    tracks: Callable[[], bytes] | None = None,
    timestamps: tuple[int, ...] = (),
    rotation: int = 0,
    sample_aspect: Fraction = Fraction(1),
    provenance: bool = True,
) -> Seed:
    rng = np.random.default_rng([*name.encode()])
    frames = sum(counts)
    times = timestamps[:frames] + tuple(range(2000, 2000 + 40 * (frames - len(timestamps)), 40))
    header = Header(
        codec="nvrc",
        codec_version=2,
        width=size[0],
        height=size[1],
        timestamps=times,
        time_base=Fraction(1, 1000),
        rate=Fraction(30000, 1001),
        colour=Colour(Matrix.BT601, 5, 6, full_range=bool(rotation), assumed=True),
        rotation=rotation,
        sample_aspect=sample_aspect,
        build="nvc-engine" if provenance else "",
        preset="light" if provenance else "",
        settings=SETTINGS if provenance else "",
        codec_config=shape.pack(),
    )
    units = []
    first = 0
    for count in counts:
        layout = Layout(shape, count, header.height, header.width)
        units.append(EncodedUnit(first, count, random_unit(layout, rng)))
        first += count
    return _written(name, header, shape, tuple(units), tracks() if tracks else None)


def _written(
    name: str, header: Header, shape: NetworkShape, units: tuple[EncodedUnit, ...], tracks: bytes | None = None
) -> Seed:
    file = io.BytesIO()
    writer = NvcWriter(file, header, tracks)
    for unit in units:
        writer.add(unit)
    writer.finish()
    data = file.getvalue()
    kept = tuple(chunk for chunk in chunks_of(data) if chunk[0] not in (chunks.INDEX, chunks.DONE))
    return Seed(name, header, shape, units, data, kept)


@cache
def _sound() -> bytes:
    return _matroska(with_words=False)


@cache
def _sound_and_words() -> bytes:
    return _matroska(with_words=True)


def _matroska(*, with_words: bool) -> bytes:
    """A quarter of a second of FLAC, with exact times in its tags, and perhaps subtitles."""
    buffer = io.BytesIO()
    words = b"1\n00:00:00,000 --> 00:00:00,150\nOne\n\n2\n00:00:00,160 --> 00:00:00,300\nTwo\n\n"
    with av.open(buffer, "w", format="matroska", options={"fflags": "+bitexact"}) as target:
        sound = target.add_stream("flac", rate=8000, layout="mono")
        sound.metadata.update(time_tags([576 * number for number in range(4)], Fraction(1, 8000)))
        target.metadata["NVC_SHIFT"] = "7"
        if with_words:
            with av.open(io.BytesIO(words), "r", format="srt") as source:
                copy = target.add_stream_from_template(source.streams.subtitles[0])
                for packet in source.demux():
                    if packet.size:
                        packet.stream = copy
                        target.mux(packet)
        for start in range(0, 2304, 576):
            tone = (3000 * np.sin(np.arange(start, start + 576) / 7)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 8000, start, Fraction(1, 8000)
            target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    return buffer.getvalue()
