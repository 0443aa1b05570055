"""A measurement in the words of the wire."""

from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Result
from nvc_engine.quality.measure import Measurement


def result_of(measurement: Measurement, test: ClipInfo, *, preset: str = "", seconds: float = 0.0) -> Result:
    """The `Result` of a finished file: `test` are its facts, `seconds` what its encode took."""
    mean = measurement.mean
    return Result(
        bytes=test.byte_count,
        bpp=measurement.bpp,
        kbps=measurement.kbps,
        frames=measurement.frames,
        width=test.width,
        height=test.height,
        codec=test.codec,
        preset=preset,
        seconds=seconds,
        psnr_y=mean.psnr_y,
        psnr_u=mean.psnr_u,
        psnr_v=mean.psnr_v,
        psnr_yuv=mean.psnr_yuv,
        psnr_rgb=mean.psnr_rgb,
        ms_ssim=mean.ms_ssim,
        track_bytes=test.track_byte_count,
        per_frame_psnr_y=measurement.psnr_y,
        per_frame_psnr_yuv=measurement.psnr_yuv,
        frame_bytes=test.frame_bytes,
    )
