"""A trained unit of MVC, as it is settled."""

from collections.abc import Iterator, Sequence

from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.mvc.coding import decode_unit, encode_fixed_unit, encode_unit
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.fixed import fixed_symbols
from nvc_engine.codecs.mvc.settings import MvcSettings
from nvc_engine.codecs.mvc.training import UnitTrainer
from nvc_engine.codecs.parameters.symbols import is_grid
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma


class TrainedUnit:
    """See `settling.TrainedUnit`. Where bits are fixed, its bytes are what they are.

    Args:
        colour, bit_depth, chroma: of the file's pictures.
    """

    def __init__(
        self, trainer: UnitTrainer, settings: MvcSettings, colour: Colour, bit_depth: int, chroma: Chroma
    ) -> None:
        self._trainer = trainer
        self._settings = settings
        self._picture = colour, bit_depth, chroma

    @property
    def frames(self) -> int:
        return self._trainer.layout.frames

    def payload(self, coarser: float, dead_zone: float) -> bytes:
        trainer, settings = self._trainer, self._settings
        if settings.coding == "entropy":
            return encode_unit(trainer.layout, trainer.symbols(coarser, dead_zone))
        symbols = {
            name: fixed_symbols(name, value, settings.embedding_bits if is_grid(name) else settings.weight_bits)
            for name, value in trainer.parameters().items()
        }
        return encode_fixed_unit(trainer.layout, symbols, settings.weight_bits, settings.embedding_bits)

    def psnrs(self, payload: bytes, frames: Sequence[int]) -> Iterator[float]:
        trainer = self._trainer
        renderer = FrameRenderer(trainer.layout, decode_unit(trainer.layout, payload).theta, trainer.device)
        for frame in frames:
            pictures = (to_picture(rgb[None], *self._picture) for rgb in (trainer.source(frame), renderer.frame(frame)))
            yield picture_psnr(*pictures)
