"""Rate and distortion on held-out clips."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.training.recipes import Stage
from nvc_engine.codecs.sevc.training.snippets import Library, find_snippets
from nvc_engine.codecs.sevc.training.validation import validate, validation_clips
from nvc_engine.codecs.sevc.weights import Networks


def test_each_clip_gives_its_middle(clips_folder: Path) -> None:
    library, snippets = Library(), find_snippets(clips_folder)
    clips = validation_clips(library, [*snippets, *snippets], count=2, frames=3, crop=64)
    assert [tuple(clip.shape) for clip in clips] == [(3, 1, 3, 64, 64)] * 2
    assert torch.equal(clips[1][:, 0], library.frames(snippets[1], range(3), 4, 0, (64, 64)))


def test_numbers_are_those_of_the_decoded_frames(clips_folder: Path, tiny_networks: Callable[[int], Networks]) -> None:
    networks = tiny_networks(1)
    clips = validation_clips(Library(), find_snippets(clips_folder), count=2, frames=1, crop=64)
    low, high = validate(networks, clips, Stage.INTRA, (0, 63))
    assert (low.rate_point, high.rate_point) == (0, 63)
    assert low.inter_bpp is low.inter_psnr is low.base_bpp is None
    bits, psnr = [], []
    for clip in clips:
        estimator = Estimator()
        picture = clip[0].float() / 255
        with torch.no_grad():
            decoded = run(networks.intra.code(picture, (64, 64), 63), estimator).clamp(0, 1)
        bits.append(float(estimator.total) / 4096)
        psnr.append(float(-10 * torch.log10((decoded - picture).square().mean())))
    assert high.intra_bpp == pytest.approx(sum(bits) / 2, rel=1e-6)
    assert high.intra_psnr == pytest.approx(sum(psnr) / 2, rel=1e-6)


@pytest.mark.parametrize("stage", [Stage.BASE, Stage.AUGMENT])
def test_inter_frames_are_measured_as_far_as_they_are_trained(
    stage: Stage, clips_folder: Path, tiny_networks: Callable[[int], Networks]
) -> None:
    clips = validation_clips(Library(), find_snippets(clips_folder), count=1, frames=3, crop=64)
    (measured,) = validate(tiny_networks(1), clips, stage, (30,))
    assert measured.inter_bpp is not None
    assert measured.base_bpp is not None
    assert measured.inter_psnr is not None
    if stage is Stage.BASE:
        assert measured.inter_bpp == measured.base_bpp > 0
    else:
        assert 0 < measured.base_bpp < measured.inter_bpp
    assert 0 < measured.inter_psnr < 60
