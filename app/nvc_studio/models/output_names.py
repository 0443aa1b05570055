"""Names of output files from a template with placeholders in braces."""

import re
from dataclasses import dataclass
from pathlib import Path

from nvc_engine.protocol.messages import Goal, GoalKind

NVC_SUFFIX = ".nvc"
DEFAULT_TEMPLATE = "{clip}.{codec}.{preset}.{goal}.nvc"
PLACEHOLDERS = ("clip", "codec", "preset", "goal")

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class OutputParts:
    """What the placeholders stand for."""

    clip: str
    codec: str
    preset: str
    goal: Goal | None


def goal_text(goal: Goal | None) -> str:
    """A goal as it stands in a file name: 0.1bpp, 300kbps, 500kB, 38dB, q4."""
    if goal is None:
        return "default"
    if goal.kind is GoalKind.SIZE:
        return f"{goal.value / 1000:.6g}kB"
    number = f"{goal.value:.6g}"
    return {
        GoalKind.BPP: f"{number}bpp",
        GoalKind.BITRATE: f"{number}kbps",
        GoalKind.PSNR: f"{number}dB",
        GoalKind.QUALITY: f"q{number}",
    }[goal.kind]


def output_path(template: str, source: Path, parts: OutputParts, suffixes: tuple[str, ...] = (NVC_SUFFIX,)) -> Path:
    """The output file that `template` names; a relative one stands beside `source`.

    It gets the first of the codec's `suffixes` where it has none of them; `.nvc` gives way to it.
    """
    values = {
        "clip": parts.clip,
        "codec": parts.codec,
        "preset": parts.preset or "auto",
        "goal": goal_text(parts.goal),
    }
    name = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template.strip() or DEFAULT_TEMPLATE)
    path = source.parent / Path(name).expanduser()
    if path.suffix.lower() in suffixes:
        return path
    stem = path.stem if path.suffix.lower() == NVC_SUFFIX else path.name
    return path.with_name(stem + suffixes[0])


def free_path(path: Path, taken: frozenset[Path] = frozenset()) -> Path:
    """`path`, or the first of `name (2).nvc`, `name (3).nvc` ... that neither exists nor is in `taken`."""
    candidate, number = path, 2
    while candidate in taken or candidate.exists():
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return candidate
