"""A whole MVC encode: each scene fitted in its share of the time and yielded as bytes."""

import time
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from nvc_engine.codecs.contract import EncodeOrder, SessionState
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.fitting_session import FittingSession
from nvc_engine.codecs.mvc.coding import encode_fixed_unit, encode_unit
from nvc_engine.codecs.mvc.distortion import frame_distortion
from nvc_engine.codecs.mvc.fixed import fixed_symbols
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.modules import constraints
from nvc_engine.codecs.mvc.planning import Planned
from nvc_engine.codecs.mvc.training import UnitTrainer
from nvc_engine.codecs.parameters.symbols import is_grid
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.codecs.scene_units import UnitRange
from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Picture


class MvcSession(FittingSession[UnitTrainer]):
    """An encode in progress (see `contract.EncodeSession`)."""

    def __init__(
        self,
        clip: Clip,
        order: EncodeOrder,
        planned: Planned,
        resume: SessionState | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clip, order, planned.seconds, planned.unit_frames, resume, clock)
        self._planned = planned

    def codec_config(self) -> bytes:
        return self._planned.shape.pack()

    def whole(self) -> UnitTrainer:
        """A fit of all frames as one unit, which its caller steps: for measurements."""
        return self._begin(UnitRange(0, self._order.stop - self._order.first), self._order.seed)

    def unit_payload(self, fit: UnitTrainer) -> bytes:
        """The bytes of a fit as it is now."""
        return self._payload(fit, 0.0)

    def _begin(self, unit: UnitRange, seed: int) -> UnitTrainer:
        info, device = self._clip.info, torch.device(self._order.device)
        layout = Layout(self._planned.shape, unit.count, info.height, info.width)
        start = self._order.first + unit.first
        pictures = self._clip.pictures(start, start + unit.count)
        size = (unit.count, info.height, info.width)
        frames = UnitFrames.of(pictures, size, info.colour, info.bit_depth, device)
        return UnitTrainer(
            layout,
            frames,
            self._planned.recipe,
            distortion=partial(frame_distortion, info.colour),
            constraints=constraints(self._planned.settings, layout, frames, seed, device),
            lambda_=self._planned.lambda_,
            rate_goal=self._planned.budget.unit_goal(unit.count, self._counts),
            seed=seed,
            device=device,
        )

    def _goal_bytes(self, unit: UnitRange) -> int | None:
        return self._planned.budget.unit_bytes(unit.count, self._counts)

    def _payload(self, fit: UnitTrainer, coarser: float) -> bytes:
        settings = self._planned.settings
        if settings.coding == "entropy":
            return encode_unit(fit.layout, fit.symbols(coarser))

        def coded(name: str, value: Tensor) -> int:
            return settings.embedding_bits if is_grid(name) else settings.weight_bits

        symbols = {name: fixed_symbols(name, value, coded(name, value)) for name, value in fit.parameters().items()}
        return encode_fixed_unit(fit.layout, symbols, settings.weight_bits, settings.embedding_bits)

    def _shown(self, fit: UnitTrainer, frame: int) -> Picture:
        info = self._clip.info
        return to_picture(fit.render(frame)[None], info.colour, info.bit_depth, stored_chroma(info))
