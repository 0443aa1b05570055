"""How close a test clip comes to its reference, frame by frame, and what it costs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.media.colour import to_420, to_rgb, to_rgb_16bit
from nvc_engine.media.picture import Picture
from nvc_engine.quality.ms_ssim import SMALLEST_SIDE, ms_ssim
from nvc_engine.quality.pairing import pair_frames
from nvc_engine.quality.psnr import psnr, psnr_yuv


class MeasureError(EngineError):
    """Two clips cannot be compared."""


@dataclass(frozen=True)
class Scores:
    """Scores of one frame, or their means over frames: PSNR in dB, `ms_ssim` in 0..1 (None: picture too small).

    Planes are compared with their own bits, against the peak of that depth. `psnr_yuv` weighs 6:1:1; `psnr_rgb` is
    taken on RGB of 8 bits, or of 16 where the planes have more than 8, each clip converted by its own colour.
    """

    psnr_y: float
    psnr_u: float
    psnr_v: float
    psnr_yuv: float
    psnr_rgb: float
    ms_ssim: float | None


@dataclass(frozen=True)
class Measurement:
    """What was measured on two clips.

    Attributes:
        pairs: (reference frame, test frame) of each entry of the per-frame tuples.
        psnr_y ... ms_ssim: per frame; see `Scores`. `ms_ssim` is () where the picture is too small.
        frames: number of frames compared.
        bpp: bits per pixel of the test without its audio and subtitles, over all frames that it has.
        kbps: the same in 1000 bits a second.
        notes: sentences on what was converted or left out.
    """

    pairs: tuple[tuple[int, int], ...]
    psnr_y: tuple[float, ...]
    psnr_u: tuple[float, ...]
    psnr_v: tuple[float, ...]
    psnr_yuv: tuple[float, ...]
    psnr_rgb: tuple[float, ...]
    ms_ssim: tuple[float, ...]
    width: int
    height: int
    bpp: float
    kbps: float
    notes: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        return len(self.pairs)

    @property
    def mean(self) -> Scores:
        """Means of the per-frame values (of the decibels, not of the errors)."""
        return Scores(
            psnr_y=_mean(self.psnr_y),
            psnr_u=_mean(self.psnr_u),
            psnr_v=_mean(self.psnr_v),
            psnr_yuv=_mean(self.psnr_yuv),
            psnr_rgb=_mean(self.psnr_rgb),
            ms_ssim=_mean(self.ms_ssim) if self.ms_ssim else None,
        )

    @property
    def per_frame(self) -> Iterator[Scores]:
        """The scores of each frame in order."""
        for number in range(self.frames):
            yield Scores(
                self.psnr_y[number],
                self.psnr_u[number],
                self.psnr_v[number],
                self.psnr_yuv[number],
                self.psnr_rgb[number],
                self.ms_ssim[number] if self.ms_ssim else None,
            )


def bits_per_pixel(info: ClipInfo) -> float:
    """Bits per pixel of a clip's file, audio and subtitles left out."""
    return _picture_bytes(info) * 8 / (info.frame_count * info.width * info.height)


def kilobits_per_second(info: ClipInfo) -> float:
    """Rate of a clip's file in 1000 bits a second, audio and subtitles left out."""
    return float(_picture_bytes(info) * 8 / info.duration / 1000)


def measure(
    reference: Clip, test: Clip, *, offset: int = 0, progress: Callable[[float], None] | None = None
) -> Measurement:
    """Compare `test` with `reference` frame by frame.

    Args:
        offset: the reference's frame that the test's frame 0 shows.
        progress: called after each frame with the fraction done, 0..1; what it raises ends the measuring.

    Raises:
        MeasureError: the pictures differ in size.
        PairingError: the clips do not show the same frames.
        ClipError: a frame cannot be read.
    """
    _check_sizes(reference.info, test.info)
    pairing = pair_frames(reference.info, test.info, offset)
    alike = _alike(reference.info, test.info)
    scores: list[Scores] = []
    for reference_frame, test_frame in pairing.pairs:
        pictures = (reference.picture(reference_frame), test.picture(test_frame))
        scores.append(_compare(*pictures, reference.info, test.info, alike=alike))
        if progress is not None:
            progress(len(scores) / len(pairing.pairs))
    info = test.info
    return Measurement(
        pairs=pairing.pairs,
        psnr_y=tuple(each.psnr_y for each in scores),
        psnr_u=tuple(each.psnr_u for each in scores),
        psnr_v=tuple(each.psnr_v for each in scores),
        psnr_yuv=tuple(each.psnr_yuv for each in scores),
        psnr_rgb=tuple(each.psnr_rgb for each in scores),
        ms_ssim=tuple(each.ms_ssim for each in scores if each.ms_ssim is not None),
        width=info.width,
        height=info.height,
        bpp=bits_per_pixel(info),
        kbps=kilobits_per_second(info),
        notes=(*pairing.notes, *_notes(reference.info, info, alike=alike)),
    )


def _compare(reference: Picture, test: Picture, first: ClipInfo, second: ClipInfo, *, alike: bool) -> Scores:
    depth = min(first.bit_depth, second.bit_depth)
    if not alike:
        reference, test = to_420(reference, first.colour, depth), to_420(test, second.colour, depth)
    y, u, v = (psnr(a, b, depth) for a, b in ((reference.y, test.y), (reference.u, test.u), (reference.v, test.v)))
    if depth == 8:
        rgb = psnr(to_rgb(reference, first.colour), to_rgb(test, second.colour))
    else:
        rgb = psnr(to_rgb_16bit(reference, first.colour), to_rgb_16bit(test, second.colour), 16)
    return Scores(y, u, v, psnr_yuv(y, u, v), rgb, ms_ssim(reference.y, test.y, depth))


def _check_sizes(reference: ClipInfo, test: ClipInfo) -> None:
    if (reference.width, reference.height) != (test.width, test.height):
        raise MeasureError(
            f"{reference.path.name} is {reference.width} x {reference.height} and {test.path.name} is "
            f"{test.width} x {test.height}; only pictures of one size can be compared."
        )


def _alike(reference: ClipInfo, test: ClipInfo) -> bool:
    """Whether the planes can be compared as they are: of one depth and one sampling."""
    return reference.bit_depth == test.bit_depth and reference.chroma is test.chroma


def _notes(reference: ClipInfo, test: ClipInfo, *, alike: bool) -> tuple[str, ...]:
    notes = []
    if not alike:
        depth = min(reference.bit_depth, test.bit_depth)
        notes.append(f"The clips are compared in {depth}-bit 4:2:0, to which both were brought.")
    if (reference.colour.matrix, reference.colour.full_range) != (test.colour.matrix, test.colour.full_range):
        notes.append("The clips state different colour; Y, U and V are compared as stored, RGB by each one's own.")
    if min(test.width, test.height) < SMALLEST_SIDE:
        notes.append(f"MS-SSIM needs pictures of at least {SMALLEST_SIDE} pixels on each side.")
    return tuple(notes)


def _picture_bytes(info: ClipInfo) -> int:
    return max(0, info.byte_count - info.track_byte_count)


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)
