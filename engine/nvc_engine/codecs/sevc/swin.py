"""A video Swin transformer over stacked latents (specs/sevc.md, 5.2): windows of 4 slices by 8 x 8 positions."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import conv3

DEPTH = 4
SIDE = 8
_TOKENS = DEPTH * SIDE * SIDE
_SHIFT = SIDE // 2
_MASKED = -100.0
_UNUSED_INPUTS = 64


class WindowAttention(nn.Module):
    """Multi-head attention within windows, with a learned bias for each relative position."""

    relative_position_index: Tensor

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        offsets = (2 * DEPTH - 1) * (2 * SIDE - 1) ** 2
        self.relative_position_bias_table = nn.Parameter(torch.zeros(offsets, heads))
        self.register_buffer("relative_position_index", relative_position_index())
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """`x` [B * windows, tokens, C]; `mask` [windows, tokens, tokens] is added to the logits."""
        windows, tokens, width = x.shape
        query, key, value = self.qkv(x).view(windows, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        logits = (query * query.shape[-1] ** -0.5) @ key.transpose(2, 3)
        bias = self.relative_position_bias_table[self.relative_position_index.flatten()]
        logits = logits + bias.view(tokens, tokens, self._heads).permute(2, 0, 1)
        if mask is not None:
            logits = (logits.unflatten(0, (-1, mask.shape[0])) + mask[:, None]).flatten(0, 1)
        attended: Tensor = self.proj((logits.softmax(3) @ value).transpose(1, 2).reshape(windows, tokens, width))
        return attended


class SwinLayer(nn.Module):
    """Window attention and a feed-forward part, each behind a norm; odd layers shift their windows by half a side.

    Args:
        drop_path: share of samples whose branches are left out in training.
    """

    def __init__(self, width: int, heads: int, *, shifted: bool, drop_path: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = WindowAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, 2 * width), "fc2": nn.Linear(2 * width, width)})
        self._shift = _SHIFT if shifted else 0
        self._drop_path = drop_path

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` [B, D, h, w, C]; `mask` as `shift_mask` gives it."""
        x = x + self._kept(self._attended(self.norm1(x), mask))
        hidden = F.gelu(self.mlp["fc1"](self.norm2(x)))
        return x + self._kept(self.mlp["fc2"](hidden))

    def _attended(self, x: Tensor, mask: Tensor) -> Tensor:
        # A shift in depth would be by all slices, which is none.
        shift = self._shift
        if not shift:
            return _from_windows(self.attn(_to_windows(x), None), x.shape)
        rolled = torch.roll(x, (-shift, -shift), (2, 3))
        return torch.roll(_from_windows(self.attn(_to_windows(rolled), mask), x.shape), (shift, shift), (2, 3))

    def _kept(self, branch: Tensor) -> Tensor:
        if not (self.training and self._drop_path):
            return branch
        keep = 1 - self._drop_path
        drawn = torch.rand(branch.shape[0], 1, 1, 1, 1, dtype=branch.dtype, device=branch.device) < keep
        return branch * (drawn / keep)


class ResidualGroup(nn.Module):
    """Layers in pairs, a convolution on each slice, and a skip."""

    def __init__(self, width: int, heads: int, drop_paths: list[float]) -> None:
        super().__init__()
        layers = [
            SwinLayer(width, heads, shifted=number % 2 == 1, drop_path=rate) for number, rate in enumerate(drop_paths)
        ]
        self.residual_group = nn.ModuleDict({"blocks": nn.Sequential(*layers)})
        self.conv = conv3(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = x
        for layer in self.residual_group["blocks"].children():
            y = layer(y, mask)
        slices = y.permute(0, 1, 4, 2, 3)
        mixed: Tensor = self.conv(slices.flatten(0, 1)).view(slices.shape)
        return x + mixed.permute(0, 1, 3, 4, 2)


class SwinFusion(nn.Module):
    """Slices [B, 4, C, h, w], h and w divisible by 8, to the first slice as the others improve it, [B, C, h, w].

    Args:
        width: channels C; divisible by `heads`.
        groups, layers: residual groups, and layers in each.
        drop_path: of the last layer in training; earlier ones have less, the first none.
    """

    def __init__(self, width: int, groups: int, layers: int, heads: int, drop_path: float = 0.1) -> None:
        super().__init__()
        # Part of the published weights, and of no use.
        self.conv_first = conv3(width, width)
        self.conv_first_feat = conv3(_UNUSED_INPUTS, width)
        self.patch_embed = nn.ModuleDict({"norm": nn.LayerNorm(width)})
        rates = [drop_path * number / max(groups * layers - 1, 1) for number in range(groups * layers)]
        self.layers = nn.ModuleList(
            ResidualGroup(width, heads, rates[group * layers : (group + 1) * layers]) for group in range(groups)
        )
        self.norm = nn.LayerNorm(width)
        self.conv_after_body = conv3(width, width)

    def forward(self, slices: Tensor) -> Tensor:
        mask = shift_mask(slices.shape[3], slices.shape[4], slices)
        x = self.patch_embed["norm"](slices.permute(0, 1, 3, 4, 2))
        for group in self.layers:
            x = group(x, mask)
        first = self.norm(x[:, 0]).permute(0, 3, 1, 2)
        fused: Tensor = self.conv_after_body(first) + slices[:, 0]
        return fused


def relative_position_index() -> Tensor:
    """Row of the bias table for each pair of tokens of a window, [tokens, tokens], int64."""
    axes = torch.meshgrid(torch.arange(DEPTH), torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    places = torch.stack([axis.flatten() for axis in axes])
    depth, row, column = places[:, :, None] - places[:, None, :]
    span = 2 * SIDE - 1
    index: Tensor = (depth + DEPTH - 1) * span**2 + (row + SIDE - 1) * span + (column + SIDE - 1)
    return index


def shift_mask(height: int, width: int, like: Tensor) -> Tensor:
    """What keeps shifted windows from looking across the edge: [windows, tokens, tokens], 0 or `_MASKED`.

    Even a map of a single window is cut, into four quadrants.
    """
    labels = 3 * _stripes(height, like.device)[:, None] + _stripes(width, like.device)
    of_token = _to_windows(labels.expand(1, DEPTH, height, width)[..., None])[..., 0]
    return (of_token[:, :, None] != of_token[:, None, :]).to(like.dtype) * _MASKED


def _stripes(size: int, device: torch.device) -> Tensor:
    """0 in all windows but the last, 1 in the last but for its shifted part, 2 there."""
    place = torch.arange(size, device=device)
    return (place >= size - SIDE).int() + (place >= size - _SHIFT).int()


def _to_windows(x: Tensor) -> Tensor:
    """[B, D, h, w, C] to [B * windows, tokens, C]; windows by row, then column."""
    batch, depth, height, width, channels = x.shape
    x = x.view(batch, depth, height // SIDE, SIDE, width // SIDE, SIDE, channels)
    return x.permute(0, 2, 4, 1, 3, 5, 6).reshape(-1, _TOKENS, channels)


def _from_windows(windows: Tensor, shape: torch.Size) -> Tensor:
    """The inverse of `_to_windows`."""
    batch, depth, height, width, channels = shape
    x = windows.view(batch, height // SIDE, width // SIDE, depth, SIDE, SIDE, channels)
    return x.permute(0, 3, 1, 4, 2, 5, 6).reshape(shape)
