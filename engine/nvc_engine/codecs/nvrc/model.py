"""The network as a pure function: parameters and frame numbers in, packed pictures out.

Layout of activations is [N, H, W, C] throughout. Non-linearities stand only in the blocks (exact GELU) and after the
head (sigmoid); LN is over channels, without affine, eps 1e-6 (specs/nvrc.md, section 1; light profile, section 4).
"""

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.parameters.symbols import is_grid as is_grid
from nvc_engine.nn.interpolation import blend_slices, linear_neighbours

LN_EPS = 1e-6
BAND_VALUES = 1 << 18  # hidden values a thread: a megabyte


def initial_parameters(layout: Layout, generator: torch.Generator, mean: Tensor) -> dict[str, Tensor]:
    """Parameters before training: base and local grids uniform in ±1e-3, stage grids zero, weights Kaiming-uniform
    with a = sqrt(5), biases zero; the head starts at the clip's mean picture value `mean` [packed channels] in 0..1.

    The last matrix of a block with a skip is zero, so that the block starts as the identity: initial noise is a cost
    that the rate has to remove again."""
    theta = {}
    for name, shape in layout.parameter_shapes().items():
        if name.endswith("bias") or name.startswith("grid.stage") or _ends_residual(layout, name):
            theta[name] = torch.zeros(shape)
        elif is_grid(name):
            theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * 1e-3
        else:
            bound = 1 / math.sqrt(math.prod(shape[1:]))
            theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    theta["head.bias"] = torch.logit(mean.clamp(0.02, 0.98))
    return theta


def _ends_residual(layout: Layout, name: str) -> bool:
    """Whether a parameter is the last matrix of a block whose width stays."""
    if not name.endswith(".project"):
        return False
    stage, block, _ = name.split(".")
    return int(block) > 0 or layout.width_in(int(stage)) == layout.shape.widths[int(stage)]


