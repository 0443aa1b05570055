"""What tests of the training stand on: tiny networks, batches that are rendered, and folders of small clips."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.training.sampling import BatchShape
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.codecs.sevc.widths import InterWidths, IntraWidths, Widths

TINY = Widths(
    IntraWidths(latent=8, half=4, quarter=4, last=4, refine=(4, 4, 4), refine_depth=1),
    InterWidths(
        full=4, half=4, quarter=4, eighth=4, latent=8, decoded=4, unet=(4, 4, 4), unet_depth=1, motion=4,
        flow=(4, 4, 4, 4), flow_kernel=3, offset_groups=2, attention_groups=1, attention_layers=2,
        attention_heads=2, augment_stages=1,
    ),
)  # fmt: skip


@pytest.fixture
def tiny_networks() -> Callable[[int], Networks]:
    """The function that makes networks far smaller than any preset, by a seed."""
    return lambda seed: fresh_networks(TINY, seed)


class RenderedSource:
    """Batches that hang on the step's number alone. Those of the steps in `broken` hold no numbers."""

    def __init__(self, broken: tuple[int, ...] = ()) -> None:
        self._broken = broken
        self.shapes: list[BatchShape] = []

    def batch(self, step: int, shape: BatchShape) -> Tensor:
        self.shapes.append(shape)
        samples = [
            torch.stack(
                [torch.from_numpy(clip_frame(shape.crop, shape.crop, t, step + b)) for t in range(shape.frames)]
            )
            for b in range(shape.samples)
        ]
        batch = torch.stack(samples, 1)
        return batch.float() * torch.nan if step in self._broken else batch


@pytest.fixture
def rendered_source() -> type[RenderedSource]:
    """Batches of rendered frames."""
    return RenderedSource


@pytest.fixture
def clips_folder(tmp_path: Path) -> Path:
    """Three clips of 72x64 in 4:4:4, of 5 frames each, without an index."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for variant, name in enumerate(("hill", "lake", "road")):
        _write_y4m(folder / f"{name}.y4m", 72, 64, 5, variant)
    return folder


@pytest.fixture
def indexed_folder(clips_folder: Path) -> Path:
    """The same with an index, which says that two of them are of one source."""
    items = [
        {"file": f"{name}.y4m", "clip": name, "repo": source, "width": 72, "height": 64, "frames": 5, "matrix": matrix}
        for name, source, matrix in (("hill", "a", "bt709"), ("lake", "a", "smpte170m"), ("road", "b", "bt709"))
    ]
    (clips_folder / "index.json").write_text(json.dumps({"items": items}), "utf-8")
    return clips_folder


def _write_y4m(path: Path, width: int, height: int, frames: int, variant: int) -> None:
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C444\n".encode())
        for t in range(frames):
            file.write(b"FRAME\n" + clip_frame(width, height, t, variant).tobytes())
