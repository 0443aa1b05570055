"""Training material: a folder of short clips, decoded once, and its split into training and validation."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, Matrix, to_rgb
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Picture

INDEX = "index.json"
HELD_OUT_SHARE = 0.1
_MATRICES = {"bt709": Matrix.BT709, "smpte170m": Matrix.BT601, "bt470bg": Matrix.BT601}
_SUFFIXES = {".mp4", ".mkv", ".y4m", ".avi", ".webm", ".mov"}


@dataclass(frozen=True)
class Snippet:
    """A short run of frames.

    Attributes:
        clip: what it shows; snippets of one clip resemble each other.
        source: where the clip is from; clips of one source may resemble each other.
        matrix: of its YUV, or None where the file says.
    """

    path: Path
    clip: str
    source: str
    width: int
    height: int
    frames: int
    matrix: Matrix | None = None


def find_snippets(folder: Path) -> list[Snippet]:
    """The snippets of a folder, by its `index.json`; without one every video in it is a clip of its own.

    Raises:
        EngineError: there are none, or the index is damaged.
    """
    index = folder / INDEX
    found = _indexed(index) if index.is_file() else [_opened(path) for path in _videos(folder)]
    if not found:
        raise EngineError(f"{folder} holds no clips to train on; give a folder of videos, or one with an {INDEX}.")
    return found


def split(snippets: Sequence[Snippet], share: float = HELD_OUT_SHARE) -> tuple[list[Snippet], list[Snippet]]:
    """Snippets to train on, and those held out for validation: about `share` of them, whole sources (or clips) each.

    Which are held out hangs on their names alone, so that every run on the same data holds out the same.

    Raises:
        EngineError: all snippets are of one clip.
    """
    by_source = len({snippet.source for snippet in snippets}) > 1
    groups = {snippet: snippet.source if by_source else snippet.clip for snippet in snippets}
    names = sorted(set(groups.values()), key=lambda name: hashlib.sha256(name.encode()).digest())
    if len(names) < 2:
        raise EngineError("Training needs snippets of at least two clips, one of them to validate on; add another.")
    held: set[str] = set()
    for name in names[:-1]:
        size = sum(group == name for group in groups.values())
        if not held or sum(group in held for group in groups.values()) + size <= share * len(snippets):
            held.add(name)
    return (
        [snippet for snippet in snippets if groups[snippet] not in held],
        [snippet for snippet in snippets if groups[snippet] in held],
    )


class Library:
    """Snippets decoded at their first use and kept in memory.

    Args:
        device: a GPU to keep them on, as 8-bit R'G'B'; by default they stay as they are stored (1.5 bytes a pixel in
            4:2:0), and windows are converted as they are asked for.
    """

    def __init__(self, device: torch.device | None = None) -> None:
        self._device = device if device is not None and device.type == "cuda" else None
        self._decoded: dict[Path, tuple[list[Picture], Colour]] = {}
        self._resident: dict[Path, Tensor] = {}

    def load(self, snippets: Sequence[Snippet], threads: int) -> None:
        """Have snippets in the GPU's memory before they are asked for; without a GPU there is nothing to do.

        Raises:
            EngineError: a file cannot be decoded.
        """
        if self._device is not None:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(self._on_device, snippets))

    def frames(self, snippet: Snippet, indexes: Sequence[int], left: int, top: int, size: tuple[int, int]) -> Tensor:
        """A window of some frames as 8-bit R'G'B', [T, 3, H, W], where the snippets are kept.

        Args:
            left, top: of the window; even.
            size: H and W.

        Raises:
            EngineError: the file cannot be decoded, or has fewer frames than its index says.
        """
        height, width = size
        if self._device is not None:
            kept = self._on_device(snippet)
            return torch.stack([kept[index, :, top : top + height, left : left + width] for index in indexes])
        pictures, colour = self._pictures(snippet)
        return _converted([_window(pictures[index], left, top, size) for index in indexes], colour)

    def _on_device(self, snippet: Snippet) -> Tensor:
        if snippet.path not in self._resident:
            self._resident[snippet.path] = _converted(*_decode(snippet)).to(self._device)
        return self._resident[snippet.path]

    def _pictures(self, snippet: Snippet) -> tuple[list[Picture], Colour]:
        if snippet.path not in self._decoded:
            self._decoded[snippet.path] = _decode(snippet)
        return self._decoded[snippet.path]


def _decode(snippet: Snippet) -> tuple[list[Picture], Colour]:
    clip = open_video(snippet.path, matrix=snippet.matrix)
    try:
        return list(clip.pictures(0, snippet.frames)), clip.info.colour
    finally:
        clip.close()


def _converted(pictures: Sequence[Picture], colour: Colour) -> Tensor:
    """8-bit R'G'B', [T, 3, H, W]."""
    frames = np.stack([to_rgb(picture, colour) for picture in pictures])
    return torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous()


def _window(picture: Picture, left: int, top: int, size: tuple[int, int]) -> Picture:
    across, down = picture.chroma.divisors
    rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
    small = slice(top // down, -(-(top + size[0]) // down)), slice(left // across, -(-(left + size[1]) // across))
    return Picture(picture.y[rows, columns], picture.u[small], picture.v[small], picture.bit_depth, picture.chroma)


def _indexed(index: Path) -> list[Snippet]:
    try:
        return [
            Snippet(
                index.parent / item["file"],
                str(item["clip"]),
                str(item.get("repo", item["clip"])),
                int(item["width"]),
                int(item["height"]),
                int(item["frames"]),
                _MATRICES[item["matrix"]] if "matrix" in item else None,
            )
            for item in json.loads(index.read_text("utf-8"))["items"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{index} is no index of training snippets: {error!r}.") from error


def _videos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)


def _opened(path: Path) -> Snippet:
    clip = open_video(path)
    try:
        info = clip.info
    finally:
        clip.close()
    return Snippet(path, path.stem, path.stem, info.width, info.height, info.frame_count)
