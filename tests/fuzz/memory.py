"""What memory a case takes: the peak of this process while it is answered."""

import contextlib
import sys
from pathlib import Path

ADDRESS_SPACE_BYTES = 6 << 30
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def limit_address_space() -> None:
    """Keep this process from taking the whole machine with it, where the system has such a limit."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        taken = _kilobytes("VmSize") << 10
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + ADDRESS_SPACE_BYTES, hard))


class Memory:
    """Resident memory between `begin` and `peak`. On Linux the peak is each case's own; elsewhere, where it cannot be
    set back, it is that of the process so far, and 0 where nobody says."""

    def __init__(self) -> None:
        self._before = 0
        self._own = _CLEAR.exists()

    def begin(self) -> None:
        if self._own:
            try:
                _CLEAR.write_text("5", "ascii")
            except OSError:
                self._own = False
        self._before = _kilobytes("VmRSS") << 10 if self._own else _most_so_far()

    def peak(self) -> tuple[int, int]:
        """Bytes of the whole process at most, and how many of them are more than before."""
        peak = _kilobytes("VmHWM") << 10 if self._own else _most_so_far()
        return peak, peak - self._before


def _kilobytes(name: str) -> int:
    for line in _STATUS.read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise OSError(f"{_STATUS} has no {name}")


def _most_so_far() -> int:
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most << 10
