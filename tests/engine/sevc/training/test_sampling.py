"""Batches: drawn by seed and step, evenly over clips, from windows and frames that belong together."""

from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.training.sampling import BatchShape, Sampler
from nvc_engine.codecs.sevc.training.snippets import Library, Snippet, find_snippets
from nvc_engine.errors import EngineError

SHAPE = BatchShape(samples=2, frames=3, crop=48)


class NumberedLibrary(Library):
    """Frames that say which they are: their clip's letter, their index, and where the window lies."""

    def frames(self, snippet: Snippet, indexes: object, left: int, top: int, size: tuple[int, int]) -> Tensor:
        values = [[ord(snippet.clip), index, left, top] for index in indexes]  # type: ignore[attr-defined]
        frames = torch.tensor(values)[:, None, :, None].expand(-1, 3, -1, 4)
        assert left % 2 == top % 2 == 0
        assert left + size[1] <= snippet.width
        assert top + size[0] <= snippet.height
        return frames


def numbered(frames: int, step: int, count: int = 9) -> list[int]:
    """Indexes of the frames that a step draws from a snippet of `count`."""
    snippets = [Snippet(Path("a"), "a", "a", 72, 64, count), Snippet(Path("b"), "b", "b", 32, 32, count)]
    batch = Sampler(NumberedLibrary(), snippets, 5).batch(step, BatchShape(1, frames, 48))
    values = batch[:, 0, 0]
    assert set(values.flatten().tolist()) >= {ord("a")}
    rows = values[:, 1, :] if bool((values[:, 0, :] == ord("a")).all()) else values[:, :, 1]
    return [int(row[0]) for row in rows]


def test_a_step_draws_the_same_whenever_it_comes(clips_folder: Path) -> None:
    snippets = find_snippets(clips_folder)
    batch = Sampler(Library(), snippets, 5).batch(7, SHAPE)
    assert batch.shape == (3, 2, 3, 48, 48)
    assert batch.dtype == torch.uint8
    later = Sampler(Library(), snippets, 5)
    later.batch(3, SHAPE)
    assert torch.equal(later.batch(7, SHAPE), batch)
    assert not torch.equal(later.batch(8, SHAPE), batch)
    assert not torch.equal(Sampler(Library(), snippets, 6).batch(7, SHAPE), batch)


def test_batches_prepared_ahead_are_the_same(clips_folder: Path) -> None:
    snippets = find_snippets(clips_folder)
    ahead, plain = Sampler(Library(), snippets, 5, workers=2), Sampler(Library(), snippets, 5)
    shapes = [SHAPE, SHAPE, BatchShape(1, 2, 64), BatchShape(1, 2, 64), SHAPE]
    for step, shape in enumerate(shapes):
        assert torch.equal(ahead.batch(step, shape), plain.batch(step, shape))
    ahead.close()


def test_frames_follow_each_other_in_either_direction() -> None:
    drawn = [numbered(3, step) for step in range(40)]
    steps = {(b - a, c - b) for a, b, c in drawn}
    assert steps == {(1, 1), (-1, -1)}
    assert {index for indexes in drawn for index in indexes} == set(range(9))


def test_long_runs_go_back_and_forth() -> None:
    assert numbered(8, 0, count=3) in ([0, 1, 2, 1, 0, 1, 2, 1], [1, 2, 1, 0, 1, 2, 1, 0])
    assert numbered(3, 0, count=1) == [0, 0, 0]


def test_clips_are_drawn_evenly_whatever_they_have() -> None:
    snippets = [Snippet(Path("a"), "a", "a", 72, 64, 9)] * 9 + [Snippet(Path("b"), "b", "b", 72, 64, 9)]
    sampler = Sampler(NumberedLibrary(), snippets, 5)
    drawn = Counter(int(sampler.batch(step, BatchShape(1, 1, 48)).max()) for step in range(200))
    assert set(drawn) == {ord("a"), ord("b")}
    assert 70 < drawn[ord("b")] < 130


def test_small_snippets_are_left_out(clips_folder: Path) -> None:
    sampler = Sampler(Library(), find_snippets(clips_folder), 5)
    assert sampler.batch(0, BatchShape(1, 1, 64)).shape[3] == 64
    with pytest.raises(EngineError, match="smaller crop"):
        sampler.batch(0, BatchShape(1, 1, 80))
