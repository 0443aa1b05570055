"""Decoded pictures into a file that other programs open: Y4M, FFV1 in Matroska, H.264 in MP4, or a folder of PNG."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour_tags import matrix_by_size
from nvc_engine.media.muxing import FFV1_IN_MATROSKA, H264_IN_MP4, MuxKind, write_muxed
from nvc_engine.media.output import OutputError, writing_beside
from nvc_engine.media.picture import Picture
from nvc_engine.media.png_folder import write_png_folder
from nvc_engine.media.tracks import ALL_TIMES, Stretch
from nvc_engine.media.y4m import write_y4m

Progress = Callable[[int], None]


class OutputKind(Enum):
    """What is written; chosen by the output's name."""

    Y4M = "y4m"
    MATROSKA = "mkv"
    MP4 = "mp4"
    PNG_FOLDER = "folder"


_MUXED: dict[OutputKind, MuxKind] = {OutputKind.MATROSKA: FFV1_IN_MATROSKA, OutputKind.MP4: H264_IN_MP4}


@dataclass(frozen=True)
class Written:
    """What an export came to: its size in bytes and sentences on what the format could not hold."""

    bytes: int
    notes: tuple[str, ...] = ()


def output_kind(output: Path | str) -> OutputKind:
    """What an output's name asks for: a known suffix, or a folder where there is none (or a trailing separator).

    Raises:
        OutputError: the suffix is of no format that can be written.
    """
    text = str(output)
    path = Path(output)
    if text.endswith(("/", "\\")) or path.is_dir() or not path.suffix:
        return OutputKind.PNG_FOLDER
    for kind in (OutputKind.Y4M, OutputKind.MATROSKA, OutputKind.MP4):
        if path.suffix.lower() == f".{kind.value}":
            return kind
    raise OutputError(f"{path.suffix} files cannot be written; take .y4m, .mkv (lossless), .mp4 or a folder for PNG.")


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
                if kind is OutputKind.Y4M:
                    write_y4m(file, counted, info)
                else:
                    notes = write_muxed(file, _MUXED[kind], counted, info, tracks, stretch)
        written = _size(part)
    return Written(written, (*notes, *_lost(kind, info, tracks)))


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


def _lost(kind: OutputKind, info: ClipInfo, tracks: bytes | None) -> tuple[str, ...]:
    """What the simple formats leave out."""
    if kind not in (OutputKind.Y4M, OutputKind.PNG_FOLDER):
        return ()
    title = "Y4M" if kind is OutputKind.Y4M else "A folder of PNG"
    notes = []
    if tracks:
        notes.append(f"{title} holds no audio or subtitles; they are left out.")
    if info.variable_rate:
        notes.append(f"{title} holds no timestamps; the uneven frame times are lost.")
    if kind is OutputKind.Y4M and info.colour.matrix is not matrix_by_size(info.width, info.height):
        notes.append(f"Y4M does not state the colour matrix; tell its reader that it is {info.colour.matrix}.")
    if info.rotation:
        notes.append(f"{title} cannot say that the picture is turned by {info.rotation} degrees; it is left as stored.")
    return tuple(notes)


def _size(part: Path) -> int:
    return sum(each.stat().st_size for each in part.iterdir()) if part.is_dir() else part.stat().st_size
