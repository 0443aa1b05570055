"""Integer laws of the hyper-latents' channels: what the entropy coder takes for the learned distribution functions.

They are fitted once, in floating point, and kept with the weights as integers; coding reads the integers alone.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from nvc_engine.bitstream.entropy import MEAN_STEPS
from nvc_engine.bitstream.tables import TABLE_SCALE_MAX, TABLE_SCALE_MIN, WEIGHT_BITS, Law, reach, weights
from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.weights import Networks, WeightsError

FILE = "laws.safetensors"
MAX_MEAN = 64 * MEAN_STEPS
_REACH = 80
_NEAR = MEAN_STEPS
_LEAST = 1e-12
_OF = "weights"

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChannelLaws:
    """Laws of a hyper-latent's channels: `mean` [C] in sixteenths of a bin, `scale_index` [C] in quarter octaves."""

    mean: Ints
    scale_index: Ints


@dataclass(frozen=True)
class HyperLaws:
    """Laws of all hyper-latents by the names of their steps, in the intra model and in the base layer."""

    intra: Mapping[str, ChannelLaws]
    base: Mapping[str, ChannelLaws]

    def digest(self) -> bytes:
        """SHA-256 of all integers."""
        hasher = hashlib.sha256()
        for name, laws in self._named():
            hasher.update(name.encode() + b"\0" + laws.mean.astype("<i4").tobytes())
            hasher.update(laws.scale_index.astype("<i4").tobytes())
        return hasher.digest()

    def save(self, path: Path, of: str) -> None:
        """Keep them in a file: two tensors of integers a hyper-latent, and the digest `of` the weights."""
        tensors = {}
        for name, laws in self._named():
            tensors[f"{name}.mean"], tensors[f"{name}.scale_index"] = laws.mean, laws.scale_index
        beside = path.with_suffix(f".{os.getpid()}.part")
        try:
            save_file(tensors, beside, {_OF: of})
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def _named(self) -> Iterator[tuple[str, ChannelLaws]]:
        for part, kinds in (("intra", self.intra), ("base", self.base)):
            for kind in sorted(kinds):
                yield f"{part}.{kind}", kinds[kind]


def kept_laws(folder: Path, networks: Networks, of: str) -> HyperLaws:
    """The laws that a folder of weights keeps; fitted, and kept there if it can be written, where it has none of them.

    Args:
        of: what tells the networks' weights from others.

    Raises:
        WeightsError: its file is damaged.
    """
    path = folder / FILE
    kept = _load(path, of) if path.exists() else None
    if kept is not None:
        return kept
    laws = fitted_laws(networks)
    if os.access(folder, os.W_OK):
        laws.save(path, of)
    return laws


def fitted_laws(networks: Networks) -> HyperLaws:
    """The cheapest laws for what the networks expect of each channel: Gauss in the intra model, Laplace elsewhere."""
    base = networks.inter.BL_codec
    return HyperLaws(
        {"z": _fitted(networks.intra.bit_estimator_z, Law.GAUSS)},
        {"mv_z": _fitted(base.bit_estimator_z_mv, Law.LAPLACE), "z": _fitted(base.bit_estimator_z, Law.LAPLACE)},
    )


def _load(path: Path, of: str) -> HyperLaws | None:
    """What a file keeps, or None where it belongs to other weights."""
    try:
        with safe_open(path, framework="np") as file:
            if (file.metadata() or {}).get(_OF) != of:
                return None
            laws = {
                name: ChannelLaws(
                    _checked(file.get_tensor(f"{name}.mean"), MAX_MEAN),
                    _checked(file.get_tensor(f"{name}.scale_index"), TABLE_SCALE_MAX),
                )
                for name in ("intra.z", "base.mv_z", "base.z")
            }
    except (OSError, SafetensorError, ValueError) as error:
        raise WeightsError(f"{path} is damaged; remove it.") from error
    return HyperLaws({"z": laws["intra.z"]}, {"mv_z": laws["base.mv_z"], "z": laws["base.z"]})


def _checked(values: Ints, limit: int) -> Ints:
    if values.dtype != np.int32 or int(np.abs(values).max()) > limit:
        raise ValueError("a law is out of range")
    return values


def _fitted(estimator: BitEstimator, law: Law) -> ChannelLaws:
    masses = _masses(estimator)
    symbols = np.arange(-_REACH, _REACH + 1)
    middles = np.round(MEAN_STEPS * (masses @ symbols)).astype(int)
    chosen = []
    for mass, middle in zip(masses, middles, strict=True):
        means = np.clip(np.arange(middle - _NEAR, middle + _NEAR + 1), -MAX_MEAN, MAX_MEAN)
        costs = np.array([_costs(law, int(mean)) @ mass for mean in means])
        place, scale = np.unravel_index(int(costs.argmin()), costs.shape)
        chosen.append((means[place], TABLE_SCALE_MIN + scale))
    mean, scale_index = np.array(chosen, np.int32).T.copy()
    return ChannelLaws(mean, scale_index)


def _masses(estimator: BitEstimator) -> Floats:
    """Probabilities of the symbols -_REACH.._REACH of each channel, [C, symbols]; the last ones have what is beyond."""
    with torch.inference_mode():
        channels = estimator.f1.h.numel()
        device = estimator.f1.h.device
        edges = torch.arange(-_REACH, _REACH, dtype=torch.float64, device=device) + 0.5
        grid = edges.to(estimator.f1.h.dtype).view(1, 1, 1, -1).expand(1, channels, 1, -1)
        below = estimator(grid)[0, :, 0].double().cpu().numpy()
    whole = np.concatenate([np.zeros((channels, 1)), below, np.ones((channels, 1))], 1)
    masses = np.maximum(np.diff(whole, axis=1), _LEAST)
    normalised: Floats = masses / masses.sum(1, keepdims=True)
    return normalised


@cache
def _costs(law: Law, mean: int) -> Floats:
    """Bits of the symbols -_REACH.._REACH under laws of this mean and every scale of the tables, [scales, symbols]."""
    base = (mean + MEAN_STEPS // 2) >> 4
    residual = np.arange(-_REACH, _REACH + 1) - base
    rows = []
    for scale in range(TABLE_SCALE_MIN, TABLE_SCALE_MAX + 1):
        k = reach(law, scale)
        of_entry = WEIGHT_BITS - np.log2(weights(law, scale, mean - MEAN_STEPS * base).astype(np.float64))
        bits = of_entry[np.clip(residual, -k - 1, k + 1) + k + 1]
        order = max(0, -(-scale // 4))
        beyond = np.maximum(np.abs(residual) - (k + 1), 0) + (1 << order)
        exponent = np.floor(np.log2(beyond)) - order
        rows.append(bits + np.where(np.abs(residual) > k, 2 * exponent + 1 + order, 0))
    return np.array(rows)