class Renderer:
    """Renders frames of one unit from a set of parameters; keeps the interpolation tables of its layout."""

    def __init__(self, layout: Layout, device: torch.device, dtype: torch.dtype = torch.float32) -> None:
        self.layout = layout
        self.device = device
        self.dtype = dtype
        self._times: dict[str, tuple[Tensor, Tensor]] = {}
        self._last: dict[str, int] = {}
        for name, shape in layout.parameter_shapes().items():
            if is_grid(name):
                lower, share = linear_neighbours(shape[0], layout.frames)
                self._times[name] = lower.to(device), share.to(device)
                self._last[name] = shape[0] - 1

    def render(self, theta: Mapping[str, Tensor], frames: Tensor, slices: Mapping[str, Tensor] | None = None) -> Tensor:
        """Pictures of `frames` [N] (numbers within the unit) as [N, h, w, packed channels] in 0..1, padding cut off.

        `slices` says of which time slices the grids in `theta` consist (`touched` at least); None: of all.
        """
        sampler = _Sampler(theta, self._times, slices or {})
        x = self._stem(theta, frames, sampler)
        for stage in range(len(self.layout.shape.strides)):
            x = self._stage(theta, stage, x, frames, sampler)
        x = torch.sigmoid((x @ theta["head.weight"].to(self.dtype).T).float() + theta["head.bias"])
        rows, columns = self.layout.packed_size
        return x[:, :rows, :columns]

    def touched(self, frames: Tensor) -> dict[str, Tensor]:
        """The time slices of each grid that rendering `frames` [N] reads, in rising order."""
        taps = self._taps(frames)
        result = {}
        for name, (lower, _) in self._times.items():
            first = lower[taps if name.startswith("grid.base") else frames]
            result[name] = torch.unique(torch.cat([first, (first + 1).clamp(max=self._last[name])]))
        return result

    def _taps(self, frames: Tensor) -> Tensor:
        """The frames before, at and after each of `frames` [N], as [3N]."""
        return torch.cat([(frames - 1).clamp(min=0), frames, (frames + 1).clamp(max=self.layout.frames - 1)])

    def _stem(self, theta: Mapping[str, Tensor], frames: Tensor, sampler: "_Sampler") -> Tensor:
        """X0 [N, H0, W0, C0]: each level through its spatial conv at its own resolution, interpolated and summed,
        then three taps in time with edge clamp."""
        count = frames.shape[0]
        taps = self._taps(frames)
        total: Tensor | None = None
        for level in range(self.layout.shape.base_levels):
            grid = sampler.at(f"grid.base.{level}", taps).to(self.dtype)
            features = F.conv2d(grid.permute(0, 3, 1, 2), theta[f"stem.space.{level}"].to(self.dtype), padding=1)
            if level:
                features = F.interpolate(features, self.layout.base_size, mode="bilinear", align_corners=False)
            total = features if total is None else total + features
        assert total is not None
        past, now, future = total.permute(0, 2, 3, 1).split(count)  # type: ignore[no-untyped-call]
        kernel = theta["stem.time"].to(self.dtype).permute(2, 1, 0).flatten(0, 1)
        return torch.cat([past, now, future], dim=3) @ kernel + theta["stem.bias"].to(self.dtype)

    def _stage(self, theta: Mapping[str, Tensor], stage: int, x: Tensor, frames: Tensor, sampler: "_Sampler") -> Tensor:
        """One stage: LN, bilinear upsampling, local encoding, stage grid, blocks."""
        shape = self.layout.shape
        stride = shape.strides[stage]
        x = F.layer_norm(x, x.shape[-1:], eps=LN_EPS)
        if stride > 1:
            x = F.interpolate(x.permute(0, 3, 1, 2), scale_factor=stride, mode="bilinear", align_corners=False)
            x = x.permute(0, 2, 3, 1)
        x = self._add_local(theta, stage, x, frames, sampler)
        if shape.stage_channels[stage]:
            grid = sampler.at(f"grid.stage.{stage}", frames).to(self.dtype)
            x = x + grid @ theta[f"{stage}.grid.mix"].to(self.dtype).T
        for block in range(shape.depths[stage]):
            x = self._block(theta, f"{stage}.{block}", x)
        return x

    def _add_local(
        self, theta: Mapping[str, Tensor], stage: int, x: Tensor, frames: Tensor, sampler: "_Sampler"
    ) -> Tensor:
        levels = range(self.layout.shape.local_levels)
        tables = [sampler.at(f"{stage}.local.{level}", frames) for level in levels]
        local = torch.cat(tables, dim=-1) @ theta[f"{stage}.local.mix"].T + theta[f"{stage}.local.bias"]
        count, rows, columns, channels = x.shape
        stride = self.layout.shape.strides[stage]
        cells = x.reshape(count, rows // stride, stride, columns // stride, stride, channels)
        return (cells + local.to(self.dtype)[:, None, :, None]).reshape(x.shape)

    def _block(self, theta: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
        """ConvNeXt block: depth-wise 3x3, LN, expand, GELU, project; skip where the width stays."""
        kernel = theta[f"{name}.depthwise"].to(self.dtype)
        y = F.conv2d(x.permute(0, 3, 1, 2), kernel, padding=1, groups=kernel.shape[0]).permute(0, 2, 3, 1)
        expand, project = theta[f"{name}.expand"].to(self.dtype), theta[f"{name}.project"].to(self.dtype)
        if torch.is_grad_enabled() or self.device.type != "cpu":
            y = mix_channels(y, expand, project)
        else:
            y = mix_channels_in_bands(y, expand, project)
        return x + y if y.shape[-1] == x.shape[-1] else y


def mix_channels(y: Tensor, expand: Tensor, project: Tensor) -> Tensor:
    """What a block does at each position by itself: [..., C] to [..., C']."""
    y = F.layer_norm(y, y.shape[-1:], eps=LN_EPS)
    return F.linear(F.gelu(F.linear(y, expand)), project)


def mix_channels_in_bands(y: Tensor, expand: Tensor, project: Tensor) -> Tensor:
    """The same, some positions at a time: the hidden values, several times the picture, then stay in the processor's
    cache, and no fresh memory is taken for them at every frame."""
    flat = y.reshape(-1, y.shape[-1])
    result = flat.new_empty(flat.shape[0], project.shape[0])
    positions = max(1, BAND_VALUES * torch.get_num_threads() // expand.shape[0])
    for start in range(0, flat.shape[0], positions):
        stop = start + positions
        result[start:stop] = mix_channels(flat[start:stop], expand, project)
    return result.view(*y.shape[:-1], -1)


class _Sampler:
    """Reads grids between their time slices, whether all slices are at hand or only some."""

    def __init__(
        self, theta: Mapping[str, Tensor], times: Mapping[str, tuple[Tensor, Tensor]], slices: Mapping[str, Tensor]
    ) -> None:
        self._theta = theta
        self._times = times
        self._slices = slices

    def at(self, name: str, frames: Tensor) -> Tensor:
        """The grid at `frames` [N]: [N, height, width, channels]."""
        lower, share = self._times[name]
        place = lower[frames]
        if name in self._slices:
            place = torch.searchsorted(self._slices[name], place)
        return blend_slices(self._theta[name], place, share[frames])


def pack(y: Tensor, u: Tensor, v: Tensor, cell: int) -> Tensor:
    """4:2:0 planes [H, W], [h, w], [h, w] to cells [rows, columns, 3/2 cell^2]; edges are repeated to whole cells."""
    rows, columns = -(-y.shape[0] // cell), -(-y.shape[1] // cell)
    half = cell // 2
    planes = [(y, cell), (u, half), (v, half)]
    return torch.cat([_to_cells(plane, side, rows, columns) for plane, side in planes], dim=2)


def unpack(packed: Tensor, height: int, width: int, cell: int) -> tuple[Tensor, Tensor, Tensor]:
    """The inverse of `pack`: planes [height, width] and twice [ceil(height/2), ceil(width/2)]."""
    luma, half = cell * cell, cell // 2
    y, u, v = torch.split(packed, [luma, half * half, half * half], dim=2)
    rows, columns = -(-height // 2), -(-width // 2)
    return (
        _from_cells(y, cell)[:height, :width],
        _from_cells(u, half)[:rows, :columns],
        _from_cells(v, half)[:rows, :columns],
    )


def _to_cells(plane: Tensor, side: int, rows: int, columns: int) -> Tensor:
    below, right = rows * side - plane.shape[0], columns * side - plane.shape[1]
    if below:
        plane = torch.cat([plane, plane[-1:].expand(below, -1)], dim=0)
    if right:
        plane = torch.cat([plane, plane[:, -1:].expand(-1, right)], dim=1)
    cells = plane.reshape(rows, side, columns, side).permute(0, 2, 1, 3)
    return cells.reshape(rows, columns, side * side)


def _from_cells(cells: Tensor, side: int) -> Tensor:
    rows, columns = cells.shape[:2]
    plane = cells.reshape(rows, columns, side, side).permute(0, 2, 1, 3)
    return plane.reshape(rows * side, columns * side)
