"""The metrics as axes and tables call them, and the scale on which they are drawn and compared."""

import math

METRIC_TITLES = {
    "psnr_yuv": "PSNR-YUV 6:1:1 (dB)",
    "psnr_y": "PSNR-Y (dB)",
    "psnr_u": "PSNR-U (dB)",
    "psnr_v": "PSNR-V (dB)",
    "psnr_rgb": "PSNR-RGB (dB)",
    "ssim": "SSIM (dB)",
    "ms_ssim": "MS-SSIM (dB)",
    "xpsnr": "XPSNR (dB)",
    "vmaf": "VMAF",
}
"""What axes and tables call the metrics; similarities are drawn as -10 log10(1 - x)."""

SIMILARITIES = ("ssim", "ms_ssim")
_PERFECT_DB = 100.0


def on_scale(metric: str, value: float) -> float:
    """A metric's value on the scale on which it is drawn and compared."""
    return similarity_db(value) if metric in SIMILARITIES else value


def similarity_db(value: float) -> float:
    """A similarity up to 1 on the decibel scale, -10 log10(1 - x); 1 itself is held at 100 dB."""
    return _PERFECT_DB if value >= 1 else min(_PERFECT_DB, -10 * math.log10(1 - value))
