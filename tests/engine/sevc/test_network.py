"""The networks as coders see them: what an encoder codes, a decoder decodes, at any size and precision."""

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.states import BaseState, EnhancementState, InterState
from nvc_engine.codecs.sevc.steps import LatentStep, run
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic
from nvc_engine.codecs.sevc.weights import Networks

RATE = 20


def coded_clip(
    networks: Networks,
    pictures: list[Tensor | None],
    geometry: Geometry,
    answers: list,
    dtype: torch.dtype = torch.float32,
    rate: int | Tensor = RATE,
    refresh: int = 32,
) -> list[Tensor]:
    """Frames of a clip as one coder after the other answers; pictures of None decode."""
    with torch.inference_mode():
        batch = 1 if pictures[0] is None else pictures[0].shape[0]
        decoded = [run(networks.intra.code(pictures[0], geometry.coded, rate, batch), answers[0])]
        state = state_after_intra(decoded[0], geometry)
        for t in range(1, len(pictures)):
            if t % refresh == 1:
                state = state.refreshed()
            base = run(networks.inter.code_base(pictures[t], state.base, rate, t, geometry), answers[t])
            enhanced = run(
                networks.inter.code_enhancement(pictures[t], base, state.enhancement, rate, t, geometry), answers[t]
            )
            state = InterState(base.state, enhanced.state).clamped()
            decoded.append(state.enhancement.frame)
    assert all(frame.dtype == dtype for frame in decoded)
    return decoded


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("width", "height"), [(64, 64), (80, 112), (65, 70)])
def test_a_decoder_follows_its_encoder(
    make_networks: Callable[..., Networks],
    pictures: Callable[..., list[Tensor]],
    coders: tuple,
    width: int,
    height: int,
    dtype: torch.dtype,
) -> None:
    networks, geometry = make_networks(dtype=dtype), Geometry(height, width)
    recorder, player = coders
    frames = pictures(geometry, 3, dtype=dtype)
    encoders = [recorder() for _ in frames]
    encoded = coded_clip(networks, frames, geometry, encoders, dtype)
    decoders = [player(encoder.coded) for encoder in encoders]
    decoded = coded_clip(networks, [None] * len(frames), geometry, decoders, dtype)
    for ours, theirs, decoder in zip(encoded, decoded, decoders, strict=True):
        assert torch.equal(ours, theirs)
        assert decoder.finished()
    assert geometry.crop(decoded[2]).shape == (1, 3, height, width)
    assert not torch.equal(decoded[1], decoded[2])


def test_steps_come_in_the_order_of_decoding(
    networks: Networks, pictures: Callable[..., list[Tensor]], coders: tuple
) -> None:
    geometry = Geometry(64, 128)
    encoders = [coders[0]() for _ in range(2)]
    coded_clip(networks, pictures(geometry, 2), geometry, encoders)
    intra, inter = ([step.name for step, _ in encoder.coded] for encoder in encoders)
    four = ["y.0", "y.1", "y.2", "y.3"]
    assert intra == ["z", *four]
    assert inter == ["mv_z", *(f"mv_{name}" for name in four), "z", *four, *four]
    shapes = {step.name: tuple(step.shape) for step, _ in encoders[1].coded[:10]}
    assert shapes["mv_z"] == (1, 24, 1, 1)
    assert shapes["mv_y.0"] == (1, 6, 1, 2)
    assert shapes["z"] == (1, 48, 1, 1)
    assert encoders[1].coded[-1][0].shape == (1, 12, 4, 8)


def test_symbols_are_whole_and_near_what_was_to_be_coded(
    networks: Networks, pictures: Callable[..., list[Tensor]], coders: tuple
) -> None:
    geometry = Geometry(64, 64)
    encoders = [coders[0]() for _ in range(2)]
    coded_clip(networks, pictures(geometry, 2), geometry, encoders)
    for step, symbols in (*encoders[0].coded, *encoders[1].coded):
        assert torch.equal(symbols, symbols.round())
        assert float((symbols - step.residual).abs().max()) <= 0.5
        if isinstance(step, LatentStep):
            assert torch.equal(step.residual, step.value - step.mean)


def test_samples_of_a_batch_do_not_mix(networks: Networks, pictures: Callable[..., list[Tensor]]) -> None:
    geometry = Geometry(64, 64)
    clips = [pictures(geometry, 3, variant) for variant in (1, 5)]
    points = [7, 50]
    together_bits = [Estimator() for _ in range(3)]
    together = coded_clip(
        networks,
        [torch.cat(frames) for frames in zip(*clips, strict=True)],
        geometry,
        together_bits,
        rate=torch.tensor(points),
    )
    for sample, (clip, point) in enumerate(zip(clips, points, strict=True)):
        alone_bits = [Estimator() for _ in range(3)]
        alone = coded_clip(networks, clip, geometry, alone_bits, rate=point)
        for t in range(3):
            assert torch.allclose(together[t][sample], alone[t][0], atol=1e-4)
            assert float(together_bits[t].total[sample]) == pytest.approx(float(alone_bits[t].total[0]), abs=1)


