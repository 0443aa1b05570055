"""A whole encode with a published network."""

from collections.abc import Generator

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.fitting_session import UnitSession
from nvc_engine.codecs.lambda_control import Aim
from nvc_engine.codecs.meeting_goals import Tried
from nvc_engine.codecs.nvrc.paper.coding import encode_unit
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.pictures import to_picture, to_samples
from nvc_engine.codecs.nvrc.paper.planning import PaperPlanned
from nvc_engine.codecs.nvrc.paper.training import PaperTrainer
from nvc_engine.codecs.scene_units import UnitRange
from nvc_engine.codecs.settling import Settled, to_size
from nvc_engine.media.picture import Picture


class PaperSession(UnitSession[PaperTrainer, PaperPlanned]):
    """An encode with a published network (see `UnitSession`)."""

    def codec_config(self) -> bytes:
        return self._planned.config.pack()

    def start(self, unit: UnitRange, resume: SessionState | None) -> PaperTrainer:
        info, recipe = self._clip.info, self._planned.recipe
        layout = PaperLayout(self._planned.config.network, unit.count, info.height, info.width)
        trainer = PaperTrainer(
            layout,
            to_samples(self.pictures(unit), layout, recipe.objective, info.colour, info.bit_depth),
            recipe,
            lambda_=self._lambda(),
            aim=Aim(self._unit_rate(unit.count), self._psnr_goal()),
            seed=self._order.seed + self._number,
            device=self._device,
            bit_depth=info.bit_depth,
        )
        if resume is not None:
            trainer.restore(resume)
        return trainer

    def settle(self, trainer: PaperTrainer) -> Generator[None, None, Settled]:
        def sized(coarser: float) -> Tried[bytes]:
            payload = encode_unit(trainer.layout, self._planned.config.hierarchy, trainer.symbols(coarser))
            return Tried(float(len(payload)), payload)

        settled = yield from to_size(sized, self._unit_bytes(trainer.layout.frames))
        return Settled(settled.payload, trainer.psnr)

    def picture(self, trainer: PaperTrainer, frame: int) -> Picture:
        info = self._clip.info
        rendered = trainer.render(frame)
        return to_picture(rendered, self._planned.recipe.objective, info.colour, info.bit_depth, stored_chroma(info))

    def _unit_rate(self, count: int) -> float | None:
        """Bits per pixel that its unit is to take."""
        size = self._unit_bytes(count)
        return None if size is None else size * 8 / (count * self._planned.pixels)
