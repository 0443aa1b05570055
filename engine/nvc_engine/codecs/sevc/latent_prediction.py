"""The spatially guided prior of the enhancement layer's latent (specs/sevc.md, 5.2)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import subpel
from nvc_engine.codecs.sevc.padding import pad_to_windows
from nvc_engine.codecs.sevc.states import QUEUE
from nvc_engine.codecs.sevc.swin import SIDE, SwinFusion
from nvc_engine.codecs.sevc.widths import InterWidths


class LatentPrediction(nn.Module):
    """Predicts a latent from the base layer's latent of the same frame and the latents of up to three before."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        width = widths.latent
        # Published weights were trained with no activation between the two, though their keys leave room for one.
        self.upsampler = nn.Sequential(subpel(width, width, 3), nn.Identity(), subpel(width, width, 3))
        self.fusion = SwinFusion(width, widths.attention_groups, widths.attention_layers, widths.attention_heads)

    def forward(self, base_latent: Tensor, past: tuple[Tensor, ...], size: tuple[int, int]) -> Tensor:
        """The prior [B, c16, *size].

        Args:
            base_latent: [B, c16, h/16, w/16] of the base layer's coded size.
            past: latents [B, c16, *size] of the frames before, oldest first, at most three.
            size: rows and columns of the enhancement layer's latent.
        """
        height, width = size
        current = pad_to_windows(self.upsampler(base_latent)[..., :height, :width], SIDE)
        queue = [current] * (QUEUE - len(past)) + [pad_to_windows(latent, SIDE) for latent in past]
        prior: Tensor = self.fusion(torch.stack([current, *queue], 1))[..., :height, :width]
        return prior