def test_a_higher_rate_point_takes_more_bits(networks: Networks, pictures: Callable[..., list[Tensor]]) -> None:
    geometry = Geometry(64, 64)
    spent = []
    for rate in (0, 31, 63):
        bits = [Estimator(), Estimator()]
        coded_clip(networks, pictures(geometry, 2), geometry, bits, rate=rate)
        spent.append([float(answer.total) for answer in bits])
    assert spent[0][0] < spent[1][0] < spent[2][0]
    assert spent[0][1] < spent[2][1]
    assert len({inter for _, inter in spent}) == 3


def test_the_base_layer_decodes_alone(networks: Networks, pictures: Callable[..., list[Tensor]], coders: tuple) -> None:
    geometry = Geometry(80, 112)
    recorder, player = coders
    first, second = pictures(geometry, 2)
    with torch.inference_mode():
        state = state_after_intra(first, geometry)
        encoder = recorder()
        encoded = run(networks.inter.code_base(second, state.base, RATE, 1, geometry), encoder)
        decoded = run(networks.inter.code_base(None, state.base, RATE, 1, geometry), player(encoder.coded))
    assert torch.equal(encoded.state.frame, decoded.state.frame)
    assert decoded.state.frame.shape == (1, 3, 32, 32)
    assert geometry.crop_base(decoded.state.frame).shape == (1, 3, 20, 28)
    assert float(decoded.state.frame.min()) >= 0
    assert float(decoded.state.frame.max()) <= 1


def test_a_refresh_drops_features_alone(networks: Networks, pictures: Callable[..., list[Tensor]]) -> None:
    geometry = Geometry(64, 64)
    first, second = pictures(geometry, 2)
    with torch.inference_mode():
        state = state_after_intra(first, geometry)
        base = run(networks.inter.code_base(second, state.base, RATE, 1, geometry), Estimator())
        enhanced = run(networks.inter.code_enhancement(second, base, state.enhancement, RATE, 1, geometry), Estimator())
    state = InterState(base.state, enhanced.state)
    fresh = state.refreshed()
    for before, after in ((state.base, fresh.base), (state.enhancement, fresh.enhancement)):
        kept = {field.name: getattr(after, field.name) is getattr(before, field.name) for field in fields(before)}
        assert kept.pop("feature") is False
        assert after.feature is None
        assert all(kept.values())
    assert float(enhanced.state.frame.max()) > 1
    assert float(state.clamped().enhancement.frame.max()) == 1


def test_the_past_counts(networks: Networks, pictures: Callable[..., list[Tensor]]) -> None:
    """Every reference that a state has changes what is predicted from it."""
    geometry = Geometry(64, 64)
    frames = pictures(geometry, 5)
    with torch.inference_mode():
        state = state_after_intra(frames[0], geometry)
        for t in range(1, 4):
            base = run(networks.inter.code_base(frames[t], state.base, RATE, t, geometry), Estimator())
            enhanced = run(
                networks.inter.code_enhancement(frames[t], base, state.enhancement, RATE, t, geometry), Estimator()
            )
            state = InterState(base.state, enhanced.state).clamped()
        assert len(state.enhancement.latents) == 3
        newest = torch.zeros(1)
        assert [latent is newest for latent in state.enhancement.pushed(newest)] == [False, False, True]

        def base_frame(before: BaseState) -> Tensor:
            return run(networks.inter.code_base(frames[4], before, RATE, 4, geometry), Estimator()).state.frame

        def frame(before: EnhancementState) -> Tensor:
            return run(
                networks.inter.code_enhancement(frames[4], base, before, RATE, 4, geometry), Estimator()
            ).frame.picture

        whole = base_frame(state.base)
        for name in ("feature", "motion_feature", "latent", "motion_latent"):
            assert not torch.equal(base_frame(replace(state.base, **{name: None})), whole), name
        before = state.enhancement
        oldest, middle, newest = before.latents
        whole = frame(before)
        assert not torch.equal(frame(replace(before, feature=None)), whole)
        assert not torch.equal(frame(replace(before, frame=1 - before.frame)), whole)
        for latents in ((middle, newest), (-oldest, middle, newest), (middle, oldest, newest)):
            assert not torch.equal(frame(replace(before, latents=latents)), whole)


@pytest.mark.parametrize("preset", ["s8", "s12"])
def test_the_other_presets_code(
    make_networks: Callable[..., Networks], pictures: Callable[..., list[Tensor]], coders: tuple, preset: str
) -> None:
    networks, geometry = make_networks(preset), Geometry(64, 64)
    recorder, player = coders
    frames = pictures(geometry, 2)
    encoders = [recorder(), recorder()]
    encoded = coded_clip(networks, frames, geometry, encoders)
    decoded = coded_clip(networks, [None, None], geometry, [player(encoder.coded) for encoder in encoders])
    assert torch.equal(encoded[1], decoded[1])


def test_other_weights_give_other_pictures(
    make_networks: Callable[..., Networks], pictures: Callable[..., list[Tensor]]
) -> None:
    geometry = Geometry(64, 64)
    frames = pictures(geometry, 2)
    networks = make_networks()
    ours = coded_clip(networks, frames, geometry, [Estimator(), Estimator()])
    load_synthetic(networks.inter, "another salt")
    theirs = coded_clip(networks, frames, geometry, [Estimator(), Estimator()])
    assert torch.equal(ours[0], theirs[0])
    assert not torch.equal(ours[1], theirs[1])
