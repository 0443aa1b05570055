"""The pictures of a damaged `.nvc` in full number: the lost ones keep their places, as placeholders."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

from nvc_engine.bitstream.container import ContainerError
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.placeholder import placeholder
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Picture

HELD_BYTES = 256 << 20


@dataclass(frozen=True)
class Loss:
    """Frames `first`..`stop` cannot be decoded; `reason` is a sentence."""

    first: int
    stop: int
    reason: str


def salvaged(clip: NvcClip, start: int, stop: int, lost: Callable[[Loss], None]) -> Iterator[Picture]:
    """One picture for each of frames `start`..`stop`: the clip's own where their unit decodes, else placeholders.

    A unit is lost as a whole, since its checksums may tell only at its end; so its pictures are held back until then,
    or, where they are too many to hold, decoded twice. `lost` hears of each piece that is lost, in order. Only damage
    and a lack of memory count as loss; any other error of a decoder is a fault of its own and is raised.

    Raises ContainerError, before the first picture, where not a single one can be decoded.
    """
    waiting = 0
    last: Picture | None = None
    reason = ""
    for first, end in clip.stretches(start, stop):
        try:
            pictures = _checked(clip, first, end)
        except (EngineError, MemoryError) as error:
            loss = Loss(first, end, _sentence(error, clip.info, first, end))
            lost(loss)
            reason = reason or loss.reason
            if last is None:
                waiting += end - first
            else:
                yield from repeat(placeholder(clip.info, last), end - first)
            continue
        if waiting:
            yield from repeat(placeholder(clip.info), waiting)
            waiting = 0
        for last in pictures:
            yield last
    if waiting:
        raise ContainerError(
            f"Not one of frames {start} to {stop - 1} of {clip.info.path.name} can be decoded. {reason}"
        )


def _checked(clip: NvcClip, first: int, stop: int) -> Iterator[Picture]:
    """The pictures of a piece of one unit, none before all of them have been decoded."""
    if (stop - first) * _picture_bytes(clip.info) <= HELD_BYTES:
        return iter(list(clip.pictures(first, stop)))
    for _ in clip.pictures(first, stop):
        pass
    return clip.pictures(first, stop)


def _sentence(error: EngineError | MemoryError, info: ClipInfo, first: int, stop: int) -> str:
    if isinstance(error, MemoryError):
        return f"There is not enough memory to decode frames {first} to {stop - 1} of {info.path.name}."
    return str(error)


def _picture_bytes(info: ClipInfo) -> int:
    rows, columns = info.chroma.plane_shape(info.height, info.width)
    return (info.width * info.height + 2 * rows * columns) * (2 if info.bit_depth > 8 else 1)
