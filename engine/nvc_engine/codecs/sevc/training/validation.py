"""Rate and distortion on held-out snippets, with estimated bits and hard rounding."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.training.objectives import squared_error
from nvc_engine.codecs.sevc.training.recipes import Stage
from nvc_engine.codecs.sevc.training.snippets import Library, Snippet
from nvc_engine.codecs.sevc.weights import Networks

RATE_POINTS = (0, 21, 42, 63)


@dataclass(frozen=True)
class Measured:
    """Means over frames; PSNR is of R'G'B', in dB, and the mean of the frames'.

    Attributes:
        intra_bpp, intra_psnr: of the first frames.
        inter_bpp, inter_psnr: of the others; in the base stage, of the base layer's small pictures. None where there
            are none.
        base_bpp: the base layer's share of `inter_bpp`; None likewise.
    """

    rate_point: int
    intra_bpp: float
    intra_psnr: float
    inter_bpp: float | None = None
    inter_psnr: float | None = None
    base_bpp: float | None = None


def validation_clips(library: Library, held_out: Sequence[Snippet], count: int, frames: int, crop: int) -> list[Tensor]:
    """The middle of the first frames of up to `count` snippets, one a clip, [T, 1, 3, H, W], 8-bit R'G'B'.

    Sides are `crop`, or what the snippet has where that is less.
    """
    by_clip: dict[str, Snippet] = {}
    for snippet in held_out:
        by_clip.setdefault(snippet.clip, snippet)
    clips = []
    for name in sorted(by_clip)[:count]:
        snippet = by_clip[name]
        height, width = min(crop, snippet.height), min(crop, snippet.width)
        left, top = (snippet.width - width) // 4 * 2, (snippet.height - height) // 4 * 2
        clips.append(library.frames(snippet, range(min(frames, snippet.frames)), left, top, (height, width))[:, None])
    return clips


def validate(
    networks: Networks, clips: Sequence[Tensor], stage: Stage, rate_points: Sequence[int] = RATE_POINTS
) -> Iterator[Measured]:
    """Measure each rate point over all clips (see `validation_clips`), as far as a stage has trained.

    The networks are left ready to evaluate.
    """
    networks.intra.eval()
    networks.inter.eval()
    device = next(networks.intra.parameters()).device
    for rate_point in rate_points:
        sums: dict[str, list[float]] = defaultdict(list)
        with torch.inference_mode():
            for clip in clips:
                _measure(networks, clip.to(device).float() / 255, stage, rate_point, sums)
        yield Measured(rate_point, **{name: sum(values) / len(values) for name, values in sums.items()})


def _measure(networks: Networks, frames: Tensor, stage: Stage, rate_point: int, sums: dict[str, list[float]]) -> None:
    geometry = Geometry(frames.shape[3], frames.shape[4])
    pixels = geometry.height * geometry.width
    estimator = Estimator()
    decoded = run(networks.intra.code(geometry.pad(frames[0]), geometry.coded, rate_point), estimator)
    sums["intra_bpp"].append(float(estimator.total) / pixels)
    sums["intra_psnr"].append(_psnr(geometry.crop(decoded), frames[0]))
    if stage is Stage.INTRA:
        return
    state = state_after_intra(decoded, geometry)
    for position in range(1, frames.shape[0]):
        picture = geometry.pad(frames[position])
        estimator = Estimator()
        base = run(networks.inter.code_base(picture, state.base, rate_point, position, geometry), estimator)
        base_bits = float(estimator.total)
        if stage is Stage.BASE:
            small = quarter_size(picture)
            small_pixels = small.shape[2] * small.shape[3]
            sums["inter_bpp"].append(base_bits / small_pixels)
            sums["base_bpp"].append(base_bits / small_pixels)
            sums["inter_psnr"].append(_psnr(geometry.crop_base(base.state.frame), small))
            state = InterState(base.state, state.enhancement)
            continue
        estimator = Estimator()
        coding = networks.inter.code_enhancement(picture, base, state.enhancement, rate_point, position, geometry)
        enhanced = run(coding, estimator)
        sums["inter_bpp"].append((base_bits + float(estimator.total)) / pixels)
        sums["base_bpp"].append(base_bits / pixels)
        sums["inter_psnr"].append(_psnr(geometry.crop(enhanced.frame.picture), frames[position]))
        state = InterState(base.state, enhanced.state).clamped()


def _psnr(decoded: Tensor, picture: Tensor) -> float:
    return float(-10 * torch.log10(squared_error(decoded.clamp(0, 1), picture).clamp(min=1e-10)))
