"""The lessons of frames that an earlier process has coded, from their streams: no checkpoint has to hold them."""

from collections.abc import Callable, Sequence

from nvc_engine.bitstream.decisions import DecisionReader
from nvc_engine.codecs.nvrc.motion.encoding import Recipe, lesson_of, lesson_period
from nvc_engine.codecs.nvrc.motion.frames import Planes, UnitState
from nvc_engine.codecs.nvrc.motion.order import Turn
from nvc_engine.codecs.nvrc.motion.reading import Reading
from nvc_engine.codecs.nvrc.motion.smooth_learning import Lesson
from nvc_engine.codecs.nvrc.motion.steps import Steps
from nvc_engine.codecs.nvrc.motion.unit import Group, groups_of


def recalled_lessons(
    groups: Sequence[Group], frames: int, planes_of: Callable[[int], Planes], state: UnitState, recipe: Recipe
) -> list[Lesson]:
    """What the encoder learned from in the first `groups` of a unit of `frames`, in the same order.

    `state` is a fresh one, without a filter; `planes_of(frame)` gives a frame's own planes, padded to its size.
    """
    watching = _Watching(planes_of, lesson_period(frames), state.peak)
    for group, turns in zip(groups, groups_of(frames, recipe.period), strict=False):
        anchor, *others = turns
        state.code(anchor, recipe.layers[anchor.layer].steps(group.step), watching, DecisionReader(group.anchor))
        if not others:
            continue
        reader, between = DecisionReader(group.between), state.around(anchor)
        for turn in others:
            between.code(turn, recipe.layers[turn.layer].steps(group.step), watching, reader)
        state.forget(anchor.references)
    return watching.lessons


class _Watching(Reading):
    """All of a frame's decisions are read, and every `period`-th frame is a lesson."""

    def __init__(self, planes_of: Callable[[int], Planes], period: int, peak: int) -> None:
        self.lessons: list[Lesson] = []
        self._planes_of, self._period, self._peak = planes_of, period, peak

    def watch(self, turn: Turn, steps: Steps, rough: Planes, predicted: Planes) -> None:
        if turn.frame % self._period == 0:
            wanted = self._planes_of(turn.frame)
            self.lessons.append(lesson_of(turn, steps, rough, predicted, wanted, self._peak))
