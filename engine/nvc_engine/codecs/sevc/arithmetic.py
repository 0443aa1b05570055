"""The two profiles' arithmetic: float64 for every machine, float32 for the machine that made the file."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from nvc_engine.codecs.sevc.records import Machine, Profile
from nvc_engine.errors import EngineError

DTYPES = {Profile.PORTABLE: torch.float64, Profile.FAST: torch.float32}


def this_machine(device: torch.device) -> Machine:
    """What float32 results hang on here: torch, instructions, processor and threads."""
    if device.type == "cuda":
        return Machine(f"torch {torch.__version__}, {torch.cuda.get_device_name(device)}", 1)
    parts = [f"torch {torch.__version__}", torch.backends.cpu.get_cpu_capability(), _processor()]
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA", "")
    return Machine(", ".join(parts + ([f"oneDNN {limit}"] if limit else [])), torch.get_num_threads())


def check_machine(made: Machine | None, device: torch.device) -> None:
    """Raises EngineError where a unit of the fast profile was made elsewhere; the portable one has no machine."""
    here = this_machine(device)
    if made is not None and made.arithmetic != here.arithmetic:
        raise EngineError(
            f"This file was made with SEVC's fast profile and decodes only where it was made ({made.arithmetic}); this"
            f" is {here.arithmetic}. Encode the clip with the portable profile instead."
        )


@contextmanager
def computing(machine: Machine | None) -> Iterator[None]:
    """Run networks as a unit needs it: without gradients, repeatably, with the number of threads that made it."""
    threads = torch.get_num_threads()
    cudnn = (torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = True, False
    if machine is not None and machine.threads != threads:
        torch.set_num_threads(machine.threads)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = cudnn
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


def memory_bytes(device: torch.device) -> int | None:
    """All memory of a device, or None where the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _processor() -> str:
    """The processor's name, as far as the system says it."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()[:120]
    return (platform.processor() or platform.machine())[:120]
