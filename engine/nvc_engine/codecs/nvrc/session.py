"""A whole NVRC encode with a network of grids."""

from collections.abc import Generator

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.fitting_session import SPARE_DB, UnitSession
from nvc_engine.codecs.nvrc.coding import side_bytes
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.pictures import to_cells, to_picture
from nvc_engine.codecs.nvrc.planning import Planned
from nvc_engine.codecs.nvrc.trained_unit import TrainedUnit
from nvc_engine.codecs.nvrc.training import UnitTrainer
from nvc_engine.codecs.scene_units import UnitRange
from nvc_engine.codecs.settling import Settled, Settling
from nvc_engine.media.picture import Picture


class NvrcSession(UnitSession[UnitTrainer, Planned]):
    """An encode with a network of grids."""

    def codec_config(self) -> bytes:
        return self._planned.shape.pack()

    def start(self, unit: UnitRange, resume: SessionState | None) -> UnitTrainer:
        info = self._clip.info
        layout = Layout(self._planned.shape, unit.count, info.height, info.width)
        trainer = UnitTrainer(
            layout,
            to_cells(self.pictures(unit), layout, info.colour, info.bit_depth),
            self._planned.recipe.gentle() if unit.continues else self._planned.recipe,
            lambda_=self._lambda(),
            rate_goal=self._rate_goal(unit.count, side_bytes(layout)),
            psnr_goal=self._psnr_goal(SPARE_DB),
            seed=self._order.seed + self._number,
            device=self._device,
            bit_depth=info.bit_depth,
        )
        if resume is not None:
            trainer.restore(resume)
        elif unit.continues:
            trainer.start_from(self._weights)
        return trainer

    def settle(self, trainer: UnitTrainer) -> Generator[None, None, Settled]:
        info = self._clip.info
        settling = Settling(TrainedUnit(trainer, info.bit_depth, stored_chroma(info)))
        goal = self._psnr_goal()
        size = self._unit_bytes(trainer.layout.frames)
        return settling.to_size(size) if goal is None else settling.to_psnr(goal)

    def picture(self, trainer: UnitTrainer, frame: int) -> Picture:
        info = self._clip.info
        return to_picture(trainer.render(frame), trainer.layout, info.bit_depth, stored_chroma(info))
