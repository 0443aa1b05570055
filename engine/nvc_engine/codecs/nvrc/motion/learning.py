"""How the networks of laws are learned: decisions are recorded on a walk, fitted in floats, and rounded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.decisions import EVEN, LOGIT_STEPS
from nvc_engine.codecs.nvrc.motion.frames import Nets
from nvc_engine.codecs.nvrc.motion.laws import (
    BIAS_MAX,
    HIDDEN_MAX,
    OUTPUT_SHIFT,
    WEIGHT_BITS,
    WEIGHT_MAX,
    Indexes,
    Ints,
    LawNet,
)
from nvc_engine.codecs.nvrc.motion.residual import ResidualNets
from nvc_engine.codecs.nvrc.motion.vectors import VectorNets

FEATURE_SCALE = 16
HIDDEN_SCALE = FEATURE_SCALE << WEIGHT_BITS
OUTPUT_SCALE = LOGIT_STEPS << OUTPUT_SHIFT
BATCH = 8192


@dataclass
class _Rows:
    """What one network was asked."""

    features: list[Ints] = field(default_factory=list)
    kinds: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    outputs: int = 0


class Recorder:
    """Stands in for networks and coder on a walk, and keeps every decision with the features that it had.

    The networks hand out numbers in place of laws, by which the coder knows them again.
    """

    def __init__(self) -> None:
        self._next = EVEN + 1
        self._rows: dict[str, _Rows] = {}
        self._numbers: list[NDArray[np.int64]] = []
        self._bits: list[Ints] = []

    def code(self, index: Ints, bits: Ints | None) -> Ints:
        assert bits is not None
        chosen = index > EVEN
        self._numbers.append(index[chosen].astype(np.int64))
        self._bits.append(bits[chosen])
        return bits

    def ask(self, name: str, outputs: int, features: Ints, kinds: tuple[Indexes | int, ...]) -> NDArray[np.int64]:
        rows = self._rows.setdefault(name, _Rows(outputs=outputs))
        count = len(features)
        rows.features.append(features)
        rows.kinds.append(tuple(np.broadcast_to(np.asarray(kind), (count,)) for kind in kinds))
        rows.starts.append(self._next)
        self._next += count * outputs
        return np.arange(self._next - count * outputs, self._next).reshape(count, outputs)

    def nets(self, nets: Nets) -> Nets:
        """`nets` with everything that they are asked recorded."""
        return map_nets(nets, lambda name, net: _Recording(net.first, net.kinds, net.second, net.offset, name, self))

    def decisions(self) -> dict[str, "Decisions"]:
        """All that was decided, by network."""
        numbers, bits = np.concatenate(self._numbers), np.concatenate(self._bits)
        result = {}
        for name, rows in self._rows.items():
            sizes = np.array([len(part) for part in rows.features])
            starts = np.array(rows.starts)
            call = np.searchsorted(starts, numbers, side="right") - 1
            inside = (call >= 0) & (numbers < starts[call] + sizes[call] * rows.outputs)
            call, within = call[inside], numbers[inside]
            within = within - starts[call]
            offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            kinds = zip(*rows.kinds, strict=True)
            result[name] = Decisions(
                torch.from_numpy(np.concatenate(rows.features).astype(np.uint8)),
                tuple(torch.from_numpy(np.concatenate(kind).astype(np.int64)) for kind in kinds),
                torch.from_numpy(offsets[call] + within // rows.outputs),
                torch.from_numpy(within % rows.outputs),
                torch.from_numpy(bits[inside].astype(np.float32)),
            )
        return result


@dataclass(frozen=True)
class _Recording(LawNet):
    name: str
    recorder: Recorder

    def indexes(self, features: Ints, *kinds: Indexes | int) -> Ints:
        return self.recorder.ask(self.name, self.second.shape[1], features, kinds)  # type: ignore[return-value]


@dataclass(frozen=True, eq=False)
class Decisions:
    """Decisions of one network: its `features` [rows, features] and `kinds` [rows], and for each decision the row and
    output that it hangs on, and its bit [N]."""

    features: Tensor
    kinds: tuple[Tensor, ...]
    row: Tensor
    output: Tensor
    bit: Tensor


def map_nets(nets: Nets, change: Callable[[str, LawNet], LawNet]) -> Nets:
    """`nets`, each replaced by change(name, net)."""
    return Nets(
        ResidualNets(change("luma.flags", nets.luma.flags), change("luma.values", nets.luma.values)),
        ResidualNets(change("chroma.flags", nets.chroma.flags), change("chroma.values", nets.chroma.values)),
        VectorNets(change("modes", nets.vectors.modes), change("vectors", nets.vectors.vectors)),
        change("thumbnail", nets.thumbnail),
    )


def fit(net: LawNet, decisions: Decisions, steps: int, rate: float, seed: int) -> tuple[LawNet, float]:
    """`net` trained on `decisions`, and the bits that one takes at the end (mean over the last fifth)."""
    parts = [
        net.first / (1 << WEIGHT_BITS),
        *(table / HIDDEN_SCALE for table in net.kinds),
        net.second / (1 << WEIGHT_BITS),
        net.offset / OUTPUT_SCALE,
    ]
    weights = [torch.tensor(part, dtype=torch.float32, requires_grad=True) for part in parts]
    optimiser = torch.optim.Adam(weights, lr=rate, betas=(0.9, 0.99))
    random = torch.Generator().manual_seed(seed)
    count = decisions.bit.numel()
    noted = 0.0
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / steps)))
        chosen = torch.randint(count, (min(BATCH, count),), generator=random)
        rows = decisions.row[chosen]
        first, *kinds, second, offset = (_quantised(w, scale) for w, scale in zip(weights, _scales(net), strict=True))
        hidden = (decisions.features[rows].float() / FEATURE_SCALE) @ first
        for table, values in zip(kinds, decisions.kinds, strict=True):
            hidden = hidden + table[values[rows]]
        hidden = hidden.clamp(0, HIDDEN_MAX / FEATURE_SCALE)
        logits = (hidden @ second + offset).gather(1, decisions.output[chosen][:, None])[:, 0]
        loss = F.binary_cross_entropy_with_logits(logits.clamp(-8, 8), decisions.bit[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step >= steps * 4 // 5:
            noted += float(loss.detach())
    limits = [WEIGHT_MAX, *(BIAS_MAX for _ in net.kinds), WEIGHT_MAX, BIAS_MAX]
    input_part, *tables, output_part, offset_part = (
        np.rint(w.detach().numpy() * scale).clip(-most, most).astype(np.int32)
        for w, scale, most in zip(weights, _scales(net), limits, strict=True)
    )
    return LawNet(input_part, tuple(tables), output_part, offset_part), noted / max(1, steps - steps * 4 // 5) / np.log(
        2
    )


def _scales(net: LawNet) -> list[int]:
    return [1 << WEIGHT_BITS, *(HIDDEN_SCALE for _ in net.kinds), 1 << WEIGHT_BITS, OUTPUT_SCALE]


def _quantised(weight: Tensor, scale: int) -> Tensor:
    """Rounded to 1/scale; gradients pass straight through."""
    return weight + (torch.round(weight.detach() * scale) / scale - weight.detach())


def fresh(features: int, kinds: tuple[int, ...], hidden: int, outputs: int, seed: int) -> LawNet:
    """A network before training: small random weights, so that all laws are about even."""
    random = np.random.default_rng(seed)
    first = random.normal(0, 0.5 / np.sqrt(features), (features, hidden))
    second = random.normal(0, 0.5 / np.sqrt(hidden), (hidden, outputs))
    tables = tuple(np.full((values, hidden), 128 if not number else 0, np.int32) for number, values in enumerate(kinds))
    scale = 1 << WEIGHT_BITS
    return LawNet(
        np.rint(first * scale).astype(np.int32),
        tables,
        np.rint(second * scale).astype(np.int32),
        np.zeros(outputs, np.int32),
    )
