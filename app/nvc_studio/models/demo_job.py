"""The demo's one encode: the sample clip with NVRC, in about a minute."""

from pathlib import Path

from nvc_engine.protocol.messages import JobRequest
from nvc_studio.assets import asset

DEMO_MINUTES = 0.8
SAMPLE = "sample.mkv"


def demo_request(folder: Path) -> JobRequest:
    """The order: the shipped sample into `folder`/sample.nvc, replacing an earlier one."""
    return JobRequest(
        source=str(asset(SAMPLE)),
        output=str(folder / "sample.nvc"),
        codec="nvrc",
        minutes=DEMO_MINUTES,
        overwrite=True,
    )
