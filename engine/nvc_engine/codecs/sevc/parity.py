"""Numerical equality with the published network, proved on a file of vectors (specs/sevc.md, 16.3 and 16.4).

The file names cases; clip and weights of each follow from numbers and a text, the salt. What the network makes of them
is compared with what the file says that the published one made, frame after frame as the published evaluation does it:
the reference of the enhancement layer is clamped, the first one of the base layer is not.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.base_layer import BaseFrame
from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.intra import IntraNetwork
from nvc_engine.codecs.sevc.network import Enhanced, InterNetwork
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.rate_points import RATE_POINTS
from nvc_engine.codecs.sevc.states import BaseState, EnhancementState, InterState
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic, parameters_of
from nvc_engine.codecs.sevc.widths import PUBLISHED, Widths
from nvc_engine.errors import EngineError

LIMITS: Mapping[str, float] = MappingProxyType(
    {
        "weights": 1e-6,
        "clip": 0.0,
        "picture": 1e-4,
        "base picture": 5e-5,
        "motion": 5e-4,
        "latents": 5e-4,
        "contexts": 5e-4,
        "statistics": 5e-4,
        "bits": 1.0,
    }
)
"""The largest deviation that counts as equal, of each kind."""

_MAX_SIDE = 4096
_MAX_FRAMES = 1000
_LATENTS = ("y_mv", "y_bl", "latent", "y_el")


class ParityError(EngineError):
    """The file of vectors cannot be used."""


@dataclass(frozen=True)
class Deviation:
    """How far one kind of value is off at most, and where."""

    kind: str
    worst: float
    limit: float
    where: str

    @property
    def within(self) -> bool:
        return self.worst <= self.limit


@dataclass(frozen=True)
class Case:
    """One clip and how it is coded."""

    name: str
    width: int
    height: int
    frames: int
    rate_point: int
    refresh: int
    variant: int


class _Worst:
    """Keeps the worst deviation of each kind."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, str]] = {}

    def note(self, kind: str, where: str, ours: Any, theirs: Any) -> None:
        """Compare two arrays; what is undefined must be so in both."""
        ours, theirs = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
        if ours.shape != theirs.shape:
            raise ParityError(f"{where} has the shape {theirs.shape} in the file, but {ours.shape} here.")
        apart = np.where(np.isnan(ours) & np.isnan(theirs), 0.0, np.abs(ours - theirs))
        worst = float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))
        if kind not in self._found or worst > self._found[kind][0]:
            self._found[kind] = (worst, where)

    def deviations(self) -> tuple[Deviation, ...]:
        return tuple(Deviation(kind, worst, LIMITS[kind], where) for kind, (worst, where) in self._found.items())


def check(
    path: Path,
    salt: str,
    *,
    double: bool = False,
    widths: Widths = PUBLISHED,
    progress: Callable[[str], None] = lambda sentence: None,
) -> tuple[Deviation, ...]:
    """Run every case of a file of vectors.

    Args:
        path: the `.npz`.
        salt: the text that its weights were made with.
        double: compute in float64 instead of float32.
        widths: of the network that the vectors are of.
        progress: is told what begins.

    Raises:
        ParityError: the file is missing, damaged or not of this kind.
    """
    vectors = _Vectors(path)
    cases = vectors.cases()
    worst = _Worst()
    progress("making weights")
    intra, inter = IntraNetwork(widths.intra).eval(), InterNetwork(widths.inter).eval()
    load_synthetic(intra, salt)
    load_synthetic(inter, salt)
    _compare_weights(vectors, intra, inter, worst)
    evaluation = _Evaluation(intra, inter, torch.float64 if double else torch.float32)
    for case in cases:
        progress(f"case {case.name}: {case.frames} frames of {case.width}x{case.height}")
        evaluation.run(case, vectors, worst)
    return worst.deviations()


