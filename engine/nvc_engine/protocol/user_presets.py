"""Presets of the user's own: a codec, its preset, settings, goal and time under a name, in one JSON file.

The studio's window keeps them in `places.home()`; `nvc-engine encode --saved NAME` takes them from there, and a file
of them can be handed to others.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nvc_engine.errors import EngineError
from nvc_engine.protocol import places
from nvc_engine.protocol.documents import read_document
from nvc_engine.protocol.messages import Goal, Scalar
from nvc_engine.protocol.wire import to_plain

FORMAT = "nvc-studio-presets"
VERSION = 1


class PresetFileError(EngineError):
    """A file of presets cannot be read; the text is a sentence for a person."""


@dataclass(frozen=True)
class UserPreset:
    """What an encode is put together of, but for the clip and the file."""

    name: str
    codec: str
    preset: str = ""
    settings: dict[str, Scalar] = field(default_factory=dict)
    goal: Goal | None = None
    minutes: float | None = None
    epochs: int | None = None


@dataclass(frozen=True)
class _File:
    format: str
    version: int
    presets: tuple[UserPreset, ...]


def presets_file() -> Path:
    """Where the studio keeps them."""
    return places.home() / "presets.json"


def to_json(presets: Iterable[UserPreset]) -> bytes:
    """Presets as the text of a file."""
    plain = to_plain(_File(FORMAT, VERSION, tuple(presets)))
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def read_presets(path: Path) -> tuple[UserPreset, ...]:
    """The presets of a file, none where it is not there.

    Raises:
        PresetFileError: it is no file of presets, of a newer version, or cannot be read.
    """
    try:
        found = read_document(path, _File)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise PresetFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise PresetFileError(f"{path.name} is no file of presets: {error}.") from error
    if found.format != FORMAT or found.version > VERSION:
        raise PresetFileError(f"{path.name} is no file of presets that this version of the studio can read.")
    return found.presets


def find_preset(name: str) -> UserPreset:
    """The user's preset of that name.

    Raises:
        PresetFileError: there is none.
    """
    presets = read_presets(presets_file())
    for preset in presets:
        if preset.name == name:
            return preset
    known = ", ".join(f"“{preset.name}”" for preset in presets) or "none yet"
    raise PresetFileError(f"There is no preset “{name}” of yours; there are: {known}.")
