"""What an error means to the person whose encode it has ended."""

import errno

import torch

from nvc_engine.errors import EngineError

_MEMORY_WORDS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


def sentence(error: BaseException, device: str) -> str:
    """One sentence for `error`, which ended an encode on `device`: what happened and what to do."""
    if isinstance(error, EngineError):
        return str(error)
    if is_out_of_memory(error):
        where = "the graphics card" if device == "cuda" else "this machine"
        advice = (
            "a smaller preset, or the CPU" if device == "cuda" else "a smaller preset or a shorter piece of the clip"
        )
        return f"The encode needs more memory than {where} has left: choose {advice}, and retry."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full ({error.filename or 'while writing'}): free some space and retry."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used ({error.strerror}): see to it and retry."
    return (
        f"The job was ended by an error in the studio itself ({type(error).__name__}: {_first_line(error)}):"
        " the job's log says more; please report it."
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory, of the machine or of the graphics card, has run out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _MEMORY_WORDS)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or ["no more is known"])[0][:200]
