"""The network as a pure function: parameters and positional codes in, pictures out (specs/mvc.md, 1.2 to 1.4).

Features are [N, C, H, W], tokens [N, tokens, D]. GELU is the exact one and follows every layer of the stems, of the
time branch and of the modulation, the last ones too; there is no layer norm anywhere.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.codes import code_between, frame_codes, grid_codes
from nvc_engine.codecs.mvc.layout import BLOCK_VALUES, LIFT_LEVELS, Convolution, Fusion, Gain, Layout, Lift

NORM_EPS = 1e-5

Theta = Mapping[str, Tensor]


def initial_weights(layout: Layout, generator: torch.Generator) -> dict[str, Tensor]:
    """Weights before training: uniform within one over the root of the inputs, biases alike (Kaiming, a = sqrt(5))."""
    theta = {}
    bound = 1.0
    for name, shape in layout.weight_shapes().items():
        if name.endswith("weight"):
            bound = 1 / math.sqrt(math.prod(shape[1:]))
        theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    return theta


@dataclass(frozen=True)
class Rendered:
    """Pictures [N, 3, H, W] R'G'B' in 0..1, and Z_t [N, C_n, h S, w S], the features that they are read from (padding
    included)."""

    pictures: Tensor
    features: Tensor


class Renderer:
    """Renders frames of one unit from a set of parameters; keeps the positional tables of its layout."""

    def __init__(self, layout: Layout, device: torch.device, dtype: torch.dtype = torch.float32) -> None:
        self.layout = layout
        self.device = device
        self.dtype = dtype
        self._grid = grid_codes(*layout.grid, layout.shape.levels).to(device, dtype)

    def render(self, theta: Theta, frames: Sequence[int], lifted: Tensor | None) -> Rendered:
        """`frames` [N] (numbers within the unit); `lifted` is what `lift` makes of their F_e."""
        return self._render(theta, self._codes(frames), lifted)

    @torch.no_grad()
    def picture(self, theta: Theta, frame: int, lifted: Tensor | None) -> Tensor:
        """One frame [3, H, W], in bands of rows: with little memory, without features."""
        return self._picture(theta, self._codes([frame]), lifted)

    @torch.no_grad()
    def picture_between(self, theta: Theta, time: float, lifted: Tensor | None) -> Tensor:
        """The picture [3, H, W] at a `time` between frames: what the network makes of a time that it never saw."""
        code = code_between(self.layout.frames, self.layout.shape.levels, time).to(self.device, self.dtype)
        return self._picture(theta, code, lifted)

    def _codes(self, frames: Sequence[int]) -> Tensor:
        return frame_codes(frames, self.layout.frames, self.layout.shape.levels).to(self.device, self.dtype)

    def _render(self, theta: Theta, code: Tensor, lifted: Tensor | None) -> Rendered:
        x, modulation = self._start(theta, code, lifted)
        for stage in range(len(self.layout.shape.strides)):
            x = self._modulated(theta, stage, x, modulation)
            for convolution in self.layout.convolutions(stage):
                x = self._convolved(theta, convolution, x)
            x = F.gelu(x)
        return Rendered(self._head(theta, x)[..., : self.layout.height, : self.layout.width], x)

    def _picture(self, theta: Theta, code: Tensor, lifted: Tensor | None) -> Tensor:
        x, modulation = self._start(theta, code, lifted)
        last = len(self.layout.shape.strides) - 1

        def to_colours(part: Tensor) -> Tensor:
            return self._head(theta, F.gelu(part))

        for stage in range(last + 1):
            self._modulate(theta, stage, x, modulation)
            *first, convolution = self.layout.convolutions(stage)
            for each in first:
                x = self._banded(theta, each, x, lambda part: part)
            x = self._banded(theta, convolution, x, to_colours if stage == last else F.gelu)
        return x[0, :, : self.layout.height, : self.layout.width]

    def _start(self, theta: Theta, code: Tensor, lifted: Tensor | None) -> tuple[Tensor, Tensor]:
        """What enters the first stage [N, C_0, h, w], and F_t2 [N, time width], which modulates all stages."""
        theta = {name: value.to(self.dtype) for name, value in theta.items() if value.dim() < 4}
        cells = self._grid.expand(code.shape[0], -1, -1)
        if lifted is not None:
            cells = torch.cat([cells, lifted.to(self.dtype)], dim=2)
        shape = self.layout.shape
        tokens = _transformed(theta, "space", _layer(theta, "stem_space", cells), 1)
        times = _layer(theta, "stem_time.1", _layer(theta, "stem_time.0", code))
        tokens = tokens * times[:, None]
        if shape.fusion is Fusion.TRANSFORMER:
            tokens = _transformed(theta, "fuse", tokens, shape.heads)
        else:
            tokens = _layer(theta, "fuse", tokens)
        if "to_grid.weight" in theta:
            tokens = _layer(theta, "to_grid", tokens)
        features = tokens.transpose(1, 2).reshape(code.shape[0], -1, *self.layout.grid)
        return features, _layer(theta, "branch.1", _layer(theta, "branch.0", code))

    def _modulated(self, theta: Theta, stage: int, x: Tensor, modulation: Tensor) -> Tensor:
        """Each channel normalised over its positions, scaled and shifted by the frame's time."""
        gain, shift = self._gains(theta, stage, modulation)
        return torch.addcmul(shift, F.layer_norm(x, x.shape[2:], eps=NORM_EPS), gain)

    def _modulate(self, theta: Theta, stage: int, x: Tensor, modulation: Tensor) -> None:
        """The same in place, some channels at a time."""
        gain, shift = self._gains(theta, stage, modulation)
        block = max(1, BLOCK_VALUES // math.prod(x.shape[2:]))
        for part, gains, shifts in zip(*(torch.split(each, block, 1) for each in (x, gain, shift)), strict=True):
            part.copy_(torch.addcmul(shifts, F.layer_norm(part, x.shape[2:], eps=NORM_EPS), gains))

    def _gains(self, theta: Theta, stage: int, modulation: Tensor) -> tuple[Tensor, Tensor]:
        """What a stage's features [N, C, h, w] are scaled and shifted by [N, C, 1, 1]."""
        name = f"modulation.{stage}"
        weight, bias = theta[f"{name}.weight"].to(self.dtype), theta[f"{name}.bias"].to(self.dtype)
        both = F.linear(modulation, weight, bias)
        if self.layout.shape.gain is Gain.RAW:
            both = F.gelu(both)
        gain, shift = both[:, :, None, None].chunk(2, dim=1)
        if self.layout.shape.gain is Gain.ONE_PLUS:
            gain = 1 + gain
        return gain, shift

    def _convolved(self, theta: Theta, convolution: Convolution, x: Tensor) -> Tensor:
        weight = theta[f"{convolution.name}.weight"].to(self.dtype)
        bias = theta[f"{convolution.name}.bias"].to(self.dtype)
        x = F.conv2d(x, weight, bias, padding=1)
        return F.pixel_shuffle(x, convolution.shuffle) if convolution.shuffle > 1 else x

    def _banded(
        self, theta: Theta, convolution: Convolution, x: Tensor, finished: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """`finished` results of a convolution, some rows at a time."""
        weight = theta[f"{convolution.name}.weight"].to(self.dtype)
        bias = theta[f"{convolution.name}.bias"].to(self.dtype)
        rows, columns = x.shape[2:]
        row = max(convolution.entering, convolution.leaving) * columns
        band = max(1, BLOCK_VALUES * torch.get_num_threads() // row)
        result: Tensor | None = None
        for start in range(0, rows, band):
            stop = min(start + band, rows)
            entering = x[:, :, max(0, start - 1) : stop + 1]
            entering = F.pad(entering, (0, 0, int(start == 0), int(stop == rows)))
            part = F.conv2d(entering, weight, bias, padding=(0, 1))
            part = finished(F.pixel_shuffle(part, convolution.shuffle) if convolution.shuffle > 1 else part)
            if result is None:
                size = (part.shape[1], rows * convolution.shuffle, columns * convolution.shuffle)
                result = part.new_empty(x.shape[0], *size)
            result[:, :, start * convolution.shuffle : stop * convolution.shuffle] = part
        assert result is not None
        return result

    def _head(self, theta: Theta, x: Tensor) -> Tensor:
        """R'G'B' in float32, whatever the features are in."""
        x = F.conv2d(x, theta["head.weight"].to(self.dtype)).float()
        return torch.sigmoid(x + theta["head.bias"][:, None, None])


def lift(layout: Layout, embedded: Tensor, centre: Tensor | None = None) -> Tensor | None:
    """F_e of some frames [N, rows, columns, 3] as inputs of the network [N, tokens, channels]: bilinearly at its grid's
    size, and there as sines and cosines of 2^k pi F_e, k = 0..5, where the shape says so (specs/mvc.md, 2.3).

    `centre` [1 + rows, columns, 3] is of `normaliser`, for `Lift.NORM`.
    """
    kind = layout.shape.lift
    if kind is Lift.NONE:
        return None
    if kind is Lift.NORM:
        assert centre is not None
        embedded = (embedded - centre[1:]) / centre[0, 0, 0]
    x = embedded.permute(0, 3, 1, 2)
    if tuple(x.shape[2:]) != layout.grid:
        x = F.interpolate(x, layout.grid, mode="bilinear", align_corners=False)
    tokens = x.flatten(2).transpose(1, 2)
    if kind is not Lift.PE:
        return tokens
    phases = tokens[..., None] * (math.pi * 2.0 ** torch.arange(LIFT_LEVELS, device=tokens.device))
    return torch.cat([torch.sin(phases), torch.cos(phases)], dim=3).flatten(2)


def normaliser(embedded: Tensor) -> Tensor:
    """What `Lift.NORM` needs of the F_e of all frames [T, rows, columns, 3]: [1 + rows, columns, 3], the one standard
    deviation of what the mean of each cell leaves, then these means."""
    mean = embedded.mean(dim=0)
    deviation = (embedded - mean).square().mean().sqrt().clamp(min=1e-3)
    return torch.cat([deviation.expand_as(mean[:1]), mean])


def _layer(theta: Theta, name: str, x: Tensor) -> Tensor:
    return F.gelu(F.linear(x, theta[f"{name}.weight"], theta[f"{name}.bias"]))


def _transformed(theta: Theta, name: str, x: Tensor, heads: int) -> Tensor:
    """Self-attention and a feed-forward layer, each added to what entered it."""
    count, tokens, _ = x.shape
    qkv = F.linear(x, theta[f"{name}.qkv.weight"]).view(count, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
    attended = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape(count, tokens, -1)
    x = x + F.linear(attended, theta[f"{name}.out.weight"], theta[f"{name}.out.bias"])
    hidden = _layer(theta, f"{name}.ffn.0", x)
    return x + F.linear(hidden, theta[f"{name}.ffn.1.weight"], theta[f"{name}.ffn.1.bias"])
