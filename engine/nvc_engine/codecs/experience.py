"""What encodes on this machine came to beside their plans, and plans that learn from it.

A plan is made from models of codec and machine. Where encodes of the same codec, preset and device have been done here,
it is corrected by them: memory by what it was off; time by how many times it was off, or, where the time is given, by
what writing the units took beside it; the size, where no rate was asked for, by a line through what files of different
lengths took (a first frame or a network, and so much for each further frame), else by how many times it was off.
"""

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import linear_regression, median

import torch

from nvc_engine.codecs.contract import Codec, EncodeOrder, FileCodec
from nvc_engine.codecs.machine_memory import with_warning
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import GoalKind, Plan
from nvc_engine.protocol.places import home

FILE = "experience.json"
MOST_OUTCOMES = 8
_RATES = (GoalKind.BPP, GoalKind.BITRATE, GoalKind.SIZE)


@dataclass(frozen=True)
class Outcome:
    """An encode beside its uncorrected plan. `pixels` of all frames; `memory` 0 where it was not measured; `bytes` 0
    where a rate was asked for, `planned_bytes` also where the plan named none."""

    pixels: int
    planned_seconds: float
    seconds: float
    planned_memory: int
    memory: int
    planned_bytes: int
    bytes: int


def plan_with_experience(codec: Codec | FileCodec, info: ClipInfo, order: EncodeOrder) -> Plan:
    """The codec's plan, corrected by what was learned here, with a warning where memory is short."""
    plan = codec.plan(info, order)
    known = _read().get(_key(codec, order), ())
    return with_warning(_corrected(plan, known, timed=_timed(codec, order), rated=_rated(order)) if known else plan)


def learn(codec: Codec | FileCodec, info: ClipInfo, order: EncodeOrder, seconds: float, memory: int, size: int) -> None:
    """Keep what an encode came to: seconds of the encode itself, bytes of memory at the peak (0: not known), and of the
    file. A folder that cannot be written costs the memory of it."""
    plan = codec.plan(info, order)
    unrated = not _rated(order)
    outcome = Outcome(
        plan.frames * plan.width * plan.height,
        plan.seconds,
        seconds,
        plan.peak_memory_bytes,
        memory,
        plan.bytes or 0 if unrated else 0,
        size if unrated else 0,
    )
    kept, key = _read(), _key(codec, order)
    kept[key] = [*kept.get(key, []), outcome][-MOST_OUTCOMES:]
    with contextlib.suppress(OSError):
        beside = _path().with_suffix(f".{os.getpid()}.part")
        plain = {name: [asdict(each) for each in outcomes] for name, outcomes in kept.items()}
        beside.write_text(json.dumps(plain, indent=1), "utf-8")
        beside.replace(_path())


def _corrected(plan: Plan, known: Sequence[Outcome], *, timed: bool, rated: bool) -> Plan:
    pixels = plan.frames * plan.width * plan.height
    if timed:
        beside = median((each.seconds - each.planned_seconds) / each.pixels for each in known)
        seconds = max(plan.seconds / 2, plan.seconds + beside * pixels)
    else:
        seconds = plan.seconds * _times(known, lambda each: (each.seconds, each.planned_seconds))
    measured = [each.memory - each.planned_memory for each in known if each.memory]
    memory = max(plan.peak_memory_bytes // 4, plan.peak_memory_bytes + round(median(measured or [0])))
    size, bpp = plan.bytes, plan.bpp
    if not rated:
        size = _size(plan, known, pixels)
        bpp = None if size is None else 8 * size / pixels
    note = f"Corrected by {len(known)} encode{'s' if len(known) > 1 else ''} done here."
    return replace(plan, seconds=seconds, peak_memory_bytes=memory, bytes=size, bpp=bpp, notes=(*plan.notes, note))


def _size(plan: Plan, known: Sequence[Outcome], pixels: int) -> int | None:
    """Bytes of a file at the codec's default, or the given quality."""
    points = [(each.pixels, each.bytes) for each in known if each.bytes]
    if len({length for length, _ in points}) > 1:
        slope, base = linear_regression(*zip(*points, strict=True))
        if slope >= 0 and base >= 0:
            return round(base + slope * pixels)
    if plan.bytes is None:
        return round(median(size / length for length, size in points) * pixels) if points else None
    return round(plan.bytes * _times(known, lambda each: (each.bytes, each.planned_bytes)))


def _times(known: Sequence[Outcome], pair: Callable[[Outcome], tuple[float, float]]) -> float:
    """How many times the plan reality was, in the middle; 1 where nothing is known of it."""
    found = [real / planned for real, planned in map(pair, known) if real > 0 and planned > 0]
    return median(found) if found else 1.0


def _timed(codec: Codec | FileCodec, order: EncodeOrder) -> bool:
    """Whether the person gives the time."""
    return codec.facts().trains and order.epochs is None


def _rated(order: EncodeOrder) -> bool:
    return order.goal is not None and order.goal.kind in _RATES


def _read() -> dict[str, list[Outcome]]:
    try:
        kept = json.loads(_path().read_text("utf-8"))
        return {str(name): [Outcome(**each) for each in outcomes] for name, outcomes in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _path() -> Path:
    return home() / FILE


def _key(codec: Codec | FileCodec, order: EncodeOrder) -> str:
    device = torch.cuda.get_device_name() if order.device == "cuda" else torch.backends.cpu.get_cpu_capability()
    length = "timed" if _timed(codec, order) else "counted"
    return f"{codec.name} {order.preset} {length} {order.device} {device} torch {torch.__version__}"
