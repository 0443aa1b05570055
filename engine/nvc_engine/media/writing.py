"""Decoded pictures into a file that other programs open: Matroska, MP4, Y4M, raw YUV, or a folder of PNG."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.losses import losses
from nvc_engine.media.matroska_writing import write_matroska
from nvc_engine.media.muxing import write_mp4
from nvc_engine.media.output import writing_beside
from nvc_engine.media.output_kind import OutputKind, output_kind
from nvc_engine.media.picture import Picture
from nvc_engine.media.png_folder import write_png_folder
from nvc_engine.media.tracks import ALL_TIMES, Stretch
from nvc_engine.media.y4m import write_planes, write_y4m

__all__ = ["OutputKind", "Written", "output_kind", "write_video"]

Progress = Callable[[int], None]
LATEST_START = Fraction(1)


@dataclass(frozen=True)
class Written:
    """What an export came to: its size in bytes and sentences on what the format could not hold."""

    bytes: int
    notes: tuple[str, ...] = ()


def write_video(
    output: Path,
    pictures: Iterable[Picture],
    info: ClipInfo,
    tracks: bytes | None = None,
    *,
    stretch: Stretch = ALL_TIMES,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write pictures to `output`, complete or not at all.

    Args:
        pictures: one for each of `info.timestamps`.
        info: size, times, rate, colour, rotation and sample aspect of what is written.
        tracks: audio and subtitles from `tracks.extract_tracks`; put back where the format can hold them.
        stretch: what of the tracks is wanted, where the pictures are only a part of theirs.
        progress: called after each picture with the number written; what it raises ends the writing.

    Raises:
        OutputError: the output cannot be written, or exists and may not be overwritten.
        EngineError: from `pictures`, where one cannot be decoded.
    """
    kind = output_kind(output)
    counted = _counted(pictures, info, progress)
    notes: tuple[str, ...] = ()
    with writing_beside(output, overwrite) as part:
        if kind is OutputKind.PNG_FOLDER:
            write_png_folder(part, counted, info)
        else:
            with part.open("wb") as file:
                notes = _write_file(file, kind, counted, info, tracks, stretch)
        written = _size(part)
    return Written(written, (*notes, *losses(kind, info, with_tracks=bool(tracks))))


def _write_file(
    file: BinaryIO,
    kind: OutputKind,
    pictures: Iterator[Picture],
    info: ClipInfo,
    tracks: bytes | None,
    stretch: Stretch,
) -> tuple[str, ...]:
    """Write all pictures as `kind`; sentences on what the encoder or the container could not keep."""
    if kind is OutputKind.Y4M:
        write_y4m(file, pictures, info)
    elif kind is OutputKind.RAW:
        for picture in pictures:
            write_planes(file, picture)
    else:
        origin, notes = _origin(kind, info, stretch)
        if kind is OutputKind.MATROSKA:
            write_matroska(file, pictures, info, origin, tracks, stretch)
            return notes
        return (*notes, *write_mp4(file, pictures, info, origin, tracks, stretch))
    return ()


def _origin(kind: OutputKind, info: ClipInfo, stretch: Stretch) -> tuple[Fraction, tuple[str, ...]]:
    """The time of the source, in seconds, at which the file's own time is 0, and what there is to say of it.

    A stretch begins at 0. A whole clip keeps the source's clock, but no file begins before 0, and in MP4 what begins
    late is a gap that players show.
    """
    first = info.timestamps[0] * info.time_base
    if stretch.start is not None:
        return first, ()
    if first < 0:
        return first, (f"The first picture is at {_seconds(first)}; the file's times count from there.",)
    if kind is OutputKind.MP4 and first > LATEST_START:
        return first, (f"The first picture is at {_seconds(first)}; in MP4 the times count from there.",)
    return Fraction(0), ()


def _seconds(time: Fraction) -> str:
    return f"{float(time):.3f} s"


def _counted(pictures: Iterable[Picture], info: ClipInfo, progress: Progress | None) -> Iterator[Picture]:
    count = 0
    for picture in pictures:
        if count == info.frame_count:
            raise ValueError(f"more pictures than the {count} timestamps")
        yield picture
        count += 1
        if progress is not None:
            progress(count)
    if count != info.frame_count:
        raise ValueError(f"{count} pictures for {info.frame_count} timestamps")


def _size(part: Path) -> int:
    return sum(each.stat().st_size for each in part.iterdir()) if part.is_dir() else part.stat().st_size
