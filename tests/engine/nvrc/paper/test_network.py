"""The published sizes, and patches that equal the frame (specs/nvrc.md, acceptance tests 1 to 4)."""

import itertools
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.paper import model
from nvc_engine.codecs.nvrc.paper.configurations import FAMILIES, Configuration, Stem, configuration
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import PatchRenderer, initial_parameters, is_feature
from nvc_engine.codecs.nvrc.paper.patches import Extent, margins
from nvc_engine.errors import EngineError
from nvc_engine.nn.interpolation import linear_weights

MakeLayout = Callable[..., PaperLayout]


@pytest.mark.parametrize(
    ("name", "frames", "millions"),
    [
        ("s1", 150, 2.028), ("s2", 600, 6.122), ("s3", 600, 13.750), ("s4", 600, 30.567),
        ("uvg-s", 600, 3.189), ("uvg-m", 600, 6.490), ("uvg-l", 600, 12.819),
        ("uvg-xl", 600, 25.650), ("uvg-xxl", 600, 50.727), ("mcl-xxs", 150, 0.777), ("mcl-xs", 150, 1.606),
    ],
)  # fmt: skip
def test_parameter_counts_are_those_of_the_papers(name: str, frames: int, millions: float) -> None:
    layout = PaperLayout(configuration(name, 1080, 1920), frames, 1080, 1920)
    assert round(layout.parameter_count() / 1e6, 3) == millions
    assert layout.decodable()


@pytest.mark.parametrize(("name", "millions"), [("bunny-xxs", 0.767), ("bunny-xs", 1.586), ("bunny-s", 3.250)])
def test_parameter_counts_at_720p(name: str, millions: float) -> None:
    layout = PaperLayout(configuration(name, 720, 1280), 132, 720, 1280)
    assert round(layout.parameter_count() / 1e6, 3) == millions


@pytest.mark.parametrize(("name", "billions"), [("s2", 359.5), ("s3", 842.7), ("s4", 1928.9)])
def test_macs_with_the_stem_over_the_whole_grid(name: str, billions: float) -> None:
    layout = PaperLayout(configuration(name, 1080, 1920), 600, 1080, 1920)
    assert round(layout.frame_macs(whole_grid=True) / 1e9, 1) == billions


def test_macs_of_uvg_s() -> None:
    layout = PaperLayout(configuration("uvg-s", 1080, 1920), 600, 1080, 1920)
    assert round(layout.frame_macs(taps=0) / 1e9, 1) == 180.6


@pytest.mark.parametrize(
    ("strides", "depths", "expected"),
    [
        ((3, 2, 2, 2), (3, 3, 3, 1), [3, 7, 6, 4, 1]),
        ((5, 3, 2, 2), (3, 3, 3, 1), [2, 6, 6, 4, 1]),
        ((5, 2, 2, 2), (3, 3, 3, 1), [2, 7, 6, 4, 1]),
        ((5, 2, 2), (1, 1, 1), [1, 3, 2, 1]),
    ],
)
def test_margins_are_those_of_the_table(strides: tuple[int, ...], depths: tuple[int, ...], expected: list[int]) -> None:
    assert margins(strides, depths) == expected


@pytest.mark.parametrize(
    ("size", "strides"),
    [((1080, 1920), (3, 2, 2, 2)), ((720, 1280), (2, 2, 2, 2)), ((640, 360), (2, 2, 2)), ((180, 320), (2, 2))],
)
def test_strides_keep_the_base_grid(size: tuple[int, int], strides: tuple[int, ...]) -> None:
    assert configuration("s1", *size).strides == strides
    assert min(PaperLayout(configuration("s1", *size), 30, *size).base_size) == 45


@pytest.mark.parametrize("name", FAMILIES)
def test_a_configuration_survives_the_header(name: str) -> None:
    network = configuration(name, 1080, 1920)
    assert Configuration.unpack(network.pack()) == network
    with pytest.raises(EngineError):
        Configuration.unpack(network.pack()[:-1])


@pytest.mark.parametrize(("size_in", "size_out"), [(22, 45), (11, 45), (5, 45), (25, 600)])
def test_interpolation_is_the_reference_formula(size_in: int, size_out: int) -> None:
    values = torch.randn(size_in, dtype=torch.float64)
    found = linear_weights(size_in, size_out, torch.float64) @ values
    for o in range(size_out):
        u = min(max((o + 0.5) * size_in / size_out - 0.5, 0), size_in - 1)
        low = math.floor(u)
        upper = values[min(low + 1, size_in - 1)]
        assert found[o] == pytest.approx(float((1 - (u - low)) * values[low] + (u - low) * upper), abs=1e-12)


