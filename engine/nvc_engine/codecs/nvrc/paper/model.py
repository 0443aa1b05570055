"""The network as a pure function: parameters, frames and places in, patches of pictures out (specs/nvrc.md, section 1).

Activations are [N, H, W, C], which convolutions take as channels_last. Non-linearities stand only in the blocks (exact
GELU) and after the head (sigmoid). Samples outside the padded frame are kept at 0, as a convolution's padding would.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.nvrc.model import LN_EPS, mix_channels, mix_channels_in_bands
from nvc_engine.codecs.nvrc.paper.configurations import Stem
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.patches import Extent, grow, margins
from nvc_engine.nn.interpolation import blend_slices, linear_neighbours, linear_weights

GRID_START = 1e-3


def initial_parameters(
    layout: PaperLayout, generator: torch.Generator, mean: Tensor | None = None
) -> dict[str, Tensor]:
    """Parameters before training (1.6): grids and local tables uniform in ±1e-3, weights Kaiming-uniform with
    a = sqrt(5), biases zero; the head may start at a mean picture value `mean` [3] in 0..1."""
    theta = {}
    for name, shape in layout.parameter_shapes().items():
        if name.endswith("bias"):
            theta[name] = torch.zeros(shape)
            continue
        bound = GRID_START if is_feature(name) else 1 / math.sqrt(math.prod(shape[1:]))
        theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    if mean is not None:
        theta["head.bias"] = torch.logit(mean.clamp(0.02, 0.98))
    return theta


def is_grid(name: str) -> bool:
    """Whether a parameter is a level of the base grid."""
    return name.startswith("grid.")


def is_feature(name: str) -> bool:
    """Whether a parameter is a grid or a local table: features along time rather than weights."""
    return is_grid(name) or (".local." in name and name.rsplit(".", 1)[1].isdigit())


class PatchRenderer:
    """Renders patches of one unit from a set of parameters.

    Args:
        dtype: of the activations and of the weights as they are used.
    """

    def __init__(self, layout: PaperLayout, device: torch.device, dtype: torch.dtype = torch.float32) -> None:
        self.layout = layout
        self.device = device
        self.dtype = dtype
        self._margins = margins(layout.network.strides, layout.network.depths)
        exact = torch.float64 if dtype is torch.float64 else torch.float32
        self._times = {
            name: tuple(each.to(device) for each in linear_neighbours(shape[0], layout.frames))
            for name, shape in layout.parameter_shapes().items()
            if is_feature(name)
        }
        base = layout.base_size
        self._spaces = [
            tuple(
                linear_weights(size, whole, exact).to(device)
                for size, whole in zip((grid.height, grid.width), base, strict=True)
            )
            for grid in layout.grids()
        ]

    def render(self, theta: Mapping[str, Tensor], frames: Tensor, extents: Sequence[Extent]) -> Tensor:
        """Patches of `frames` [N] (numbers within the unit) at `extents`, all of one size, as [N, h, w, 3] in 0..1.

        A patch may reach into the frame's padding, and its edges are multiples of the layout's factor.
        """
        where = _Patches(self.layout, extents, self._margins, self.device)
        times, member = torch.unique(frames, return_inverse=True)
        x = self._stem(theta, times, member, where)
        for stage in range(len(self.layout.network.strides)):
            x = self._stage(theta, stage, x, times, member, where)
        x = x[:, where.last_margin : x.shape[1] - where.last_margin, where.last_margin : x.shape[2] - where.last_margin]
        logits = F.linear(x, theta["head.weight"].to(self.dtype))
        wide = logits if self.dtype is torch.float64 else logits.float()
        return torch.sigmoid(wide + theta["head.bias"])

    def frame(self, theta: Mapping[str, Tensor], frame: int) -> Tensor:
        """A whole frame without its padding [H, W, 3], rendered in the layout's tiles; takes no gradients."""
        layout = self.layout
        with torch.no_grad():
            number = torch.tensor([frame], device=self.device)
            tiles = [self.render(theta, number, [tile])[0] for tile in layout.tiles()]
        return torch.cat(tiles)[: layout.height, : layout.width]

    def _stem(self, theta: Mapping[str, Tensor], times: Tensor, member: Tensor, where: "_Patches") -> Tensor:
        """X0 of the patches [N, h, w, C0]; `times` [U] are the frames and `member` [N] says whose each patch is."""
        if self.layout.network.stem is Stem.VOLUME:
            levels = [self._volume(theta, level, times) for level in range(len(self._spaces))]
        else:
            slices = [self._at(theta, f"grid.{level}", times) for level in range(len(self._spaces))]
            joined = torch.cat(slices, dim=3).to(self.dtype).permute(0, 3, 1, 2)
            levels = [F.conv2d(joined, theta["stem.0"].to(self.dtype), padding=1)]
        total: Tensor = theta["stem.bias"].to(self.dtype)
        for features, (down, across) in zip(levels, self._spaces, strict=False):
            rows = where.rows_of(down).to(self.dtype)
            columns = where.columns_of(across).to(self.dtype)
            placed = torch.matmul(rows[:, None], torch.matmul(features[member], columns.transpose(1, 2)[:, None]))
            total = total + placed.permute(0, 2, 3, 1)
        return where.masked(total, 0)

    def _volume(self, theta: Mapping[str, Tensor], level: int, times: Tensor) -> Tensor:
        """A level of NVRC's grid through its 3-D convolution, at its own size, blended to `times` [U]: [U, C0, h, w].
        Only the slices that these frames lie between are convolved."""
        grid = theta[f"grid.{level}"].to(self.dtype)
        lower, share = self._times[f"grid.{level}"]
        needed, places = torch.unique(
            torch.cat([lower[times], (lower[times] + 1).clamp(max=grid.shape[0] - 1)]), return_inverse=True
        )
        padded = F.pad(grid, (0, 0, 0, 0, 0, 0, 1, 1))
        around = torch.cat([padded[needed], padded[needed + 1], padded[needed + 2]], dim=3)
        kernel = theta[f"stem.{level}"].to(self.dtype).transpose(1, 2).flatten(1, 2)
        features = F.conv2d(around.permute(0, 3, 1, 2), kernel, padding=1)
        first, second = places.split(times.shape[0])
        return torch.lerp(features[first], features[second], share[times].to(features.dtype)[:, None, None, None])

    def _stage(
        self, theta: Mapping[str, Tensor], stage: int, x: Tensor, times: Tensor, member: Tensor, where: "_Patches"
    ) -> Tensor:
        """One stage: LN, bilinear upsampling, local encoding, blocks."""
        stride = self.layout.network.strides[stage]
        x = where.edges_repeated(F.layer_norm(x, x.shape[-1:], eps=LN_EPS), stage)
        if stride > 1:
            x = F.interpolate(x.permute(0, 3, 1, 2), scale_factor=stride, mode="bilinear", align_corners=False)
            x = x.permute(0, 2, 3, 1)
        local = self._local(theta, stage, times)[member]
        count, rows, columns, channels = x.shape
        cells = x.reshape(count, rows // stride, stride, columns // stride, stride, channels)
        x = (cells + local[:, None, :, None]).reshape(x.shape)
        x = where.masked(where.cropped(x, stage), stage + 1)
        for block in range(self.layout.network.depths[stage]):
            y = self._block(theta, f"{stage}.{block}", x)
            y = where.masked(y, stage + 1)
            x = x + y if y.shape[-1] == x.shape[-1] else y
        return x

    def _local(self, theta: Mapping[str, Tensor], stage: int, times: Tensor) -> Tensor:
        """The local encoding's vectors for `times` [U]: [U, s, s, C]."""
        levels = range(self.layout.network.local_levels)
        tables = torch.cat([self._at(theta, f"{stage}.local.{level}", times) for level in levels], dim=-1)
        return F.linear(tables, theta[f"{stage}.local.mix"], theta[f"{stage}.local.bias"]).to(self.dtype)

    def _block(self, theta: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
        """The residual branch: depth-wise 3x3, LN, expand, GELU, project."""
        kernel = theta[f"{name}.depthwise"].to(self.dtype)
        y = F.conv2d(x.permute(0, 3, 1, 2), kernel, padding=1, groups=kernel.shape[0]).permute(0, 2, 3, 1)
        expand, project = theta[f"{name}.expand"].to(self.dtype), theta[f"{name}.project"].to(self.dtype)
        if torch.is_grad_enabled() or self.device.type != "cpu":
            return mix_channels(y, expand, project)
        return mix_channels_in_bands(y, expand, project)

    def _at(self, theta: Mapping[str, Tensor], name: str, times: Tensor) -> Tensor:
        """A table blended to `times` [U] along its first axis."""
        lower, share = self._times[name]
        return blend_slices(theta[name], lower[times], share[times])


@dataclass(frozen=True)
class _Span:
    """Rows and columns of all patches at the output of one stage: numbers in the frame [N, h], [N, w] (some outside),
    0/1 masks of those inside [N, h, w, 1] (None: all are), and the frame's size there."""

    rows: Tensor
    columns: Tensor
    inside: Tensor | None
    size: tuple[int, int]


class _Patches:
    """Where a batch of patches lies, at every stage."""

    def __init__(
        self, layout: PaperLayout, extents: Sequence[Extent], around: Sequence[int], device: torch.device
    ) -> None:
        whole = all(extent == layout.whole() for extent in extents)
        self._margins = [0] * len(around) if whole else list(around)
        self._strides = layout.network.strides
        self._spans = []
        for stage, margin in enumerate(self._margins):
            scale = layout.factor // layout.stage_factor(stage)
            size = layout.padded_size[0] // scale, layout.padded_size[1] // scale
            grown = [grow(extent, scale, margin) for extent in extents]
            rows = torch.tensor([each.row for each in grown])[:, None] + torch.arange(grown[0].rows)
            columns = torch.tensor([each.column for each in grown])[:, None] + torch.arange(grown[0].columns)
            real = [_inside(rows, size[0])[:, :, None, None], _inside(columns, size[1])[:, None, :, None]]
            mask = None if all(bool(each.all()) for each in real) else (real[0] & real[1]).to(device)
            self._spans.append(_Span(rows.to(device), columns.to(device), mask, size))

    @property
    def last_margin(self) -> int:
        return self._margins[-1]

    def rows_of(self, weights: Tensor) -> Tensor:
        """The rows of an interpolation matrix [H0, h] that the patches' X0 has: [N, rows, h]."""
        return weights[self._spans[0].rows.clamp(0, weights.shape[0] - 1)]

    def columns_of(self, weights: Tensor) -> Tensor:
        """The same for columns: [N, columns, w]."""
        return weights[self._spans[0].columns.clamp(0, weights.shape[0] - 1)]

    def masked(self, x: Tensor, stage: int) -> Tensor:
        """`x` [N, h, w, C] at the output of `stage`, 0 outside the frame."""
        inside = self._spans[stage].inside
        return x if inside is None else x * inside

    def edges_repeated(self, x: Tensor, stage: int) -> Tensor:
        """`x` at the output of `stage` with the frame's edge repeated outside the frame, for interpolation."""
        span = self._spans[stage]
        if span.inside is None:
            return x
        rows = span.rows.clamp(0, span.size[0] - 1) - span.rows[:, :1]
        columns = span.columns.clamp(0, span.size[1] - 1) - span.columns[:, :1]
        numbers = torch.arange(x.shape[0], device=x.device)[:, None, None]
        return x[numbers, rows[:, :, None], columns[:, None, :]]

    def cropped(self, x: Tensor, stage: int) -> Tensor:
        """What stage `stage` upsampled, cut to the margin of its output."""
        excess = self._strides[stage] * self._margins[stage] - self._margins[stage + 1]
        return x[:, excess : x.shape[1] - excess, excess : x.shape[2] - excess]


def _inside(places: Tensor, size: int) -> Tensor:
    return (places >= 0) & (places < size)
