"""How fast this machine trains a codec: measured once in about a second and kept in the studio's folder.

Small operations use a machine badly: beside an overhead, a training step is taken to last as its multiply-accumulates
to the power of 0.77, which fits networks of 0.03 to 2 GMAC a step within 20 %.
"""

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from nvc_engine.protocol.places import home

FILE = "speed.json"
EXPONENT = 0.77
_GIGA = 1e9


@dataclass(frozen=True)
class StepSpeed:
    """Seconds of a step that does next to nothing, and what a GMAC of work adds to that."""

    overhead: float
    gmac_seconds: float

    def work_seconds(self, macs: float) -> float:
        """What so many multiply-accumulates take beside the overhead."""
        return float(self.gmac_seconds * (macs / _GIGA) ** EXPONENT)

    @classmethod
    def fitted(cls, small: tuple[float, float], large: tuple[float, float]) -> "StepSpeed":
        """The speed under which a small and a large step, each (MACs, seconds), take what they took."""
        span = (large[0] / _GIGA) ** EXPONENT - (small[0] / _GIGA) ** EXPONENT
        gmac_seconds = max(large[1] - small[1], 0.02 * large[1]) / span
        work = gmac_seconds * (small[0] / _GIGA) ** EXPONENT
        return cls(max(small[1] - work, 0.02 * small[1]), gmac_seconds)


def known_speed(codec: str, device: str) -> StepSpeed | None:
    """What was measured here for a codec on a device, with this torch, or None."""
    try:
        found = _read()[_key(codec, device)]
        speed = StepSpeed(float(found["overhead"]), float(found["gmac_seconds"]))
    except (KeyError, TypeError, ValueError):
        return None
    return speed if speed.overhead > 0 and speed.gmac_seconds > 0 else None


def learn_speed(codec: str, device: str, measure: Callable[[str], StepSpeed]) -> None:
    """Measure and keep the speed where it is not known; a folder that cannot be written to costs the memory of it."""
    if known_speed(codec, device) is None:
        kept = {**_read(), _key(codec, device): asdict(measure(device))}
        with contextlib.suppress(OSError):
            beside = _path().with_suffix(f".{os.getpid()}.part")
            beside.write_text(json.dumps(kept, indent=1), "utf-8")
            beside.replace(_path())


def _read() -> dict[str, dict[str, float]]:
    try:
        kept = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _path() -> Path:
    return home() / FILE


def _key(codec: str, device: str) -> str:
    name = torch.cuda.get_device_name() if device == "cuda" else torch.backends.cpu.get_cpu_capability()
    return f"{codec} {device} {name} torch {torch.__version__}"
