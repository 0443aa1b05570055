"""A PSNR on the decoded frames, with the weights that come with the studio: random ones answer to no rate point."""

import pytest

from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.codecs.sevc.decoding import SevcDecoder
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest

from .conftest import WavesClip


def decoded_psnr(clip: WavesClip, goal: Goal) -> float:
    """Mean PSNR-YUV in dB of the decoded frames of an encode."""
    codec = SevcCodec()
    request = JobRequest("waves", "out", codec="sevc", preset="light", settings={"intra_period": 4}, goal=goal)
    order = resolve_order(clip.info, request, "cpu")[1]
    session = codec.encode(clip, order)
    units = [event for event in session if isinstance(event, EncodedUnit)]
    decoder = SevcDecoder(file_header("sevc", 1, order, clip.info, session.codec_config()), "cpu")
    found = [
        picture_psnr(clip.picture(unit.first + number), picture)
        for unit in units
        for number, picture in enumerate(
            decoder.frames(unit.payload, unit.first, unit.count, unit.first, unit.first + unit.count)
        )
    ]
    return sum(found) / len(found)


def test_a_psnr_is_met_by_the_decoded_frames() -> None:
    clip = WavesClip(count=8)
    wanted = 27.3  # 26.8 at rate point 10, 27.8 at 50
    assert decoded_psnr(clip, Goal(GoalKind.PSNR, wanted)) == pytest.approx(wanted, abs=0.1)
