"""What a user may set of NVRC, and the presets: those of its own by effort, the published networks by their names."""

from dataclasses import dataclass
from typing import Any

from nvc_engine.codecs.nvrc.paper.configurations import FAMILIES, Stem
from nvc_engine.codecs.settings import setting
from nvc_engine.protocol.messages import PresetFacts

GRIDS, MOTION = "grids", "motion"
PUBLISHED = tuple(FAMILIES)
OF_GRIDS: dict[str, Any] = {"parent": "structure", "parent_values": (GRIDS,)}
OF_PUBLISHED: dict[str, Any] = {"parent": "structure", "parent_values": PUBLISHED}


@dataclass(frozen=True)
class NvrcSettings:
    """The declared settings; see `planning.network_shape` and `paper.planning` for what becomes of them."""

    structure: str = setting(
        GRIDS,
        "Structure",
        "What a clip becomes: grids of features and a network that is trained on them, or frames that are predicted"
        " from each other along their motion; or one of the published networks, NVRC's or HiNeRV's.",
        choices=(GRIDS, MOTION, *PUBLISHED),
        advanced=True,
    )
    width: int = setting(
        24, "Network width", "Channels of the network's last stage.", minimum=8, maximum=192, step=8, **OF_GRIDS
    )
    depth: int = setting(1, "Blocks", "ConvNeXt blocks in the last stage.", minimum=1, maximum=6, **OF_GRIDS)
    expansion: int = setting(
        3, "Expansion", "Hidden over visible channels in a block.", minimum=1, maximum=4, **OF_GRIDS
    )
    base_channels: int = setting(
        1,
        "Grid channels",
        "Channels of the finest base grid; coarser levels double them.",
        minimum=1,
        maximum=16,
        **OF_GRIDS,
    )
    base_levels: int = setting(4, "Grid levels", "Resolutions of the base grid.", minimum=1, maximum=4, **OF_GRIDS)
    base_period: int = setting(
        6,
        "Grid period",
        "Frames that share a time slice of the base grid.",
        minimum=1,
        maximum=32,
        unit="frames",
        **OF_GRIDS,
    )
    local_channels: int = setting(
        2,
        "Local channels",
        "Channels of the time-dependent local encoding.",
        minimum=1,
        maximum=32,
        advanced=True,
        **OF_GRIDS,
    )
    detail_channels: int = setting(
        0, "Detail channels", "Channels of the fine feature grid; 0 leaves it out.", minimum=0, maximum=8, **OF_GRIDS
    )
    detail_period: int = setting(
        4,
        "Detail period",
        "Frames that share a time slice of the fine grid.",
        minimum=1,
        maximum=64,
        unit="frames",
        **OF_GRIDS,
    )
    batch: int = setting(
        1, "Batch", "Frames in a training step.", minimum=1, maximum=16, unit="frames", advanced=True, **OF_GRIDS
    )
    precision: str = setting(
        "auto",
        "Precision",
        "Arithmetic of the network in training: auto takes bfloat16 where the device is made for it, else float32.",
        choices=("auto", "bfloat16", "float32"),
        advanced=True,
        parent="structure",
        parent_values=(GRIDS, *PUBLISHED),
    )
    objective: str = setting(
        "yuv",
        "Objective",
        "6:1:1 errors of Y, U and V, or L1 and MS-SSIM of RGB.",
        choices=("yuv", "rgb"),
        advanced=True,
        **OF_PUBLISHED,
    )
    patch: int = setting(
        0,
        "Patch",
        "Side of the patches that a step renders; 0 takes whole frames.",
        minimum=0,
        maximum=512,
        unit="samples",
        advanced=True,
        **OF_PUBLISHED,
    )
    first_width: int = setting(
        0,
        "First width",
        "Channels of the first stage, halved in each further one; 0 keeps the published ones.",
        minimum=0,
        maximum=1024,
        advanced=True,
        **OF_PUBLISHED,
    )
    most_blocks: int = setting(
        0, "Most blocks", "Most blocks in a stage; 0 keeps all.", minimum=0, maximum=8, advanced=True, **OF_PUBLISHED
    )
    learning_rate: float = setting(
        0.002, "Learning rate", "Peak, of all parameters.", minimum=1e-5, maximum=0.1, advanced=True, **OF_PUBLISHED
    )
    model_rate: float = setting(
        0.002,
        "Model learning rate",
        "Peak, of the quantiser steps; what only codes learns three times as fast.",
        minimum=1e-5,
        maximum=0.1,
        advanced=True,
        **OF_PUBLISHED,
    )
    second_stage: float = setting(
        7.7, "Second stage", "Share of Quant-Noise.", minimum=0, maximum=90, unit="%", advanced=True, **OF_PUBLISHED
    )
    grid_law: str = setting(
        "context",
        "Grid coding",
        "The context network, or one normal law a grid.",
        choices=("context", "tensor"),
        advanced=True,
        **OF_PUBLISHED,
    )
    grid_steps: str = setting(
        "blocks",
        "Grid steps",
        "A learned step for each block and channel, or e^-4 everywhere.",
        choices=("blocks", "fixed"),
        advanced=True,
        **OF_PUBLISHED,
    )
    weight_law: str = setting(
        "dual-axis",
        "Weight coding",
        "Row and column laws, or one normal law a tensor.",
        choices=("dual-axis", "tensor"),
        advanced=True,
        **OF_PUBLISHED,
    )
    model_coding: str = setting(
        "coded",
        "Model coding",
        "Code the coding models' own parameters, or store them in 16 bits.",
        choices=("coded", "raw"),
        advanced=True,
        **OF_PUBLISHED,
    )
    alternating: bool = setting(
        True, "Alternate", "Minimise rate and distortion in turns.", advanced=True, **OF_PUBLISHED
    )
    rate_from_start: bool = setting(
        True, "Rate from the start", "Minimise the rate in the first stage too.", advanced=True, **OF_PUBLISHED
    )
    method: str = setting(
        "end-to-end",
        "Method",
        "NVRC's training, or HiNeRV's: fit, prune, quantise to a fixed number of bits.",
        choices=("end-to-end", "hinerv"),
        advanced=True,
        **OF_PUBLISHED,
    )
    levels: int = setting(
        8,
        "Levels",
        "Bits of a parameter.",
        minimum=4,
        maximum=8,
        unit="bits",
        advanced=True,
        parent="method",
        parent_values=("hinerv",),
    )


