"""Symbols of frames to bytes: sizes, lists of what machines could round apart, damage."""

import zlib

import numpy as np
import pytest
import torch
from torch import Tensor

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.tables import Law as TableLaw
from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.coding import GRID, PORTABLE, Guards, PartReader, PartWriter
from nvc_engine.codecs.sevc.frame_coding import FrameCoder
from nvc_engine.codecs.sevc.hyper_laws import fitted_laws
from nvc_engine.codecs.sevc.models import Model
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.records import Record
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.codecs.sevc.steps import HyperStep, LatentStep, Law
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.weights import Networks

SIDE = 64
EVERYTHING = Guards(scale=0.126, settled=0.6 / GRID)


def latent_step(law: Law, seed: int, side: int = 128) -> LatentStep:
    """Random symbols that follow the law, of scales from a tenth to twenty."""
    random = torch.Generator().manual_seed(seed)
    shape = (1, 8, side, side)
    scale = torch.exp(torch.empty(shape, dtype=torch.float64).uniform_(np.log(0.1), np.log(20.0), generator=random))
    mean = torch.randn(shape, generator=random, dtype=torch.float64)
    if law is Law.GAUSSIAN:
        residual = scale * torch.randn(shape, generator=random, dtype=torch.float64)
    else:
        drawn = torch.rand(shape, generator=random, dtype=torch.float64) - 0.5
        residual = -scale * drawn.sign() * torch.log1p(-2 * drawn.abs())
    return LatentStep(f"y.{seed}", law, scale, mean, mean + residual)


def without_value(step: LatentStep) -> LatentStep:
    return LatentStep(step.name, step.law, step.scale, step.mean, None)


@pytest.mark.parametrize(("law", "table"), [(Law.LAPLACE, TableLaw.LAPLACE), (Law.GAUSSIAN, TableLaw.GAUSS)])
def test_bytes_are_what_the_estimate_says(law: Law, table: TableLaw) -> None:
    steps = [latent_step(law, seed) for seed in range(4)]
    writer, estimator = PartWriter(table, {}, PORTABLE), Estimator()
    symbols = [writer(step) for step in steps]
    assert all(torch.equal(estimator(step), coded) for step, coded in zip(steps, symbols, strict=True))
    data = writer.finish()
    assert 8 * len(data) == pytest.approx(float(estimator.total), rel=0.01)
    reader = PartReader(data, table, {}, 0, settles=True)
    assert all(torch.equal(reader(without_value(step)), coded) for step, coded in zip(steps, symbols, strict=True))
    reader.finish()
    assert reader.crc == zlib.crc32(b"".join(coded.to(torch.int32).numpy().tobytes() for coded in symbols))


@torch.inference_mode()
def test_hyper_latents_take_what_the_learned_law_says(networks: Networks) -> None:
    laws = fitted_laws(networks)
    estimator = networks.intra.bit_estimator_z
    channels = laws.intra["z"].mean.size
    random = np.random.default_rng(1)
    edges = torch.arange(-40, 40, dtype=torch.float32) + 0.5
    below = estimator(edges.view(1, 1, 1, -1).expand(1, channels, 1, -1))[0, :, 0].double().numpy()
    drawn = (random.random((channels, 400, 1)) > below[:, None]).sum(2) - 40
    value = torch.from_numpy(drawn).float().view(1, channels, 20, 20)
    step = HyperStep("z", value.shape, estimator, value)
    writer, estimate = PartWriter(TableLaw.GAUSS, laws.intra, PORTABLE), Estimator()
    writer(step)
    estimate(step)
    assert 8 * len(writer.finish()) == pytest.approx(float(estimate.total), rel=0.03)


@pytest.mark.parametrize("away", [1e-12, -1e-12])
def test_scales_near_a_threshold_decode_on_either_side_of_it(away: float) -> None:
    thresholds = 2.0 ** ((torch.arange(64, dtype=torch.float64).view(1, 1, 8, 8) % 40 - 10.5) / 4)
    value = torch.arange(64, dtype=torch.float64).view(1, 1, 8, 8) % 7 - 3
    writer = PartWriter(TableLaw.LAPLACE, {}, PORTABLE)
    coded = writer(LatentStep("y.0", Law.LAPLACE, thresholds, torch.zeros_like(value), value))
    assert writer.listed == 64
    reader = PartReader(writer.finish(), TableLaw.LAPLACE, {}, 0, settles=True)
    elsewhere = LatentStep("y.0", Law.LAPLACE, thresholds * (1 + away), torch.zeros_like(value), None)
    assert torch.equal(reader(elsewhere), coded)
    reader.finish()


