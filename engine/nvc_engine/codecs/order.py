"""From what a person asks to an encode with nothing left to guess."""

import math
from dataclasses import replace

import torch

from nvc_engine.bitstream.container import MAX_FRAMES, MAX_PIXELS, MAX_SIDE, ContainerError, Header, overhead_bytes
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import (
    ChoosesPreset,
    Codec,
    EncodeOrder,
    FileCodec,
    MeasuresSpeed,
    PresetChoice,
    Wishes,
)
from nvc_engine.codecs.goals import goal_bpp, track_bytes
from nvc_engine.codecs.machine_speed import learn_speed
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import CodecFacts, Goal, GoalKind, JobRequest

MAX_BPP = 24.0
MIN_PSNR, MAX_PSNR = 10.0, 70.0
MAX_SEED = (1 << 63) - 1
MAX_MINUTES = 60 * 24 * 365
MAX_EPOCHS = 10_000_000
_KIND_TITLES = {
    GoalKind.BPP: "rate in bits per pixel",
    GoalKind.BITRATE: "bitrate",
    GoalKind.SIZE: "size",
    GoalKind.PSNR: "PSNR",
    GoalKind.QUALITY: "quality step",
}


def resolve_order(
    info: ClipInfo, request: JobRequest, device: str, carried_bytes: int | None = None
) -> tuple[Codec | FileCodec, EncodeOrder]:
    """Check everything that `request` asks of the clip and resolve it; `device` is "cpu" or "cuda".

    `carried_bytes` is what audio and subtitles take in the file; None lets it be estimated.

    Raises UsageError with a sentence for the first thing that cannot be done.
    """
    codec = registry.encoder(request.codec)
    facts = codec.facts()
    _check_clip(info)
    first, stop = frame_range(info, request)
    tracks = track_bytes(info, first, stop) if carried_bytes is None else carried_bytes
    _check_time(facts, request)
    if not 0 <= request.seed <= MAX_SEED:
        raise UsageError(f"The seed must be 0 or a positive whole number, not {request.seed}.")
    check_device(device)
    empty = _empty_file_bytes(facts, info, first, stop)
    if request.goal is not None:
        _check_goal(request.goal, facts, info, (first, stop), empty, tracks)
    part = replace(info, timestamps=info.timestamps[first:stop])
    rate = goal_bpp(request.goal, info, first, stop, tracks)
    choice = PresetChoice(request.preset, "")
    if not request.preset and isinstance(codec, ChoosesPreset):
        wishes = Wishes(request.goal, rate, request.minutes, request.epochs, device)
        choice = codec.choose_preset(part, wishes)
    preset, settings = codec.settings(choice.preset, request.settings, part, rate)
    order = EncodeOrder(
        settings=settings,
        preset=preset,
        goal=request.goal,
        first=first,
        stop=stop,
        minutes=request.minutes,
        epochs=request.epochs,
        seed=request.seed,
        device=device,
        track_bytes=tracks,
        preset_reason=choice.reason,
    )
    return codec, order


def learn_machine(codec: Codec | FileCodec, device: str) -> None:
    """Find out how fast this machine trains `codec`, where the codec can tell and nobody has asked before."""
    if isinstance(codec, MeasuresSpeed):
        learn_speed(codec.name, device, codec.measure_speed)


def check_device(device: str) -> None:
    """Raises UsageError where there is no such `device` on this machine."""
    if device not in ("cpu", "cuda"):
        raise UsageError(f"There is no device '{device}'; there are cpu and cuda.")
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError("There is no CUDA device on this machine; choose the device 'cpu' or 'auto'.")


def _check_clip(info: ClipInfo) -> None:
    if info.width > MAX_SIDE or info.height > MAX_SIDE or info.width * info.height > MAX_PIXELS:
        raise UsageError(
            f"The pictures are {info.width} x {info.height}; a .nvc holds up to {MAX_SIDE} on a side and "
            f"{MAX_PIXELS} pixels. Make them smaller first."
        )
    if info.frame_count == 0:
        raise UsageError(f"{info.path.name} has no frames.")


