"""SFCM and TCL: their losses, guards, teachers and extractors (specs/mvc.md, 4, 5 and 12)."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.mvc.contrast import Contrast, ContrastConstraint, Target
from nvc_engine.codecs.mvc.features import SIZE, Features, feature_net
from nvc_engine.codecs.mvc.flow import FlowConstraint, FlowLoss, Guard, map_entropy, taught_flow
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.model import Rendered
from nvc_engine.codecs.mvc.teachers import Teacher, flow_teacher

CPU = torch.device("cpu")
CHANNELS = 5


def texture(size: int = 48) -> np.ndarray:
    coarse = torch.rand(1, 3, size // 4, size // 4, generator=torch.Generator().manual_seed(4))
    fine = torch.nn.functional.interpolate(coarse, (size, size), mode="bicubic").clamp(0, 1)
    return (fine[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)


def panned(count: int, step: int = 3) -> UnitFrames:
    """A texture that moves to the right, `step` pixels a frame."""
    picture = texture()
    frames = np.stack([np.roll(picture, step * number, axis=1).transpose(2, 0, 1) for number in range(count)])
    return UnitFrames(torch.from_numpy(frames.copy()), CPU)


class PannedTeacher:
    """Knows that everything moves 3 pixels to the right."""

    def pair(self, previous: np.ndarray, current: np.ndarray) -> np.ndarray:
        height, width = previous.shape[:2]
        flow = np.array([3, 0, -3, 0], np.float32)[:, None, None]
        return np.broadcast_to(flow, (4, height, width)).copy()


def rendered(pictures: Tensor, seed: int = 0) -> Rendered:
    size = tuple(pictures.shape[2:])
    features = torch.randn(1, CHANNELS, *size, generator=torch.Generator().manual_seed(seed))
    return Rendered(pictures, features)


class TestFlow:
    @pytest.mark.parametrize("teacher", [Teacher.DIS])
    def test_a_move_to_the_right_is_positive_forward_and_negative_backward(self, teacher: Teacher) -> None:
        pytest.importorskip("cv2")
        picture = texture(96)
        fx, fy, bx, by = flow_teacher(teacher, CPU).pair(picture, np.roll(picture, 3, axis=1))
        inner = slice(16, -16)
        medians = [float(np.median(each[inner, inner])) for each in (fx, fy, bx, by)]
        assert medians == pytest.approx([3, 0, -3, 0], abs=0.3)

    def test_units_are_pixels_or_the_largest_flow(self) -> None:
        for normalised, largest, unit in ((False, 3.0, 1.0), (True, 1.0, 3.0)):
            taught = taught_flow(panned(3), PannedTeacher(), normalised=normalised)
            assert taught.flow.shape == (2, 4, 24, 24)
            assert float(taught.flow.abs().max()) == pytest.approx(largest, rel=1e-3)
            assert taught.unit == pytest.approx(unit)
            assert float(taught.confident.mean()) > 0.9

    def test_the_first_frame_has_no_flow_and_others_the_error_of_both_directions(self) -> None:
        taught = taught_flow(panned(3), PannedTeacher(), normalised=False)
        constraint = FlowConstraint(FlowLoss.VANILLA, Guard.OFF, taught, CHANNELS, 0, CPU)
        with torch.no_grad():
            constraint.tensors["flow.weight"].zero_()
        pictures = torch.zeros(1, 3, 48, 48)
        assert constraint.loss(0, rendered(pictures), 0.5) is None
        loss = constraint.loss(1, rendered(pictures), 0.5)
        assert loss is not None
        assert float(loss.detach()) == pytest.approx(3.0, rel=1e-3), (
            "1.5 forward and 1.5 backward: half the components are 0"
        )

    def test_entropy_is_zero_for_a_choice_and_log_two_for_none(self) -> None:
        chosen = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 3, 4)
        assert float(map_entropy(chosen)) == pytest.approx(0, abs=1e-6)
        assert float(map_entropy(torch.full((1, 2, 3, 4), 0.5))) == pytest.approx(math.log(2), abs=1e-6)

    def test_as_printed_the_map_becomes_zero_and_the_guard_keeps_it(self) -> None:
        taught = taught_flow(panned(3), PannedTeacher(), normalised=True)
        means = {}
        for guard in (Guard.OFF, Guard.COVERAGE):
            constraint = FlowConstraint(FlowLoss.REG_ENT, guard, taught, CHANNELS, 0, CPU)
            optimiser = torch.optim.Adam(constraint.tensors.values(), lr=0.1)
            features = rendered(torch.zeros(1, 3, 48, 48))
            for _ in range(30):
                loss = constraint.loss(1, features, 0.5)
                assert loss is not None
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            means[guard] = constraint.figures()["mean W1"]
        assert means[Guard.OFF] < 0.5 < means[Guard.COVERAGE]

    def test_with_the_teachers_confidence_there_is_no_map(self) -> None:
        taught = taught_flow(panned(3), PannedTeacher(), normalised=True)
        constraint = FlowConstraint(FlowLoss.REG_ENT, Guard.CONFIDENCE, taught, CHANNELS, 0, CPU)
        assert set(constraint.tensors) == {"flow.weight", "flow.bias"}
        assert constraint.loss(1, rendered(torch.zeros(1, 3, 48, 48)), 0.5) is not None


def contrast(frames: UnitFrames, **wanted: object) -> ContrastConstraint:
    def spatial(pictures: Tensor, frame: int) -> Tensor:
        return 10 * (pictures - frames[frame][None]).abs().mean()

    return ContrastConstraint(Contrast(**wanted), feature_net(Features.FIXED, CPU), frames, spatial)  # type: ignore[arg-type]


class TestContrast:
    def test_weights_are_those_of_the_paper(self) -> None:
        weights = contrast(panned(40)).weights(39).flip(0)
        expected = [0.275, 0.236, 0.184, 0.130, 0.083, 0.048, 0.025, 0.012]
        assert weights[:8].tolist() == pytest.approx(expected, abs=6e-4)
        assert float(weights.sum()) == pytest.approx(1)
        entropy = float(-torch.xlogy(weights, weights).sum())
        assert entropy == pytest.approx(1.814, abs=2e-3)

    @pytest.mark.parametrize("target", list(Target))
    def test_every_target_adds_up_over_the_frames_before(self, target: Target) -> None:
        constraint = contrast(panned(9), target=target, length=4)
        for frame in (1, 3, 8):
            weights = constraint.weights(frame)
            assert len(weights) == min(frame, 4)
            assert float(weights.sum()) == pytest.approx(1)
        if target is Target.ONE_HOT:
            assert constraint.weights(8).tolist() == [0, 0, 0, 1]

    def test_it_is_a_divergence_and_rests_at_the_start(self) -> None:
        frames = panned(6)
        constraint = contrast(frames, weight=1.0)
        assert constraint.loss(0, rendered(frames[0][None]), 0.5) is None
        assert constraint.loss(3, rendered(frames[3][None]), 0.05) is None
        alone = constraint.loss(1, rendered(frames[1][None]), 0.5)
        assert alone is not None
        assert float(alone) == pytest.approx(0, abs=1e-6)
        loss = constraint.loss(5, rendered(frames[5][None]), 0.5)
        assert loss is not None
        assert float(loss) > 0

    def test_the_bank_has_the_latest_look_of_a_frame_and_no_gradient(self) -> None:
        frames = panned(4)
        constraint = contrast(frames, weight=1.0)
        before = constraint.state()["bank"].clone()
        pictures = torch.rand(1, 3, 48, 48).requires_grad_()
        loss = constraint.loss(2, rendered(pictures), 0.5)
        assert loss is not None
        loss.backward()
        after = constraint.state()["bank"]
        assert (after != before).any(dim=1).tolist() == [False, False, True, False]
        assert not after.requires_grad
        assert pictures.grad is not None
        assert float(pictures.grad.abs().sum()) > 0

    def test_the_balance_is_a_twentieth_of_the_spatial_gradient(self) -> None:
        frames = panned(5)
        constraint = contrast(frames)
        pictures = (frames[4][None] + 0.05 * torch.randn(1, 3, 48, 48)).requires_grad_()
        loss = constraint.loss(4, rendered(pictures), 0.5)
        assert loss is not None
        (own,) = torch.autograd.grad(loss, pictures)
        spatial = 10 * (pictures - frames[4][None]).abs().mean()
        (other,) = torch.autograd.grad(spatial, pictures)
        assert float(own.norm()) == pytest.approx(0.05 * float(other.norm()), rel=1e-3)

    def test_the_state_is_all_that_the_next_loss_depends_on(self) -> None:
        frames = panned(5)
        first, second = contrast(frames), contrast(frames)
        for frame in (3, 2, 4):
            first.loss(frame, rendered((frames[frame][None] * 0.9).requires_grad_()), 0.5)
        second.restore({name: value.clone() for name, value in first.state().items()})
        losses = [each.loss(4, rendered(frames[4][None].requires_grad_()), 0.5) for each in (first, second)]
        assert losses[0] is not None
        assert losses[1] is not None
        assert float(losses[0].detach()) == float(losses[1].detach())

    def test_features_have_their_size(self) -> None:
        assert feature_net(Features.FIXED, CPU)(torch.rand(2, 3, 40, 700)).shape == (2, SIZE)
