"""The published networks: NVRC's S1 to S4 and HiNeRV's (specs/nvrc.md, 1.9), and how a file's header keeps one."""

import struct
from dataclasses import dataclass, replace
from enum import IntEnum

from nvc_engine.errors import EngineError

MAX_STAGES = 4
MAX_LEVELS = 4
MAX_WIDTH = 1024
LOCAL_LEVELS = 3
_STAGE = "<BHBB"


class Stem(IntEnum):
    """How base grids become the first features: NVRC's 3-D convolution of each level at its own size, before it is
    interpolated in time and space; HiNeRV's 2-D one of all levels, after these are interpolated in time."""

    VOLUME = 0
    PLANE = 1


@dataclass(frozen=True)
class Configuration:
    """A network, but for the size of the clip.

    Attributes:
        stem: see `Stem`. With `PLANE` the levels of the base grid differ in time only.
        strides: spatial factor s_n of each stage.
        widths: output channels C_n of each stage (C_0 = C_1).
        depths: blocks D_n of each stage.
        expansions: e_n, hidden over output width.
        grid_channels: of the finest level; each coarser one has twice as many.
        grid_levels: of the base grid.
        grid_period: hundredths of frames that share a time slice of the finest level.
        local_channels: c_1 of the local encoding, halved each stage.
        local_levels: time resolutions of the local encoding.
    """

    stem: Stem
    strides: tuple[int, ...]
    widths: tuple[int, ...]
    depths: tuple[int, ...]
    expansions: tuple[int, ...]
    grid_channels: int
    grid_levels: int
    grid_period: int
    local_channels: int
    local_levels: int = LOCAL_LEVELS

    def pack(self) -> bytes:
        """The configuration as bytes."""
        head = (len(self.strides), self.stem, self.grid_channels, self.grid_period, self.grid_levels)
        local = bytes((self.local_channels, self.local_levels))
        rows = zip(self.strides, self.widths, self.depths, self.expansions, strict=True)
        return struct.pack("<BBBHB", *head) + local + b"".join(struct.pack(_STAGE, *row) for row in rows)

    @classmethod
    def unpack(cls, data: bytes) -> "Configuration":
        """Read and check what `pack` wrote.

        Raises:
            EngineError: damaged, or sizes beyond the limits of this version.
        """
        size = struct.calcsize(_STAGE)
        if len(data) < 8 or not 1 <= data[0] <= MAX_STAGES or len(data) != 8 + size * data[0] or data[1] > 1:
            raise EngineError("The NVRC description in the file's header is damaged.")
        _, stem, channels, period, levels, local_channels, local_levels = struct.unpack("<BBBHBBB", data[:8])
        rows = [struct.unpack_from(_STAGE, data, 8 + size * stage) for stage in range(data[0])]
        strides, widths, depths, expansions = zip(*rows, strict=True)
        sane = (
            all(1 <= each <= 8 for each in (*strides, *depths, *expansions))
            and all(1 <= each <= MAX_WIDTH for each in widths)
            and 1 <= channels <= 64
            and 1 <= levels <= MAX_LEVELS
            and period >= 1
            and 1 <= local_channels <= 128
            and 1 <= local_levels <= MAX_LEVELS
        )
        if not sane:
            raise EngineError("The NVRC description in the file's header is damaged or beyond this version's limits.")
        return cls(
            Stem(stem), strides, widths, depths, expansions, channels, levels, period, local_channels, local_levels
        )


@dataclass(frozen=True)
class Family:
    """What distinguishes a published size from the others of its table.

    Attributes:
        width: C_1.
        depth: blocks of all stages but the last, which has one.
        grid_channels, grid_period, local_channels: see `Configuration`.
    """

    stem: Stem
    width: int
    grid_channels: int
    local_channels: int
    grid_period: int = 300
    depth: int = 3


FAMILIES = {
    "s1": Family(Stem.VOLUME, 224, 1, 4),
    "s2": Family(Stem.VOLUME, 336, 2, 8),
    "s3": Family(Stem.VOLUME, 512, 4, 16),
    "s4": Family(Stem.VOLUME, 768, 8, 32),
    "bunny-xxs": Family(Stem.PLANE, 136, 2, 4, 330),
    "bunny-xs": Family(Stem.PLANE, 196, 4, 8, 330),
    "bunny-s": Family(Stem.PLANE, 280, 8, 16, 330),
    "mcl-xxs": Family(Stem.PLANE, 136, 2, 4, 375),
    "mcl-xs": Family(Stem.PLANE, 196, 4, 8, 375),
    "uvg-s": Family(Stem.PLANE, 280, 2, 4, 400),
    "uvg-m": Family(Stem.PLANE, 400, 4, 8, 400),
    "uvg-l": Family(Stem.PLANE, 560, 8, 16, 400),
    "uvg-xl": Family(Stem.PLANE, 688, 16, 32, 400, depth=4),
    "uvg-xxl": Family(Stem.PLANE, 864, 32, 64, 400, depth=5),
}

# Strides by the short side of the picture: the first row whose size it reaches. They keep NVRC's base grid near 45 rows
# and HiNeRV's near 18; bounds lie midway, in ratio, between 180, 360, 720 and 1080.
_STRIDES = {
    Stem.VOLUME: ((882, (3, 2, 2, 2)), (509, (2, 2, 2, 2)), (255, (2, 2, 2)), (1, (2, 2))),
    Stem.PLANE: ((882, (5, 3, 2, 2)), (509, (5, 2, 2, 2)), (1, (5, 2, 2))),
}


def configuration(name: str, height: int, width: int) -> Configuration:
    """The published network `name` (a key of `FAMILIES`) for pictures of `height` x `width` luma samples.

    Strides go by the short side (1.10); where there are fewer than four stages, the last ones are left out.
    """
    family = FAMILIES[name]
    strides = next(strides for least, strides in _STRIDES[family.stem] if min(height, width) >= least)
    stages = len(strides)
    volume = family.stem is Stem.VOLUME
    return Configuration(
        stem=family.stem,
        strides=strides,
        widths=halved(family.width, stages),
        depths=(family.depth,) * (stages - 1) + (1,),
        expansions=(4,) * (stages - 1) + (4 if volume else 1,),
        grid_channels=family.grid_channels,
        grid_levels=4 if volume else 2,
        grid_period=family.grid_period,
        local_channels=family.local_channels,
    )


def shrunk(network: Configuration, first_width: int, depth: int) -> Configuration:
    """The same with another C_1, or at most `depth` blocks a stage; 0 leaves either as it is."""
    if first_width:
        network = replace(network, widths=halved(first_width, len(network.widths)))
    if depth:
        network = replace(network, depths=tuple(min(depth, each) for each in network.depths))
    return network


def halved(width: int, stages: int) -> tuple[int, ...]:
    """C_n = max(1, floor(C_{n-1} / 2)) from C_1 = `width`."""
    return tuple(max(1, width >> stage) for stage in range(stages))
