"""How close a test clip comes to its reference, frame by frame, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.media.colour import to_420, to_rgb, to_rgb_16bit
from nvc_engine.media.colour_tags import words
from nvc_engine.media.picture import Picture
from nvc_engine.quality.ms_ssim import SMALLEST_SIDE as MS_SSIM_SIDE
from nvc_engine.quality.ms_ssim import ms_ssim
from nvc_engine.quality.pairing import pair_frames
from nvc_engine.quality.psnr import psnr, psnr_yuv
from nvc_engine.quality.ssim import SMALLEST_SIDE as SSIM_SIDE
from nvc_engine.quality.ssim import ssim
from nvc_engine.quality.vmaf import Vmaf
from nvc_engine.quality.xpsnr import Xpsnr
from nvc_engine.quality.xpsnr import why_not as xpsnr_lacking


class MeasureError(EngineError):
    """Two clips cannot be compared."""


@dataclass(frozen=True)
class Scores:
    """Scores of one frame, or their means over frames; None where there is none, and the notes say why.

    Planes are compared with their own bits, against the peak of that depth. Attributes ending in `_y` and those not
    named for planes are of luma.

    Attributes:
        psnr_y, psnr_u, psnr_v: in dB, at most `PSNR_CAP_DB`.
        psnr_yuv: their mean with weights 6:1:1.
        psnr_rgb: of RGB of 8 bits, or of 16 where the planes have more than 8, each clip converted by its own matrix.
        ssim: structural similarity, up to 1.
        ms_ssim: the same over five scales, 0..1.
        xpsnr: in dB, at most `PSNR_CAP_DB`.
        vmaf: 0..100.
    """

    psnr_y: float
    psnr_u: float
    psnr_v: float
    psnr_yuv: float
    psnr_rgb: float
    ssim: float | None = None
    ms_ssim: float | None = None
    xpsnr: float | None = None
    vmaf: float | None = None


METRICS = tuple(field.name for field in fields(Scores))
"""Names of all metrics."""


@dataclass(frozen=True)
class Measurement:
    """What was measured on two clips.

    Attributes:
        pairs: (reference frame, test frame) of each entry of `per_frame`.
        per_frame: the scores of each frame in order.
        width, height: of the reference, in pixels.
        bpp: bits per pixel of the test without its audio and subtitles, over all frames that it has.
        kbps: the same in 1000 bits a second.
        matrix: by which the reference became RGB, and its range, such as "BT.709 limited".
        notes: sentences on what was converted or left out.
    """

    pairs: tuple[tuple[int, int], ...]
    per_frame: tuple[Scores, ...]
    width: int
    height: int
    bpp: float
    kbps: float
    matrix: str
    notes: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        return len(self.pairs)

    @property
    def mean(self) -> Scores:
        """Means of the per-frame values (of the decibels, not of the errors)."""
        return Scores(**{name: _mean(self.values(name)) for name in METRICS})  # type: ignore[arg-type]

    def values(self, metric: str) -> tuple[float, ...]:
        """The per-frame values of one metric; () where it was not measured."""
        found = [getattr(scores, metric) for scores in self.per_frame]
        return tuple(found) if None not in found else ()


def bits_per_pixel(info: ClipInfo) -> float:
    """Bits per pixel of a clip's file, audio and subtitles left out."""
    return _picture_bytes(info) * 8 / (info.frame_count * info.width * info.height)


def kilobits_per_second(info: ClipInfo) -> float:
    """Rate of a clip's file in 1000 bits a second, audio and subtitles left out."""
    return float(_picture_bytes(info) * 8 / info.duration / 1000)


