"""How much memory a device has, and what a plan makes of that."""

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import torch

from nvc_engine.errors import UsageError
from nvc_engine.protocol.messages import Plan

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_MEMINFO = Path("/proc/meminfo")


def total_memory(device: str) -> int | None:
    """Bytes that a process here can ever have on "cpu" or "cuda"; None where that cannot be told."""
    if device == "cuda" and torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[1])
    found = []
    with contextlib.suppress(OSError, ValueError, AttributeError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in _LIMITS:
        with contextlib.suppress(OSError, ValueError):  # "max" where there is none
            found.append(int(limit.read_text()))
    return min(found, default=None)


def free_memory(device: str) -> int | None:
    """Bytes that can be had now without taking them from others; None where that cannot be told."""
    if device == "cuda" and torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = _MEMINFO.read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("MemAvailable")).split()[1])
    return None


def peak_memory(device: str) -> int | None:
    """Bytes that this process had at its peak so far; None where that cannot be told."""
    if device == "cuda" and torch.cuda.is_available():
        return int(torch.cuda.max_memory_reserved())
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def check_memory(plan: Plan) -> None:
    """Raises UsageError where an encode as planned needs more memory than its device has."""
    total = total_memory(plan.device)
    if total is not None and plan.peak_memory_bytes > total:
        raise UsageError(
            f"The encode needs about {_gib(plan.peak_memory_bytes)} of memory, and {_owner(plan.device)} has"
            f" {_gib(total)}: choose a smaller preset, a shorter piece of the clip"
            f"{', or the CPU' if plan.device == 'cuda' else ''}."
        )


def with_warning(plan: Plan) -> Plan:
    """The plan, with a warning where memory cannot suffice or may be short."""
    free = free_memory(plan.device)
    try:
        check_memory(plan)
    except UsageError as error:
        return replace(plan, warning=f"{error} {plan.warning}".strip())
    if free is not None and plan.peak_memory_bytes > free:
        short = f"Only {_gib(free)} of memory are free now, and the encode needs about {_gib(plan.peak_memory_bytes)}."
        return replace(plan, warning=f"{short} {plan.warning}".strip())
    return plan


def _gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"


def _owner(device: str) -> str:
    return "the graphics card" if device == "cuda" else "this machine"
