"""Raw YUV files: nothing but planes, one frame after the other. Size, format and rate have to be told."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from nvc_engine.media.clip import ClipError, ClipInfo, check_index
from nvc_engine.media.colour import Matrix
from nvc_engine.media.colour_tags import UNSPECIFIED, colour_of_tags
from nvc_engine.media.frames import LAYOUTS, MAX_SIDE, Layout, neutral
from nvc_engine.media.picture import Chroma, Picture, Plane
from nvc_engine.protocol.messages import RawSpec

RAW_SUFFIXES = (".yuv", ".raw", ".420", ".i420")

_SIZE = re.compile(r"(?<!\d)(\d{2,5})[xX×](\d{2,5})(?!\d)")
_NAMED_SIZES = {"qcif": (176, 144), "cif": (352, 288), "4cif": (704, 576), "720p": (1280, 720), "1080p": (1920, 1080)}
_DEPTH = re.compile(r"^(8|9|10|12|14|16)(?:b|bit|bits|bpp|le)$")
_RATE = re.compile(r"^(\d{1,3}(?:\.\d{1,3})?)(?:fps|hz|p)?$")
_NTSC = {"23.976": "24000/1001", "23.98": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}
_FORMAT = re.compile(r"^(?:yuv)?(420|422|444|400|gray)p?(?:(9|10|12|14|16)(?:le|b|bit)?)?$")


def guess_spec(path: Path) -> RawSpec | None:
    """What the file name tells, as in `foo_1920x1080_60_10b_420.yuv`; None where it names no size.

    Depth is 8 bits, sampling 4:2:0 and the rate 25 where the name does not say.
    """
    stem = path.stem
    size = _SIZE.search(stem)
    words = re.split(r"[_\-\s]+", stem[: size.start()] + "_" + stem[size.end() :] if size else stem)
    width, height, depth, chroma, rate = 0, 0, 8, "420", "25/1"
    if size:
        width, height = int(size[1]), int(size[2])
    for word in (each.lower().strip(".") for each in words):
        if word in _NAMED_SIZES and not size:
            width, height = _NAMED_SIZES[word]
        elif layout := _FORMAT.match(word):
            chroma = {"400": "gray"}.get(layout[1], layout[1])
            depth = int(layout[2] or depth)
        elif bits := _DEPTH.match(word):
            depth = int(bits[1])
        elif (frames := _RATE.match(word)) and 1 <= float(frames[1]) <= 480:
            fraction = Fraction(_NTSC.get(frames[1], frames[1]))
            rate = f"{fraction.numerator}/{fraction.denominator}"
    if not width:
        return None
    base = "gray" if chroma == "gray" else f"yuv{chroma}p"
    return RawSpec(width, height, base if depth == 8 else f"{base}{depth}le", rate)


class RawClip:
    """A raw YUV file that is read where a frame lies."""

    def __init__(self, path: Path, spec: RawSpec, matrix: Matrix | None = None, full_range: bool | None = None) -> None:
        """Raises ClipError where the specification is impossible or the file holds less than one frame."""
        rate = _checked(spec)
        self._layout = LAYOUTS[spec.pixel_format]
        self._planes = _plane_shapes(self._layout, spec.height, spec.width)
        self._sample_bytes = 1 if self._layout.bit_depth == 8 else 2
        self._frame_bytes = self._sample_bytes * sum(rows * columns for rows, columns in self._planes)
        if path.exists() and not path.is_file():
            raise ClipError(f"{path} is no plain file.")
        try:
            size = path.stat().st_size
            self._file = path.open("rb")
        except FileNotFoundError as error:
            raise ClipError(f"There is no file {path}.") from error
        except OSError as error:
            raise ClipError(f"{path} cannot be read: {error.strerror or error}.") from error
        count, rest = divmod(size, self._frame_bytes)
        kind = f"{spec.width} x {spec.height} {spec.pixel_format}"
        if count == 0:
            self._file.close()
            raise ClipError(
                f"{path} has {size} bytes, less than one frame of {kind} ({self._frame_bytes} bytes); "
                "check its size and pixel format."
            )
        colour, notes = colour_of_tags(
            UNSPECIFIED,
            0,
            UNSPECIFIED,
            UNSPECIFIED,
            pixel_format=spec.pixel_format,
            width=spec.width,
            height=spec.height,
            chosen_matrix=matrix,
            chosen_full_range=full_range,
        )
        if rest:
            dropped = f"The file's size is no multiple of a frame of {kind}; the last {rest} bytes are left out."
            notes = (*notes, dropped)
        self._info = ClipInfo(
            path=path,
            container="raw",
            codec="rawvideo",
            width=spec.width,
            height=spec.height,
            timestamps=tuple(range(count)),
            time_base=1 / rate,
            rate=rate,
            pixel_format=spec.pixel_format,
            bit_depth=self._layout.bit_depth,
            chroma=self._layout.chroma,
            colour=colour,
            byte_count=size,
            frame_bytes=(self._frame_bytes,) * count,
            notes=notes,
        )

    @property
    def info(self) -> ClipInfo:
        return self._info

    def picture(self, index: int) -> Picture:
        check_index(self._info, index)
        try:
            self._file.seek(index * self._frame_bytes)
            data = self._file.read(self._frame_bytes)
        except (OSError, ValueError) as error:
            raise ClipError(f"Frame {index} of {self._info.path.name} cannot be read: {error}.") from error
        if len(data) < self._frame_bytes:
            raise ClipError(f"Frame {index} of {self._info.path.name} cannot be read; the file has become shorter.")
        planes: list[Plane] = []
        offset = 0
        for rows, columns in self._planes:
            plane = np.frombuffer(data, "<u2" if self._sample_bytes == 2 else "u1", rows * columns, offset)
            grid = plane.reshape(rows, columns)
            planes.append(grid.astype(np.uint16) if self._sample_bytes == 2 else grid.astype(np.uint8))
            offset += plane.nbytes
        depth, chroma = self._layout.bit_depth, self._layout.chroma
        if chroma is Chroma.GRAY:
            rows, columns = chroma.plane_shape(*planes[0].shape)
            planes += [neutral(planes[0], rows, columns, depth), neutral(planes[0], rows, columns, depth)]
        return Picture(planes[0], planes[1], planes[2], depth, chroma)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self._info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        self._file.close()


def _checked(spec: RawSpec) -> Fraction:
    """The rate of a possible specification. Raises ClipError for an impossible one."""
    if not (0 < spec.width <= MAX_SIDE and 0 < spec.height <= MAX_SIDE):
        raise ClipError(f"A raw picture of {spec.width} x {spec.height} is not possible; sides are 1 to {MAX_SIDE}.")
    if spec.pixel_format not in LAYOUTS or spec.pixel_format.startswith("yuva"):
        raise ClipError(
            f"The raw pixel format {spec.pixel_format} is not known; "
            "take one such as yuv420p, yuv422p10le, yuv444p or gray."
        )
    try:
        rate = Fraction(spec.rate)
    except (ValueError, ZeroDivisionError) as error:
        raise ClipError(f"{spec.rate!r} is not a frame rate; write it as 25/1 or 30000/1001.") from error
    if not 0 < rate <= 1000:
        raise ClipError(f"{spec.rate} frames per second are not possible; take more than 0 and at most 1000.")
    return rate


def _plane_shapes(layout: Layout, height: int, width: int) -> list[tuple[int, int]]:
    if layout.chroma is Chroma.GRAY:
        return [(height, width)]
    chroma = layout.chroma.plane_shape(height, width)
    return [(height, width), chroma, chroma]