def measure(
    reference: Clip,
    test: Clip,
    *,
    offset: int = 0,
    with_vmaf: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Measurement:
    """Compare `test` with `reference` frame by frame.

    Args:
        offset: the reference's frame that the test's frame 0 shows.
        with_vmaf: measure VMAF too, where libvmaf is found; the notes say where it is not.
        progress: called after each frame with the fraction done, 0..1; what it raises ends the measuring.

    Raises:
        MeasureError: the pictures differ in size, other than by a row or column that makes the test's sides even.
        PairingError: the clips do not show the same frames.
        ClipError: a frame cannot be read.
    """
    _check_sizes(reference.info, test.info)
    pairing = pair_frames(reference.info, test.info, offset)
    comparison = _Comparison(reference.info, test.info, with_vmaf=with_vmaf)
    try:
        for number, (reference_frame, test_frame) in enumerate(pairing.pairs, 1):
            comparison.put(reference.picture(reference_frame), test.picture(test_frame))
            if progress is not None:
                progress(number / len(pairing.pairs))
        scores = comparison.close()
    finally:
        comparison.abandon()
    if len(scores) != len(pairing.pairs):
        raise MeasureError(f"{len(scores)} scores came of {len(pairing.pairs)} pairs of frames.")
    first, second = reference.info, test.info
    return Measurement(
        pairs=pairing.pairs,
        per_frame=scores,
        width=first.width,
        height=first.height,
        bpp=bits_per_pixel(second) * (second.width * second.height) / (first.width * first.height),
        kbps=kilobits_per_second(second),
        matrix=words(first.colour),
        notes=(*pairing.notes, *comparison.notes),
    )


class _Comparison:
    """The pairs of two clips on their way through every metric."""

    def __init__(self, first: ClipInfo, second: ClipInfo, *, with_vmaf: bool) -> None:
        self._first, self._second = first, second
        self._alike = first.bit_depth == second.bit_depth and first.chroma is second.chroma
        self._depth = min(first.bit_depth, second.bit_depth)
        self._scores: list[Scores] = []
        self._no_xpsnr = xpsnr_lacking(first.width, first.height)
        self._xpsnr = None if self._no_xpsnr else Xpsnr(first.rate)
        self._vmaf = Vmaf(first.rate) if with_vmaf else None

    def put(self, reference: Picture, test: Picture) -> None:
        test = _cropped(test, self._first)
        depth, colours = self._depth, (self._first.colour, self._second.colour)
        if not self._alike:
            reference, test = to_420(reference, colours[0], depth), to_420(test, colours[1], depth)
        y, u, v = (psnr(a, b, depth) for a, b in ((reference.y, test.y), (reference.u, test.u), (reference.v, test.v)))
        if depth == 8:
            rgb = psnr(to_rgb(reference, colours[0]), to_rgb(test, colours[1]))
        else:
            rgb = psnr(to_rgb_16bit(reference, colours[0]), to_rgb_16bit(test, colours[1]), 16)
        alike = ssim(reference.y, test.y, depth), ms_ssim(reference.y, test.y, depth)
        self._scores.append(Scores(y, u, v, psnr_yuv(y, u, v), rgb, *alike))
        for other in (self._xpsnr, self._vmaf):
            if other is not None:
                other.put(reference, test)

    def close(self) -> tuple[Scores, ...]:
        """The scores of all pairs, with those of the metrics that see them in their order."""
        scores = self._scores
        if self._xpsnr is not None:
            self._xpsnr.close()
            scores = [replace(one, xpsnr=value) for one, value in zip(scores, self._xpsnr.values, strict=True)]
        if self._vmaf is not None:
            self._vmaf.close()
            if self._vmaf.values:
                scores = [replace(one, vmaf=value) for one, value in zip(scores, self._vmaf.values, strict=True)]
        return tuple(scores)

    def abandon(self) -> None:
        """Let go of what still runs; harmless after `close`."""
        if self._vmaf is not None:
            self._vmaf.abandon()

    @property
    def notes(self) -> tuple[str, ...]:
        lacking = (self._no_xpsnr, self._vmaf.reason if self._vmaf is not None else "")
        return (*_notes(self._first, self._second, alike=self._alike), *(reason for reason in lacking if reason))


def _cropped(picture: Picture, info: ClipInfo) -> Picture:
    """`picture` without the row and column that an encoder of even sides has added to a picture of `info`'s size."""
    if (picture.height, picture.width) == (info.height, info.width):
        return picture
    rows, columns = picture.chroma.plane_shape(info.height, info.width)
    y, u, v = picture.y[: info.height, : info.width], picture.u[:rows, :columns], picture.v[:rows, :columns]
    return Picture(y, u, v, picture.bit_depth, picture.chroma)


def _check_sizes(reference: ClipInfo, test: ClipInfo) -> None:
    if (test.width, test.height) not in ((reference.width, reference.height), _evened(reference)):
        raise MeasureError(
            f"{reference.path.name} is {reference.width} x {reference.height} and {test.path.name} is "
            f"{test.width} x {test.height}; only pictures of one size can be compared."
        )


def _evened(info: ClipInfo) -> tuple[int, int]:
    """Width and height brought to even sides, as many encoders need them."""
    return info.width + info.width % 2, info.height + info.height % 2


def _notes(reference: ClipInfo, test: ClipInfo, *, alike: bool) -> tuple[str, ...]:
    notes = []
    if not alike:
        depth = min(reference.bit_depth, test.bit_depth)
        notes.append(f"The clips are compared in {depth}-bit 4:2:0, to which both were brought.")
    if (reference.colour.matrix, reference.colour.full_range) != (test.colour.matrix, test.colour.full_range):
        notes.append("The clips state different colour; Y, U and V are compared as stored, RGB by each one's own.")
    if (test.width, test.height) != (reference.width, reference.height):
        notes.append(f"{test.path.name} has even sides; the row or column that was added for that is left out.")
    for title, side in (("SSIM", SSIM_SIDE), ("MS-SSIM", MS_SSIM_SIDE)):
        if min(reference.width, reference.height) < side:
            notes.append(f"{title} needs pictures of at least {side} pixels on each side.")
    return tuple(notes)


def _picture_bytes(info: ClipInfo) -> int:
    return max(0, info.byte_count - info.track_byte_count)


def _mean(values: tuple[float, ...]) -> float | None:
    return sum(values) / len(values) if values else None
