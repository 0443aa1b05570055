"""A PSNR as MVC's goal, and scenes of several units; NVRC's tests see what all codecs that fit networks share."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.mvc.planning import plan_encode, psnr_lambda
from nvc_engine.codecs.mvc.session import MvcSession
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Goal, GoalKind

from .test_session import FIXED, SMALL, DrawnClip, all_frames, decoder_for, order_for


class ColouredClip(DrawnClip):
    """Chroma that changes too: of a flat one a network is right or wrong, and nothing between."""

    def picture(self, index: int) -> Picture:
        picture = super().picture(index)
        rows, columns = np.indices(picture.u.shape)
        u, v = ((plane + index).astype(np.uint8) for plane in (110 + rows, 130 + columns))
        return Picture(picture.y, u, v)


QUICK = {**SMALL, "optimiser": "adam", "learning_rate": 5e-3}


def test_a_psnr_is_met_by_the_decoded_frames() -> None:
    clip = ColouredClip(4)
    order = order_for(clip, QUICK, minutes=1, goal=Goal(GoalKind.PSNR, 24.0))
    planned = plan_encode(clip.info, order)
    seconds = itertools.count(0.0, 1.0)
    session = MvcSession(clip, order, planned, None, clock=lambda: planned.seconds / 60 * next(seconds))
    (unit,) = (event for event in session if isinstance(event, EncodedUnit))
    decoded = all_frames(decoder_for(clip, order, session), unit)
    psnr = [picture_psnr(clip.picture(number), picture) for number, picture in enumerate(decoded)]
    assert sum(psnr) / len(psnr) == pytest.approx(24.0, abs=0.1)


def test_a_scene_longer_than_a_unit_begins_with_the_weights_of_the_one_before() -> None:
    clip = DrawnClip(8)
    order = order_for(clip, QUICK, minutes=1)
    planned = replace(plan_encode(clip.info, order), unit_frames=4)
    seconds = itertools.count(0.0, 1.0)
    session = MvcSession(clip, order, planned, None, clock=lambda: planned.seconds / 40 * next(seconds))
    events = iter(session)
    first = next(event for event in events if isinstance(event, EncodedUnit))
    next(events)
    second = session.preview(4)
    assert second is not None
    (last,) = list(decoder_for(clip, order, session).frames(first.payload, 0, 4, 3, 4))
    assert picture_psnr(last, second) > 15, "random weights give a flat gray"
    assert picture_psnr(clip.picture(4), second) > 12


def test_fixed_bits_take_no_goal() -> None:
    clip = DrawnClip(4)
    assert psnr_lambda(30) < psnr_lambda(40)
    with pytest.raises(Exception, match="fixed bits"):
        plan_encode(clip.info, order_for(clip, FIXED, goal=Goal(GoalKind.PSNR, 30)))
