"""Hand-made files of NVRC's motion profile: sound but for what they are made for, and dear to whatever opens them."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
from motion_seeds import motion_header

from nvc_engine.bitstream.container import NvcWriter
from nvc_engine.bitstream.decisions import DecisionCoder, DecisionWriter
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.nvrc.motion.decoding import MAX_PIXELS
from nvc_engine.codecs.nvrc.motion.encoding import Recipe
from nvc_engine.codecs.nvrc.motion.frames import FrameSource, Planes, UnitState
from nvc_engine.codecs.nvrc.motion.lattice import steps
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.order import Turn
from nvc_engine.codecs.nvrc.motion.pictures import padded_size
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.residual import History, PlaneFacts, Source
from nvc_engine.codecs.nvrc.motion.sources import Stream
from nvc_engine.codecs.nvrc.motion.steps import INDEX_MAX, Steps
from nvc_engine.codecs.nvrc.motion.unit import MAX_FRAMES, Group, Unit, groups_of
from nvc_engine.codecs.nvrc.motion.vectors import BOTH, FARTHEST, Motion

Size = tuple[int, int]


def hostile_motion() -> tuple[tuple[str, Callable[[], bytes]], ...]:
    """Name and maker of each file, as in `hostile`."""
    return (
        ("show largest picture in motion", lambda: _still(_widest(MAX_PIXELS), 2, 1)),
        ("larger picture in motion than is decoded", lambda: _still(_widest(MAX_PIXELS + 9), 2, 1)),
        ("most frames in motion, all anchors", lambda: _still((48, 64), MAX_FRAMES, 1)),
        ("most frames in motion, deepest", lambda: _still((48, 64), MAX_FRAMES, 64)),
        ("more frames in motion than a unit may have", lambda: _still((48, 64), MAX_FRAMES + 1, 64)),
        ("vectors as far outside as may be", lambda: _moved(FARTHEST)),
        ("vectors farther outside", lambda: _moved(FARTHEST + 1)),
    )


def _widest(pixels: int) -> Size:
    """Height and width, of 9 to 16 about, of so many pixels."""
    height = 2304
    return height, -(-pixels // height)


def _file(name: str, size: Size, frames: int, payload: bytes) -> bytes:
    file = io.BytesIO()
    writer = NvcWriter(file, motion_header(name, size[::-1], frames), None)
    writer.add(EncodedUnit(0, frames, payload))
    writer.finish()
    return file.getvalue()


def _still(size: Size, frames: int, period: int) -> bytes:
    """A gray picture that stays: all decisions are 0, which takes a few bytes a group, however many there are."""
    height, width = padded_size(*size)
    groups = [
        Group(
            INDEX_MAX,
            _zeros(sizes for turn in turns[:1] for sizes in _decisions(turn, height, width)),
            _zeros(sizes for turn in turns[1:] for sizes in _decisions(turn, height, width)) if turns[1:] else b"",
        )
        for turns in groups_of(frames, period)
    ]
    return _file("still", size, frames, Unit(frames, period, Recipe().layers, None, tuple(groups)).pack())


def _decisions(turn: Turn, height: int, width: int) -> Iterator[int]:
    """How many decisions each batch of a frame has, all of which are 0."""
    blocks = [(height // side, width // side) for side in (8, 16, 16)]
    if not turn.references:
        yield from (step.sites.size for size in blocks for step in steps(*size))
    else:
        for step in steps(height // 16, width // 16):
            yield from (step.sites.size,) * (1 if len(turn.references) == 1 else 3)
    for rows, columns in blocks:
        yield -(-rows * columns // 2)
        yield rows * columns // 2


def _zeros(sizes: Iterator[int]) -> bytes:
    crc = 0
    for size in sizes:
        crc = zlib.crc32(bytes(-(-size // 8)), crc)
    return struct.pack("<II", crc, 0)


class _Moving(FrameSource):
    """A frame without coefficients whose blocks all lie `distance` away, in another direction each."""

    def __init__(self, turn: Turn, rows: int, columns: int, distance: int) -> None:
        ways = np.array([(1, 1), (-1, 1), (1, -1), (-1, -1)], np.int32)[np.arange(rows * columns) % 4]
        vectors = np.broadcast_to(distance * ways.reshape(rows, columns, 2), (len(turn.references), rows, columns, 2))
        mode = np.full((rows, columns), BOTH if len(turn.references) == 2 else 0, np.int32)
        self.motion = Motion(mode, np.ascontiguousarray(vectors)) if turn.references else None
        self._blocks = 2 * rows, 2 * columns

    def thumbnail(self, plane: int, step: int) -> Ints | None:
        return np.arange(4 * self._area(plane), step=4, dtype=np.int32).reshape(self._size(plane))

    def watch(self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes) -> None:
        pass

    def residual(
        self, plane: int, facts: PlaneFacts, history: History, prediction: Ints, coder: DecisionCoder
    ) -> Source:
        return Stream(coder, np.zeros((*self._size(plane), 64), np.int32), np.zeros(self._size(plane), bool))

    def _size(self, plane: int) -> Size:
        rows, columns = self._blocks
        return (rows // 2, columns // 2) if plane else (rows, columns)

    def _area(self, plane: int) -> int:
        rows, columns = self._size(plane)
        return rows * columns


def _moved(distance: int) -> bytes:
    """Frames that begin where vectors point so far; nothing follows vectors that no encoder writes."""
    size, frames, recipe = (48, 64), 3, Recipe(period=2)
    state = UnitState(size, 255, prior_nets())
    groups = []
    for turns in groups_of(frames, recipe.period):
        streams = []
        for part in (turns[:1], turns[1:]):
            writer = DecisionWriter()
            with suppress(StreamError):
                for turn in part:
                    state.code(turn, recipe.layers[turn.layer].steps(96), _Moving(turn, 3, 4, distance), writer)
            streams.append(writer.finish() if part else b"")
        groups.append(Group(96, *streams))
    return _file("moved", size, frames, Unit(frames, recipe.period, recipe.layers, None, tuple(groups)).pack())
