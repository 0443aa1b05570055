"""Exact arithmetic: the basis, its inverse, and motion compensation."""

import numpy as np
import pytest

from nvc_engine.codecs.nvrc.motion.samples import (
    CHROMA_TAPS,
    LUMA_TAPS,
    MATRIX,
    coefficients,
    compensate,
    join,
    samples_of,
    split,
    transform,
)
from nvc_engine.codecs.nvrc.motion.steps import INDEX_MAX, Steps, step_index, step_sixteenths


def test_the_basis_is_the_cosine_transform_in_4096ths() -> None:
    k, x = np.arange(8)[:, None], np.arange(8)[None]
    basis = np.sqrt(np.where(k == 0, 1, 2) / 8) * np.cos((2 * x + 1) * k * np.pi / 16)
    assert np.array_equal(np.rint(basis * 4096), MATRIX)


def test_samples_come_back_from_their_exact_coefficients() -> None:
    plane = np.random.default_rng(0).integers(-255, 256, (16, 24)).astype(np.int32)
    sixteenths = np.rint(coefficients(plane) / 2**20).astype(np.int64)
    assert int(np.abs(samples_of(sixteenths) - plane).max()) <= 1
    assert np.allclose(coefficients(plane) / 2**24, transform(plane), atol=0.2)


def test_whole_motion_moves_blocks_and_repeats_edges() -> None:
    plane = np.random.default_rng(1).integers(0, 256, (16, 16)).astype(np.int32)
    motion = np.zeros((2, 2, 2), np.int32)
    motion[0, 0] = 4 * 3, 4 * -5
    moved = compensate(plane, motion, 8, 255)
    rows, columns = np.arange(3, 11), np.clip(np.arange(-5, 3), 0, None)
    assert np.array_equal(moved[:8, :8], plane[rows[:, None], columns])
    assert np.array_equal(moved[8:], plane[8:])


@pytest.mark.parametrize(("size", "taps", "fine"), [(8, LUMA_TAPS, 4), (4, CHROMA_TAPS, 8)])
def test_parts_of_a_sample_are_interpolated_as_written(size: int, taps: np.ndarray, fine: int) -> None:
    plane = np.random.default_rng(2).integers(0, 1024, (32, 32)).astype(np.int32)
    motion = np.zeros((32 // size, 32 // size, 2), np.int32)
    motion[1, 1] = 3, fine + 2
    moved = compensate(plane, motion, size, 1023)
    before = taps.shape[1] // 2 - 1
    y, x = size + 2, size + 3
    down, across = taps[3].astype(int), taps[2].astype(int)
    window = plane[y - before : y - before + len(down), x + 1 - before : x + 1 - before + len(across)]
    expected = (int(down @ window @ across) + 2048) >> 12
    assert moved[y, x] == min(max(expected, 0), 1023)


def test_the_same_with_many_bits_is_as_exact() -> None:
    plane = np.random.default_rng(3).integers(0, 256, (16, 16)).astype(np.int32)
    motion = np.random.default_rng(4).integers(-9, 9, (2, 2, 2)).astype(np.int32)
    assert np.array_equal(compensate(plane, motion, 8, 255), compensate(plane, motion, 8, 65535).clip(0, 255))


def test_blocks_are_split_and_joined() -> None:
    plane = np.arange(16 * 24).reshape(16, 24)
    assert np.array_equal(join(split(plane)), plane)


def test_steps_are_sixteenths_of_an_octave() -> None:
    steps = [step_sixteenths(index) for index in range(INDEX_MAX + 1)]
    assert steps[0] == 4
    assert np.allclose(steps, 4 * 2 ** (np.arange(INDEX_MAX + 1) / 16), rtol=1e-6, atol=0.5)
    assert [step_sixteenths(128 + k) for k in range(16)] == [round(1024 * 2 ** (k / 16)) for k in range(16)]
    assert [step_index(step / 16) for step in steps[64:]] == list(range(64, INDEX_MAX + 1))


def test_values_are_drawn_to_zero_and_limited() -> None:
    q = np.zeros((1, 1, 64), np.int32)
    q[0, 0, :3] = 1, -3, 30000
    values = Steps(320, 320, 4, 2).dequantise(q, 0, 255)
    assert values[0, 0, 0, 0] == 320 - 40
    assert sorted(values.ravel()[values.ravel() != 0].tolist()) == [-960 + 20, 280, 256 * 256]
