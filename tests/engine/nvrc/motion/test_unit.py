"""Units: what is written is what is decoded, from any frame on, and nothing else is taken for one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.nvrc.motion import reading
from nvc_engine.codecs.nvrc.motion.encoding import Recipe, UnitEncoder
from nvc_engine.codecs.nvrc.motion.frames import Nets, Planes, UnitState
from nvc_engine.codecs.nvrc.motion.keeping import kept_state, restore_state
from nvc_engine.codecs.nvrc.motion.order import Turn, coding_order
from nvc_engine.codecs.nvrc.motion.reading import UnitReader
from nvc_engine.codecs.nvrc.motion.smooth_learning import Lesson, SmoothTrainer
from nvc_engine.codecs.nvrc.motion.smoothing import SmoothNet
from nvc_engine.codecs.nvrc.motion.unit import Group, Unit

FRAMES, ROWS, COLUMNS = 11, 48, 80  # of the fixture `moving`
RECIPE = Recipe(period=4)
STEP = 96


def encoded(
    moving: list[Planes], nets: Nets, smooth: SmoothNet | None = None, lessons: list[Lesson] | None = None
) -> tuple[bytes, dict[int, Planes]]:
    state = UnitState((ROWS, COLUMNS), 255, nets, smooth)
    encoder = UnitEncoder(FRAMES, lambda frame: moving[frame], state, RECIPE, lessons)
    groups, planes = [], {}
    for number in range(len(encoder.groups)):
        for event in encoder.encode(number, STEP):
            if isinstance(event, Group):
                groups.append(event)
            else:
                planes[event[0]] = event[1]
    return Unit(FRAMES, RECIPE.period, RECIPE.layers, smooth, tuple(groups)).pack(), planes


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return []


@pytest.fixture(scope="module")
def plain(moving: list[Planes], nets: Nets, lessons: list[Lesson]) -> tuple[bytes, dict[int, Planes]]:
    return encoded(moving, nets, lessons=lessons)


def reader_of(payload: bytes, nets: Nets) -> UnitReader:
    return UnitReader(payload, FRAMES, (ROWS, COLUMNS), 255, nets)


def same(one: Planes, other: Planes) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("count", [1, 2, 5, 11, 16, 17, 33])
def test_every_frame_is_coded_once_and_after_its_references(count: int) -> None:
    turns = coding_order(count, 8)
    assert sorted(turn.frame for turn in turns) == list(range(count))
    seen: set[int] = set()
    for turn in turns:
        assert seen.issuperset(turn.references)
        seen.add(turn.frame)


def test_frames_decode_to_the_last_bit_in_any_order(
    plain: tuple[bytes, dict[int, Planes]], moving: list[Planes], nets: Nets
) -> None:
    payload, planes = plain
    forward = reader_of(payload, nets)
    assert all(same(forward.frame(frame), planes[frame]) for frame in range(FRAMES))
    jumping = reader_of(payload, nets)
    assert all(same(jumping.frame(frame), planes[frame]) for frame in (7, 2, 10, 3, 0, 9))
    assert forward.checksum() == jumping.checksum() == reader_of(payload, nets).checksum()
    errors = [float(np.square(planes[frame][0] - moving[frame][0]).mean()) for frame in range(FRAMES)]
    assert max(errors) < 120
    assert len(payload) * 8 < 0.4 * FRAMES * ROWS * COLUMNS


def test_motion_costs_less_than_a_new_picture(plain: tuple[bytes, dict[int, Planes]]) -> None:
    unit = Unit.unpack(plain[0], FRAMES)
    assert sum(len(group.between) for group in unit.groups) / 8 < len(unit.groups[0].anchor) / 3


def test_a_filter_is_learned_travels_and_mends(
    plain: tuple[bytes, dict[int, Planes]], lessons: list[Lesson], moving: list[Planes], nets: Nets
) -> None:
    assert len(lessons) == FRAMES
    trainer = SmoothTrainer(lessons, 255, seed=0)
    left = [trainer.step(step / 120) for step in range(120)]
    assert np.mean(left[-10:]) < 0.97
    payload, planes = encoded(moving, nets, trainer.net())
    assert all(same(reader_of(payload, nets).frame(frame), planes[frame]) for frame in (0, 5, 10))

    def error(frames: dict[int, Planes]) -> float:
        return sum(float(np.square(frames[n][1] - moving[n][1]).mean()) for n in range(FRAMES))

    assert error(planes) < error(plain[1])
    known = Unit.unpack(payload, FRAMES).smooth
    assert known is not None
    assert known.pack() == trainer.net().pack()


def test_coding_goes_on_from_what_was_kept(
    plain: tuple[bytes, dict[int, Planes]], moving: list[Planes], nets: Nets
) -> None:
    first = UnitState((ROWS, COLUMNS), 255, nets)
    encoder = UnitEncoder(FRAMES, lambda frame: moving[frame], first, RECIPE)
    groups = [event for number in (0, 1) for event in encoder.encode(number, STEP) if isinstance(event, Group)]
    second = UnitState((ROWS, COLUMNS), 255, nets)
    restore_state(second, *kept_state(first))
    later = UnitEncoder(FRAMES, lambda frame: moving[frame], second, RECIPE)
    groups += [
        event
        for number in range(2, len(later.groups))
        for event in later.encode(number, STEP)
        if isinstance(event, Group)
    ]
    assert Unit.unpack(plain[0], FRAMES).groups == tuple(groups)


def test_bytes_of_frames_add_up(plain: tuple[bytes, dict[int, Planes]]) -> None:
    sizes = Unit.unpack(plain[0], FRAMES).frame_bytes(len(plain[0]))
    assert len(sizes) == FRAMES
    assert sum(sizes) == len(plain[0])


def test_damage_is_refused_or_decodes_to_pictures(plain: tuple[bytes, dict[int, Planes]], nets: Nets) -> None:
    payload = plain[0]
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        changed = bytearray(payload)
        changed[random.integers(len(payload))] ^= 1 << random.integers(8)
        cut = bytes(changed[: random.integers(1, len(payload))]) if random.random() < 0.3 else bytes(changed)
        try:
            reader = reader_of(cut, nets)
            for frame in range(FRAMES):
                y, u, v = reader.frame(frame)
                assert y.shape == (ROWS, COLUMNS)
                assert u.shape == v.shape == (ROWS // 2, COLUMNS // 2)
        except StreamError:
            refused += 1
    assert refused > 30


def test_a_unit_of_another_length_or_version_is_refused(plain: tuple[bytes, dict[int, Planes]]) -> None:
    payload = plain[0]
    for wrong, frames in ((payload, FRAMES + 1), (bytes((9,)) + payload[1:], FRAMES), (payload, 1 << 20)):
        with pytest.raises(StreamError):
            Unit.unpack(wrong, frames)
    unit = Unit.unpack(payload, FRAMES)
    assert replace(unit).pack() == payload


def test_frames_that_were_let_go_of_are_decoded_again(
    plain: tuple[bytes, dict[int, Planes]], nets: Nets, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload, planes = plain
    whole = reader_of(payload, nets).checksum()
    monkeypatch.setattr(reading, "KEPT_BYTES", 0)
    reader = reader_of(payload, nets)
    for frame in (10, 9, 0, 5, 6, 4, 5, 1, 8, 3, 2, 10):
        assert same(reader.frame(frame), planes[frame])
    assert reader.checksum() == whole
    assert reader_of(payload, nets).checksum() == whole


def test_few_frames_are_kept(
    plain: tuple[bytes, dict[int, Planes]], nets: Nets, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload, planes = plain
    monkeypatch.setattr(reading, "KEPT_BYTES", 0)
    coded: list[int] = []
    code, most = UnitState.code, [0]

    def counting(state: UnitState, turn: Turn, *rest: Any) -> Planes:
        coded.append(turn.frame)
        most[0] = max(most[0], len(state.planes))
        return code(state, turn, *rest)

    monkeypatch.setattr(UnitState, "code", counting)
    reader = reader_of(payload, nets)
    assert all(same(reader.frame(frame), planes[frame]) for frame in range(FRAMES))
    assert sorted(coded) == list(range(FRAMES)), "played from front to back each frame is decoded once"
    assert most[0] <= 4


@pytest.mark.parametrize(("stream", "frame"), [("between", 3), ("anchor", 4)])
def test_damage_is_damage_however_often_it_is_asked_for(
    plain: tuple[bytes, dict[int, Planes]], nets: Nets, stream: str, frame: int
) -> None:
    payload, planes = plain
    unit = Unit.unpack(payload, FRAMES)
    damaged = replace(unit.groups[1], **{stream: getattr(unit.groups[1], stream)[:4]})
    reader = reader_of(replace(unit, groups=(unit.groups[0], damaged, *unit.groups[2:])).pack(), nets)
    for _ in range(3):
        with pytest.raises(StreamError):
            reader.frame(frame)
    assert same(reader.frame(0), planes[0])


def test_the_first_frame_of_a_long_unit_is_finer() -> None:
    steps = [Recipe().for_unit(frames).layers[0] for frames in (1, 24, 48, 200)]
    assert steps[0].luma == 0
    assert steps[1].luma > steps[2].luma == steps[3].luma
    assert len({step.chroma - step.luma for step in steps}) == 1
    assert Recipe().for_unit(1).layers[1:] == Recipe().layers[1:]
