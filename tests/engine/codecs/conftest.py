"""A small real codec (deflate of the planes) and a rendered clip to code with it."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import Header, write_nvc
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import Decoder, EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.settings import canonical_json, declarations, resolve, setting
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import CodecFacts, Plan, PresetFacts, Scalar

FRAMES = 10
UNIT_FRAMES = 4
WIDTH, HEIGHT = 22, 13


def rendered(frame: int) -> Picture:
    """A gradient that moves, in 4:2:0 of an odd size."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    small_rows, small_columns = np.indices(Chroma.C420.plane_shape(HEIGHT, WIDTH))
    y = (16 + 3 * rows + 5 * columns + 7 * frame) % 220
    u = (128 + small_rows - frame) % 240
    v = (100 + small_columns + frame) % 240
    return Picture(y.astype(np.uint8), u.astype(np.uint8), v.astype(np.uint8))


class RenderedClip:
    """The rendered pictures as a Clip of uneven rate."""

    def __init__(self) -> None:
        self.info = ClipInfo(
            path=Path("rendered"),
            container="memory",
            codec="none",
            width=WIDTH,
            height=HEIGHT,
            timestamps=(0, 40, 80, 120, 160, 200, 240, 280, 320, 400),
            time_base=Fraction(1, 1000),
            rate=Fraction(25),
            pixel_format="yuv420p",
            bit_depth=8,
            chroma=Chroma.C420,
            colour=Colour(Matrix.BT601),
            rotation=90,
            sample_aspect=Fraction(16, 11),
        )

    def picture(self, index: int) -> Picture:
        return rendered(index)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        return map(rendered, range(start, FRAMES if stop is None else stop))

    def close(self) -> None: ...


@dataclass(frozen=True)
class DeflateSettings:
    level: int = setting(6, "Level", "How hard deflate tries.", minimum=1, maximum=9)


PRESETS = (
    PresetFacts("plain", "Plain", "Deflate as usual."),
    PresetFacts("small", "Small", "Try hard.", {"level": 9}),
)


class DeflateSession:
    def __init__(self, clip: Clip, order: EncodeOrder) -> None:
        self._clip = clip
        self._order = order

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        for start in range(self._order.first, self._order.stop, UNIT_FRAMES):
            stop = min(start + UNIT_FRAMES, self._order.stop)
            planes = [plane for p in self._clip.pictures(start, stop) for plane in (p.y, p.u, p.v)]
            symbols = b"".join(plane.tobytes() for plane in planes)
            packed = zlib.compress(symbols, self._order.settings.level)
            yield EncodedUnit(start - self._order.first, stop - start, struct.pack("<I", zlib.crc32(symbols)) + packed)

    def state(self) -> SessionState:
        return SessionState()

    def preview(self, frame: int) -> Picture | None:
        return self._clip.picture(self._order.first + frame)

    def finish_early(self) -> None: ...

    def codec_config(self) -> bytes:
        return b""


class DeflateDecoder:
    """`starts` counts how often a unit was started, `decoded` lists the frames that were decoded."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self.starts = 0
        self.decoded: list[int] = []
        self.closed = False

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        self.starts += 1
        height, width = self._header.height, self._header.width
        small = self._header.chroma.plane_shape(height, width)
        shapes = ((height, width), small, small)
        sizes = [rows * columns for rows, columns in shapes]
        symbols = zlib.decompress(payload[4:])
        if struct.pack("<I", zlib.crc32(symbols)) != payload[:4]:
            raise EngineError(f"Frames {first} to {first + count - 1} decode to other symbols than were written.")
        for frame in range(start, stop):
            at = (frame - first) * sum(sizes)
            planes = []
            for shape, size in zip(shapes, sizes, strict=True):
                planes.append(np.frombuffer(symbols, np.uint8, size, at).reshape(shape))
                at += size
            self.decoded.append(frame)
            yield Picture(*planes)

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        return (len(payload) - count + 1, *(1 for _ in range(count - 1)))

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        if len(payload) < 4:
            raise EngineError(f"Frames {first} to {first + count - 1} are cut short.")
        return {"planes": len(payload) - 4, "checksum": 4}

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return zlib.crc32(zlib.decompress(payload[4:]))

    def close(self) -> None:
        self.closed = True


class DeflateCodec:
    name = "deflate"
    bitstream_version = 2

    def __init__(self) -> None:
        self.decoders: list[DeflateDecoder] = []

    def facts(self) -> CodecFacts:
        return CodecFacts(
            name=self.name,
            title="Deflate",
            help="Packs the planes as they are.",
            presets=PRESETS,
            settings=declarations(DeflateSettings),
            trains=True,
            quality_title="Step",
            quality_minimum=1.0,
            quality_maximum=51.0,
            quality_default=20.0,
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        for known in PRESETS:
            if preset in ("", known.name):
                return known.name, resolve(DeflateSettings, known, overrides)
        raise UsageError(f"Deflate has no preset '{preset}'; it has {', '.join(known.name for known in PRESETS)}.")

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        frames = order.stop - order.first
        return Plan(self.name, order.preset, 0, 0.0, 0, 0.0, None, None, frames, info.width, info.height, order.device)

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> DeflateSession:
        return DeflateSession(clip, order)

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        self.decoders.append(DeflateDecoder(header))
        return self.decoders[-1]


@pytest.fixture
def deflate_codec() -> Iterator[DeflateCodec]:
    codec = DeflateCodec()
    with registry.registered(codec):
        yield codec


@pytest.fixture
def rendered_clip() -> RenderedClip:
    return RenderedClip()


@pytest.fixture
def nvc_file(tmp_path: Path, deflate_codec: DeflateCodec, rendered_clip: RenderedClip) -> Path:
    """The rendered clip as a `.nvc` of units of 4, 4 and 2 frames, in a folder of its own."""
    preset, settings = deflate_codec.settings("", {}, rendered_clip.info, None)
    order = EncodeOrder(settings, preset, None, 0, FRAMES)
    session = deflate_codec.encode(rendered_clip, order)
    info = rendered_clip.info
    header = Header(
        codec=deflate_codec.name,
        codec_version=deflate_codec.bitstream_version,
        width=info.width,
        height=info.height,
        timestamps=info.timestamps,
        time_base=info.time_base,
        rate=info.rate,
        colour=info.colour,
        rotation=info.rotation,
        sample_aspect=info.sample_aspect,
        build="nvc-engine test",
        preset=preset,
        settings=canonical_json(settings),
        codec_config=session.codec_config(),
    )
    path = tmp_path / "clip.nvc"
    write_nvc(path, header, (event for event in session if isinstance(event, EncodedUnit)))
    return path