PRESETS = (
    PresetFacts(
        "light",
        "Light",
        "For a laptop: about half a kMAC a pixel.",
        {"width": 24, "depth": 1, "base_channels": 1, "base_period": 6, "detail_channels": 0},
    ),
    PresetFacts(
        "swift",
        "Swift",
        "Half the size of Light: low rates and short budgets.",
        {"width": 16, "depth": 1, "base_channels": 1, "base_period": 4, "detail_channels": 0},
    ),
    PresetFacts(
        "medium",
        "Medium",
        "A wider network than Light, for about twice its rate.",
        {"width": 48, "depth": 1, "base_channels": 1, "base_period": 4, "detail_channels": 0},
    ),
    PresetFacts(
        "thorough",
        "Thorough",
        "Four times the size of Light, with a fine feature grid: high rates, long budgets.",
        {"width": 32, "depth": 2, "base_channels": 2, "base_period": 3, "detail_channels": 1, "detail_period": 4},
    ),
    PresetFacts(
        "rich",
        "Rich",
        "For the highest rates and the longest budgets.",
        {"width": 48, "depth": 2, "base_channels": 3, "base_period": 3, "detail_channels": 2, "detail_period": 2},
    ),
    PresetFacts(
        "motion",
        "Motion",
        "The smallest files by far: frames predicted from each other along their motion. Needs no training.",
        {"structure": MOTION},
    ),
    *(
        PresetFacts(
            name,
            name.upper(),
            f"{'NVRC' if family.stem is Stem.VOLUME else 'HiNeRV'} as published, {family.width} channels."
            " For a GPU or small pictures.",
            {"structure": name},
        )
        for name, family in FAMILIES.items()
    ),
)
