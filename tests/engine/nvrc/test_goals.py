"""Goals on the real bytes of whole encodes: rates and PSNRs, one scene and several, within reach and beyond it."""

import itertools

import pytest
import torch
from torch import Tensor

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder
from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.planning import plan_encode
from nvc_engine.codecs.nvrc.session import NvrcSession
from nvc_engine.codecs.nvrc.training import Recipe, UnitTrainer
from nvc_engine.codecs.registry import codec
from nvc_engine.protocol.messages import Goal, GoalKind

from .test_session import DrawnClip, order_for

PIXELS = 50 * 38


def encoded(clip: DrawnClip, order: EncodeOrder, steps: int) -> tuple[float, float]:
    """(bpp, mean PSNR-YUV) of the file of an encode whose clock lets it take `steps` training steps."""
    seconds = itertools.count(0.0, 1.0)
    planned = plan_encode(clip.info, order)
    session = NvrcSession(clip, order, planned, None, clock=lambda: planned.seconds / steps * next(seconds))
    units = [event for event in session if isinstance(event, EncodedUnit)]
    header = file_header("nvrc", codec("nvrc").bitstream_version, order, clip.info, session.codec_config())
    decoder = codec("nvrc").decoder(header)
    psnr = [
        picture_psnr(clip.picture(unit.first + number), picture)
        for unit in units
        for number, picture in enumerate(
            decoder.frames(unit.payload, unit.first, unit.count, unit.first, unit.first + unit.count)
        )
    ]
    sizes = [(unit.count, len(unit.payload)) for unit in units]
    total = sum(size for _, size in sizes) + overhead_bytes(header, sizes)
    return 8 * total / (PIXELS * len(psnr)), sum(psnr) / len(psnr)


def test_a_psnr_is_met_by_the_decoded_frames_of_all_scenes() -> None:
    clip = DrawnClip(20, cut=11)
    order = order_for(clip, minutes=1, goal=Goal(GoalKind.PSNR, 25.0))
    _, psnr = encoded(clip, order, 400)
    assert psnr == pytest.approx(25.0, abs=0.1)


def test_a_psnr_out_of_reach_gives_the_best() -> None:
    clip = DrawnClip(8)
    usual = encoded(clip, order_for(clip, minutes=1), 120)
    wanted = encoded(clip, order_for(clip, minutes=1, goal=Goal(GoalKind.PSNR, 60.0)), 120)
    assert usual[1] < wanted[1] < 60


@pytest.mark.parametrize(("frames", "cut", "bpp"), [(9, None, 0.3), (9, None, 0.5), (24, 9, 0.25)])
def test_a_rate_is_met(frames: int, cut: int | None, bpp: float) -> None:
    clip = DrawnClip(frames, cut)
    order = order_for(clip, minutes=1, goal=Goal(GoalKind.BPP, bpp))
    found, _ = encoded(clip, order, 150)
    assert found == pytest.approx(bpp, rel=0.03)


def test_bytes_that_fill_a_size_keep_every_value(tiny_layout: Layout, tiny_target: Tensor) -> None:
    trainer = UnitTrainer(
        tiny_layout,
        tiny_target,
        Recipe(batch=2, bf16=False),
        lambda_=64.0,
        rate_goal=None,
        seed=1,
        device=torch.device("cpu"),
    )
    for step in range(80):
        trainer.step(step / 80)
    found = [trainer.symbols(coarser) for coarser in (0.0, -0.4, -2.0)]
    for finer in found[1:]:
        assert all(torch.equal(coded.values(), found[0][name].values()) for name, coded in finer.items())
    sizes = [len(encode_unit(tiny_layout, symbols)) for symbols in found]
    assert sizes[0] < sizes[1] < sizes[2]
