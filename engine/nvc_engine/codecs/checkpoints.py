"""Reading a published checkpoint without trusting it (specs/sevc.md, 13), and files of tensors of our own.

Such files are pickles. `torch.load` is asked for plain data only; as that still lets a file call what allocates at
will, the file may name nothing but what tensors are made of. Nothing is taken from it but tensors.

Our own files are safetensors; they hold no code and load by mapping.
"""

import hashlib
import os
import pickletools
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from nvc_engine.errors import EngineError
from nvc_engine.media.output import flush_file, flush_folder

MAX_BYTES = 2 << 30
_ALLOWED = frozenset(
    {"collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter"}
    | {f"torch {kind}Storage" for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Byte", "Bool")}
)
_NAMING_OPCODES = frozenset({"GLOBAL", "STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"})
_LEGACY_PICKLES = 5
_WRAPPINGS = ("state_dict", "net")
_PREFIX = "module."


class CheckpointError(EngineError):
    """The file cannot be taken as a checkpoint."""


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """Tensors of a checkpoint by their keys, out of whatever wrapping they were published in.

    A "state_dict" within the file is taken where there is one, then a "net" within that; a leading "module." of keys
    is removed. Which keys and shapes there are is not checked here.

    Raises:
        CheckpointError: missing, damaged, too large, holding or calling anything but plain data, or no tensors by keys.
    """
    _refuse_large(path)
    try:
        _refuse_callers(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (EngineError, MemoryError):
        raise
    except Exception as error:  # a damaged pickle fails in any way
        raise CheckpointError(
            f"{path} cannot be read as a checkpoint: it is damaged, or not made by torch.save."
        ) from error
    for wrapping in _WRAPPINGS:
        if isinstance(content, Mapping) and wrapping in content:
            content = content[wrapping]
    if not isinstance(content, Mapping) or not content:
        raise CheckpointError(f"{path} holds no weights: a checkpoint has tensors by their keys.")
    return {_key(path, key): _tensor(path, key, value) for key, value in content.items()}


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by their keys of a file that a person brings: safetensors by its name, else a checkpoint.

    Raises:
        CheckpointError: see `read_checkpoint`.
    """
    if path.suffix == ".safetensors":
        _refuse_large(path)
        return load_tensors(path)
    return read_checkpoint(path)


@dataclass(frozen=True)
class Kept:
    """A file that an import has left, and the SHA-256 of its weights."""

    path: Path
    digest: str


def digest(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of weights by key, whatever file they are in."""
    hasher = hashlib.sha256()
    for key in sorted(tensors):
        hasher.update(key.encode() + b"\0")
        hasher.update(tensors[key].detach().cpu().numpy().tobytes())
    return hasher.hexdigest()


def save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> str:
    """Write safetensors beside, flush them to the disk and rename; returns the digest, which the file carries, too."""
    own = digest(tensors)
    beside = path.with_suffix(f".{os.getpid()}.part")
    try:
        save_file({key: tensor.detach().contiguous() for key, tensor in tensors.items()}, beside, {"sha256": own})
        flush_file(beside)
        beside.replace(path)
        flush_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    return own


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors of a file of safetensors.

    Raises:
        CheckpointError: it cannot be read, or its tensors are not those of the digest that it carries.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - it is no mapping
            stated = (file.metadata() or {}).get("sha256")
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as safetensors: it is damaged, or something else.") from error
    if stated is not None and stated != digest(tensors):
        raise CheckpointError(f"{path} is damaged: its weights are not those that it was written with.")
    return tensors


def _key(path: Path, key: object) -> str:
    if not isinstance(key, str):
        raise CheckpointError(f"{path} holds a weight whose key is no text.")
    return key.removeprefix(_PREFIX)


def _tensor(path: Path, key: str, value: object) -> Tensor:
    if not isinstance(value, Tensor) or value.layout is not torch.strided or value.device.type != "cpu":
        raise CheckpointError(f"{path} holds under {key!r} something else than a plain tensor.")
    return value.detach()


def _refuse_large(path: Path) -> None:
    try:
        size = path.stat().st_size
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                size = max(size, sum(entry.file_size for entry in archive.infolist()))
    except (OSError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is damaged'}."
        ) from error
    if size > MAX_BYTES:
        raise CheckpointError(f"{path} takes {size / 2**30:.1f} GiB; the studio reads no such checkpoint.")


def _refuse_callers(path: Path) -> None:
    """Look through the pickles without running them."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            for _ in range(_LEGACY_PICKLES):
                _refuse_names(path, stream)
        return
    with zipfile.ZipFile(path) as archive:
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise CheckpointError(f"{path} is an archive, but not one that torch.save makes.")
        with archive.open(pickles[0]) as stream:
            _refuse_names(path, stream)


def _refuse_names(path: Path, stream: IO[bytes]) -> None:
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name in _NAMING_OPCODES and argument not in _ALLOWED:
                raise CheckpointError(
                    f"{path} would run {str(argument or 'code').replace(' ', '.')} to be read; it is refused. A"
                    " checkpoint needs tensors alone: save it anew with torch.save(network.state_dict(), FILE)."
                )
    except (ValueError, IndexError, struct.error, UnicodeError) as error:
        raise CheckpointError(f"{path} is no checkpoint, or a damaged one.") from error
