"""Frames do not hang on how many are rendered together, nor on what was rendered before."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs.nvc_clip import decoder_of
from nvc_engine.codecs.nvrc.coding import decode_unit
from nvc_engine.codecs.nvrc.decoding import NvrcDecoder
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.pictures import to_picture
from nvc_engine.media.picture import Picture


def rendered(path: Path, batches: list[list[int]]) -> dict[int, Picture]:
    """The first unit's frames, in the batches given."""
    with NvcReader.open(path) as reader:
        header = reader.header
        payload = reader.payload(0)
        layout = Layout(NetworkShape.unpack(header.codec_config), reader.units[0].count, header.height, header.width)
    theta = {name: coded.values() for name, coded in decode_unit(layout, payload).items()}
    renderer = Renderer(layout, torch.device("cpu"))
    pictures = {}
    with torch.inference_mode():
        for batch in batches:
            for frame, cells in zip(batch, renderer.render(theta, torch.tensor(batch)), strict=True):
                pictures[frame] = to_picture(cells, layout, header.bit_depth)
    return pictures


def is_rendered(path: Path) -> bool:
    """Whether it is of NVRC's grids, whose renderer makes frames in any batches."""
    with NvcReader.open(path) as reader:
        return isinstance(decoder_of(reader.header, path), NvrcDecoder)


@pytest.mark.parametrize("batches", [[[0, 1], [2, 3], [4]], [[0, 1, 2, 3, 4]], [[4, 0], [3, 3, 1], [2]]], ids=str)
def test_batches_give_the_same_frames(files: list[Path], batches: list[list[int]]) -> None:
    of_grids = list(filter(is_rendered, files))
    assert {path.stem for path in of_grids} == {"encoded", "random", "deep"}
    for path in of_grids:
        alone, together = rendered(path, [[frame] for frame in range(5)]), rendered(path, batches)
        assert alone.keys() == together.keys()
        for frame, picture in alone.items():
            for plane in ("y", "u", "v"):
                one, other = getattr(picture, plane).astype(int), getattr(together[frame], plane).astype(int)
                assert int(np.abs(one - other).max()) <= 1
