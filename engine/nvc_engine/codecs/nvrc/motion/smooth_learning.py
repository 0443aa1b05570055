"""How the filter in the loop is learned: on reconstructed frames and what they should have been."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.nvrc.motion.smoothing import (
    ACTIVATION_MAX,
    FINE_BITS,
    HIDDEN,
    INPUTS,
    LAYERS,
    OUTPUTS,
    SHIFT,
    WEIGHT_MAX,
    SmoothNet,
)

CROP = 24
BATCH = 8
CHANNEL_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 4.0, 4.0)


@dataclass(frozen=True, eq=False)
class Example:
    """A frame: what the network saw [INPUTS, rows, columns], what was missing [OUTPUTS, rows, columns] in samples of 8
    bits, and its quantiser step in these."""

    seen: Tensor
    missing: Tensor
    step: float


def fresh_smooth(seed: int) -> SmoothNet:
    """A network that changes nothing yet."""
    random = np.random.default_rng(seed)
    sizes = [INPUTS, HIDDEN, HIDDEN, OUTPUTS]
    weights = []
    for layer in range(LAYERS):
        shape = (sizes[layer + 1], sizes[layer], 3, 3)
        spread = (1 << SHIFT) / np.sqrt(9 * sizes[layer])
        drawn = random.normal(0, spread, shape) if layer < LAYERS - 1 else np.zeros(shape)
        weights.append(np.rint(drawn).clip(-WEIGHT_MAX, WEIGHT_MAX).astype(np.int32))
    return SmoothNet(tuple(weights), tuple(np.zeros(size, np.int32) for size in sizes[1:]))


def fit_smooth(net: SmoothNet, examples: list[Example], steps: int, rate: float, seed: int) -> tuple[SmoothNet, float]:
    """`net` trained, and the share of the squared error that it leaves (mean over the last fifth)."""
    unit = float(1 << SHIFT)
    weights = [torch.tensor(w / unit, dtype=torch.float32, requires_grad=True) for w in net.weights]
    offsets = [torch.tensor(o / unit, dtype=torch.float32, requires_grad=True) for o in net.offsets]
    optimiser = torch.optim.Adam([{"params": weights, "lr": rate}, {"params": offsets, "lr": 10 * rate}])
    random = np.random.default_rng(seed)
    channel = torch.tensor(CHANNEL_WEIGHTS).view(1, -1, 1, 1)
    left = rough = 0.0
    for step in range(steps):
        factor = 0.02 + 0.49 * (1 + np.cos(np.pi * step / steps))
        for group, peak in zip(optimiser.param_groups, (rate, 10 * rate), strict=True):
            group["lr"] = peak * factor
        chosen = [examples[number] for number in random.integers(len(examples), size=BATCH)]
        crops = [_crop(example, random) for example in chosen]
        seen, missing = (torch.stack(part) for part in zip(*crops, strict=True))
        scale = torch.tensor([1 / example.step**2 for example in chosen]).view(-1, 1, 1, 1)
        x = seen
        for layer, (weight, offset) in enumerate(zip(weights, offsets, strict=True)):
            x = F.conv2d(x, _rounded(weight, unit), _rounded(offset, unit), padding=1)
            if layer < LAYERS - 1:
                x = x.clamp(0, ACTIVATION_MAX)
        errors = (x / (1 << FINE_BITS) - missing) ** 2 * channel * scale
        loss = errors.mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        with torch.no_grad():
            for weight in weights:
                weight.clamp_(-WEIGHT_MAX / unit, WEIGHT_MAX / unit)
            if step >= steps * 4 // 5:
                left += float(loss)
                rough += float((missing**2 * channel * scale).mean())
    whole = [[np.rint(p.detach().numpy() * unit).astype(np.int32) for p in part] for part in (weights, offsets)]
    return SmoothNet(tuple(whole[0]), tuple(whole[1])), left / rough


def _crop(example: Example, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    rows, columns = example.seen.shape[1:]
    y, x = random.integers(max(1, rows - CROP + 1)), random.integers(max(1, columns - CROP + 1))
    return example.seen[:, y : y + CROP, x : x + CROP], example.missing[:, y : y + CROP, x : x + CROP]


def _rounded(weight: Tensor, unit: float) -> Tensor:
    return weight + (torch.round(weight.detach() * unit) / unit - weight.detach())
