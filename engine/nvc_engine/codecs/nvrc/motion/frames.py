"""One frame after the other, the same for encoder and decoder: motion, prediction, coefficients, reconstruction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nvc_engine.bitstream.decisions import EVEN, DecisionCoder
from nvc_engine.codecs.nvrc.motion.laws import Ints, LawNet, logarithm
from nvc_engine.codecs.nvrc.motion.order import LAYERS, Turn
from nvc_engine.codecs.nvrc.motion.residual import (
    History,
    PlaneFacts,
    ResidualNets,
    Source,
    spectrum,
    walk,
)
from nvc_engine.codecs.nvrc.motion.samples import bands, compensate, samples_of
from nvc_engine.codecs.nvrc.motion.smoothing import SmoothNet, inputs, mended
from nvc_engine.codecs.nvrc.motion.steps import SIXTEENTHS, Steps
from nvc_engine.codecs.nvrc.motion.thumbnail import foretell, walk_thumbnail
from nvc_engine.codecs.nvrc.motion.vectors import BLOCK, BOTH, Motion, VectorNets, expected_vectors, walk_motion

Planes = tuple[Ints, Ints, Ints]
PLANES = 3
CHROMA_BLOCK = 8


@dataclass(frozen=True)
class Nets:
    """All networks of laws."""

    luma: ResidualNets
    chroma: ResidualNets
    vectors: VectorNets
    thumbnail: LawNet

    def residual(self, plane: int) -> ResidualNets:
        return self.chroma if plane else self.luma

    def all(self) -> tuple[LawNet, ...]:
        residual = (self.luma.flags, self.luma.values, self.chroma.flags, self.chroma.values)
        return (*residual, self.vectors.modes, self.vectors.vectors, self.thumbnail)


class FrameSource(ABC):
    """Where a frame's decisions come from. What is left as it stands here is read from the stream."""

    motion: Motion | None = None

    def thumbnail(self, plane: int, step: int) -> Ints | None:
        """The samples of a plane's thumbnail, or None to read them."""
        return None

    @abstractmethod
    def watch(self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes) -> None:
        """Told of each frame as it is before the filter."""

    def mended(self, rough: Planes, better: Planes) -> bool | None:
        """Whether the frame is better mended by the filter in the loop, or None to read it."""
        return None

    @abstractmethod
    def residual(
        self, plane: int, facts: PlaneFacts, history: History, prediction: Ints, coder: DecisionCoder
    ) -> Source:
        """The source of a plane's coefficients."""


