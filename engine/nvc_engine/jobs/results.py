"""A measurement as the result of a job."""

from dataclasses import asdict, replace

from nvc_engine.codecs.goals import missed_goal
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, Result
from nvc_engine.quality.measure import Measurement


def result_of(
    found: Measurement, info: ClipInfo, codec: str, preset: str, seconds: float, goal: Goal | None = None
) -> Result:
    """What `found` says about the file with these facts.

    Args:
        seconds: what the encode took.
        goal: what was asked of it; a note says where it was missed.
    """
    result = Result(
        bytes=info.byte_count,
        bpp=found.bpp,
        kbps=found.kbps,
        frames=found.frames,
        width=found.width,
        height=found.height,
        codec=codec,
        preset=preset,
        seconds=seconds,
        **asdict(found.mean),
        track_bytes=info.track_byte_count,
        per_frame_psnr_y=found.values("psnr_y"),
        per_frame_psnr_yuv=found.values("psnr_yuv"),
        per_frame_ms_ssim=found.values("ms_ssim"),
        per_frame_xpsnr=found.values("xpsnr"),
        frame_bytes=info.frame_bytes,
    )
    missed = missed_goal(goal, result)
    return replace(result, notes=(missed,)) if missed else result