def frame_range(info: ClipInfo, request: JobRequest) -> tuple[int, int]:
    """(first, stop) of what `request` asks to encode. Raises UsageError where the clip has no such frames."""
    count = info.frame_count
    first = 0 if request.first is None else request.first
    stop = count if request.stop is None else request.stop
    if not (0 <= first < count and stop <= count):
        raise UsageError(
            f"Frames {first}:{stop} lie outside the clip, which has {count} (0:{count}; the end is not included)."
        )
    if first >= stop:
        raise UsageError(f"The range of frames {first}:{stop} is empty; its end is not included.")
    if stop - first > MAX_FRAMES:
        raise UsageError(f"A .nvc holds up to {MAX_FRAMES} frames, not {stop - first}; encode the clip in parts.")
    return first, stop


def _check_time(facts: CodecFacts, request: JobRequest) -> None:
    if request.minutes is not None and request.epochs is not None:
        raise UsageError("Give either minutes or epochs, not both.")
    if not facts.trains and (request.minutes is not None or request.epochs is not None):
        raise UsageError(f"{facts.title} does not train on the clip; leave minutes and epochs away.")
    if request.minutes is not None and not 0 < request.minutes <= MAX_MINUTES:
        raise UsageError(f"The minutes must be above 0 and at most {MAX_MINUTES}, not {request.minutes:g}.")
    if request.epochs is not None and not 1 <= request.epochs <= MAX_EPOCHS:
        raise UsageError(f"The epochs must be 1 to {MAX_EPOCHS}, not {request.epochs}.")


def _check_goal(
    goal: Goal, facts: CodecFacts, info: ClipInfo, frames: tuple[int, int], empty: int, tracks: int
) -> None:
    value = goal.value
    if not math.isfinite(value):
        raise UsageError(f"The goal must be a number, not {value}.")
    if goal.kind not in facts.goals:
        raise UsageError(
            f"{facts.title} cannot aim at a {_KIND_TITLES[goal.kind]}; it takes a"
            f" {' or a '.join(_KIND_TITLES[kind] for kind in facts.goals)}."
        )
    if goal.kind is GoalKind.PSNR:
        if not MIN_PSNR <= value <= MAX_PSNR:
            raise UsageError(f"A PSNR must lie between {MIN_PSNR:g} and {MAX_PSNR:g} dB, not {value:g}.")
        return
    if goal.kind is GoalKind.QUALITY:
        if not facts.quality_minimum <= value <= facts.quality_maximum:
            raise UsageError(
                f"{facts.quality_title} must lie between {facts.quality_minimum:g} and {facts.quality_maximum:g}, "
                f"not {value:g}."
            )
        return
    if goal.kind is GoalKind.SIZE:
        smallest = tracks + empty
        if value <= smallest:
            carried = f", of which audio and subtitles take {tracks}" if tracks else ""
            raise UsageError(
                f"A file of {value:.0f} bytes is too small: without any picture it has {smallest} already{carried}."
            )
    bpp = goal_bpp(goal, info, *frames, tracks)
    if bpp is None or not 0 < bpp <= MAX_BPP:
        asked = {
            GoalKind.BPP: f"{value:g} bits per pixel",
            GoalKind.BITRATE: f"{value:g} kb/s",
            GoalKind.SIZE: f"{value:.0f} bytes",
        }[goal.kind]
        means = "" if goal.kind is GoalKind.BPP or bpp is None else f" ({bpp:.3g} bits per pixel here)"
        raise UsageError(
            f"A goal of {asked}{means} is out of range: it must be above 0 and at most {MAX_BPP:g} bits per pixel."
        )


def _empty_file_bytes(facts: CodecFacts, info: ClipInfo, first: int, stop: int) -> int:
    """Bytes of a file without pictures. Raises UsageError for a clip whose facts no file can hold."""
    header = Header(
        codec=facts.name,
        codec_version=1,
        width=info.width,
        height=info.height,
        timestamps=info.timestamps[first:stop],
        time_base=info.time_base,
        rate=info.rate,
        colour=info.colour,
        rotation=info.rotation,
        sample_aspect=info.sample_aspect,
    )
    try:
        return overhead_bytes(header, [(stop - first, 0)])
    except ContainerError as error:
        raise UsageError(str(error)) from error
