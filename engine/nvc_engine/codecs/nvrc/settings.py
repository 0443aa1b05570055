"""What a user may set of NVRC's light profile, and the presets, named by effort."""

from dataclasses import dataclass

from nvc_engine.codecs.settings import setting
from nvc_engine.protocol.messages import PresetFacts

GRIDS, MOTION = "grids", "motion"


@dataclass(frozen=True)
class NvrcSettings:
    """The declared settings; see `network_shape` for what becomes of them. With the structure `motion` none of the
    others counts."""

    structure: str = setting(
        GRIDS,
        "Structure",
        "What a clip becomes: grids of features and a network that is trained on them, or frames that are predicted"
        " from each other along their motion.",
        choices=(GRIDS, MOTION),
        advanced=True,
    )
    width: int = setting(24, "Network width", "Channels of the network's last stage.", minimum=8, maximum=192, step=8)
    depth: int = setting(1, "Blocks", "ConvNeXt blocks in the last stage.", minimum=1, maximum=6)
    expansion: int = setting(3, "Expansion", "Hidden over visible channels in a block.", minimum=1, maximum=4)
    base_channels: int = setting(
        1, "Grid channels", "Channels of the finest base grid; coarser levels double them.", minimum=1, maximum=16
    )
    base_levels: int = setting(4, "Grid levels", "Resolutions of the base grid.", minimum=1, maximum=4)
    base_period: int = setting(
        6, "Grid period", "Frames that share a time slice of the base grid.", minimum=1, maximum=32, unit="frames"
    )
    local_channels: int = setting(
        2, "Local channels", "Channels of the time-dependent local encoding.", minimum=1, maximum=32, advanced=True
    )
    detail_channels: int = setting(
        0, "Detail channels", "Channels of the fine feature grid; 0 leaves it out.", minimum=0, maximum=8
    )
    detail_period: int = setting(
        4, "Detail period", "Frames that share a time slice of the fine grid.", minimum=1, maximum=64, unit="frames"
    )
    batch: int = setting(1, "Batch", "Frames in a training step.", minimum=1, maximum=16, unit="frames", advanced=True)
    precision: str = setting(
        "auto",
        "Precision",
        "Arithmetic of the network in training: auto takes bfloat16 where the device is made for it, else float32.",
        choices=("auto", "bfloat16", "float32"),
        advanced=True,
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
)
