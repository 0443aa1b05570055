"""The network against the numbers and equations of E-NeRV's bunny configuration (specs/mvc.md, 1 and 12)."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.codes import code_between, frame_codes, grid_codes
from nvc_engine.codecs.mvc.layout import Fusion, Gain, Layout, Lift, NetworkShape, channel_schedule
from nvc_engine.codecs.mvc.model import Renderer, initial_weights, lift, normaliser
from nvc_engine.codecs.mvc.strides import fitting_strides, grid_size
from nvc_engine.errors import EngineError

HD, FULL_HD = (5, 2, 2, 2, 2), (5, 3, 2, 2, 2)


def bunny(strides: tuple[int, ...], **variant: object) -> NetworkShape:
    channels = channel_schedule(strides, 196, 3, 2, 96)
    return NetworkShape(strides, channels, 256, 512, 128, 128, 8, 64, 80, **variant)  # type: ignore[arg-type]


def small() -> NetworkShape:
    strides = fitting_strides(2304, 4096)
    return NetworkShape(strides, channel_schedule(strides, 16, 3, 2, 8), 64, 64, 32, 32, 2, 16, 20)


@pytest.mark.parametrize(
    ("strides", "lift_kind", "height", "count", "macs"),
    [
        (HD, Lift.NONE, 720, 12_490_314, 152.2),
        (HD, Lift.RAW, 720, 12_491_082, 152.2),
        (HD, Lift.PE, 720, 12_499_530, 152.2),
        (FULL_HD, Lift.RAW, 1080, 20_271_792, 340.6),
    ],
)
def test_the_published_network_is_met_exactly(
    strides: tuple[int, ...], lift_kind: Lift, height: int, count: int, macs: float
) -> None:
    layout = Layout(bunny(strides, lift=lift_kind), 132, height, height * 16 // 9)
    assert layout.weight_count() == count
    assert layout.frame_macs() / 1e9 == pytest.approx(macs, abs=0.1)
    assert layout.grid == (9, 16)
    assert layout.decodable()


def test_blocks_have_the_sizes_of_the_table() -> None:
    shapes = Layout(bunny(HD), 132, 720, 1280).weight_shapes()
    sizes = {
        block: sum(math.prod(shape) for name, shape in shapes.items() if name.startswith(block))
        for block in (
            "stem_time",
            "stem_space",
            "space",
            "fuse",
            "to_grid",
            "branch",
            "modulation",
            "up.0",
            "up",
            "head",
        )
    }
    assert list(sizes.values()) == [
        213_760, 82_176, 131_712, 590_464, 50_372, 37_120, 340_818, 2_422_021, 11_043_601, 291,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "height", "strides", "grid"),
    [
        (1920, 1080, (5, 3, 2, 2, 2), (9, 16)),
        (1280, 720, (5, 2, 2, 2, 2), (9, 16)),
        (960, 540, (5, 3, 2, 2), (9, 16)),
        (854, 480, (4, 3, 2, 2), (10, 18)),
        (832, 480, (5, 3, 2, 2), (8, 14)),
        (640, 360, (5, 2, 2, 2), (9, 16)),
        (637, 359, (5, 2, 2, 2), (9, 16)),
        (416, 240, (5, 3, 2), (8, 14)),
        (352, 288, (4, 2, 2, 2), (9, 11)),
        (320, 180, (5, 2, 2), (9, 16)),
        (1080, 1920, (5, 3, 2, 2, 2), (16, 9)),
        (1, 1, (4,), (1, 1)),
    ],
)
def test_sizes_choose_their_strides(width: int, height: int, strides: tuple[int, ...], grid: tuple[int, int]) -> None:
    assert fitting_strides(height, width) == strides
    assert grid_size(height, width, strides) == grid


@pytest.mark.parametrize(("height", "width"), [(359, 637), (1, 1), (37, 50)])
def test_pictures_have_the_size_of_the_clip(height: int, width: int) -> None:
    strides = fitting_strides(height, width)
    shape = NetworkShape(strides, channel_schedule(strides, 2, 3, 2, 2), 4, 4, 4, 4, 1, 4, 4)
    layout = Layout(shape, 2, height, width)
    theta = initial_weights(layout, torch.Generator().manual_seed(0))
    renderer = Renderer(layout, torch.device("cpu"))
    rendered = renderer.render(theta, [0, 1], None)
    assert rendered.pictures.shape == (2, 3, height, width)
    for frame in range(2):
        assert torch.allclose(renderer.picture(theta, frame, None), rendered.pictures[frame], atol=1e-6)


class TestCodes:
    def test_they_are_the_same_on_every_call_and_lie_on_circles(self) -> None:
        code = frame_codes(range(132), 132, 80)
        assert torch.equal(code, frame_codes(range(132), 132, 80))
        sine, cosine = code.double().view(132, 80, 2).unbind(2)
        assert float((sine**2 + cosine**2 - 1).abs().max()) < 1e-6

    def test_they_are_exact_at_the_highest_level(self) -> None:
        # 1.25^79 = 5^79 / 4^79 is a ratio of whole numbers, whose remainder modulo 2 whole numbers give.
        numerator, denominator = 41 * 5**79, 131 * 4**79
        phase = math.pi * (numerator % (2 * denominator)) / denominator
        assert float(frame_codes([41], 132, 80)[0, 158]) == pytest.approx(math.sin(phase), abs=1e-6)

    def test_rows_come_before_columns_and_cells_are_not_shifted(self) -> None:
        code = grid_codes(3, 4, 2)
        place = 1 * 4 + 3
        assert code.shape == (12, 8)
        assert float(code[place, 0]) == pytest.approx(math.sin(math.pi / 3), abs=1e-6)
        assert float(code[place, 4]) == pytest.approx(math.sin(math.pi * 3 / 4), abs=1e-6)
        assert float(code[place, 6]) == pytest.approx(math.sin(1.25 * math.pi * 3 / 4), abs=1e-6)

    def test_between_frames_slow_levels_turn_and_fast_ones_are_blended(self) -> None:
        codes = frame_codes(range(9), 9, 40)
        assert torch.allclose(code_between(9, 40, 3.0), codes[3:4], atol=1e-6)
        assert torch.allclose(code_between(9, 40, 8.0), codes[8:], atol=1e-6)
        between = code_between(9, 40, 3.5)[0]
        assert float(between[0]) == pytest.approx(math.sin(math.pi * 3.5 / 8), abs=1e-6)
        assert float(between[-1]) == pytest.approx(float(codes[3:5, -1].mean()), abs=1e-6)


def plainly(layout: Layout, theta: dict[str, Tensor], frame: int, embedded: Tensor) -> Tensor:
    """One picture [3, H, W] by the words of the spec, one operation a line."""

    def dense(name: str, x: Tensor) -> Tensor:
        return x @ theta[f"{name}.weight"].T + theta[f"{name}.bias"]

    def block(name: str, x: Tensor, heads: int) -> Tensor:
        query, key, value = (x @ theta[f"{name}.qkv.weight"].T).chunk(3, dim=1)
        parts = []
        for q, k, v in zip(query.chunk(heads, 1), key.chunk(heads, 1), value.chunk(heads, 1), strict=True):
            parts.append(torch.softmax(q @ k.T / math.sqrt(q.shape[1]), dim=1) @ v)
        x = x + dense(f"{name}.out", torch.cat(parts, dim=1))
        return x + dense(f"{name}.ffn.1", F.gelu(dense(f"{name}.ffn.0", x)))

    shape = layout.shape
    rows, columns = layout.grid
    code = frame_codes([frame], layout.frames, shape.levels)[0]
    thumbnail = F.interpolate(embedded.permute(2, 0, 1)[None], (rows, columns), mode="bilinear")[0]
    cells = []
    for cell, position in enumerate(grid_codes(rows, columns, shape.levels)):
        values = thumbnail[:, cell // columns, cell % columns]
        waves = [
            torch.cat([f(2**k * math.pi * value)[None] for k in range(6)])
            for value in values
            for f in (torch.sin, torch.cos)
        ]
        cells.append(torch.cat([position, *waves]))
    tokens = block("space", F.gelu(dense("stem_space", torch.stack(cells))), 1)
    tokens = tokens * F.gelu(dense("stem_time.1", F.gelu(dense("stem_time.0", code))))
    tokens = F.gelu(dense("to_grid", block("fuse", tokens, shape.heads)))
    x = tokens.T.reshape(-1, rows, columns)
    times = F.gelu(dense("branch.1", F.gelu(dense("branch.0", code))))
    for stage in range(len(shape.strides)):
        gain, shift = F.gelu(dense(f"modulation.{stage}", times)).chunk(2)
        mean, variance = x.mean((1, 2), keepdim=True), x.var((1, 2), unbiased=False, keepdim=True)
        x = gain[:, None, None] * (x - mean) / torch.sqrt(variance + 1e-5) + shift[:, None, None]
        for each in layout.convolutions(stage):
            x = F.conv2d(x[None], theta[f"{each.name}.weight"], theta[f"{each.name}.bias"], padding=1)[0]
            x = F.pixel_shuffle(x, each.shuffle)
        x = F.gelu(x)
    x = torch.sigmoid(
        torch.einsum("oc,chw->ohw", theta["head.weight"][..., 0, 0], x) + theta["head.bias"][:, None, None]
    )
    return x[:, : layout.height, : layout.width]


def test_the_network_is_the_one_of_the_equations(tiny_layout: Layout) -> None:
    random = torch.Generator().manual_seed(3)
    theta = initial_weights(tiny_layout, random)
    assert tiny_layout.embedding_shape is not None
    embedded = torch.rand(tiny_layout.embedding_shape, generator=random)
    renderer = Renderer(tiny_layout, torch.device("cpu"))
    lifted = lift(tiny_layout, embedded[4:5])
    rendered = renderer.render(theta, [4], lifted)
    assert torch.allclose(rendered.pictures[0], plainly(tiny_layout, theta, 4, embedded[4]), atol=1e-5)
    assert torch.allclose(renderer.picture(theta, 4, lifted), rendered.pictures[0], atol=1e-6)
    assert torch.allclose(renderer.picture_between(theta, 4.0, lifted), rendered.pictures[0], atol=1e-5)


def test_variants_change_the_network(tiny_layout: Layout) -> None:
    pictures = []
    for shape in (
        tiny_layout.shape,
        replace(tiny_layout.shape, gain=Gain.ONE_PLUS),
        replace(tiny_layout.shape, fusion=Fusion.MLP),
        replace(tiny_layout.shape, lift=Lift.RAW),
        replace(tiny_layout.shape, lift=Lift.NORM),
    ):
        layout = replace(tiny_layout, shape=shape)
        theta = initial_weights(layout, torch.Generator().manual_seed(1))
        assert layout.embedding_shape is not None
        embedded = torch.rand(layout.embedding_shape, generator=torch.Generator().manual_seed(2))
        lifted = lift(layout, embedded[:1], normaliser(embedded))
        pictures.append(Renderer(layout, torch.device("cpu")).picture(theta, 0, lifted))
    assert all(not torch.allclose(pictures[0], other, atol=1e-4) for other in pictures[1:])


class TestHeader:
    @pytest.mark.parametrize("strides", [HD, (4,)])
    def test_a_shape_is_read_as_it_was_written(self, strides: tuple[int, ...]) -> None:
        shape = bunny(strides, fusion=Fusion.MLP, gain=Gain.ONE_PLUS, lift=Lift.NORM, cell=80)
        assert NetworkShape.unpack(shape.pack()) == shape

    def test_damage_is_told(self) -> None:
        data = bunny(HD).pack()
        for damaged in (b"", data[:-1], data + b"\0", data[:14] + b"\7" + data[15:], b"\0\0" + data[2:]):
            with pytest.raises(EngineError, match="MVC description"):
                NetworkShape.unpack(damaged)

    def test_networks_within_the_limits_are_taken_on(self) -> None:
        assert Layout(bunny(HD), 10, 1080, 1920).decodable()
        assert Layout(small(), 10, 2304, 4096).decodable()
        assert not Layout(small(), 10, 2304, 4400).decodable()

    def test_networks_beyond_the_limits_are_told(self) -> None:
        assert not Layout(bunny((4,)), 10, 1080, 1920).decodable()
        assert not Layout(replace(bunny(HD), channels=(4096,) * 6), 10, 720, 1280).decodable()
        assert not Layout(bunny(HD, lift=Lift.PE, cell=1), 60, 720, 1280).decodable()
