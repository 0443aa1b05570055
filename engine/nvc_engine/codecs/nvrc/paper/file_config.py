"""What a file's header holds for the decoder: everything that a unit's bytes and pictures hang on."""

from dataclasses import dataclass

from nvc_engine.codecs.nvrc.paper.arrays import Hierarchy
from nvc_engine.codecs.nvrc.paper.configurations import Configuration
from nvc_engine.codecs.nvrc.paper.pictures import Objective
from nvc_engine.errors import EngineError

PAPER_VERSION = 3
PROFILE = 1
_HEAD_BYTES = 6
LEAST_BYTES = _HEAD_BYTES + 13


@dataclass(frozen=True)
class FileConfig:
    """The network, how its parameters are coded, and what its outputs mean."""

    network: Configuration
    hierarchy: Hierarchy
    objective: Objective

    def pack(self) -> bytes:
        """The profile's number, objective, hierarchy and network as bytes."""
        return bytes((PROFILE, self.objective)) + self.hierarchy.pack() + self.network.pack()

    @classmethod
    def unpack(cls, data: bytes) -> "FileConfig":
        """Read and check what `pack` wrote. Raises EngineError where it is damaged or beyond the limits."""
        if len(data) < _HEAD_BYTES or data[0] != PROFILE or data[1] not in tuple(Objective):
            raise EngineError("The NVRC description in the file's header is damaged.")
        hierarchy = Hierarchy.unpack(data[2:_HEAD_BYTES])
        return cls(Configuration.unpack(data[_HEAD_BYTES:]), hierarchy, Objective(data[1]))
