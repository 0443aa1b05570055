"""The numbers that plans are made of, counted on the networks."""

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from nvc_engine.codecs.sevc.complexity import COMPLEXITY
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.codecs.sevc.steps import Step, run
from nvc_engine.codecs.sevc.weights import unfilled
from nvc_engine.codecs.sevc.widths import PRESETS, PUBLISHED, Widths

SIDE = 256
FRAMES = 4  # the last one has all references


def no_symbols(step: Step) -> Tensor:
    return torch.empty(step.shape)


def counted(preset: str, *, encoder: bool) -> tuple[int, int]:
    """Multiply-accumulates a pixel of an intra and an inter frame."""
    networks = unfilled(PRESETS[preset])
    geometry = Geometry(SIDE, SIDE)
    with torch.device("meta"), torch.no_grad():
        picture = torch.empty(1, 3, SIDE, SIDE) if encoder else None
        with FlopCounterMode(display=False) as intra:
            frame = run(networks.intra.code(picture, geometry.coded, 0), no_symbols)
        state = state_after_intra(frame, geometry)
        for position in range(1, FRAMES + 1):
            with FlopCounterMode(display=False) as inter:
                base = run(networks.inter.code_base(picture, state.base, 0, position, geometry), no_symbols)
                coding = networks.inter.code_enhancement(picture, base, state.enhancement, 0, position, geometry)
                state = InterState(base.state, run(coding, no_symbols).state)
    return round(intra.get_total_flops() / 2 / SIDE**2), round(inter.get_total_flops() / 2 / SIDE**2)


def test_the_tables_hold() -> None:
    assert set(COMPLEXITY) == set(PRESETS)
    for preset, known in COMPLEXITY.items():
        networks = unfilled(PRESETS[preset])
        parameters = [*networks.intra.parameters(), *networks.inter.parameters()]
        assert sum(parameter.numel() for parameter in parameters) == known.parameters
    known = COMPLEXITY["s20"]
    assert counted("s20", encoder=True) == (known.intra, known.inter)
    assert counted("s20", encoder=False) == (known.intra_decoded, known.inter_decoded)


def base_share(widths: Widths) -> float:
    """Work of decoding the base layer of an inter frame alone, as a share of decoding the frame."""
    networks = unfilled(widths)
    geometry = Geometry(SIDE, SIDE)
    with torch.device("meta"), torch.no_grad():
        state = state_after_intra(torch.empty(1, 3, SIDE, SIDE), geometry)
        for position in range(1, FRAMES + 1):
            with FlopCounterMode(display=False) as base_work:
                base = run(networks.inter.code_base(None, state.base, 0, position, geometry), no_symbols)
            with FlopCounterMode(display=False) as rest:
                coding = networks.inter.code_enhancement(None, base, state.enhancement, 0, position, geometry)
                state = InterState(base.state, run(coding, no_symbols).state)
    return float(base_work.get_total_flops() / (base_work.get_total_flops() + rest.get_total_flops()))


def test_the_base_layer_takes_little_of_the_work() -> None:
    assert base_share(PUBLISHED) < 0.05
