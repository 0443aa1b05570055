"""How wide the network is: the published widths, and compact presets of the same graph (specs/sevc.md, 15)."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class IntraWidths:
    """Widths of the intra model.

    Attributes:
        latent: channels N of the latent at 1/16 and of the hyper-latent; divisible by 4.
        half, quarter: channels at 1/2 and 1/4 scale.
        last: channels that the decoder hands to the refinement at full scale.
        refine: channels of the refinement U-net at its three scales.
        refine_depth: blocks in the middle of the refinement U-net.
    """

    latent: int = 256
    half: int = 128
    quarter: int = 192
    last: int = 16
    refine: tuple[int, int, int] = (32, 64, 128)
    refine_depth: int = 4


@dataclass(frozen=True)
class InterWidths:
    """Widths of the base layer, the inter-layer prediction and the enhancement layer.

    Attributes:
        full, half, quarter, eighth: channels c1, c2, c4, c8 of features and contexts at 1, 1/2, 1/4, 1/8 scale.
        latent: channels c16 of both texture latents, at 1/16; divisible by 4 and by `attention_heads`.
        decoded: channels r that the contextual decoders give at full scale.
        unet: channels of the reconstruction U-nets at their three scales.
        unet_depth: blocks in the middle of each U-net.
        motion: channels of the motion codec; divisible by 4.
        flow: hidden channels of each level of the flow network.
        flow_kernel: side of its kernels; odd.
        offset_groups: groups of the offset diversity; divides `full`.
        attention_groups, attention_layers, attention_heads: residual groups of the transformer that fuses latents,
            layers in each, heads in each layer.
        augment_stages: motion and texture refinements at each scale.
    """

    full: int = 48
    half: int = 64
    quarter: int = 96
    eighth: int = 96
    latent: int = 128
    decoded: int = 32
    unet: tuple[int, int, int] = (32, 64, 128)
    unet_depth: int = 4
    motion: int = 64
    flow: tuple[int, int, int, int] = (32, 64, 32, 16)
    flow_kernel: int = 7
    offset_groups: int = 16
    attention_groups: int = 4
    attention_layers: int = 4
    attention_heads: int = 8
    augment_stages: int = 2


@dataclass(frozen=True)
class Widths:
    """Both networks of a preset."""

    intra: IntraWidths
    inter: InterWidths


PUBLISHED = Widths(IntraWidths(), InterWidths())

S8 = Widths(
    IntraWidths(latent=96, half=40, quarter=64, last=12, refine=(12, 24, 48), refine_depth=2),
    InterWidths(
        full=16, half=24, quarter=32, eighth=32, latent=64, decoded=12, unet=(12, 24, 48), unet_depth=2, motion=32,
        flow=(16, 32, 16, 8), offset_groups=8, attention_groups=3, attention_layers=2, attention_heads=4,
    ),
)  # fmt: skip

S12 = Widths(
    IntraWidths(latent=80, half=32, quarter=48, last=8, refine=(8, 16, 40), refine_depth=2),
    InterWidths(
        full=12, half=20, quarter=28, eighth=32, latent=48, decoded=8, unet=(12, 20, 40), unet_depth=2, motion=24,
        flow=(16, 32, 16, 8), offset_groups=6, attention_groups=3, attention_layers=2, attention_heads=4,
    ),
)  # fmt: skip

S20 = Widths(
    IntraWidths(latent=64, half=24, quarter=40, last=8, refine=(8, 16, 32), refine_depth=1),
    InterWidths(
        full=8, half=16, quarter=24, eighth=32, latent=48, decoded=8, unet=(8, 16, 32), unet_depth=2, motion=24,
        flow=(12, 24, 12, 8), flow_kernel=5, offset_groups=4, attention_groups=2, attention_layers=2,
        attention_heads=4,
    ),
)  # fmt: skip

LIGHT = Widths(
    IntraWidths(latent=128, half=32, quarter=64, last=8, refine=(8, 16, 32), refine_depth=1),
    InterWidths(
        full=8, half=16, quarter=32, eighth=48, latent=64, decoded=8, unet=(8, 16, 32), unet_depth=1, motion=32,
        flow=(16, 32, 16, 8), flow_kernel=5, offset_groups=4, attention_groups=1, attention_layers=2,
        attention_heads=4, augment_stages=1,
    ),
)  # fmt: skip
"""Of our own: as narrow as S20 where pictures are large, wide where they are small, which costs little and holds the
quality of the highest rates; learned on a CPU in hours."""

PRESETS = MappingProxyType({"paper": PUBLISHED, "s8": S8, "s12": S12, "s20": S20, "light": LIGHT})
"""Every preset by its name."""
