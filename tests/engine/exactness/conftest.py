"""Files to decode: a real encode of two scenes, and random symbols for larger networks."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from nvc_engine.bitstream.container import Header, write_nvc
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import initial_parameters, is_grid
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.colour import Colour
from nvc_engine.protocol.messages import JobRequest

RenderClip = Callable[..., Path]

RICH = NetworkShape(
    cell=4,
    strides=(1, 2),
    widths=(64, 48),
    depths=(1, 2),
    expansions=(3, 3),
    base_channels=3,
    base_levels=4,
    base_period=3,
    local_channels=4,
    local_levels=2,
    stage_channels=(0, 2),
    stage_periods=(1, 2),
)
RICH_FRAMES, RICH_HEIGHT, RICH_WIDTH = 5, 91, 122


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, render_clip: RenderClip) -> list[Path]:
    """All files, by name: encoded, random, deep (10 bits), predicted (each of 64 frames from the one before) and paper
    (a published network, small)."""
    folder = tmp_path_factory.mktemp("files")
    return [
        encoded_file(folder / "encoded.nvc", render_clip(folder / "clip.mkv", 50, 38, 22, cuts=(12,))),
        random_file(folder / "random.nvc", 8, 2.0),
        random_file(folder / "deep.nvc", 10, 0.5),
        predicted_file(folder / "predicted.nvc", render_clip(folder / "long.mkv", 64, 64, 64)),
        paper_file(folder / "paper.nvc", render_clip(folder / "short.mkv", 46, 34, 3)),
    ]


def encoded_file(path: Path, source: Path) -> Path:
    settings = {"width": 8, "depth": 1, "base_levels": 2, "detail_channels": 1, "precision": "float32"}
    return _encoded(path, JobRequest(str(source), str(path), settings=settings, epochs=2), 2)


def predicted_file(path: Path, source: Path) -> Path:
    """One unit of SEVC by the weights that come with the studio."""
    settings = {"intra_period": -1}
    return _encoded(path, JobRequest(str(source), str(path), codec="sevc", preset="light", settings=settings), 1)


def paper_file(path: Path, source: Path) -> Path:
    """One unit of NVRC's S1 with fewer channels, its grids coded by context."""
    settings = {"first_width": 16, "most_blocks": 1, "precision": "float32", "model_rate": 0.02}
    return _encoded(path, JobRequest(str(source), str(path), preset="s1", settings=settings, epochs=9), 1)


def _encoded(path: Path, request: JobRequest, units_wanted: int) -> Path:
    clip = open_source(Path(request.source))
    codec, order = resolve_order(clip.info, request, "cpu")
    session = codec.encode(clip, order)
    units = [event for event in session if isinstance(event, EncodedUnit)]
    assert len(units) == units_wanted
    header = file_header(codec.name, codec.bitstream_version, order, clip.info, session.codec_config())
    write_nvc(path, header, units)
    clip.close()
    return path


def random_file(path: Path, bit_depth: int, spread: float) -> Path:
    """A network of the size of a larger preset with random parameters; grids have `spread`."""
    layout = Layout(RICH, RICH_FRAMES, RICH_HEIGHT, RICH_WIDTH)
    random = torch.Generator().manual_seed(bit_depth)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.5))
    for name, value in theta.items():
        noise = torch.randn(value.shape, generator=random)
        theta[name] = value + noise * (spread if is_grid(name) else 0.1)
    payload = encode_unit(layout, Quantiser(layout, theta).symbols(theta))
    header = Header(
        codec="nvrc",
        codec_version=BITSTREAM_VERSION,
        width=RICH_WIDTH,
        height=RICH_HEIGHT,
        timestamps=tuple(range(RICH_FRAMES)),
        time_base=Fraction(1, 25),
        rate=Fraction(25),
        colour=Colour(),
        bit_depth=bit_depth,
        codec_config=RICH.pack(),
    )
    write_nvc(path, header, [EncodedUnit(0, RICH_FRAMES, payload)])
    return path
