"""A folder of numbered images as a clip."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from nvc_engine.media.cache import PictureCache
from nvc_engine.media.clip import ClipError, ClipInfo, check_index
from nvc_engine.media.colour import Matrix
from nvc_engine.media.colour_tags import colour_of_rgb, colour_of_tags, rgb_note
from nvc_engine.media.container import open_container, video_stream
from nvc_engine.media.frame_reading import FrameReader
from nvc_engine.media.frames import planar_format
from nvc_engine.media.picture import Picture
from nvc_engine.media.timeline import decoded

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".exr", ".dpx")
IMAGE_RATE = Fraction(25)
"""Frames per second that a folder of images is taken to have."""


def image_paths(folder: Path) -> tuple[list[Path], int]:
    """The images of a folder in natural order (2 before 10), and how many of another kind were left out.

    Where a folder holds several kinds, the commonest one is taken.

    Raises:
        ClipError: it has no image, or cannot be read.
    """
    try:
        names = [each for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError as error:
        raise ClipError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    images = [each for each in names if each.suffix.lower() in IMAGE_SUFFIXES]
    if not images:
        raise ClipError(f"The folder {folder} holds no images (PNG, JPEG, BMP, TIFF, WebP, PPM).")
    kinds = Counter(each.suffix.lower() for each in images)
    kind = max(kinds, key=lambda suffix: (kinds[suffix], suffix))
    chosen = sorted((each for each in images if each.suffix.lower() == kind), key=_natural)
    return chosen, len(images) - len(chosen)


def _natural(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    parts = re.split(r"(\d+)", path.stem)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part.lower()) for part in parts if part], path.name


class ImageFolderClip:
    """Numbered images, each decoded when it is asked for.

    JPEG stays YUV as it is stored; everything else (PNG ...) is RGB and becomes 8-bit YUV 4:4:4.
    """

    def __init__(self, folder: Path, matrix: Matrix | None = None, full_range: bool | None = None) -> None:
        """Raises ClipError where the folder has no images or the first one cannot be decoded."""
        self._paths, left_out = image_paths(folder)
        first, codec = _decode(self._paths[0])
        source_format = first.format.name
        if planar_format(source_format) == "rgb24" or source_format.startswith("gray"):
            source_format = "rgb24"
            colour = colour_of_rgb(first.width, first.height, matrix, full_range)
            notes: tuple[str, ...] = (rgb_note(colour),)
        else:
            colour, notes = colour_of_tags(
                int(first.colorspace),
                int(first.color_range),
                int(first.color_primaries),
                int(first.color_trc),
                pixel_format=source_format,
                width=first.width,
                height=first.height,
                chosen_matrix=matrix,
                chosen_full_range=full_range,
            )
        if max(part.bits for part in first.format.components) > 8:
            notes = (*notes, f"The images have more than 8 bits a sample ({first.format.name}); they are read with 8.")
        if left_out:
            notes = (*notes, f"{left_out} images of another kind than {self._paths[0].suffix} are left out.")
        self._reader = FrameReader.for_format(folder.name, first.width, first.height, source_format, colour)
        self._cache = PictureCache()
        self._cache.put(0, self._reader.read(first, 0))
        sizes = tuple(each.stat().st_size for each in self._paths)
        self._info = ClipInfo(
            path=folder,
            container="images",
            codec=codec,
            width=first.width,
            height=first.height,
            timestamps=tuple(range(len(self._paths))),
            time_base=1 / IMAGE_RATE,
            rate=IMAGE_RATE,
            pixel_format=first.format.name,
            bit_depth=self._reader.layout.bit_depth,
            chroma=self._reader.layout.chroma,
            colour=colour,
            byte_count=sum(sizes),
            frame_bytes=sizes,
            notes=notes,
        )

    @property
    def info(self) -> ClipInfo:
        return self._info

    def picture(self, index: int) -> Picture:
        check_index(self._info, index)
        picture = self._cache.get(index)
        if picture is None:
            frame, _ = _decode(self._paths[index])
            if self._reader.pixel_format != "rgb24" and frame.format.name != self._info.pixel_format:
                raise ClipError(
                    f"Image {self._paths[index].name} has pixel format {frame.format.name}, "
                    f"but the first has {self._info.pixel_format}; all images must be of one kind."
                )
            picture = self._reader.read(frame, index)
            self._cache.put(index, picture)
        return picture

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self._info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        """Nothing is held open between images."""


def _decode(path: Path) -> tuple[av.VideoFrame, str]:
    with open_container(path) as container:
        stream = video_stream(container, path)
        frame = next(decoded(container, stream), None)
        if frame is None:
            raise ClipError(f"The image {path} cannot be decoded; it is damaged.")
        return frame, stream.codec_context.codec.canonical_name
