"""How a unit is decoded: any frame of it, with no more than that hangs on."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from nvc_engine.bitstream.decisions import DecisionCoder, DecisionReader
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.nvrc.motion.frames import FrameSource, Nets, Planes, UnitState
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.order import Turn
from nvc_engine.codecs.nvrc.motion.residual import History, PlaneFacts, Source
from nvc_engine.codecs.nvrc.motion.sources import Stream
from nvc_engine.codecs.nvrc.motion.steps import Steps
from nvc_engine.codecs.nvrc.motion.unit import Unit, groups_of


class Reading(FrameSource):
    """All of a frame's decisions are read."""

    def watch(self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes) -> None:
        """Nothing is learned from what is read."""

    def residual(
        self, plane: int, facts: PlaneFacts, history: History, prediction: Ints, coder: DecisionCoder
    ) -> Source:
        return Stream(coder)


KEPT_BYTES = 64 << 20
"""How much of planes is kept beyond those that frames to come are predicted from."""


class UnitReader:
    """The frames of one unit: anchors one after the other from the first, and the frames between two anchors as they
    are asked for. Planes of anchors and of one group are kept as far as `KEPT_BYTES` goes; what is no longer there is
    decoded again."""

    def __init__(self, payload: bytes, frames: int, size: tuple[int, int], peak: int, nets: Nets) -> None:
        self.payload = payload
        self._unit = Unit.unpack(payload, frames)
        self._groups = groups_of(frames, self._unit.period)
        self._group_of = {turn.frame: number for number, turns in enumerate(self._groups) for turn in turns}
        self._empty = partial(UnitState, size, peak, nets, self._unit.smooth)
        self._dtype = np.uint8 if peak < 256 else np.uint16
        self.checksums: dict[tuple[int, bool], int] = {}
        self._begin()

    def _begin(self) -> None:
        """Nothing is decoded yet."""
        self._anchors, self._anchors_done = self._empty(), 0
        self._between, self._group = self._empty(), 0
        self._steps: Iterator[int] = iter(())
        self._passed: set[int] = set()

    def frame(self, number: int) -> Planes:
        """Frame `number` of the unit.

        Raises:
            StreamError: damaged.
        """
        try:
            return self._wide(self._found(number))
        except StreamError:
            self._begin()  # what came out of a damaged stream is not to be taken for a frame
            raise

    def _found(self, number: int) -> Planes:
        group = self._group_of[number]
        anchor = self._groups[group][0]
        if group != self._group or number not in self._between.planes:
            if number == anchor.frame or group != self._group or number in self._passed:
                self._decode_anchors(group)
                if number == anchor.frame:
                    return self._anchors.planes[number]
                self._between, self._group, self._passed = self._anchors.around(anchor), group, set()
                self._steps = self._read_between(group, self._between)
            while number not in self._between.planes:
                next(self._steps)
        return self._between.planes[number]

    def checksum(self) -> int:
        """Sum of the CRC-32 of all decisions, from decoding them all, modulo 2^32."""
        for turns in self._groups:
            self.frame(turns[-1].frame)
            for _ in self._steps:
                pass
        return sum(self.checksums.values()) & 0xFFFFFFFF

    def _decode_anchors(self, group: int) -> None:
        """Have the anchor of a group and the one before; from the first one again where they were let go of."""
        wanted = [turns[0].frame for turns in self._groups[max(0, group - 1) : group + 1]]
        if self._anchors_done > group and any(frame not in self._anchors.planes for frame in wanted):
            self._anchors, self._anchors_done = self._empty(), 0
        while self._anchors_done <= group:
            self._read_anchor()

    def _read_anchor(self) -> None:
        number = self._anchors_done
        group, turn = self._unit.groups[number], self._groups[number][0]
        reader = DecisionReader(group.anchor)
        self._code(self._anchors, turn, group.step, reader)
        self.checksums[number, False] = reader.finish()
        self._anchors_done += 1
        self._let_go(self._anchors, {turn.frame, *turn.references})

    def _read_between(self, number: int, state: UnitState) -> Iterator[int]:
        """Decode the frames between, one a step."""
        group, turns = self._unit.groups[number], self._groups[number]
        if not turns[1:]:
            return
        reader = DecisionReader(group.between)
        for place, turn in enumerate(turns[1:], 1):
            self._code(state, turn, group.step, reader)
            self._passed.add(turn.frame)
            later = {reference for other in turns[place + 1 :] for reference in other.references}
            self._let_go(state, {turn.frame, turns[0].frame, *turns[0].references, *later})
            if turn is turns[-1]:
                self.checksums[number, True] = reader.finish()
            yield turn.frame

    def _code(self, state: UnitState, turn: Turn, step: int, reader: DecisionReader) -> None:
        """Decode a frame, and keep it in as few bytes as its samples need."""
        y, u, v = state.code(turn, self._unit.layers[turn.layer].steps(step), Reading(), reader)
        state.planes[turn.frame] = y.astype(self._dtype), u.astype(self._dtype), v.astype(self._dtype)

    def _let_go(self, state: UnitState, needed: set[int]) -> None:
        """Forget frames, the first ones first, until those that are not `needed` take no more than `KEPT_BYTES`."""
        spare = [frame for frame in state.planes if frame not in needed]
        size = sum(plane.nbytes for frame in spare for plane in state.planes[frame])
        for frame in spare:
            if size <= KEPT_BYTES:
                return
            size -= sum(plane.nbytes for plane in state.planes.pop(frame))
            state.motions.pop(frame, None)

    @staticmethod
    def _wide(planes: Planes) -> Planes:
        y, u, v = (plane.astype(np.int32) for plane in planes)
        return y, u, v
