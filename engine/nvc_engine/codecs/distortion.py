"""What decoded frames are worth while an encode is still under way, as the measurement of its file will see them."""

from nvc_engine.media.picture import Picture
from nvc_engine.quality.psnr import psnr, psnr_yuv


def picture_psnr(source: Picture, decoded: Picture) -> float:
    """PSNR-YUV 6:1:1 in dB of two pictures of one size, sampling and depth."""
    pairs = ((source.y, decoded.y), (source.u, decoded.u), (source.v, decoded.v))
    y, u, v = (psnr(first, second, source.bit_depth) for first, second in pairs)
    return psnr_yuv(y, u, v)