@dataclass
class UnitState:
    """What coding a unit's frames leaves behind: planes, motion, and how large coefficients were.

    Attributes:
        size: luma rows and columns, multiples of 16.
        peak: largest sample.
        smooth: the filter in the loop, where there is one.
    """

    size: tuple[int, int]
    peak: int
    nets: Nets
    smooth: SmoothNet | None = None
    planes: dict[int, Planes] = field(default_factory=dict)
    motions: dict[int, tuple[Turn, Motion]] = field(default_factory=dict)
    histories: list[list[History]] = field(
        default_factory=lambda: [[History() for _ in range(PLANES)] for _ in range(LAYERS)]
    )

    def around(self, anchor: Turn) -> "UnitState":
        """The state in which the frames between `anchor` and the one before begin: they hang on these alone."""
        kept = (anchor.frame, *anchor.references[:1])
        state = UnitState(self.size, self.peak, self.nets, self.smooth)
        state.planes = {frame: self.planes[frame] for frame in kept}
        state.motions = {frame: self.motions[frame] for frame in kept if frame in self.motions}
        return state

    def forget(self, frames: tuple[int, ...]) -> None:
        """Let go of what no anchor after this hangs on: all but the last two of `frames` and later ones."""
        for frame in [known for known in self.planes if known < min(frames, default=0)]:
            del self.planes[frame]
            self.motions.pop(frame, None)

    def code(self, turn: Turn, steps: Steps, source: FrameSource, coder: DecisionCoder) -> Planes:
        """Code a frame one way or the other; its planes are kept as a reference and handed back."""
        halves = self._predict(turn, steps, source, coder)
        predicted = [mixed for mixed, _ in halves]
        planes: list[Ints] = []
        across: list[tuple[Ints, Ints]] = []
        for plane, (prediction, difference) in enumerate(halves):
            facts = self._facts(turn.layer, steps, plane, prediction, difference, across)
            history = self.histories[turn.layer][plane]
            chosen = source.residual(plane, facts, history, prediction, coder)
            q, coded = walk(facts, self.nets.residual(plane), history, chosen)
            across.append((q, coded.astype(np.int32)))
            change = (samples_of(steps.dequantise(q[rows], plane, self.peak)) for rows in bands(*coded.shape))
            planes.append(np.clip(prediction + np.concatenate(list(change)), 0, self.peak))
        rough = planes[0], planes[1], planes[2]
        self.planes[turn.frame] = self._mend(
            turn, steps, rough, (predicted[0], predicted[1], predicted[2]), source, coder
        )
        return self.planes[turn.frame]

    def _mend(
        self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes, source: FrameSource, coder: DecisionCoder
    ) -> Planes:
        """The frame, filtered where the unit has a filter and it helps."""
        source.watch(turn, steps, rough, predicted)
        if self.smooth is None:
            return rough
        seen = inputs(rough, predicted, step_feature(steps.luma, self.peak), not turn.references, self.peak)
        better = mended(rough, self.smooth.change(seen), self.peak)
        known = source.mended(rough, better)
        flag = coder.code(np.full(1, EVEN, np.int32), None if known is None else np.full(1, known, np.int32))
        return better if flag[0] else rough

    def _predict(
        self, turn: Turn, steps: Steps, source: FrameSource, coder: DecisionCoder
    ) -> list[tuple[Ints, Ints | None]]:
        """For each plane its prediction, and the difference of the two that it is the mean of (0 elsewhere)."""
        if not turn.references:
            return [(small, None) for small in self._foretell(steps, source, coder)]
        rows, columns = self.size[0] // BLOCK, self.size[1] // BLOCK
        expected = expected_vectors(turn, self.motions, rows, columns)
        motion = walk_motion(expected, turn.layer, self.nets.vectors, coder, source.motion)
        self.motions[turn.frame] = turn, motion
        return predict(self.planes, turn, motion, self.peak)

    def _foretell(self, steps: Steps, source: FrameSource, coder: DecisionCoder) -> list[Ints]:
        middle = (self.peak + 1) // 2
        result = []
        for plane in range(PLANES):
            divisor = 16 if plane else 8
            size = self.size[0] // divisor, self.size[1] // divisor
            step = max(SIXTEENTHS, steps.of(plane) // 8)
            wanted = source.thumbnail(plane, step)
            small = walk_thumbnail(size, plane, self.nets.thumbnail, coder, wanted)
            result.append(foretell(small, step, middle, self.peak))
        return result

    def _facts(
        self,
        layer: int,
        steps: Steps,
        plane: int,
        prediction: Ints,
        difference: Ints | None,
        across: list[tuple[Ints, Ints]],
    ) -> PlaneFacts:
        step = steps.of(plane)
        middle = (self.peak + 1) // 2
        foretold = spectrum(prediction - middle, step)
        apart = np.zeros_like(foretold) if difference is None else spectrum(difference, step)
        rows, columns = foretold.shape[:2]
        other = np.broadcast_to(np.int32(0), foretold.shape)
        other_flags = np.zeros((rows, columns), np.int32)
        if plane:
            q, coded = across[0]
            sums = np.abs(q).sum(axis=2).reshape(rows, 2, columns, 2).sum(axis=(1, 3))
            other = np.broadcast_to(logarithm(sums)[..., None], foretold.shape)
            other_flags = 8 * coded.reshape(rows, 2, columns, 2).sum(axis=(1, 3))
        if plane == 2:
            q, coded = across[1]
            other = (other >> 1) + (logarithm(2 * np.abs(q)) >> 1)
            other_flags = other_flags + 64 * coded
        return PlaneFacts(foretold, apart, other, other_flags, layer, step_feature(step, self.peak))


def step_feature(step: int, peak: int) -> int:
    """How coarse a step is for samples up to `peak`: 16 log2 of it in quarters of an 8-bit sample."""
    return int(logarithm(np.int32((step * 255) // (4 * peak)))) if peak else 0


def predict(planes: Mapping[int, Planes], turn: Turn, motion: Motion, peak: int) -> list[tuple[Ints, Ints | None]]:
    """Each plane's prediction of a frame from its references, and the difference of the halves where there are two."""
    fine = motion.vectors.repeat(2, axis=1).repeat(2, axis=2)
    result: list[tuple[Ints, Ints | None]] = []
    for plane in range(PLANES):
        size = 4 if plane else 8
        parts = [
            compensate(planes[reference][plane], fine[number], size, peak)
            for number, reference in enumerate(turn.references)
        ]
        if len(parts) == 1:
            result.append((parts[0], None))
            continue
        side = CHROMA_BLOCK if plane else BLOCK
        mode = motion.mode.repeat(side, axis=0).repeat(side, axis=1)
        mean = (parts[0] + parts[1] + 1) >> 1
        mixed = np.where(mode == 0, parts[0], np.where(mode == 1, parts[1], mean))
        result.append((mixed, np.where(mode == BOTH, parts[0] - parts[1], 0)))
    return result
