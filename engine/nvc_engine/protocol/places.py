"""Where the studio keeps its data, and how a window finds the engine that runs.

`NVC_HOME` overrides the folder; tests and portable installations use it.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "NVC_HOME"


def home() -> Path:
    """The studio's data folder, created on first use with access for its owner alone."""
    override = os.environ.get(HOME_VARIABLE)
    if override:
        folder = Path(override)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "nvc-studio"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "nvc-studio"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "nvc-studio"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def jobs_folder() -> Path:
    """Where each job keeps its checkpoint, finished units and log (`jobs/<id>/`)."""
    folder = home() / "jobs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def database() -> Path:
    """The SQLite file that is the one truth for jobs and results."""
    return home() / "studio.sqlite"


@dataclass(frozen=True)
class EngineAddress:
    """How to reach the running engine: `address` of a `multiprocessing.connection` listener and its key."""

    address: str
    authkey: bytes
    pid: int
    protocol_version: int


def address_file() -> Path:
    return home() / "engine.json"


def read_address() -> EngineAddress | None:
    """The running engine's address, or None where none is announced or its file is damaged."""
    try:
        fields = json.loads(address_file().read_text("utf-8"))
        return EngineAddress(
            address=str(fields["address"]),
            authkey=bytes.fromhex(fields["authkey"]),
            pid=int(fields["pid"]),
            protocol_version=int(fields["protocol_version"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_address(address: EngineAddress) -> None:
    """Announce the engine: written beside and renamed, readable by its owner alone."""
    target = address_file()
    beside = target.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(
            {
                "address": address.address,
                "authkey": address.authkey.hex(),
                "pid": address.pid,
                "protocol_version": address.protocol_version,
            },
            file,
        )
    beside.replace(target)
