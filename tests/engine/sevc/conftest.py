"""Small SEVC networks, clips, and coders that keep what they are asked."""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.steps import Step
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.codecs.sevc.widths import PRESETS


@pytest.fixture(scope="session")
def make_networks() -> Callable[..., Networks]:
    """The function that makes networks whose every part has an effect, for a preset and a salt."""

    def make(preset: str = "s20", salt: str = "tests", dtype: torch.dtype = torch.float32) -> Networks:
        networks = fresh_networks(PRESETS[preset], 0)
        for network in (networks.intra, networks.inter):
            load_synthetic(network, salt)
            network.to(dtype).eval()
        return networks

    return make


@pytest.fixture(scope="session")
def networks(make_networks: Callable[..., Networks]) -> Networks:
    """The smallest preset, to evaluate."""
    return make_networks()


@pytest.fixture(scope="session")
def pictures() -> Callable[..., list[Tensor]]:
    """The function that renders frames [1, 3, H, W] at the coded size of a geometry."""

    def render(geometry: Geometry, count: int, variant: int = 1, dtype: torch.dtype = torch.float32) -> list[Tensor]:
        return [
            geometry.pad(
                torch.from_numpy(clip_frame(geometry.width, geometry.height, t, variant))[None].to(dtype) / 255
            )
            for t in range(count)
        ]

    return render


class Recorder:
    """An encoder: keeps each step without its values, and the symbols."""

    def __init__(self) -> None:
        self._estimator = Estimator()
        self.coded: list[tuple[Step, Tensor]] = []

    def __call__(self, step: Step) -> Tensor:
        symbols = self._estimator(step)
        self.coded.append((step, symbols))
        return symbols


class Player:
    """A decoder: checks that it is asked what the encoder was asked, and gives the symbols back."""

    def __init__(self, coded: list[tuple[Step, Tensor]]) -> None:
        self._left: Iterator[tuple[Step, Tensor]] = iter(coded)

    def __call__(self, step: Step) -> Tensor:
        encoded, symbols = next(self._left)
        assert step.value is None
        assert (step.name, step.shape) == (encoded.name, encoded.shape)
        assert symbols.shape == step.shape
        for attribute in ("scale", "mean"):
            if hasattr(encoded, attribute):
                assert torch.equal(getattr(step, attribute), getattr(encoded, attribute)), step.name
        return symbols

    def finished(self) -> bool:
        return next(self._left, None) is None


@pytest.fixture(scope="session")
def coders() -> tuple[type[Recorder], type[Player]]:
    """An encoder that keeps symbols in memory, and the decoder to it."""
    return Recorder, Player
