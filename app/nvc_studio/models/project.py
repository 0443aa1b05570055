"""A project: the sources in view, how they are looked at, and what the encode panel says, as a JSON file."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from nvc_engine.protocol.documents import read_document
from nvc_engine.protocol.messages import RawSpec
from nvc_engine.protocol.user_presets import UserPreset
from nvc_engine.protocol.wire import to_plain
from nvc_studio.models.source_library import Opening
from nvc_studio.translation import tr

SUFFIX = ".nvcproj"
FORMAT = "nvc-studio-project"
VERSION = 1


class ProjectError(Exception):
    """A project cannot be read; the text is a sentence for a person."""


@dataclass(frozen=True)
class ProjectSource:
    """A clip and how it was opened; see `Opening`."""

    path: str
    raw: RawSpec | None = None
    matrix: str = ""
    full_range: bool | None = None


@dataclass(frozen=True)
class ViewState:
    """How the pictures are looked at. `zoom` is in device pixels a picture pixel, None: fitted; `x` and `y` the point
    in the middle, as fractions."""

    frame: int = 0
    mode: str = ""
    zoom: float | None = None
    x: float = 0.5
    y: float = 0.5
    gain: int = 1
    divider: float = 0.5


@dataclass(frozen=True)
class Project:
    """What a window is working on."""

    sources: tuple[ProjectSource, ...] = ()
    view: ViewState = field(default_factory=ViewState)
    encode: UserPreset | None = None
    job: str = ""
    format: str = FORMAT
    version: int = VERSION


def source_of(opening: Opening) -> ProjectSource:
    """How a clip was opened, as a project keeps it."""
    return ProjectSource(str(opening.path), opening.raw, opening.matrix, opening.full_range)


def opening_of(source: ProjectSource) -> Opening:
    """How to open a project's clip."""
    return Opening(Path(source.path), source.raw, source.matrix, source.full_range)


def project_bytes(project: Project, folder: Path | None = None) -> bytes:
    """A project as the text of a file in `folder`; clips in or below it are named from there, so that they can be moved
    together. None: by whole paths."""
    if folder is not None:
        project = replace(project, sources=tuple(_from(folder, source) for source in project.sources))
    return (json.dumps(to_plain(project), indent=2) + "\n").encode("utf-8", "backslashreplace")


def read_project(path: Path) -> Project:
    """The project in a file.

    Raises:
        ProjectError: it is none, of a newer version, or cannot be read.
    """
    try:
        project = read_document(path, Project)
    except OSError as error:
        raise ProjectError(tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error)) from error
    except ValueError as error:
        raise ProjectError(
            tr("{name} is no project of NVC Studio, or is damaged: {reason}.", name=path.name, reason=error)
        ) from error
    if project.format != FORMAT or project.version > VERSION:
        raise ProjectError(tr("{name} is no project that this version of the studio can open.", name=path.name))
    folder = path.absolute().parent
    return replace(
        project, sources=tuple(replace(source, path=str(folder / source.path)) for source in project.sources)
    )


def _from(folder: Path, source: ProjectSource) -> ProjectSource:
    path = Path(source.path)
    return replace(source, path=path.relative_to(folder).as_posix()) if path.is_relative_to(folder) else source
