"""What several benchmarks need of the studio: its terminal, and the size of a file's pictures alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from nvc_engine.media.opening import open_video


def engine(*arguments: str) -> dict[str, Any]:
    """What a verb of the terminal prints with --json."""
    done = subprocess.run(
        [sys.executable, "-m", "nvc_engine", *arguments, "--json"], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def picture_bpp(path: Path, pixels: int) -> float:
    """Bits per pixel of the coded frames alone, without the container."""
    clip = open_video(path)
    clip.close()
    return sum(clip.info.frame_bytes) * 8 / pixels
