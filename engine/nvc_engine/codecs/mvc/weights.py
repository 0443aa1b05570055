"""Trained networks of other projects that help MVC's training, where a person has brought their weights.

torchvision has the networks; it is an extra of the installation. Weights are imported once, checked against the network
and kept in the studio's folder as safetensors. Nothing is ever fetched.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import torch
from torch import nn

from nvc_engine.codecs.checkpoints import CheckpointError, Kept, read_weights, save_tensors
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.protocol import places

FILES = ("flow", "features")


class Helper(StrEnum):
    """A network, by the stem of its file."""

    RAFT = "raft_large"
    RESNET34 = "resnet34"

    @property
    def called(self) -> str:
        return {Helper.RAFT: "RAFT", Helper.RESNET34: "ResNet-34"}[self]

    @property
    def file(self) -> str:
        """Which of `FILES` it is."""
        return {Helper.RAFT: "flow", Helper.RESNET34: "features"}[self]


def is_present(helper: Helper) -> bool:
    """Whether torchvision and the weights of this network are on this machine."""
    return _has_torchvision() and weights_file(helper).exists()


def weights_file(helper: Helper) -> Path:
    """Where imported weights are kept."""
    return places.home() / "weights" / "mvc" / f"{helper.value}.safetensors"


def import_files(files: Mapping[str, Path]) -> tuple[Kept, ...]:
    """Check weights of RAFT and of ResNet-34, as torchvision has these, and keep them, all or none; `files` has one or
    both of `FILES`.

    Raises:
        UsageError: there is none.
        EngineError: torchvision is missing, or a file cannot be read or does not hold the network; names the first
            mismatch.
    """
    checked = [(helper, _filled(helper, files[helper.file])) for helper in Helper if helper.file in files]
    if not checked:
        raise UsageError("MVC takes --flow FILE (RAFT), --features FILE (ResNet-34), or both.")
    kept = []
    for helper, network in checked:
        target = weights_file(helper)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.append(Kept(target, save_tensors(target, network.state_dict())))
    return tuple(kept)


def load_network(helper: Helper, instead: str) -> nn.Module:
    """The network with the imported weights, to evaluate.

    Args:
        instead: the setting that does without it.

    Raises:
        EngineError: torchvision or the weights are not there, or these are damaged.
    """
    if not weights_file(helper).exists():
        raise EngineError(
            f"The weights of {helper.called} are not on this machine. Bring them with `nvc-engine weights import mvc"
            f" --{helper.file} FILE`, or set {instead}."
        )
    try:
        return _filled(helper, weights_file(helper))
    except EngineError as error:
        raise EngineError(f"{error} Or set {instead}.") from error


def _has_torchvision() -> bool:
    return importlib.util.find_spec("torchvision") is not None


def _filled(helper: Helper, path: Path) -> nn.Module:
    """Raises CheckpointError where the file does not hold the network, EngineError without torchvision."""
    if not _has_torchvision():
        raise EngineError(
            f"{helper.called} is a network of torchvision, which is not installed: add it with"
            ' `pip install "nvc-studio[teachers]"`.'
        )
    network = _unfilled(helper)
    tensors, wanted = read_weights(path), network.state_dict()
    wrong = next((f"{key} is missing" for key in wanted if key not in tensors), "")
    wrong = wrong or next((f"{key} belongs to another network" for key in tensors if key not in wanted), "")
    for key, like in wanted.items():
        if not wrong and tensors[key].shape != like.shape:
            shapes = ["x".join(map(str, each.shape)) or "a number" for each in (tensors[key], like)]
            wrong = f"{key} is {shapes[0]}, not {shapes[1]}"
        elif not wrong and not torch.isfinite(tensors[key]).all():
            wrong = f"{key} has values that are no finite numbers"
    if wrong:
        raise CheckpointError(f"{path} does not hold {helper.called} as torchvision has it: {wrong}.")
    network.load_state_dict(tensors)
    return network.eval().requires_grad_(requires_grad=False)


def _unfilled(helper: Helper) -> nn.Module:
    module = "torchvision.models.optical_flow" if helper is Helper.RAFT else "torchvision.models"
    try:
        network: nn.Module = getattr(importlib.import_module(module), helper.value)(weights=None)
    except (ImportError, OSError, RuntimeError) as error:  # a torchvision for another torch fails in any of these
        raise EngineError(
            f"{helper.called} cannot be built: the installed torchvision does not work with this torch ({error});"
            ' install the one that does with `pip install "nvc-studio[teachers]"`.'
        ) from error
    return network
