"""What can be wrong with a `.nvc`, in sentences for a person."""

from nvc_engine.errors import EngineError


class ContainerError(EngineError):
    """The file cannot be opened as `.nvc`, or what was to be written does not fit one."""


class NewerFileError(ContainerError):
    """The file was made by a newer version of the program and holds what this one does not understand."""


class DamagedUnitError(ContainerError):
    """A unit's bytes are damaged or missing; `first`..`stop` are the frames that are lost with it."""

    def __init__(self, sentence: str, first: int, stop: int) -> None:
        super().__init__(sentence)
        self.first = first
        self.stop = stop


class MalformedError(Exception):
    """Bytes that do not follow the format; the reader of the file turns it into one of the errors above."""
