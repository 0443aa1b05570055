"""SEVC in the registry with small random weights, and a short clip to code with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import Header, write_nvc
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.codecs.sevc.models import Model, load_model
from nvc_engine.codecs.sevc.records import Profile
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.weights import Networks, imported_folder, save_networks
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour, Matrix, from_signals
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, Scalar

PRESET = "s20"


class WavesClip:
    """Rendered frames with motion as a Clip, in 4:2:0."""

    def __init__(self, width: int = 64, height: int = 64, count: int = 5, bit_depth: int = 8) -> None:
        self.info = ClipInfo(
            path=Path("waves"),
            container="memory",
            codec="none",
            width=width,
            height=height,
            timestamps=tuple(range(count)),
            time_base=Fraction(1, 25),
            rate=Fraction(25),
            pixel_format="yuv420p",
            bit_depth=bit_depth,
            chroma=Chroma.C420,
            colour=Colour(Matrix.BT601),
        )

    def picture(self, index: int) -> Picture:
        rgb = clip_frame(self.info.width, self.info.height, index, 1).transpose(1, 2, 0).astype(np.float32) / 255
        return from_signals(rgb, self.info.colour, Chroma.C420, self.info.bit_depth)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        return map(self.picture, range(start, self.info.frame_count if stop is None else stop))

    def close(self) -> None: ...


@dataclass(frozen=True)
class Encoded:
    """What an encode gave."""

    header: Header
    units: tuple[EncodedUnit, ...]
    reports: tuple[Report, ...]

    @property
    def size(self) -> int:
        return sum(len(unit.payload) for unit in self.units)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory, make_networks: Callable[..., Networks]) -> Path:
    """A folder of weights, as a studio's own folder has it for one preset."""
    folder = tmp_path_factory.mktemp("weights") / PRESET
    save_networks(folder, make_networks(PRESET))
    return folder


@pytest.fixture
def model(sevc: SevcCodec) -> Model:
    """The networks of the preset in the portable profile."""
    return load_model(PRESET, Profile.PORTABLE, torch.device("cpu"))


@pytest.fixture(scope="session")
def alive() -> list[Model]:
    """Keeps networks loaded from test to test."""
    return []


@pytest.fixture
def sevc(studio_home: Path, weights: Path, alive: list[Model]) -> Iterator[SevcCodec]:
    """The codec with these weights in the studio's folder, registered."""
    folder = imported_folder(PRESET)
    folder.parent.mkdir(parents=True)
    folder.symlink_to(weights, target_is_directory=True)
    if not alive:
        alive.append(load_model(PRESET, Profile.PORTABLE, torch.device("cpu")))
    codec = SevcCodec()
    if any(known.name == codec.name for known in registry.codecs()):
        yield codec
    else:
        with registry.registered(codec):
            yield codec


@pytest.fixture
def order(sevc: SevcCodec) -> Callable[..., EncodeOrder]:
    """The function that resolves an order for a clip."""

    def resolve(clip: WavesClip, goal: Goal | None = None, **settings: Scalar) -> EncodeOrder:
        wanted = goal or Goal(GoalKind.QUALITY, 30.0)
        request = JobRequest("waves", "out", codec="sevc", preset=PRESET, settings=settings, goal=wanted)
        return resolve_order(clip.info, request, "cpu")[1]

    return resolve


@pytest.fixture
def encode(sevc: SevcCodec, order: Callable[..., EncodeOrder]) -> Callable[..., Encoded]:
    """The function that encodes a clip."""

    def run(clip: WavesClip, goal: Goal | None = None, **settings: Scalar) -> Encoded:
        ordered = order(clip, goal, **settings)
        session = sevc.encode(clip, ordered)
        events = list(session)
        units = tuple(event for event in events if isinstance(event, EncodedUnit))
        header = file_header("sevc", sevc.bitstream_version, ordered, clip.info, session.codec_config())
        return Encoded(header, units, tuple(event for event in events if isinstance(event, Report)))

    return run


@pytest.fixture
def written() -> Callable[[Path, Encoded], Path]:
    """The function that writes an encode to a file."""

    def write(path: Path, encoded: Encoded) -> Path:
        write_nvc(path, encoded.header, encoded.units)
        return path

    return write
