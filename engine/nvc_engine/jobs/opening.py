"""From a request to an open clip and an order with nothing left to guess."""

import platform
from dataclasses import dataclass
from pathlib import Path

import torch

from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import Codec, EncodeOrder, FileCodec
from nvc_engine.codecs.order import check_device, frame_range, learn_machine, resolve_order
from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import UsageError
from nvc_engine.jobs.admission import RefusedError
from nvc_engine.jobs.carrying import Carried, tracks_of
from nvc_engine.media.clip import Clip
from nvc_engine.protocol.messages import JobRequest


@dataclass(frozen=True)
class OpenedOrder:
    """A request whose clip is open (the holder closes it), its order resolved, with its tracks at hand."""

    request: JobRequest
    codec: Codec | FileCodec
    clip: Clip
    order: EncodeOrder
    carried: Carried


def open_order(request: JobRequest) -> OpenedOrder:
    """Open the clip of `request` and resolve what is asked of it. A preset that is left to the codec may hang on how
    fast this machine is, which takes a second to find out the first time.

    Raises:
        UsageError: there is no such codec, preset or setting.
        RefusedError: something else is asked that this clip or machine does not allow.
        EngineError: the source cannot be opened.
    """
    codec = registry.encoder(request.codec)
    check_suffix(request, codec)
    clip = open_source(Path(request.source), request.raw)
    try:
        codec.settings(request.preset, request.settings, clip.info, None)
        try:
            frames = frame_range(clip.info, request)
            carried = Carried() if isinstance(codec, FileCodec) else tracks_of(request, clip.info, *frames)
            device = device_named(request.device)
            check_device(device)
            if not request.preset:
                learn_machine(codec, device)
            codec, order = resolve_order(clip.info, request, device, carried.file_bytes)
        except UsageError as error:
            raise RefusedError(str(error)) from error
    except BaseException:
        clip.close()
        raise
    return OpenedOrder(request, codec, clip, order, carried)


def check_suffix(request: JobRequest, codec: Codec | FileCodec) -> None:
    """See that the output's name fits what the codec writes. Raises UsageError where it does not."""
    if not isinstance(codec, FileCodec) or not request.output:
        return
    if Path(request.output).suffix.lower() not in codec.suffixes:
        raise UsageError(
            f"{codec.facts().title} writes {' or '.join(codec.suffixes)} files: name the output so, not"
            f" {Path(request.output).name}."
        )


def device_title(device: str) -> str:
    """What a device is called by those who made it."""
    if device == "cuda" and torch.cuda.is_available():
        return f"cuda: {torch.cuda.get_device_name()}"
    return f"{device}: {platform.processor() or platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"


def device_named(name: str) -> str:
    """The device that a request's name means: "auto" takes CUDA where there is any."""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return name
