"""`decode` and `verify`: the pictures of a `.nvc`, into another file or just looked at."""

import argparse
from dataclasses import replace
from pathlib import Path

from nvc_engine.bitstream.container import ContainerError, NvcReader
from nvc_engine.cli_printing import ProgressLine, print_json, say
from nvc_engine.codecs import verifying
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.errors import EngineError
from nvc_engine.jobs.opening import device_named
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.tracks import Stretch
from nvc_engine.media.writing import output_kind, write_video
from nvc_engine.protocol import wire


class FileError(EngineError):
    """The file does not hold what was asked of it."""


def decode(options: argparse.Namespace) -> int:
    """Decode a `.nvc` to a video or a folder of images; audio and subtitles go along where the format has them."""
    output_kind(options.output)
    tracks = _tracks(options.input)
    clip = NvcClip.open(options.input, device_named(options.device))
    line = ProgressLine(as_json=options.progress_json)
    try:
        count = clip.info.frame_count
        first, stop = options.frames
        first, stop = first or 0, count if stop is None else stop
        if not 0 <= first < stop <= count:
            raise FileError(f"Frames {first}:{stop} lie outside the file, which has {count} (the end is not included).")
        written = write_video(
            options.output,
            clip.pictures(first, stop),
            replace(clip.info, timestamps=clip.info.timestamps[first:stop], frame_bytes=(), units=()),
            tracks,
            stretch=_stretch(clip.info, first, stop),
            overwrite=options.overwrite,
            progress=lambda done: line.fraction("decoding", done / (stop - first)),
        )
    finally:
        line.close()
        clip.close()
    for note in written.notes:
        say(note)
    print(f"{options.output}: {stop - first} frames, {written.bytes} bytes")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check every checksum and decode every frame of a `.nvc`; exit status 1 where anything is wrong."""
    line = ProgressLine()
    try:
        report = verifying.verify(options.input, progress=lambda fraction: line.fraction("verifying", fraction))
    finally:
        line.close()
    if options.json:
        print_json(
            {
                "ok": report.ok,
                "bytes": report.byte_count,
                "frames": report.header.frame_count,
                "units": [{**wire.to_plain(unit), "ok": unit.ok} for unit in report.units],
                "lost": report.lost,
                "notes": report.notes,
            }
        )
    elif report.ok:
        print(f"{options.input}: sound; {report.header.frame_count} frames in {len(report.units)} units")
    if report.ok:
        return 0
    raise FileError(" ".join([*(unit.sentence for unit in report.units if not unit.ok), *report.notes]))


def _stretch(info: ClipInfo, first: int, stop: int) -> Stretch:
    """The time of frames `first`..`stop`; without bounds where the clip has none, so that no sound is lost there."""
    return Stretch(
        info.timestamps[first] * info.time_base if first > 0 else None,
        info.timestamps[stop] * info.time_base if stop < info.frame_count else None,
    )


def _tracks(path: Path) -> bytes | None:
    """The carried tracks; damaged ones cost only themselves."""
    with NvcReader.open(path) as reader:
        try:
            return reader.tracks()
        except ContainerError as error:
            say(str(error))
            return None
