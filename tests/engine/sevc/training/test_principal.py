"""Fresh networks begin as transform codecs: with a picture near the source before any step."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.training.principal import begin_as_transforms, cascade
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.codecs.sevc.widths import PRESETS

SIDE = 128


def moving(count: int, seed: int) -> Tensor:
    """Smooth textures that are panned by a pixel a frame, [T, B, 3, SIDE, SIDE]."""
    random = torch.Generator().manual_seed(seed)
    picture = sum(
        F.interpolate(torch.rand(3, 3, size, size, generator=random), (SIDE + 8, SIDE + 8), mode="bicubic") / weight
        for size, weight in ((5, 1.5), (17, 4), (51, 8))
    )
    assert isinstance(picture, Tensor)
    picture = (picture / 1.1).clamp(0, 1)
    return torch.stack([picture[..., t : t + SIDE, t : t + SIDE] for t in range(count)])


def decibels(decoded: Tensor, picture: Tensor) -> float:
    return -10 * math.log10(float((decoded.clamp(0, 1) - picture).square().mean()))


def begun(preset: str) -> Networks:
    networks = fresh_networks(PRESETS[preset], 1)
    begin_as_transforms(networks, moving(2, 1), 1)
    networks.intra.eval()
    networks.inter.eval()
    return networks


def test_a_cascade_is_orthonormal_and_keeps_what_matters() -> None:
    signal = moving(1, 2)[0] - 0.5
    components = cascade(signal, (12, 32))
    for basis in components.bases:
        assert torch.allclose(basis @ basis.T, torch.eye(len(basis)), atol=1e-5)
    assert all(float(spread.diff().max()) <= 1e-6 for spread in components.spreads)
    kept = signal
    for basis in components.bases:
        kept = torch.einsum("kc,bchw->bkhw", basis, F.pixel_unshuffle(kept, 2))
    assert float(kept.square().sum() / signal.square().sum()) > 0.99


@pytest.mark.parametrize("preset", ["light", "s20", "s8"])
def test_pictures_are_near_the_source_before_any_step(preset: str) -> None:
    networks, frames = begun(preset), moving(3, 7)[:, :1]
    geometry, estimator = Geometry(SIDE, SIDE), Estimator()
    with torch.inference_mode():
        decoded = run(networks.intra.code(frames[0], geometry.coded, 40), estimator)
        assert decibels(decoded, frames[0]) > 27
        assert 0.01 < float(estimator.total) / SIDE**2 < 1.5
        state, before = state_after_intra(frames[0], geometry), decibels(frames[0], frames[1])
        base = run(networks.inter.code_base(frames[1], state.base, 40, 1, geometry), Estimator())
        coding = networks.inter.code_enhancement(frames[1], base, state.enhancement, 40, 1, geometry)
        enhanced = run(coding, Estimator())
    assert decibels(enhanced.frame.picture, frames[1]) > max(25, before - 3)


def test_random_networks_are_not() -> None:
    networks, frames = fresh_networks(PRESETS["s20"], 1), moving(1, 7)[:, :1]
    with torch.inference_mode():
        decoded = run(networks.intra.eval().code(frames[0], (SIDE, SIDE), 40), Estimator())
    assert decibels(decoded, frames[0]) < 20


def test_the_same_seed_gives_the_same_networks() -> None:
    one, other = begun("s20"), begun("s20")
    for network, twin in ((one.intra, other.intra), (one.inter, other.inter)):
        assert all(torch.equal(a, b) for a, b in zip(network.parameters(), twin.parameters(), strict=True))
