"""`decode` and `verify`: the pictures of a `.nvc`, into another file or just looked at."""

import argparse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from nvc_engine.bitstream.container import ContainerError, DamagedUnitError, NvcReader
from nvc_engine.bitstream.repair import Repair, repair
from nvc_engine.cli_printing import ProgressLine, clock, print_json, say
from nvc_engine.codecs import verifying
from nvc_engine.codecs.contract import Layer
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.salvage import Loss, salvaged
from nvc_engine.codecs.slow_motion import SlowMotion
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.opening import device_named
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Picture
from nvc_engine.media.tracks import Stretch
from nvc_engine.media.writing import output_kind, write_video
from nvc_engine.protocol import wire

LOSSES_TOLD = 20


class FileError(EngineError):
    """The file does not hold what was asked of it."""


def decode(options: argparse.Namespace) -> int:
    """Decode a `.nvc` to a video or a folder of images; audio and subtitles go along where the format has them.

    Of the base layer, the pictures are small and the rest is the same.

    Exit status 1 where frames are lost: without a file, or with `--keep-going` with placeholders in it.
    """
    output_kind(options.output)
    if options.slow_motion is not None:
        return _decode_slowly(options)
    tracks = _tracks(options.input)
    clip = NvcClip.open(options.input, device_named(options.device), Layer(options.layer))
    line = ProgressLine(as_json=options.progress_json)
    try:
        count = clip.info.frame_count
        first, stop = options.frames
        first, stop = first or 0, count if stop is None else stop
        if not 0 <= first < stop <= count:
            raise FileError(f"Frames {first}:{stop} lie outside the file, which has {count} (the end is not included).")
        losses: list[Loss] = []
        keep_going = options.keep_going
        written = write_video(
            options.output,
            salvaged(clip, first, stop, losses.append) if keep_going else _all_pictures(clip, first, stop),
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
    _say_losses(losses, clip.info)
    print(f"{options.output}: {stop - first} frames, {written.bytes} bytes")
    return 1 if losses else 0


def _decode_slowly(options: argparse.Namespace) -> int:
    """The pictures of a `.nvc` and interpolated ones between them, without sound."""
    if options.layer != "full" or options.keep_going:
        raise UsageError("--slow-motion goes with neither --layer base nor --keep-going.")
    first, stop = options.frames
    slow = SlowMotion(options.input, options.slow_motion, first or 0, stop, device_named(options.device))
    count = slow.info.frame_count
    with closing(slow), closing(ProgressLine(as_json=options.progress_json)) as line:
        written = write_video(
            options.output,
            slow.pictures(),
            slow.info,
            overwrite=options.overwrite,
            progress=lambda done: line.fraction("decoding", done / count),
        )
    for note in written.notes:
        say(note)
    print(f"{options.output}: {count} frames, {slow.interpolated} of them interpolated, {written.bytes} bytes")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check every checksum and decode every frame of a `.nvc`; exit status 1 where anything is wrong.

    With `--repair` the file is rebuilt first, and what is checked is the repaired one.
    """
    if not options.repair and (options.output or options.overwrite):
        raise UsageError("verify writes a file only with --repair.")
    repaired = repair(options.input, options.output, overwrite=options.overwrite) if options.repair else None
    path = repaired.output if repaired and repaired.output else options.input
    if repaired and not options.json:
        _print_repair(options.input, repaired)
    line = ProgressLine()
    try:
        report = verifying.verify(path, progress=lambda fraction: line.fraction("verifying", fraction))
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
                **({"repair": _plain_repair(repaired)} if repaired else {}),
            }
        )
    elif report.ok:
        print(f"{path}: sound; {report.header.frame_count} frames in {len(report.units)} units")
    if report.ok:
        return 0
    raise FileError(" ".join([*(unit.sentence for unit in report.units if not unit.ok), *report.notes]))


def _plain_repair(repaired: Repair) -> dict[str, object]:
    return {
        "output": None if repaired.output is None else str(repaired.output),
        "lost": repaired.lost,
        "left_out": repaired.left_out,
    }


def _print_repair(path: Path, repaired: Repair) -> None:
    missing = sum(stop - first for first, stop in repaired.lost)
    if repaired.output is None:
        print(f"{path}: nothing to repair" + (f"; {missing} frames are not in it" if missing else ""))
        return
    held = f"{repaired.frames - missing} of {repaired.frames} frames in {repaired.units} units"
    print(f"{repaired.output}: rebuilt from {path} with {held}")
    for sentence in repaired.left_out:
        say(sentence)


def _all_pictures(clip: NvcClip, first: int, stop: int) -> Iterator[Picture]:
    """The clip's pictures; where one is lost, the error says how to have the others all the same."""
    try:
        yield from clip.pictures(first, stop)
    except DamagedUnitError as error:
        raise FileError(f"{error} With --keep-going the others are written, and placeholders for the lost.") from error


def _say_losses(losses: list[Loss], info: ClipInfo) -> None:
    """Which frames are placeholders, when they are to be seen on the clip's own clock, and why."""
    after_last = info.timestamps[-1] * info.time_base + 1 / info.rate
    times = [*(timestamp * info.time_base for timestamp in info.timestamps), after_last]
    for loss in losses[:LOSSES_TOLD]:
        many = f"frames {loss.first} to {loss.stop - 1}"
        which = many if loss.stop - loss.first > 1 else f"frame {loss.first}"
        when = f"{_spoken(times[loss.first])} to {_spoken(times[loss.stop])}"
        say(f"Placeholders stand for {which}, {when}. {loss.reason}")
    rest = losses[LOSSES_TOLD:]
    if rest:
        say(f"They stand for {sum(loss.stop - loss.first for loss in rest)} frames more, in {len(rest)} places.")


def _spoken(seconds: Fraction) -> str:
    """A time as h:mm:ss.mmm."""
    thousandths = round(abs(seconds) * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{'-' if seconds < 0 else ''}{clock(whole)}.{rest:03}"


def _stretch(info: ClipInfo, first: int, stop: int) -> Stretch:
    """The time of frames `first`..`stop`; without bounds where the clip has none, so that no sound is lost there."""
    return Stretch(
        info.timestamps[first] * info.time_base if first > 0 else None,
        info.timestamps[stop] * info.time_base if stop < info.frame_count else None,
    )


def _tracks(path: Path) -> bytes | None:
    """The carried tracks; damaged ones cost only themselves. Says what else around the pictures is damaged."""
    with NvcReader.open(path) as reader:
        for damage in reader.damage:
            if damage.stop == damage.first:
                say(damage.sentence)
        try:
            return reader.tracks()
        except ContainerError as error:
            say(str(error))
            return None