@pytest.mark.parametrize("away", [1e-12, -1e-12])
def test_numbers_near_a_threshold_settle_alike(away: float) -> None:
    x = (torch.arange(200, dtype=torch.float64) / 4 - 20).view(2, 100) / GRID
    writer = PartWriter(TableLaw.LAPLACE, {}, PORTABLE)
    settled = [writer.settle(row) for row in x]
    assert writer.listed == 50
    assert all(torch.equal(row * GRID, torch.round(row * GRID)) for row in settled)
    assert float((torch.stack(settled) - x).abs().max()) <= 0.5 / GRID
    reader = PartReader(writer.finish(), TableLaw.LAPLACE, {}, 0, settles=True)
    for row, wanted in zip(x, settled, strict=True):
        assert torch.equal(reader.settle(row + away), wanted)
    reader.finish()


def pictures(count: int) -> list[Tensor]:
    return [torch.from_numpy(clip_frame(SIDE, SIDE, t, 1))[None].double() / 255 for t in range(count)]


@torch.inference_mode()
def test_a_long_list_decodes_to_the_same(model: Model) -> None:
    plain = FrameCoder(model, Geometry(SIDE, SIDE), 32, PORTABLE)
    listing = FrameCoder(model, Geometry(SIDE, SIDE), 32, EVERYTHING)
    states: list[InterState | None] = [None, None, None]
    crcs = [0, 0]
    for number, picture in enumerate(pictures(3)):
        few = plain.encode(picture, states[0], number, 20)
        many = listing.encode(picture, states[0], number, 20)
        assert many.listed > 1000
        assert few.listed < 5
        assert many.record.size > few.record.size
        decoded = [plain.decode(each.record, states[1], number, crcs[0]) for each in (few, many)]
        assert decoded[0].crc == decoded[1].crc
        assert torch.equal(decoded[0].state.enhancement.frame, decoded[1].state.enhancement.frame)
        assert torch.equal(decoded[0].state.enhancement.frame, few.state.enhancement.frame)
        if states[2] is not None:
            small = plain.decode_base(few.record, states[2].base, number)
            assert torch.equal(small.frame, few.state.base.frame)
        states, crcs = [few.state, decoded[1].state, decoded[0].state], [decoded[1].crc, decoded[0].crc]


@torch.inference_mode()
def test_differences_between_machines_do_not_grow(model: Model) -> None:
    coder = FrameCoder(model, Geometry(SIDE, SIDE), 32, PORTABLE)
    weight = model.networks.inter.EL_codec.recon_generation_net.recon_conv.weight
    kept = weight.clone()
    state, elsewhere = None, None
    for number, picture in enumerate(pictures(3)):
        coded = coder.encode(picture, state, number, 20)
        weight.mul_(1 + 1e-13)
        decoded = coder.decode(coded.record, elsewhere, number, 0)
        weight.copy_(kept)
        state, elsewhere = coded.state, decoded.state
        assert torch.equal(state.enhancement.frame, elsewhere.enhancement.frame)


@torch.inference_mode()
def test_damage_is_found(model: Model) -> None:
    coder = FrameCoder(model, Geometry(SIDE, SIDE), 32, PORTABLE)
    (picture,) = pictures(1)
    record = coder.encode(picture, None, 0, 20).record
    (part,) = record.parts
    random = np.random.default_rng(0)
    damaged = [part[: len(part) // 2], part[:-4], b"", part[:2], b"\xff" * len(part)]
    for _ in range(6):
        place = int(random.integers(2, len(part)))
        damaged.append(part[:place] + bytes((part[place] ^ 0x20,)) + part[place + 1 :])
    for each in damaged:
        with pytest.raises(StreamError):
            coder.decode(Record(20, (each,)), None, 0, 0)
