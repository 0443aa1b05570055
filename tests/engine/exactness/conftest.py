"""Files to decode: a real encode of two scenes, and random symbols for larger networks."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from nvc_engine.bitstream.container import Header, write_nvc
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.mvc.coding import encode_fixed_unit
from nvc_engine.codecs.mvc.coding import encode_unit as encode_mvc_unit
from nvc_engine.codecs.mvc.fixed import fixed_symbols
from nvc_engine.codecs.mvc.layout import Layout as MvcLayout
from nvc_engine.codecs.mvc.layout import Lift
from nvc_engine.codecs.mvc.layout import NetworkShape as MvcShape
from nvc_engine.codecs.mvc.model import initial_weights
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import initial_parameters
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.parameters.quantiser import ParameterQuantiser
from nvc_engine.codecs.parameters.symbols import is_grid
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.colour import Colour
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest

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
    """All files, by name: encoded, random, deep (10 bits), fitted and fixed (of MVC, random too, of either coding),
    predicted (each of 64 frames from the one before), paper (a published network, small) and motion (frames along their
    motion, with a filter)."""
    folder = tmp_path_factory.mktemp("files")
    return [
        encoded_file(folder / "encoded.nvc", render_clip(folder / "clip.mkv", 50, 38, 22, cuts=(12,))),
        random_file(folder / "random.nvc", 8, 2.0),
        random_file(folder / "deep.nvc", 10, 0.5),
        fitted_file(folder / "fitted.nvc"),
        fitted_file(folder / "fixed.nvc", fixed=True),
        predicted_file(folder / "predicted.nvc", render_clip(folder / "long.mkv", 64, 64, 64)),
        paper_file(folder / "paper.nvc", render_clip(folder / "short.mkv", 46, 34, 6)),
        motion_file(folder / "motion.nvc", render_clip(folder / "moving.mkv", 70, 50, 20)),
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
    settings = {"first_width": 16, "most_blocks": 1, "precision": "float32"}
    settings |= {"learning_rate": 0.02, "model_rate": 0.02}
    return _encoded(path, JobRequest(str(source), str(path), preset="s1", settings=settings, epochs=4), 1)


def motion_file(path: Path, source: Path) -> Path:
    """Two anchors and what lies between and behind them, with time for a filter."""
    goal = Goal(GoalKind.QUALITY, 45.0)
    return _encoded(path, JobRequest(str(source), str(path), preset="motion", goal=goal, minutes=0.08), 1)


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
    return _written(path, "nvrc", BITSTREAM_VERSION, RICH.pack(), payload, bit_depth)


def fitted_file(path: Path, *, fixed: bool = False) -> Path:
    """A network of MVC with random parameters, large enough for pictures with something in them."""
    shape = MvcShape((5, 2), (12, 24, 8), 24, 32, 24, 24, 2, 12, 40, lift=Lift.PE, cell=16)
    layout = MvcLayout(shape, RICH_FRAMES, RICH_HEIGHT, RICH_WIDTH)
    random = torch.Generator().manual_seed(3)
    theta = {"grid.embedding": torch.rand(layout.embedding_shape or (), generator=random)}
    theta |= {name: 2.5 * value for name, value in initial_weights(layout, random).items()}
    if fixed:
        codes = {name: fixed_symbols(name, value, 8) for name, value in theta.items()}
        return _written(path, "mvc", 1, shape.pack(), encode_fixed_unit(layout, codes, 8, 8), 8)
    symbols = ParameterQuantiser(theta, -7.0, 16).coded(theta, lambda name: 0.0)
    return _written(path, "mvc", 1, shape.pack(), encode_mvc_unit(layout, symbols), 8)


def _written(path: Path, codec: str, version: int, config: bytes, payload: bytes, bit_depth: int) -> Path:
    """A file of one unit."""
    header = Header(
        codec=codec,
        codec_version=version,
        width=RICH_WIDTH,
        height=RICH_HEIGHT,
        timestamps=tuple(range(RICH_FRAMES)),
        time_base=Fraction(1, 25),
        rate=Fraction(25),
        colour=Colour(),
        bit_depth=bit_depth,
        codec_config=config,
    )
    write_nvc(path, header, [EncodedUnit(0, RICH_FRAMES, payload)])
    return path
