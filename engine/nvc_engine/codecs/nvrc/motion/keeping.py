"""The state between two groups as arrays and plain values, for checkpoints."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.motion.frames import PLANES, UnitState
from nvc_engine.codecs.nvrc.motion.order import LAYERS, Turn
from nvc_engine.codecs.nvrc.motion.residual import History
from nvc_engine.codecs.nvrc.motion.vectors import Motion


def kept_state(state: UnitState) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Arrays by name and JSON-able values that `restore_state` needs."""
    tensors: dict[str, Tensor] = {}
    for frame, planes in state.planes.items():
        for number, samples in enumerate(planes):
            tensors[f"plane/{frame}/{number}"] = torch.from_numpy(samples.copy())
    turns = {}
    for frame, (turn, motion) in state.motions.items():
        turns[str(frame)] = [turn.layer, list(turn.references)]
        tensors[f"mode/{frame}"] = torch.from_numpy(motion.mode.copy())
        tensors[f"vectors/{frame}"] = torch.from_numpy(motion.vectors.copy())
    for layer, histories in enumerate(state.histories):
        for plane, history in enumerate(histories):
            whole = np.append(history.magnitude, np.int32(history.flag))
            tensors[f"history/{layer}/{plane}"] = torch.from_numpy(whole)
    return tensors, {"turns": turns}


def restore_state(state: UnitState, tensors: dict[str, Tensor], values: dict[str, Any]) -> None:
    """Fill a fresh `state` with what `kept_state` gave."""
    frames = sorted({int(name.split("/")[1]) for name in tensors if name.startswith("plane/")})
    for frame in frames:
        y, u, v = (tensors[f"plane/{frame}/{number}"].numpy() for number in range(PLANES))
        state.planes[frame] = (y, u, v)
    for name, (depth, references) in values["turns"].items():
        motion = Motion(*(tensors[f"{part}/{name}"].numpy() for part in ("mode", "vectors")))
        state.motions[int(name)] = Turn(int(name), int(depth), tuple(references)), motion
    for layer in range(LAYERS):
        for plane in range(PLANES):
            whole = tensors[f"history/{layer}/{plane}"].numpy()
            state.histories[layer][plane] = History(int(whole[-1]), whole[:-1].copy())
