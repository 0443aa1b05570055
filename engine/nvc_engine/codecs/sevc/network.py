"""The inter network: base layer, inter-layer prediction and enhancement layer together (specs/sevc.md, 1 and 9)."""

from dataclasses import dataclass

from torch import Tensor, nn

from nvc_engine.codecs.sevc.base_layer import BaseFrame, BaseLayer
from nvc_engine.codecs.sevc.contexts import Scales, adapted_feature, feature_adaptors
from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.enhancement import EnhancementFrame, EnhancementLayer
from nvc_engine.codecs.sevc.inter_layer import InterLayerPrediction
from nvc_engine.codecs.sevc.latent_prediction import LatentPrediction
from nvc_engine.codecs.sevc.layers import conv3
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.states import BaseState, EnhancementState, InterState
from nvc_engine.codecs.sevc.steps import Pass
from nvc_engine.codecs.sevc.widths import InterWidths


@dataclass(frozen=True)
class Enhanced:
    """What the enhancement layer made of a frame.

    Attributes:
        frame: the decoded frame.
        contexts: what it was conditioned on.
        prior: the predicted latent.
        state: references for the next frame; its picture is not clamped.
    """

    frame: EnhancementFrame
    contexts: Scales
    prior: Tensor
    state: EnhancementState


class InterNetwork(nn.Module):
    """Codes a frame with reference to those before. Its keys are those of published checkpoints."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        self.BL_codec = BaseLayer(widths)
        self.ILP = InterLayerPrediction(widths)
        self.latent_ILP = LatentPrediction(widths)
        self.EL_codec = EnhancementLayer(widths)
        self.feature_adaptor_I = conv3(3, widths.full)
        self.feature_adaptor = feature_adaptors(widths.full)

    def code_base(
        self,
        picture: Tensor | None,
        before: BaseState,
        rate_point: int | Tensor,
        position: int,
        geometry: Geometry,
    ) -> Pass[BaseFrame]:
        """Code a frame of the base layer, which needs nothing of the enhancement layer.

        Args:
            picture: the frame at its coded size, [B, 3, H, W] in 0..1; None in a decoder.
            position: of the frame, counted from the last refresh.
        """
        small = None if picture is None else geometry.pad_base(quarter_size(picture))
        return (yield from self.BL_codec.code(small, before, rate_point, position))

    def code_enhancement(
        self,
        picture: Tensor | None,
        base: BaseFrame,
        before: EnhancementState,
        rate_point: int | Tensor,
        position: int,
        geometry: Geometry,
    ) -> Pass[Enhanced]:
        """Code a frame of the enhancement layer, given the same frame of the base layer; see `code_base`."""
        base_feature, base_latent = base.state.feature, base.state.latent
        if base_feature is None or base_latent is None:
            raise ValueError("the base frame has not been decoded")
        feature = adapted_feature(self.feature_adaptor_I, self.feature_adaptor, before.frame, before.feature, position)
        contexts = self.ILP(geometry.crop_base(base_feature), geometry.crop_base(base.flow), feature, before.frame)
        height, width = geometry.coded
        prior = self.latent_ILP(base_latent, before.latents, (height // 16, width // 16))
        frame = yield from self.EL_codec.code(picture, contexts, prior, len(before.latents), rate_point)
        state = EnhancementState(frame.picture, frame.feature, before.pushed(frame.latent))
        return Enhanced(frame, contexts, prior, state)


def state_after_intra(picture: Tensor, geometry: Geometry) -> InterState:
    """References after an intra frame decoded as `picture` [B, 3, H, W] at its coded size, clamped to 0..1."""
    held = picture.clamp(0, 1)
    return InterState(BaseState(geometry.pad_base(quarter_size(held))), EnhancementState(held))
