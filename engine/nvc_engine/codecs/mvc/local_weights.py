"""Trained networks of other projects that help in training, taken only where they lie on this machine already."""

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from nvc_engine.errors import EngineError


def torchvision_model(what: str, pattern: str, instead: str) -> tuple[ModuleType, dict[str, Any]]:
    """torchvision's models and the tensors of the file that fits `pattern` among torch hub's checkpoints. Nothing is
    ever fetched.

    Args:
        what: name of the network, for people.
        instead: the setting that does without it.

    Raises:
        EngineError: torchvision or the file is not there.
    """
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    files = sorted(folder.glob(pattern))
    if importlib.util.find_spec("torchvision") is None or not files:
        raise EngineError(
            f"{what} needs torchvision and its weights ({pattern} in {folder}), which are not on this machine; set"
            f" {instead}."
        )
    return importlib.import_module("torchvision.models"), torch.load(files[0], map_location="cpu", weights_only=True)
