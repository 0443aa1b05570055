"""Y4M, written by hand: a line of text, then the planes as they are."""

from collections.abc import Iterable
from typing import IO, BinaryIO

import numpy as np

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.media.rational import in_32_bits


def colour_space_tag(chroma: Chroma, bit_depth: int) -> str:
    """The value of the header's C field; 8-bit 4:2:0 says that chroma is left-sited."""
    if chroma is Chroma.GRAY:
        return "mono" if bit_depth == 8 else f"mono{bit_depth}"
    if bit_depth == 8:
        return {Chroma.C420: "420mpeg2"}.get(chroma, chroma.value)
    return f"{chroma.value}p{bit_depth}"


def write_y4m(file: BinaryIO, pictures: Iterable[Picture], info: ClipInfo) -> None:
    """Write all pictures; their sampling and depth are those of the first. Y4M knows no timestamps, only a rate."""
    header_written = False
    for picture in pictures:
        if not header_written:
            file.write(_header(picture, info))
            header_written = True
        file.write(b"FRAME\n")
        write_planes(file, picture)


def write_planes(file: IO[bytes], picture: Picture, *, gray: bool = True) -> None:
    """The planes of a picture one after the other, little-endian above 8 bits; a gray one has one plane if `gray`."""
    planes = (picture.y,) if gray and picture.chroma is Chroma.GRAY else (picture.y, picture.u, picture.v)
    for plane in planes:
        file.write(np.ascontiguousarray(plane, "<u2" if picture.bit_depth > 8 else "u1").tobytes())


def _header(picture: Picture, info: ClipInfo) -> bytes:
    rate, aspect = in_32_bits(info.rate), in_32_bits(info.sample_aspect)
    spread = "FULL" if info.colour.full_range else "LIMITED"
    return (
        f"YUV4MPEG2 W{picture.width} H{picture.height} F{rate.numerator}:{rate.denominator} Ip "
        f"A{aspect.numerator}:{aspect.denominator} C{colour_space_tag(picture.chroma, picture.bit_depth)} "
        f"XCOLORRANGE={spread}\n"
    ).encode("ascii")
