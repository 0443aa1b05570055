"""From parameters to symbols: learned steps and scales, and the proxies of rounding that training goes by.

Training believes in plain laws: one scale a group, and in grids a share of the slice before as the mean. The symbols of
large grids are then coded under the finer laws of `contexts`, which take some percent off. To train under those as well
does harm: they make what has stayed the same so cheap that it can hardly begin to change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.entropy import MAX_SYMBOL, SCALE_INDEX_MAX, SCALE_INDEX_MIN
from nvc_engine.codecs.parameters.fitting import TAP_STEPS, Laws, context_laws, plain_laws
from nvc_engine.codecs.parameters.symbols import (
    STEP_INDEX_MAX,
    STEP_INDEX_MIN,
    STEP_UNITS,
    Symbols,
    group_count,
    is_grid,
    law_sizes,
    step_size,
)
from nvc_engine.nn.rate import laplace_bits

CARRY_START = 0.5
MOST_PATTERNS = 8
Rounding = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class SpentBits:
    """The estimated bits of one training step, symbol by symbol: summed only where somebody asks.

    Attributes:
        bits, counts: of each symbol, and what it counts for in the whole unit [N].
        sizes: symbols of each tensor, in their order.
    """

    bits: Tensor
    counts: Tensor
    sizes: dict[str, int]

    def by(self, class_of: Callable[[str], str]) -> dict[str, float]:
        """Bits of the whole unit by the class that `class_of` says of a tensor's name."""
        parts = (self.bits * self.counts).split(list(self.sizes.values()))  # type: ignore[no-untyped-call]
        totals = torch.stack([part.sum() for part in parts]).tolist()
        result: dict[str, float] = {}
        for name, total in zip(self.sizes, totals, strict=True):
            result[class_of(name)] = result.get(class_of(name), 0.0) + total
        return result


@dataclass(frozen=True)
class Proxied:
    """One training step's view of the parameters: decoded `values` by name (where only some time slices of a tensor
    take part, just these), the estimated `bits` of the whole unit, and what they are `spent` on."""

    values: dict[str, Tensor]
    bits: Tensor
    spent: SpentBits


