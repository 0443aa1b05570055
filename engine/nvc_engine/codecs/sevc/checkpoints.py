"""Reading a published checkpoint without trusting it (specs/sevc.md, 13).

Such files are pickles. `torch.load` is asked for plain data only; as that still lets a file call what allocates at
will, the file may name nothing but what tensors are made of. Nothing is taken from it but tensors.
"""

import pickletools
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import torch
from torch import Tensor

from nvc_engine.errors import EngineError

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
        raise CheckpointError(f"{path} takes {size / 2**30:.1f} GiB; a checkpoint of SEVC takes less than 1 GiB.")


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
