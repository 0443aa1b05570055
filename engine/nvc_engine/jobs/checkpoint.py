"""Checkpoints: what an encode needs to go on after its process has gone.

Two files take turns, so that the one before stays whole until the new one is complete. Tensors are stored by
safetensors, scalars as JSON in its metadata; nothing in a checkpoint is executable.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from nvc_engine.codecs.contract import SessionState
from nvc_engine.jobs import durable

FORMAT = 1
_SLOTS = ("checkpoint-0", "checkpoint-1")
_METADATA = "checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """An encode at one moment.

    Attributes:
        state: the session's own state, tensors on the CPU.
        units: how many units were finished and stored before it.
        seconds: time that the encode has taken so far, over all its processes.
        fraction: how far the job was, 0..1.
        step: the training step it was at, or None where the codec counts none.
    """

    state: SessionState
    units: int
    seconds: float
    fraction: float
    step: int | None = None


class CheckpointFolder:
    """The checkpoints of one job.

    Attributes:
        order: digest that the checkpoints must carry to be taken up.
    """

    def __init__(self, folder: Path, order: str) -> None:
        self.order = order
        self._folder = folder
        sequences = [_sequence(folder / name) for name in _SLOTS]
        self._newest = max(sequences)
        self._next_slot = sequences.index(min(sequences))

    def save(self, checkpoint: Checkpoint) -> None:
        """Store `checkpoint` in place of the older of the two that are kept.

        Raises:
            OSError: the disk is full or not writable; the checkpoints that were there remain.
            TypeError: the state holds something that is neither a tensor nor JSON.
        """
        self.taken(checkpoint)()

    def taken(self, checkpoint: Checkpoint) -> Callable[[], None]:
        """What stores `checkpoint` as it is now, whatever becomes of its tensors: to be called once, by any thread, and
        to have returned before the next is taken. Raises, and its call raises, what `save` does."""
        tensors, metadata = _copied(checkpoint, self.order, self._newest + 1)

        def store() -> None:
            durable.write(self._folder / _SLOTS[self._next_slot], save_tensors(tensors, metadata=metadata))
            self._newest += 1
            self._next_slot = 1 - self._next_slot

        return store

    def load(self) -> Checkpoint | None:
        """The newest whole checkpoint of this order, or None where there is none.

        A damaged one, and one of another version or order, is passed over in favour of the one before it.
        """
        for name in sorted(_SLOTS, key=lambda name: _sequence(self._folder / name), reverse=True):
            with contextlib.suppress(OSError, ValueError):
                checkpoint = unpacked(durable.read(self._folder / name), self.order)
                if checkpoint is not None:
                    return checkpoint
        return None

    def discard(self) -> None:
        """Remove all checkpoints of a job that no longer needs them."""
        for name in _SLOTS:
            (self._folder / name).unlink(missing_ok=True)


def packed(checkpoint: Checkpoint, order: str, sequence: int = 0) -> bytes:
    """A checkpoint as bytes that hold no code.

    Raises:
        TypeError: the state holds something that is neither a tensor nor JSON.
    """
    tensors, metadata = _copied(checkpoint, order, sequence)
    data: bytes = save_tensors(tensors, metadata=metadata)
    return data


def _copied(checkpoint: Checkpoint, order: str, sequence: int) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Copies of a checkpoint's tensors, and the rest as the metadata beside them."""
    values = {
        "sequence": sequence,
        "format": FORMAT,
        "units": checkpoint.units,
        "seconds": checkpoint.seconds,
        "fraction": checkpoint.fraction,
        "step": checkpoint.step,
        "order": order,
        "state": dict(checkpoint.state.values),
    }
    tensors = {name: _plain_tensor(value) for name, value in checkpoint.state.tensors.items()}
    return tensors, {_METADATA: json.dumps(values)}


def unpacked(data: bytes, order: str) -> Checkpoint | None:
    """What `packed` was given; None where the bytes are no checkpoint of our version and of this `order`."""
    values = _values(data)
    if values is None or values["order"] != order:
        return None
    try:
        state = SessionState(load_tensors(data), values["state"])
    except (ValueError, SafetensorError):
        return None
    return Checkpoint(state, int(values["units"]), float(values["seconds"]), float(values["fraction"]), values["step"])


def _plain_tensor(value: Any) -> torch.Tensor:
    """A contiguous copy on the CPU that shares its memory with no other tensor, as safetensors demands."""
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value)
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"a checkpoint holds tensors, not {type(value).__name__}")
    return value.detach().to("cpu", copy=True).contiguous()


def _sequence(path: Path) -> int:
    try:
        values = _values(durable.read(path))
    except (OSError, ValueError):
        return -1
    return -1 if values is None else int(values["sequence"])


def _values(data: bytes) -> Mapping[str, Any] | None:
    """The scalars of a whole checkpoint of our version, or None."""
    try:
        length = int.from_bytes(data[:8], "little")
        values = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][_METADATA])
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        return None
    return values if {"sequence", "units", "seconds", "fraction", "step", "order", "state"} <= values.keys() else None
