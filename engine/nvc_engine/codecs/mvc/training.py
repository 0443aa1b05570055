"""How one unit is fitted: the network, psi and the heads of training, one frame a step (specs/mvc.md, 6).

Objective R + lambda D with R in bits per pixel, of weights and F_e under their laws, and

    D = 10 L_spa + w L_freq + the constraints' losses (SFCM, TCL).

Where bits are fixed there is no R, and nothing is rounded before the training has ended.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.lambda_control import MSE_FLOOR, Aim, LambdaControl
from nvc_engine.codecs.mvc.constraints import Constraint
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.descent import MUON_RATE, Descent
from nvc_engine.codecs.mvc.embedding import FrameEmbedding, Psi
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import EMBEDDING, Layout, Lift
from nvc_engine.codecs.mvc.model import Rendered, Renderer, initial_weights, lift, normaliser
from nvc_engine.codecs.mvc.objective import SPATIAL_WEIGHT, frequency_loss, spatial_loss
from nvc_engine.codecs.parameters.quantiser import ParameterQuantiser, Rounding, SpentBits
from nvc_engine.codecs.parameters.symbols import Symbols, is_grid
from nvc_engine.codecs.step_report import StepReport
from nvc_engine.nn.generators import restore_generator
from nvc_engine.nn.quantisation import noisy_round, round_through

EMBEDDING_STEP_START = -7.0
WEIGHT_LEVELS_START = 16
GENTLE_WARM_UP = 0.1
USUAL_LAMBDA = 2.0**-8, 2.0**4


@dataclass(frozen=True)
class Recipe:
    """Everything of the training that is not the network.

    Attributes:
        psi: how F_e is made, where the network takes one.
        alpha, ssim_of_luma: of the spatial loss.
        frequency_weight, frequency_norm: of FDS.
        muon: whether Muon trains the matrices, with a peak of `muon_rate`; Adam trains all else.
        learning_rate, beta: peak and first moment of Adam.
        rated: whether steps are learned and a rate is in the loss.
        noisy_from, hard_from: fractions of the training at which noise begins and gives way to hard rounding.
        warm_up: fraction over which the learning rate rises before a cosine; None: it falls by a tenth 90 times.
        bf16: render in bfloat16 (parameters, losses and rate stay float32).
    """

    psi: Psi = Psi.AREA
    alpha: float = 0.7
    ssim_of_luma: bool = True
    frequency_weight: float = 30.0
    frequency_norm: str = "ortho"
    muon: bool = False
    muon_rate: float = MUON_RATE
    learning_rate: float = 5e-4
    beta: float = 0.9
    rated: bool = True
    noisy_from: float = 0.05
    hard_from: float = 0.85
    warm_up: float | None = 0.05
    bf16: bool = False

    def gentle(self) -> "Recipe":
        """For weights that have learned the scene already: half the learning rates, risen to more slowly."""
        warm_up = None if self.warm_up is None else max(self.warm_up, GENTLE_WARM_UP)
        return replace(self, learning_rate=self.learning_rate / 2, muon_rate=self.muon_rate / 2, warm_up=warm_up)


class UnitTrainer:
    """Fits one unit.

    Args:
        distortion: MSE-like distortion of an error [3, H, W], for reports (see `frame_distortion`).
        constraints: losses of training alone.
        lambda_: weight of D at first.
        aim: what lambda is moved to meet.
        seed: everything random follows from it.
    """

    def __init__(
        self,
        layout: Layout,
        frames: UnitFrames,
        recipe: Recipe,
        *,
        distortion: Callable[[Tensor], float],
        constraints: Sequence[Constraint] = (),
        lambda_: float,
        aim: Aim,
        seed: int,
        device: torch.device,
    ) -> None:
        self.layout = layout
        self.recipe = recipe
        self.steps = 0
        self._control = LambdaControl(lambda_, aim, recipe.hard_from, USUAL_LAMBDA)
        self.device = device
        self._frames = frames
        self._measure = distortion
        self._constraints = tuple(constraints)
        self._random = torch.Generator().manual_seed(seed)
        self._noise = torch.Generator(device).manual_seed(seed + 1)
        weights = initial_weights(layout, self._random)
        self.theta = {name: value.to(device).requires_grad_() for name, value in weights.items()}
        self._embedding: FrameEmbedding | None = None
        if layout.shape.lift is not Lift.NONE:
            self._embedding = FrameEmbedding(layout, recipe.psi, frames.__getitem__, device)
        self._renderer = Renderer(layout, device, torch.bfloat16 if recipe.bf16 else torch.float32)
        self._quantiser = ParameterQuantiser(self._parameters(), EMBEDDING_STEP_START, WEIGHT_LEVELS_START)
        self._descent = self._make_descent()
        self._waiting: list[int] = []
        self._hard = False
        self._spent: SpentBits | None = None

    def _parameters(self) -> dict[str, Tensor]:
        """All that is coded, in coding order: F_e of all frames as the encoder has it now, then the weights."""
        if self._embedding is None:
            return dict(self.theta)
        return {EMBEDDING: self._embedding.of_all(), **self.theta}

    def _make_descent(self) -> Descent:
        recipe = self.recipe
        muon = [value for value in self.theta.values() if recipe.muon and value.dim() > 1]
        adam = [value for value in self.theta.values() if not (recipe.muon and value.dim() > 1)]
        if self._embedding is not None:
            adam += self._embedding.tensors.values()
        for constraint in self._constraints:
            adam += constraint.tensors.values()
        return Descent(
            adam,
            muon,
            self._quantiser.tensors() if recipe.rated else [],
            rate=recipe.learning_rate,
            muon_rate=recipe.muon_rate,
            beta=recipe.beta,
            warm_up=recipe.warm_up,
        )

    def step(self, fraction: float) -> StepReport:
        """One update at `fraction` (0..1) of the whole training."""
        recipe = self.recipe
        self._spent = None  # its memory is free for this step
        if recipe.rated and not self._hard and fraction >= recipe.hard_from:
            self._hard = self._quantiser.snapped = True
            self._quantiser.refit_laws(self._parameters())
        frame = self._next_frame()
        theta, embedded, bits = self._proxied(frame, fraction)
        rendered = self._renderer.render(theta, [frame], self._lifted(embedded))
        target = self._frames[frame]
        loss = self._loss(rendered, target[None], frame, fraction)
        rate = bits / (self.layout.frames * self.layout.height * self.layout.width)
        if recipe.rated:
            self._control.note_rate(float(rate.detach()), fraction)
            loss = rate + self._control.lambda_ * loss
        loss.backward()  # type: ignore[no-untyped-call]
        learning_rate = self._descent.move(fraction)
        self.steps += 1
        share = max(1 / self.steps, min(0.1, 2 / self.layout.frames))
        self._control.note_distortion(self._measure(rendered.pictures.detach()[0] - target), share)
        return StepReport(
            loss=float(loss.detach()),
            rate_bpp=self._control.rate,
            distortion_db=-10 * math.log10(self._control.distortion + MSE_FLOOR),
            learning_rate=learning_rate,
            lambda_=self._control.lambda_,
        )

    def _proxied(self, frame: int, fraction: float) -> tuple[Mapping[str, Tensor], Tensor | None, Tensor]:
        """Weights and the frame's F_e [1, rows, columns, 3] under this phase's proxy of rounding, and all bits."""
        theta: dict[str, Tensor] = dict(self.theta)
        slices = {}
        if self._embedding is not None:
            read = torch.tensor([frame - 1, frame] if frame else [frame], device=self.device)
            theta = {EMBEDDING: self._embedding.of(read), **theta}
            counted = torch.zeros(len(read), device=self.device)
            counted[-1] = self.layout.frames
            slices[EMBEDDING] = (read, counted)
        if not self.recipe.rated or fraction < self.recipe.noisy_from:
            embedded = theta.pop(EMBEDDING)[frame : frame + 1] if self._embedding is not None else None
            if not self.recipe.rated:
                return theta, embedded, torch.zeros((), device=self.device)
            with torch.no_grad():
                whole = {EMBEDDING: self._embedding.latest, **theta} if self._embedding is not None else theta
                known = self._quantiser.proxied(whole, slices, torch.round)
                self._spent = known.spent
                return theta, embedded, known.bits
        proxied = self._quantiser.proxied(theta, slices, self._rounding(fraction))
        self._spent = proxied.spent
        values = proxied.values
        embedded = values.pop(EMBEDDING)[-1:] if self._embedding is not None else None
        return values, embedded, proxied.bits

    def _lifted(self, embedded: Tensor | None) -> Tensor | None:
        if embedded is None:
            return None
        assert self._embedding is not None
        centre = normaliser(self._embedding.latest) if self.layout.shape.lift is Lift.NORM else None
        return lift(self.layout, embedded, centre)

    def _loss(self, rendered: Rendered, target: Tensor, frame: int, fraction: float) -> Tensor:
        recipe = self.recipe
        loss = SPATIAL_WEIGHT * spatial_loss(rendered.pictures, target, recipe.alpha, luma=recipe.ssim_of_luma)
        if recipe.frequency_weight:
            spectral = frequency_loss(rendered.pictures, target, recipe.frequency_norm)
            loss = loss + recipe.frequency_weight * spectral
        for constraint in self._constraints:
            other = constraint.loss(frame, rendered, fraction)
            loss = loss if other is None else loss + other
        return loss

    def _rounding(self, fraction: float) -> Rounding:
        """Noise of temperature 0.5 -> 0.3 and shape 2 -> 1, then hard rounding."""
        if self._hard:
            return round_through
        along = fraction / self.recipe.hard_from
        return lambda bins: noisy_round(bins, 0.5 - 0.2 * along, 2 - along, self._noise)

    def _next_frame(self) -> int:
        if not self._waiting:
            self._waiting = torch.randperm(self.layout.frames, generator=self._random).tolist()
        return self._waiting.pop()

    @property
    def epoch(self) -> float:
        """How many times each frame has been seen."""
        return self.steps / self.layout.frames

    def bits_by_class(self) -> Mapping[str, float]:
        """What the last step's estimate is spent on; {} where bits are fixed."""
        return self._spent.by(_class_of) if self._spent is not None else {}

    def figures(self) -> dict[str, float]:
        """What the constraints say of themselves."""
        return {name: value for each in self._constraints for name, value in each.figures().items()}

    def parameters(self) -> dict[str, Tensor]:
        """All that is coded, unrounded, in coding order."""
        return {name: value.detach() for name, value in self._parameters().items()}

    @property
    def lambda_(self) -> float:
        """The weight of the distortion as it stands."""
        return self._control.lambda_

    def source(self, frame: int) -> Tensor:
        """Frame `frame` of the unit as it is fitted [3, H, W], in 0..1."""
        return self._frames[frame].cpu()

    def weights(self) -> dict[str, Tensor]:
        """Copies of the network's weights, each with its step and scale (`name/law`): what the next unit of the same
        scene may begin with."""
        kept = {name: value.detach().cpu().clone() for name, value in self.theta.items()}
        return {**kept, **{f"{name}/law": self._quantiser.law(name) for name in kept}}

    @torch.no_grad()
    def start_from(self, weights: Mapping[str, Tensor]) -> None:
        """Begin with the `weights` of a trained unit of the same shape instead of random ones."""
        for name, value in self.theta.items():
            if name in weights:
                value.copy_(weights[name])
                self._quantiser.set_law(name, weights[f"{name}/law"])

    def symbols(self, coarser: float = 0.0, dead_zone: float = 0.0) -> dict[str, Symbols]:
        """The unit's final integers under laws; the weights' steps may be taken `coarser` by octaves, or finer where
        that is negative; `dead_zone` is in bins (see `ParameterQuantiser.coded`)."""
        taken, finer = max(0.0, coarser), max(0.0, -coarser)
        return self._quantiser.coded(self._parameters(), lambda name: 0.0 if is_grid(name) else taken, finer, dead_zone)

    @torch.no_grad()
    def render(self, frame: int) -> Tensor:
        """Frame `frame` [3, H, W] in 0..1 as the file would have it now (unrounded where bits are fixed)."""
        parameters = self._parameters()
        theta = self._quantiser.rounded_values(parameters) if self.recipe.rated else parameters
        return FrameRenderer(self.layout, theta, self.device).frame(frame).cpu()

    def state(self) -> SessionState:
        """All that the next step depends on."""
        tensors = {f"trained/{name}": value for name, value in self._trained().items()}
        tensors |= {f"descent/{name}": value for name, value in self._descent.state().items()}
        for number, constraint in enumerate(self._constraints):
            tensors |= {f"constraint/{number}/{name}": value for name, value in constraint.state().items()}
        if self._embedding is not None:
            tensors["embedding"] = self._embedding.latest
        tensors["random"] = self._random.get_state()
        tensors["noise"] = self._noise.get_state()
        values = {
            "steps": self.steps,
            **self._control.state(),
            "waiting": list(self._waiting),
            "hard": self._hard,
        }
        return SessionState({name: value.detach().cpu().clone() for name, value in tensors.items()}, values)

    def restore(self, state: SessionState) -> None:
        """Continue from what `state` gave."""
        with torch.no_grad():
            for name, value in self._trained().items():
                value.copy_(state.tensors[f"trained/{name}"])
            if self._embedding is not None:
                self._embedding.latest.copy_(state.tensors["embedding"])
        self._descent.restore(_below(state.tensors, "descent/"))
        for number, constraint in enumerate(self._constraints):
            constraint.restore(_below(state.tensors, f"constraint/{number}/"))
        self._random.set_state(state.tensors["random"])
        restore_generator(self._noise, state.tensors["noise"])
        self.steps = int(state.values["steps"])
        self._control.restore(state.values)
        self._waiting = [int(frame) for frame in state.values["waiting"]]
        self._hard = self._quantiser.snapped = bool(state.values["hard"])

    def _trained(self) -> dict[str, Tensor]:
        """Every tensor that training moves, by name."""
        trained = dict(self.theta)
        trained |= {f"quantiser/{number}": value for number, value in enumerate(self._quantiser.tensors())}
        trained |= self._embedding.tensors if self._embedding is not None else {}
        for number, constraint in enumerate(self._constraints):
            trained |= {f"constraint/{number}/{name}": value for name, value in constraint.tensors.items()}
        return trained


def _class_of(name: str) -> str:
    """What a parameter's bytes count as in a file (see `coding.unit_shares`)."""
    return "embedding" if name == EMBEDDING else "weights"


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
