"""A source as bytes by names, so that a machine without our disk can open it."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nvc_engine.protocol.messages import JobRequest


def source_files(request: JobRequest) -> dict[str, bytes]:
    """The file, or the files of the folder, that a job encodes. Raises OSError where they cannot be read."""
    path = Path(request.source)
    if path.is_dir():
        return {f"{path.name}/{each.name}": each.read_bytes() for each in sorted(path.iterdir()) if each.is_file()}
    return {path.name: path.read_bytes()}


def laid_out(request: JobRequest, files: Mapping[str, bytes], folder: Path) -> JobRequest:
    """The request for the same source, laid out in `folder`, where it may be already.

    Raises:
        OSError: the disk is full or not writable.
        ValueError: a name leads out of the folder.
    """
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(f"{name}/{len(data)}/".encode() + hashlib.sha256(data).digest())
    place = folder / digest.hexdigest()[:24]
    for name, data in files.items():
        path = place / name
        if not path.resolve().is_relative_to(place.resolve()):
            raise ValueError(f"the name {name!r} leads out of its folder")
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        beside.write_bytes(data)
        beside.replace(path)
    return replace(request, source=str(place / Path(request.source).name))