def drawn(layout: PaperLayout) -> dict[str, Tensor]:
    theta = initial_parameters(layout, torch.Generator().manual_seed(1))
    return {
        name: torch.randn(value.shape).double() if is_feature(name) else 2 * value.double() + 0.1
        for name, value in theta.items()
    }


def worst_difference(layout: PaperLayout, rows: int, columns: int) -> float:
    """The largest difference between the frame and its patches of this size, those that overhang included."""
    theta = drawn(layout)
    renderer = PatchRenderer(layout, torch.device("cpu"), torch.float64)
    high, wide = layout.padded_size
    frame = renderer.render(theta, torch.tensor([3]), [layout.whole()])[0]
    extents = [
        Extent(min(top, high - rows), min(left, wide - columns), rows, columns)
        for top, left in itertools.product(range(0, high, rows), range(0, wide, columns))
    ]
    patches = renderer.render(theta, torch.full((len(extents),), 3), extents)
    return max(
        float((patch - frame[each.row : each.row + rows, each.column : each.column + columns]).abs().max())
        for patch, each in zip(patches, extents, strict=True)
    )


@pytest.mark.parametrize("stem", Stem)
def test_patches_equal_the_frame(make_layout: MakeLayout, stem: Stem) -> None:
    layout = make_layout(stem)
    assert worst_difference(layout, 6, 12) < 1e-10
    assert worst_difference(layout, 12, 18) < 1e-10


def test_margins_of_one_less_would_not_do(make_layout: MakeLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "margins", lambda *sizes: [each - 1 for each in margins(*sizes)])
    assert worst_difference(make_layout(), 6, 12) > 1e-3


def test_patches_of_several_frames_render_together(make_layout: MakeLayout) -> None:
    layout = make_layout()
    theta = drawn(layout)
    renderer = PatchRenderer(layout, torch.device("cpu"), torch.float64)
    extents = [Extent(0, 6, 12, 12), Extent(12, 24, 12, 12), Extent(18, 0, 12, 12)]
    together = renderer.render(theta, torch.tensor([5, 0, 5]), extents)
    for number, (frame, extent) in enumerate(zip((5, 0, 5), extents, strict=True)):
        alone = renderer.render(theta, torch.tensor([frame]), [extent])[0]
        assert float((alone - together[number]).abs().max()) < 1e-12


def test_a_frame_in_bands_is_the_frame(make_layout: MakeLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = make_layout()
    theta = drawn(layout)
    renderer = PatchRenderer(layout, torch.device("cpu"), torch.float64)
    whole = renderer.frame(theta, 2)
    assert tuple(whole.shape) == (layout.height, layout.width, 3)
    least = layout.render_bytes(Extent(0, 0, layout.factor, layout.padded_size[1]))
    monkeypatch.setattr("nvc_engine.codecs.nvrc.paper.layout.MAX_RENDER_BYTES", least)
    assert len(layout.tiles()) > 1
    assert float((renderer.frame(theta, 2) - whole).abs().max()) < 1e-10
    monkeypatch.setattr("nvc_engine.codecs.nvrc.paper.layout.MAX_RENDER_BYTES", least // 2)
    assert not layout.decodable()


def test_the_stem_is_a_convolution_of_each_level_interpolated(make_layout: MakeLayout) -> None:
    """X0 against the formula of 1.2, written out with a 3-D convolution of the whole grid."""
    layout = make_layout()
    theta = drawn(layout)
    renderer = PatchRenderer(layout, torch.device("cpu"), torch.float64)
    expected = theta["stem.bias"][:, None, None, None]
    for level, grid in enumerate(layout.grids()):
        volume = theta[f"grid.{level}"].permute(3, 0, 1, 2)[None]
        features = torch.nn.functional.conv3d(volume, theta[f"stem.{level}"], padding=1)[0]
        sizes = zip(grid.shape[:3], (layout.frames, *layout.base_size), strict=True)
        time, rows, columns = (linear_weights(*pair, torch.float64) for pair in sizes)
        expected = expected + torch.einsum("ot,py,qx,ctyx->copq", time, rows, columns, features)
    frames = torch.arange(layout.frames)
    where = model._Patches(layout, [layout.whole()] * layout.frames, [0, 0, 0], torch.device("cpu"))
    found = renderer._stem(theta, frames, frames, where)
    assert torch.allclose(found.permute(3, 0, 1, 2), expected, atol=1e-6)  # times are blended by float32 shares
