"""How a unit is decoded: any frame of it, with no more than that hangs on."""

from collections.abc import Iterator

from nvc_engine.bitstream.decisions import DecisionCoder, DecisionReader
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


class UnitReader:
    """The frames of one unit: anchors one after the other from the first, and the frames between two anchors as they
    are asked for. Planes of all anchors and of one group are kept."""

    def __init__(self, payload: bytes, frames: int, size: tuple[int, int], peak: int, nets: Nets) -> None:
        self.payload = payload
        self._unit = Unit.unpack(payload, frames)
        self._groups = groups_of(frames, self._unit.period)
        self._group_of = {turn.frame: number for number, turns in enumerate(self._groups) for turn in turns}
        self._anchors = UnitState(size, peak, nets, self._unit.smooth)
        self._anchors_done = 0
        self._between: UnitState | None = None
        self._steps: Iterator[int] = iter(())
        self._group = 0
        self.checksums: dict[tuple[int, bool], int] = {}

    def frame(self, number: int) -> Planes:
        """Frame `number` of the unit.

        Raises:
            StreamError: damaged.
        """
        group = self._group_of[number]
        while self._anchors_done <= group:
            self._read_anchor()
        if number == self._groups[group][0].frame:
            return self._anchors.planes[number]
        if self._between is None or self._group != group:
            self._between = self._anchors.around(self._groups[group][0])
            self._group = group
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

    def _read_anchor(self) -> None:
        number = self._anchors_done
        group, turn = self._unit.groups[number], self._groups[number][0]
        reader = DecisionReader(group.anchor)
        self._anchors.code(turn, self._unit.layers[turn.layer].steps(group.step), Reading(), reader)
        self.checksums[number, False] = reader.finish()
        self._anchors_done += 1

    def _read_between(self, number: int, state: UnitState) -> Iterator[int]:
        """Decode the frames between, one a step."""
        group, turns = self._unit.groups[number], self._groups[number][1:]
        if not turns:
            return
        reader = DecisionReader(group.between)
        for turn in turns:
            state.code(turn, self._unit.layers[turn.layer].steps(group.step), Reading(), reader)
            if turn is turns[-1]:
                self.checksums[number, True] = reader.finish()
            yield turn.frame
