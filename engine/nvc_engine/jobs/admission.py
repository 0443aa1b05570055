"""What can be refused about an encode before any work is done."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from nvc_engine.errors import EngineError
from nvc_engine.media.output import part_of
from nvc_engine.protocol.messages import JobRequest


class RefusedError(EngineError):
    """The encode cannot be done as it was ordered."""


def check_output(output: Path, *, overwrite: bool) -> None:
    """See that a file may be written at `output`.

    Raises:
        RefusedError: its folder is not there or not writable, or something is there that may not be overwritten.
    """
    folder = output.absolute().parent
    if not folder.is_dir():
        raise RefusedError(f"The output folder {folder} does not exist: make it first, or choose another one.")
    if output.is_dir():
        raise RefusedError(f"{output} is a folder: name the file that is to be written.")
    if output.exists() and not output.is_file():
        raise RefusedError(f"{output} is no plain file and cannot be replaced by one: choose another name.")
    if output.exists() and not overwrite:
        raise RefusedError(f"{output} exists already: choose another name, or allow it to be overwritten (-y).")
    try:
        with tempfile.TemporaryFile(dir=folder), contextlib.suppress(FileNotFoundError):
            part_of(output).lstat()  # a name that is too long for it is refused now, not after hours of work
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise RefusedError(f"The name {output.name} is too long for its folder: choose a shorter one.") from error
        raise RefusedError(
            f"The output folder {folder} cannot be written ({error.strerror or error}): choose another one."
        ) from error


def check_places(request: JobRequest, *, overwrite: bool) -> None:
    """See that source and output of an encode can stand as they are; nothing is opened yet.

    Raises:
        RefusedError: the source is not there, it is the output itself, or the output cannot be written; or it is no
            encode at all.
    """
    if request.training:
        raise RefusedError("Only a terminal trains a codec's weights: see `nvc-engine train --help`.")
    source, output = Path(request.source), Path(request.output)
    if not source.exists():
        raise RefusedError(f"There is no file or folder {source}.")
    if output.exists() and os.path.samefile(source, output):
        raise RefusedError(f"{output} is the source itself: choose another name for the result.")
    check_output(output, overwrite=overwrite)
