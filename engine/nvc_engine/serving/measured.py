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
        "per_frame_psnr_y": [frame["psnr_y"] for frame in per_frame],
        "per_frame_psnr_yuv": [frame["psnr_yuv"] for frame in per_frame],
    }
    return wire.from_plain(Result, plain)
