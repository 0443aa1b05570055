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
_LINEAR = "_linear"
AXIS_TITLES = {**METRIC_TITLES, "ssim_linear": "SSIM", "ms_ssim_linear": "MS-SSIM"}
"""What an axis may show: every metric, and similarities also as they are, up to 1."""
_PERFECT_DB = 100.0


def metric_of(axis: str) -> str:
    """The metric that an axis shows."""
    return axis.removesuffix(_LINEAR)


def unit_of(axis: str) -> str:
    """ " dB", or "" where an axis has no unit."""
    return " dB" if AXIS_TITLES[axis].endswith("(dB)") else ""


def on_scale(axis: str, value: float) -> float:
    """A metric's value on the scale of an axis, on which it is drawn and compared."""
    return similarity_db(value) if axis in SIMILARITIES else value


def similarity(level: float) -> float:
    """The similarity whose level in decibels this is: the inverse of `similarity_db`."""
    return 1 - 10 ** (-level / 10)


def similarity_db(value: float) -> float:
    """A similarity up to 1 on the decibel scale, -10 log10(1 - x); 1 itself is held at 100 dB."""
    return _PERFECT_DB if value >= 1 else min(_PERFECT_DB, -10 * math.log10(1 - value))
