"""What `nvc-engine measure --json` prints, as a result of the wire."""

from pathlib import Path
from typing import Any

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Result


def result_of(printed: dict[str, Any], test: str) -> Result:
    """The result for the file `test`, whose size in bytes is taken from the disk.

    Raises:
        WireError, KeyError, TypeError: what was printed is no measurement.
    """
    per_frame = printed["per_frame"]
    path = Path(test)
    plain = {
        "codec": "",
        "preset": "",
        "seconds": 0.0,
        "bytes": path.stat().st_size if path.is_file() else 0,
        **{name: printed[name] for name in ("bpp", "kbps", "frames", "width", "height")},
        **printed["mean"],
        **{f"per_frame_{name}": _values(per_frame, name) for name in ("psnr_y", "psnr_yuv", "ms_ssim", "xpsnr")},
    }
    return wire.from_plain(Result, plain)


def _values(per_frame: list[dict[str, Any]], name: str) -> list[float]:
    """Of each frame; [] where it was not measured."""
    values = [frame[name] for frame in per_frame]
    return [] if None in values else values
