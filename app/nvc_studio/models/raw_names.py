"""Guess how to read a raw YUV file: from its name, `street_1920x1080_60_10b_420.yuv`, and from how others were read."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nvc_engine.protocol.messages import RawSpec

RAW_SUFFIXES = frozenset({".yuv", ".raw"})
PIXEL_FORMATS = (
    "yuv420p",
    "yuv422p",
    "yuv444p",
    "nv12",
    "yuv420p10le",
    "yuv422p10le",
    "yuv444p10le",
    "gray",
)

_SIZE = re.compile(r"(?<!\d)(\d{2,5})[xX*](\d{2,5})(?!\d)")
_RATE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?(?:fps|hz|p)(?![a-z\d])", re.IGNORECASE)
_BARE_RATE = re.compile(r"[_\-. ](15|23\.98|23\.976|24|25|29\.97|30|48|50|59\.94|60|100|120)(?=[_\-. ]|$)")
_DEPTH = re.compile(r"(?<!\d)10 ?(?:b|bit|bits|bpc|le)(?![a-z\d])|p10(?!\d)", re.IGNORECASE)
_SAMPLING = re.compile(r"(?<!\d)(4[:_-]?2[:_-]?0|4[:_-]?2[:_-]?2|4[:_-]?4[:_-]?4|400)(?:p|(?!\d))", re.IGNORECASE)
_NAMED_SIZES = {"qcif": (176, 144), "cif": (352, 288), "4cif": (704, 576), "720p": (1280, 720), "1080p": (1920, 1080)}
_USUAL_RATE = "25/1"
_NTSC = {"23.98": "24000/1001", "23.976": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}


def is_raw(path: Path) -> bool:
    """Whether a file is raw pictures by its name, so that its layout must be asked for."""
    return path.suffix.lower() in RAW_SUFFIXES


def guess_raw(path: Path) -> RawSpec | None:
    """The layout that a file's name tells, or None where it does not even tell the size."""
    stem = path.stem
    size = _size(stem)
    if size is None:
        return None
    rest = _without_size(stem)
    return RawSpec(width=size[0], height=size[1], pixel_format=_pixel_format(rest), rate=_rate(rest) or _USUAL_RATE)


def recall_raw(path: Path, byte_count: int, layouts: Iterable[RawSpec]) -> RawSpec | None:
    """The first of `layouts` of which a file of `byte_count` bytes is a whole number of frames and with which its name
    agrees in all that it tells; a rate that the name tells goes before the layout's. None where there is none."""
    size, rest = _size(path.stem), _without_size(path.stem)
    for layout in layouts:
        fits = byte_count > 0 and byte_count % raw_frame_bytes(layout) == 0
        if fits and size in (None, (layout.width, layout.height)) and _agrees(rest, layout.pixel_format):
            return replace(layout, rate=_rate(rest) or layout.rate)
    return None


def raw_frame_bytes(spec: RawSpec) -> int:
    """Bytes of one frame in `spec`'s layout, odd sizes rounded up in the chroma planes."""
    luma = spec.width * spec.height
    half_width, half_height = (spec.width + 1) // 2, (spec.height + 1) // 2
    name = spec.pixel_format
    if name.startswith("gray"):
        samples = luma
    elif "444" in name:
        samples = 3 * luma
    elif "422" in name:
        samples = luma + 2 * half_width * spec.height
    else:
        samples = luma + 2 * half_width * half_height
    return samples * (2 if "10" in name else 1)


def _size(stem: str) -> tuple[int, int] | None:
    if match := _SIZE.search(stem):
        return int(match[1]), int(match[2])
    for word in re.split(r"[_\-. ]", stem.lower()):
        if word in _NAMED_SIZES:
            return _NAMED_SIZES[word]
    return None


def _without_size(stem: str) -> str:
    return _SIZE.sub("", stem, count=1)


def _rate(rest: str) -> str:
    """What a name tells of the rate, or ""."""
    match = _RATE.search(rest) or _BARE_RATE.search(rest)
    if match is None:
        return ""
    if match[1] in _NTSC:
        return _NTSC[match[1]]
    number = float(match[1])
    if not 1 <= number <= 240:
        return ""
    return f"{round(number)}/1" if number == round(number) else f"{round(number * 1000)}/1000"


def _pixel_format(rest: str) -> str:
    if "nv12" in rest.lower():
        return "nv12"
    digits = _sampling(rest) or "420"
    if digits == "400":
        return "gray"
    return f"yuv{digits}p" + ("10le" if _DEPTH.search(rest) else "")


def _sampling(rest: str) -> str:
    """The digits of the sampling that a name tells, or ""."""
    sampling = _SAMPLING.search(rest)
    return re.sub(r"\D", "", sampling[1]) if sampling else ""


def _agrees(rest: str, pixel_format: str) -> bool:
    """Whether a name tells nothing else than `pixel_format`."""
    if "nv12" in rest.lower():
        return pixel_format == "nv12"
    deep, sampling = "10" in pixel_format, _sampling(rest)
    own = {"gray": "400", "nv12": "420"}.get(pixel_format) or pixel_format.removeprefix("yuv")[:3]
    return sampling in ("", own) and (deep or not _DEPTH.search(rest))
