"""The networks of laws that come with the studio: learned on other clips, part of the format."""

from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import nvc_engine
from nvc_engine.codecs.nvrc.motion.frames import Nets
from nvc_engine.codecs.nvrc.motion.laws import Ints, LawNet
from nvc_engine.codecs.nvrc.motion.residual import ResidualNets
from nvc_engine.codecs.nvrc.motion.vectors import VectorNets
from nvc_engine.errors import EngineError

FILE = "laws-1.safetensors"


@cache
def prior_nets() -> Nets:
    """The networks of the format's version 1.

    Raises:
        EngineError: they are not where the studio was installed.
    """
    package = Path(nvc_engine.__file__).parent
    for root in (package.parents[1], package.parent / "nvc_studio"):
        path = root / "resources" / "weights" / "nvrc" / FILE
        if path.exists():
            return nets_of_tensors({name: value.astype(np.int32) for name, value in load_file(path).items()})
    raise EngineError(f"NVRC's file {FILE} is missing from the installation; install the studio again.")


def nets_of_tensors(tensors: dict[str, Ints]) -> Nets:
    """All networks from their tensors by name (`LawNet.tensors`)."""
    net = LawNet.of_tensors
    return Nets(
        ResidualNets(net("luma.flags", tensors), net("luma.values", tensors)),
        ResidualNets(net("chroma.flags", tensors), net("chroma.values", tensors)),
        VectorNets(net("modes", tensors), net("vectors", tensors)),
        net("thumbnail", tensors),
    )
