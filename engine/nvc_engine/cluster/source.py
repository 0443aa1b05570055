"""A source as bytes by names, so that a machine without our disk can open it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nvc_engine.protocol.messages import JobRequest


def source_bytes(request: JobRequest) -> int:
    """How many bytes `source_files` would read. Raises OSError where the source is not there."""
    path = Path(request.source)
    return sum(each.stat().st_size for each in (path.iterdir() if path.is_dir() else (path,)) if each.is_file())


def source_files(request: JobRequest) -> dict[str, bytes]:
    """The file, or the files of the folder, that a job encodes. Raises OSError where they cannot be read."""
    path = Path(request.source)
    if path.is_dir():
        return {f"{path.name}/{each.name}": each.read_bytes() for each in sorted(path.iterdir()) if each.is_file()}
    return {path.name: path.read_bytes()}


def laid_out(request: JobRequest, files: Mapping[str, bytes], folder: Path) -> JobRequest:
    """The request for the same source, laid out in `folder`.

    Raises:
        OSError: the disk is full or not writable.
        ValueError: a name leads out of the folder.
    """
    for name, data in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"the name {name!r} leads out of its folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return replace(request, source=str(folder / Path(request.source).name))
