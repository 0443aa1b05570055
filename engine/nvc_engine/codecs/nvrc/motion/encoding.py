"""How a unit is encoded: what every frame's decisions are to be, group by group."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.decisions import DecisionCoder, DecisionWriter
from nvc_engine.codecs.nvrc.motion.choosing import choose
from nvc_engine.codecs.nvrc.motion.frames import FrameSource, Nets, Planes, UnitState, step_feature
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.order import LAYERS, Turn
from nvc_engine.codecs.nvrc.motion.residual import COLUMNS, ROWS, History, PlaneFacts, Source
from nvc_engine.codecs.nvrc.motion.samples import transform
from nvc_engine.codecs.nvrc.motion.search import Floats, MotionSearch, quarters
from nvc_engine.codecs.nvrc.motion.smooth_learning import Lesson
from nvc_engine.codecs.nvrc.motion.sources import Stream
from nvc_engine.codecs.nvrc.motion.steps import DRAW_UNITS, PER_OCTAVE, SIXTEENTHS, Steps
from nvc_engine.codecs.nvrc.motion.thumbnail import thumbnail
from nvc_engine.codecs.nvrc.motion.unit import Group, LayerSteps, groups_of
from nvc_engine.codecs.nvrc.motion.vectors import BLOCK, Motion, expected_vectors

# The first frame's is that of a long unit, whose frames nearly all stand on it.
LAYER_OFFSETS = (-10, 3, 15, 19, 23, 25, 25)
LONG_UNIT = 48
CHROMA_OFFSET = -12
DRAWS = (2, 2)
MOST_LESSONS = 100
KEPT_REFERENCES = 4
# A bit is worth so many octaves more where it has to do what an octave of the step does.
PRICE_OCTAVES = 3.8


@dataclass(frozen=True)
class Recipe:
    """What an encoder weighs.

    Attributes:
        period: frames from anchor to anchor.
        layers: steps of each layer.
        price: lambda over the squared luma step: what a bit is worth in squared error.
        motion_price: what a bit of motion is worth, times lambda.
    """

    period: int = 16
    layers: tuple[LayerSteps, ...] = tuple(
        LayerSteps(offset, offset + CHROMA_OFFSET, *DRAWS) for offset in LAYER_OFFSETS[:LAYERS]
    )
    price: float = 0.1
    motion_price: float = 1.5

    def for_unit(self, frames: int) -> "Recipe":
        """The recipe for a unit of `frames`: the fewer stand on the first one, the coarser is its step."""
        first, *others = self.layers
        offset = round(first.luma * min(1.0, frames / LONG_UNIT))
        return replace(self, layers=(replace(first, luma=offset, chroma=offset + first.chroma - first.luma), *others))


class Choice(FrameSource):
    """What an encoder wants of one frame; settled at the first walk, and the same at every later one.

    Attributes:
        bits_before: of the stream at the first walk, where the frame's coefficients begin.
    """

    def __init__(
        self, planes: Planes, steps: Steps, price: float, nets: Nets, peak: int, lessons: list[Lesson] | None
    ) -> None:
        self.motion: Motion | None = None
        self.bits_before: int | None = None
        self._planes = planes
        self._steps = steps
        self._price = price
        self._nets = nets
        self._middle = (peak + 1) // 2
        self._peak = peak
        self._lessons = lessons
        self._settled: dict[int, tuple[Ints, NDArray[np.bool_]]] = {}

    def thumbnail(self, plane: int, step: int) -> Ints | None:
        return thumbnail(self._planes[plane], step, self._middle)

    def residual(
        self, plane: int, facts: PlaneFacts, history: History, prediction: Ints, coder: DecisionCoder
    ) -> Source:
        if self.bits_before is None and isinstance(coder, DecisionWriter):
            self.bits_before = coder.bits
        if plane not in self._settled:
            step = self._steps.of(plane) / SIXTEENTHS
            real = transform(self._planes[plane] - prediction)[..., ROWS, COLUMNS] / np.float32(step)
            draw = self._steps.draw_ones / DRAW_UNITS, self._steps.draw_others / DRAW_UNITS
            price = self._price * (self._steps.luma / SIXTEENTHS / step) ** 2
            self._settled[plane] = choose(real, price, draw, facts, self._nets.residual(plane), history)
        return Stream(coder, *self._settled[plane])

    def watch(self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes) -> None:
        if self._lessons is not None:
            self._lessons.append(lesson_of(turn, steps, rough, predicted, self._planes, self._peak))

    def mended(self, rough: Planes, better: Planes) -> bool | None:
        return _error(self._planes, better) < _error(self._planes, rough)


def lesson_period(frames: int) -> int:
    """Every how manieth frame of a unit of `frames` is learned from: odd, so that all layers take part."""
    return -(-frames // MOST_LESSONS) | 1


def lesson_of(turn: Turn, steps: Steps, rough: Planes, predicted: Planes, wanted: Planes, peak: int) -> Lesson:
    """What a frame teaches, in as few bytes as its samples need."""
    dtype = np.uint8 if peak < 256 else np.uint16
    given, foreseen, right = (tuple(plane.astype(dtype) for plane in planes) for planes in (rough, predicted, wanted))
    step = steps.luma / SIXTEENTHS * 255 / peak
    return Lesson(given, foreseen, right, step, step_feature(steps.luma, peak), not turn.references)


def _error(one: Planes, other: Planes) -> float:
    """Weighed squared error of two frames: luma once, chroma four times a sample, as PSNR-YUV rates its planes."""
    y, u, v = (float(np.square((a - b).astype(np.float32)).sum()) for a, b in zip(one, other, strict=True))
    return y + 4 * (u + v)


class UnitEncoder:
    """Encodes a unit from front to back. `planes_of(frame)` gives a frame's planes, padded to the state's size; frames
    for the filter to learn from are added to `lessons`, and what was chosen for each frame to `choices` where that is a
    list.

    Attributes:
        motion_bits: what the motion of the last group's frames between took.
    """

    def __init__(
        self,
        frames: int,
        planes_of: Callable[[int], Planes],
        state: UnitState,
        recipe: Recipe,
        lessons: list[Lesson] | None = None,
    ) -> None:
        self._planes_of = planes_of
        self._price = recipe.price
        self._recipe = recipe
        self.state = state
        self.lessons = lessons
        self.choices: list[Choice] | None = None
        self.motion_bits = 0
        self._quarters: dict[int, Floats] = {}
        self._lesson_period = lesson_period(frames)
        self.groups = groups_of(frames, recipe.period)

    def encode(self, number: int, index: float) -> Iterator[tuple[int, Planes] | Group]:
        """Encode group `number` at a step index; gives each frame as it will be decoded, and the group at the end.

        The index is rounded; where that makes the step finer, a bit is worth more, so that the size is about the same.
        """
        step = round(index)
        self._price = self._recipe.price * 2 ** (PRICE_OCTAVES * (index - step) / PER_OCTAVE)
        anchor, *others = self.groups[number]
        writer = DecisionWriter()
        yield anchor.frame, self._encode_frame(self.state, anchor, step, writer)
        first = writer.finish()
        self.motion_bits = 0
        if not others:
            yield Group(step, first, b"")
            return
        writer = DecisionWriter()
        between = self.state.around(anchor)
        for turn in others:
            yield turn.frame, self._encode_frame(between, turn, step, writer)
        self.state.forget(anchor.references)
        yield Group(step, first, writer.finish())

    def _encode_frame(self, state: UnitState, turn: Turn, step: int, coder: DecisionWriter) -> Planes:
        steps = self._recipe.layers[turn.layer].steps(step)
        planes = self._planes_of(turn.frame)
        wide = steps.luma / SIXTEENTHS
        learns = None if turn.frame % self._lesson_period else self.lessons
        choice = Choice(planes, steps, self._price, state.nets, state.peak, learns)
        if turn.references:
            choice.motion = self._search(state, turn, planes[0], wide)
        if self.choices is not None:
            self.choices.append(choice)
        begun = coder.bits
        coded = state.code(turn, steps, choice, coder)
        if choice.bits_before is not None:
            self.motion_bits += choice.bits_before - begun
        return coded

    def _search(self, state: UnitState, turn: Turn, luma: Ints, step: float) -> Motion:
        rows, columns = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
        expected = expected_vectors(turn, state.motions, rows, columns)
        pairs = [(state.planes[frame][0], self._fine(state, frame)) for frame in turn.references]
        return MotionSearch(luma, step, self._recipe.motion_price * self._price).search(pairs, expected)

    def _fine(self, state: UnitState, frame: int) -> Floats:
        """The `quarters` of a reference; those of the last few are kept, for most serve several frames in a row."""
        found = self._quarters.pop(frame, None)
        if found is None:
            found = quarters(state.planes[frame][0], state.peak)
        self._quarters[frame] = found
        if len(self._quarters) > KEPT_REFERENCES:
            del self._quarters[next(iter(self._quarters))]
        return found
