"""Networks as training begins with them: motion is nearly none, and no block leads out of range."""

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.widths import S20

GEOMETRY = Geometry(64, 64)


def frame(index: int) -> Tensor:
    return torch.from_numpy(clip_frame(64, 64, index, 1))[None].float() / 255


def test_fresh_motion_is_nearly_none() -> None:
    inter = fresh_networks(S20, 1).inter.eval()
    offsets: list[Tensor] = []
    for part in (inter.BL_codec.align, inter.ILP.align):
        part.conv_offset.register_forward_hook(lambda _, __, output: offsets.append(output))
    state = state_after_intra(frame(0), GEOMETRY)
    with torch.no_grad():
        base = run(inter.code_base(frame(1), state.base, 30, 1, GEOMETRY), Estimator())
        run(inter.code_enhancement(frame(1), base, state.enhancement, 30, 1, GEOMETRY), Estimator())
    assert float(base.flow.abs().max()) < 0.1
    assert len(offsets) == 2
    # Of 40 samples, whatever tanh leaves of it.
    assert all(40 * float(output.abs().max()) < 1 for output in offsets)


def test_strong_signals_stay_in_range_in_fresh_intra_networks() -> None:
    intra = fresh_networks(S20, 1).intra
    with torch.no_grad():
        decoded = intra.refine(10 * torch.randn(1, 8, 32, 32, generator=torch.Generator().manual_seed(1)))
    assert float(decoded.abs().max()) < 100
