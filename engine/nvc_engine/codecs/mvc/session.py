"""A whole MVC encode: each scene fitted in its share of the time and yielded as bytes."""

from collections.abc import Generator
from functools import partial

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.fitting_session import SPARE_DB, UnitSession
from nvc_engine.codecs.lambda_control import Aim
from nvc_engine.codecs.mvc.coding import side_bytes
from nvc_engine.codecs.mvc.distortion import frame_distortion
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.modules import constraints
from nvc_engine.codecs.mvc.planning import Planned
from nvc_engine.codecs.mvc.trained_unit import TrainedUnit
from nvc_engine.codecs.mvc.training import UnitTrainer
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.codecs.scene_units import UnitRange
from nvc_engine.codecs.settling import Settled, Settling
from nvc_engine.media.picture import Picture


class MvcSession(UnitSession[UnitTrainer, Planned]):
    """An encode in progress (see `contract.EncodeSession`)."""

    def codec_config(self) -> bytes:
        return self._planned.shape.pack()

    def whole(self) -> UnitTrainer:
        """A fit of all frames as one unit, which its caller steps: for measurements."""
        return self.start(UnitRange(0, self._order.stop - self._order.first), None)

    def unit_payload(self, trainer: UnitTrainer) -> bytes:
        """The bytes of a fit as it is now."""
        return self._trained(trainer).payload(0.0, 0.0)

    def start(self, unit: UnitRange, resume: SessionState | None) -> UnitTrainer:
        info, planned = self._clip.info, self._planned
        seed = self._order.seed + self._number
        layout = Layout(planned.shape, unit.count, info.height, info.width)
        size = (unit.count, info.height, info.width)
        frames = UnitFrames.of(self.pictures(unit), size, info.colour, info.bit_depth, self._device)
        trainer = UnitTrainer(
            layout,
            frames,
            planned.recipe.gentle() if unit.continues else planned.recipe,
            distortion=partial(frame_distortion, info.colour),
            constraints=constraints(planned.settings, layout, frames, seed, self._device),
            lambda_=self._lambda(),
            aim=Aim(self._rate_goal(unit.count, side_bytes(layout)), self._psnr_goal(SPARE_DB)),
            seed=seed,
            device=self._device,
        )
        if resume is not None:
            trainer.restore(resume)
        elif unit.continues:
            trainer.start_from(self._weights)
        return trainer

    def settle(self, trainer: UnitTrainer) -> Generator[None, None, Settled]:
        settling = Settling(self._trained(trainer))
        goal = self._psnr_goal()
        return settling.to_size(self._unit_bytes(trainer.layout.frames)) if goal is None else settling.to_psnr(goal)

    def picture(self, trainer: UnitTrainer, frame: int) -> Picture:
        info = self._clip.info
        return to_picture(trainer.render(frame)[None], info.colour, info.bit_depth, stored_chroma(info))

    def _trained(self, trainer: UnitTrainer) -> TrainedUnit:
        info = self._clip.info
        return TrainedUnit(trainer, self._planned.settings, info.colour, info.bit_depth, stored_chroma(info))