class ParameterQuantiser:
    """Learned steps and scales of all tensors of one unit, and the proxies of rounding that train them.

    Args:
        grid_step: log2 of the steps of grids at first.
        weight_levels: steps between 0 and the largest value of any other tensor at first.

    Attributes:
        log_step, log_scale: log2 of the step and of the Laplace scale, in the parameter's own units, of all groups
            [G], in the order of the tensors.
        carry: the share of the time slice before that is the mean of a grid's law [G], in 0..1.
        snapped: whether training uses the steps that the file will hold, or their finer learned values.
    """

    def __init__(self, theta: Mapping[str, Tensor], grid_step: float, weight_levels: float) -> None:
        steps, scales = [], []
        self._groups: dict[str, slice] = {}
        self._patterns: dict[str, Tensor] = {}
        self._joined: dict[tuple[int, ...], Tensor] = {}
        start = 0
        for name, parameter in theta.items():
            value = parameter.detach()
            groups = group_count(name, tuple(value.shape))
            if is_grid(name):
                step = torch.full((groups,), grid_step, device=value.device)
                scale = step.clone()
            else:
                largest = value.abs().max().clamp(min=1e-2)
                step = torch.log2(largest / weight_levels).reshape(1)
                scale = torch.log2(value.abs().mean().clamp(min=1e-3)).reshape(1)
            steps.append(step)
            scales.append(scale)
            self._groups[name] = slice(start, start + groups)
            size = value[0].numel() if is_grid(name) else value.numel()
            self._patterns[name] = torch.arange(size, device=value.device) % groups + start
            start += groups
        self.log_step = torch.cat(steps).requires_grad_()
        self.log_scale = torch.cat(scales).requires_grad_()
        self.carry = torch.full_like(self.log_step.detach(), CARRY_START).requires_grad_()
        self.snapped = False

    def tensors(self) -> list[Tensor]:
        return [self.log_step, self.log_scale, self.carry]

    def law(self, name: str) -> Tensor:
        """log2 of step and scale of a tensor's groups [2, groups], on the CPU."""
        place = self._groups[name]
        return torch.stack([self.log_step.detach()[place], self.log_scale.detach()[place]]).cpu()

    @torch.no_grad()
    def set_law(self, name: str, law: Tensor) -> None:
        """Take over what `law` gave of such a tensor."""
        place = self._groups[name]
        self.log_step[place], self.log_scale[place] = law.to(self.log_step.device)

    def proxied(
        self, theta: Mapping[str, Tensor], slices: Mapping[str, tuple[Tensor, Tensor]], rounding: Rounding
    ) -> Proxied:
        """Parameters under a proxy of rounding.

        Args:
            slices: per grid the time slices that take part, in rising order: their numbers [K] and what the bits of
                each count for [K] (one over the chance that it takes part, so that the bits are unbiased; 0 for one
                that is there only as the slice before another).
            rounding: the proxy, from bins to bins.
        """
        parts, counts = [], []
        for name, value in theta.items():
            pattern = self._patterns[name]
            if name in slices:
                chosen, weights = slices[name]
                part = value.index_select(0, chosen)
                counts.append(weights.repeat_interleave(pattern.numel()))
            else:
                part = value
                counts.append(pattern.new_ones(value.numel(), dtype=torch.float32))
            parts.append(part)
        sizes = [part.numel() for part in parts]
        pattern = self._pattern(theta, tuple(sizes))
        log_step = self._steps_in_use()
        steps = torch.exp2(log_step).index_select(0, pattern)
        scales = torch.exp2((self.log_scale - log_step).clamp(SCALE_INDEX_MIN / 4, SCALE_INDEX_MAX / 4))
        bins = rounding(torch.cat([part.reshape(-1) for part in parts]) / steps)
        means = []
        for name, part, piece in zip(theta, parts, bins.split(sizes), strict=True):  # type: ignore[no-untyped-call]
            means.append(self._means(name, part, piece, slices[name][0] if name in slices else None))
        bits = laplace_bits(bins, torch.cat(means), scales.index_select(0, pattern))
        flat = (bins * steps).split(sizes)  # type: ignore[no-untyped-call]
        values = {name: value.view(part.shape) for name, value, part in zip(theta, flat, parts, strict=True)}
        counted = torch.cat(counts)
        spent = SpentBits(bits.detach(), counted, dict(zip(theta, sizes, strict=True)))
        return Proxied(values, torch.dot(bits, counted), spent)

    def _pattern(self, theta: Mapping[str, Tensor], sizes: tuple[int, ...]) -> Tensor:
        """The group of each of so many values of each tensor, one tensor after the other."""
        if sizes not in self._joined:
            patterns = [(self._patterns[name], size) for name, size in zip(theta, sizes, strict=True)]
            joined = torch.cat([pattern.repeat(size // pattern.numel()) for pattern, size in patterns])
            if len(self._joined) == MOST_PATTERNS:
                self._joined.clear()
            self._joined[sizes] = joined
        return self._joined[sizes]

    def _steps_in_use(self) -> Tensor:
        """log2 of the steps [G], on the grid of the file where they are `snapped`, the gradient passed through."""
        if not self.snapped:
            return self.log_step
        return self.log_step + (torch.round(self.log_step * STEP_UNITS) / STEP_UNITS - self.log_step).detach()

    def _means(self, name: str, part: Tensor, bins: Tensor, chosen: Tensor | None) -> Tensor:
        """Means of the laws of one tensor's `bins`, flat as these: for a grid, `carry` of the slice before."""
        if chosen is None or part.shape[0] == 1:
            return torch.zeros_like(bins)
        before = bins.view(part.shape)[:-1]
        follows = (chosen[1:] == chosen[:-1] + 1).to(bins.dtype).view(-1, 1, 1, 1)
        mean = before * (follows * self.carry[self._groups[name]].clamp(0, 1))
        return torch.cat([torch.zeros_like(bins[: before[0].numel()]), mean.reshape(-1)])

    @torch.no_grad()
    def rounded_values(self, theta: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Parameters rounded hard with the steps of now: what a decoder would have."""
        result = {}
        for name, value in theta.items():
            step = torch.exp2(self._steps_in_use()[self._groups[name]])
            result[name] = torch.round(value / step) * step
        return result

    @torch.no_grad()
    def refit_laws(self, theta: Mapping[str, Tensor]) -> None:
        """Set scales and carries to the best for the symbols of now, so that what training believes a symbol costs is
        what it takes under these laws: learning them lags behind where the training is short."""
        for name, value in theta.items():
            place = self._groups[name]
            _, q = self._integers(name, value, 0.0)
            if q.any():
                laws = _plain_laws(name, q)
                index = torch.from_numpy(laws.scale_index[:, 0]).to(self.log_scale)
                self.log_scale[place] = self.log_step[place] + index / 4
                if laws.taps.size:
                    self.carry[place] = torch.from_numpy(laws.taps[:, 0]).to(self.carry) / TAP_STEPS

    @torch.no_grad()
    def context_share(self, theta: Mapping[str, Tensor]) -> float:
        """What the symbols of now take in the file, over what they take under plain laws."""
        coded = plain = 1.0
        for name, value in theta.items():
            q = self._integers(name, value, 0.0)[1]
            if q.any():
                laws = _plain_laws(name, q)
                plain += laws.bits
                coded += context_laws(q).bits if law_sizes(name, q.shape)[0] > 1 else laws.bits
        return coded / plain

    @torch.no_grad()
    def coded(
        self,
        theta: Mapping[str, Tensor],
        coarser: Callable[[str], float],
        finer: float = 0.0,
        dead_zone: float = 0.0,
    ) -> dict[str, Symbols]:
        """The final integers, with steps and scales on their grids, the steps `coarser` by octaves as the tensor's name
        says. The steps of weights may be `finer` by octaves in the mean: they halve and every value stays, for rounded
        anew a network would lose what training under hard rounding has taught it. `dead_zone`, in bins (0 to 1/2), is
        by how much more of a symbol than half must be there to round it away from zero; few symbols change at a time.
        Laws are fitted to the symbols."""
        weights = {name: value.numel() for name, value in theta.items() if not is_grid(name)}
        halvings = _halvings(finer, weights)
        result = {}
        for name, value in theta.items():
            step_index, q = self._integers(name, value, coarser(name), dead_zone)
            if halvings.get(name) and q.any():
                room = int(MAX_SYMBOL // np.abs(q).max()).bit_length() - 1
                times = min(halvings[name], room, int(step_index.min() - STEP_INDEX_MIN) // STEP_UNITS)
                step_index, q = step_index - STEP_UNITS * times, q << times
            laws = context_laws(q) if law_sizes(name, q.shape)[0] > 1 else _plain_laws(name, q)
            result[name] = Symbols(q, step_index, laws.scale_index, laws.taps)
        return result

    def _integers(
        self, name: str, value: Tensor, coarser: float, dead_zone: float = 0.0
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Step indexes and symbols of a tensor, its steps on their grid and `coarser` by octaves."""
        index = torch.round((self.log_step.detach()[self._groups[name]].cpu() + coarser) * STEP_UNITS)
        step_index = index.clamp(STEP_INDEX_MIN, STEP_INDEX_MAX).to(torch.int32).numpy()
        steps = np.array([step_size(int(each)) for each in step_index])
        bins = value.detach().cpu().double().numpy() / steps
        if dead_zone:
            bins = np.sign(bins) * np.maximum(np.abs(bins) - dead_zone, 0)
        return step_index, np.rint(bins).clip(-MAX_SYMBOL, MAX_SYMBOL).astype(np.int32)


def _halvings(mean: float, sizes: Mapping[str, int]) -> dict[str, int]:
    """How often the steps of tensors of these sizes are halved, so that a parameter's is `mean` times on average: some
    once more than others, the largest first that still fit."""
    whole, left = int(mean), (mean - int(mean)) * sum(sizes.values())
    result = {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        result[name] = whole + (sizes[name] <= left)
        left -= sizes[name] * (result[name] - whole)
    return result


def _plain_laws(name: str, q: NDArray[np.int32]) -> Laws:
    return plain_laws(q, group_count(name, q.shape), sliced=is_grid(name))
