"""Batches drawn from snippets: which clip, frames, window and turn, all of them by the seed and the step's number."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.training.snippets import Library, Snippet
from nvc_engine.errors import EngineError

_AHEAD = 4


@dataclass(frozen=True)
class BatchShape:
    """`samples` runs of `frames` consecutive frames, cut to `crop` x `crop`."""

    samples: int
    frames: int
    crop: int


class Source(Protocol):
    """What a trainer takes batches from."""

    def batch(self, step: int, shape: BatchShape) -> Tensor:
        """The batch of a step, 8-bit R'G'B', [T, B, 3, crop, crop]."""


def step_random(seed: int, step: int, purpose: str, device: torch.device | None = None) -> torch.Generator:
    """Randomness of its own for a purpose in one step of a run, so that a resumed run draws what a whole one would."""
    words = hashlib.sha256(f"{seed}|{step}|{purpose}".encode()).digest()
    # Four bytes, for torch's generator on the CPU looks at no more of a seed.
    return torch.Generator(device or torch.device("cpu")).manual_seed(int.from_bytes(words[:4], "little"))


class Sampler:
    """Draws clips evenly, whatever number of snippets each has, then a snippet, then frames and a window of it.

    Samples are mirrored, turned by a right angle and reversed in time at random. Runs longer than the snippet go back
    and forth in it.

    Args:
        workers: threads that prepare the next batches meanwhile; 0 prepares each when it is asked for.
    """

    def __init__(self, library: Library, snippets: Sequence[Snippet], seed: int, workers: int = 0) -> None:
        self._library = library
        self._snippets = snippets
        self._seed = seed
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers) if workers else None
        self._coming: dict[tuple[int, BatchShape], Future[Tensor]] = {}

    def batch(self, step: int, shape: BatchShape) -> Tensor:
        """The batch of a step, 8-bit R'G'B', [T, B, 3, crop, crop].

        Raises:
            EngineError: no snippet is large enough, or a file cannot be read.
        """
        if self._pool is None:
            return self._drawn(step, shape)
        for number in range(step, step + 1 + _AHEAD):
            if (number, shape) not in self._coming:
                self._coming[number, shape] = self._pool.submit(self._drawn, number, shape)
        wanted = self._coming.pop((step, shape))
        self._coming = {key: value for key, value in self._coming.items() if key[0] > step and key[1] == shape}
        return wanted.result()

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _drawn(self, step: int, shape: BatchShape) -> Tensor:
        by_clip: dict[str, list[Snippet]] = defaultdict(list)
        for snippet in self._snippets:
            if min(snippet.width, snippet.height) >= shape.crop:
                by_clip[snippet.clip].append(snippet)
        if not by_clip:
            raise EngineError(f"No training snippet has {shape.crop} rows and columns; choose a smaller crop.")
        random = step_random(self._seed, step, "batch")
        clips = sorted(by_clip)
        samples = []
        for _ in range(shape.samples):
            choices = by_clip[clips[_below(len(clips), random)]]
            samples.append(self._sample(choices[_below(len(choices), random)], shape, random))
        return torch.stack(samples, 1)

    def _sample(self, snippet: Snippet, shape: BatchShape, random: torch.Generator) -> Tensor:
        first = _below(max(1, snippet.frames - shape.frames + 1), random)
        indexes = [_back_and_forth(first + t, snippet.frames) for t in range(shape.frames)]
        left = 2 * _below((snippet.width - shape.crop) // 2 + 1, random)
        top = 2 * _below((snippet.height - shape.crop) // 2 + 1, random)
        reverse, mirror, turn = (_below(2, random) for _ in range(3))
        if reverse:
            indexes.reverse()
        frames = self._library.frames(snippet, indexes, left, top, (shape.crop, shape.crop))
        if mirror:
            frames = frames.flip(3)
        return frames.transpose(2, 3) if turn else frames


def _below(bound: int, random: torch.Generator) -> int:
    return int(torch.randint(bound, (), generator=random))


def _back_and_forth(index: int, count: int) -> int:
    place = index % max(1, 2 * count - 2)
    return min(place, 2 * count - 2 - place) if count > 1 else 0