class _Vectors:
    """The arrays of the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                self._arrays: dict[str, NDArray[Any]] = {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
            raise ParityError(f"{path} cannot be read as a file of parity vectors (.npz).") from error

    def __getitem__(self, name: str) -> NDArray[Any]:
        try:
            return self._arrays[name]
        except KeyError as error:
            raise ParityError(f"{self._path} has no array {name!r}; it is no complete file of vectors.") from error

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def cases(self) -> list[Case]:
        cases = [self._case(str(name)) for name in self["cases"]]
        if not cases:
            raise ParityError(f"{self._path} has no case.")
        return cases

    def _case(self, name: str) -> Case:
        meta = self[f"{name}_meta"]
        if meta.shape != (6,):
            raise ParityError(f"{self._path} says too little of case {name}.")
        case = Case(name, *(int(number) for number in meta))
        sizes = max(case.width, case.height) <= _MAX_SIDE and min(case.width, case.height) >= 16
        if not (sizes and 1 <= case.frames <= _MAX_FRAMES and 0 <= case.rate_point < RATE_POINTS and case.refresh > 0):
            raise ParityError(f"{self._path} has numbers in case {name} that no clip can have.")
        return case


def _compare_weights(vectors: _Vectors, intra: IntraNetwork, inter: InterNetwork, worst: _Worst) -> None:
    tensors: dict[str, Tensor] = {}
    sums = []
    for network in (intra, inter):
        own = {key: tensor.double() for key, tensor in parameters_of(network)}
        sums.append(sum(float(tensor.sum()) for tensor in own.values()))
        tensors |= own
    worst.note("weights", "the sums of all weights", sums, vectors["weight_sums"])
    for key, values in zip(vectors["fp_keys"], vectors["fp_vals"], strict=True):
        flat = tensors[str(key)].flatten()
        worst.note("weights", str(key), [float(flat[0]), float(flat[1]), float(flat.sum())], values)


class _Evaluation:
    """Codes a clip as the published evaluation does, and compares."""

    def __init__(self, intra: IntraNetwork, inter: InterNetwork, dtype: torch.dtype) -> None:
        self._intra = intra.to(dtype)
        self._inter = inter.to(dtype)
        self._dtype = dtype

    @torch.inference_mode()
    def run(self, case: Case, vectors: _Vectors, worst: _Worst) -> None:
        geometry = Geometry(case.height, case.width)
        state: InterState | None = None
        for t in range(case.frames):
            samples = clip_frame(case.width, case.height, t, case.variant)
            worst.note(
                "clip", f"{case.name}, frame {t}", samples.sum(dtype=np.int64), vectors[f"{case.name}_clipsum"][t]
            )
            picture = geometry.pad((torch.from_numpy(samples)[None].float() / 255).to(self._dtype))
            note = _Noting(vectors, worst, case.name, t)
            if state is None:
                state = self._intra_frame(picture, case, geometry, note)
            else:
                state = self._inter_frame(picture, state, t, case, geometry, note)

    def _intra_frame(self, picture: Tensor, case: Case, geometry: Geometry, note: "_Noting") -> InterState:
        estimator = Estimator()
        decoded = run(self._intra.code(picture, geometry.coded, case.rate_point), estimator)
        small = geometry.pad_base(quarter_size(decoded))
        note.frame(geometry.crop(decoded.clamp(0, 1)), small, [float(estimator.total), 0, 0], {"raw": decoded})
        return InterState(BaseState(small), EnhancementState(decoded.clamp(0, 1)))

    def _inter_frame(
        self, picture: Tensor, state: InterState, t: int, case: Case, geometry: Geometry, note: "_Noting"
    ) -> InterState:
        position = t % case.refresh
        if position == 1:
            state = state.refreshed()
        base_bits, bits = Estimator(), Estimator()
        base = run(self._inter.code_base(picture, state.base, case.rate_point, position, geometry), base_bits)
        enhanced = run(
            self._inter.code_enhancement(picture, base, state.enhancement, case.rate_point, position, geometry), bits
        )
        counts = [float(base_bits.total), float(bits.total)]
        held = replace(enhanced.state, frame=enhanced.state.frame.clamp(0, 1))
        note.frame(geometry.crop(held.frame), base.state.frame, [sum(counts), *counts], _tensors(base, enhanced))
        return InterState(base.state, held)


def _tensors(base: BaseFrame, enhanced: Enhanced) -> dict[str, Tensor | None]:
    """The tensors of a frame by the names that the file has for them."""
    return {
        "mv": base.flow,
        "y_mv": base.state.motion_latent,
        "y_bl": base.state.latent,
        "latent": enhanced.prior,
        "ctx1": enhanced.contexts.full,
        "ctx2": enhanced.contexts.half,
        "ctx3": enhanced.contexts.quarter,
        "y_el": enhanced.frame.latent,
        "feat": enhanced.frame.feature,
        "raw": enhanced.frame.picture,
    }


class _Noting:
    """Compares what one frame gave."""

    def __init__(self, vectors: _Vectors, worst: _Worst, case: str, t: int) -> None:
        self._vectors = vectors
        self._worst = worst
        self._case = case
        self._t = t

    def frame(self, picture: Tensor, small: Tensor, bits: list[float], tensors: Mapping[str, Tensor | None]) -> None:
        """`tensors` by their names in the file; those that are missing must be undefined there."""
        self._note("picture", picture[0], "xhat")
        self._note("base picture", small[0], "bl")
        self._note("bits", bits, "bits")
        names = [str(name) for name in self._vectors["stat_names"]]
        self._note("statistics", [_statistics(tensors.get(name)) for name in names], "stats")
        for name, tensor in tensors.items():
            self._whole(name, tensor)

    def _whole(self, name: str, tensor: Tensor | None) -> None:
        whole, patch = f"{self._case}_t{self._t}_{name}", f"{self._case}_t{self._t}_{name}_patch"
        kind = "motion" if name == "mv" else "latents" if name in _LATENTS else "contexts"
        if tensor is not None and whole in self._vectors:
            self._worst.note(kind, whole, tensor[0], self._vectors[whole])
        if tensor is not None and patch in self._vectors:
            theirs = self._vectors[patch]
            self._worst.note(kind, patch, tensor[0, :, : theirs.shape[1], : theirs.shape[2]], theirs)

    def _note(self, kind: str, ours: Any, array: str) -> None:
        name = f"{self._case}_{array}"
        self._worst.note(kind, f"{name}, frame {self._t}", ours, self._vectors[name][self._t])


def _statistics(tensor: Tensor | None) -> list[float]:
    """Mean, unbiased standard deviation and largest magnitude; undefined for None."""
    if tensor is None:
        return [float("nan")] * 3
    exact = tensor.double()
    return [float(exact.mean()), float(exact.std()), float(exact.abs().max())]
