"""Random number generators that go on where another process, maybe on another device, has left them."""

import zlib

import torch
from torch import Tensor


def restore_generator(generator: torch.Generator, state: Tensor) -> None:
    """Have `generator` go on from `state`, a byte tensor of `Generator.get_state`.

    The state of another kind of device means nothing to this one; a seed that follows from it is taken then, so that
    the same checkpoint still gives the same numbers.
    """
    if state.numel() == generator.get_state().numel():
        generator.set_state(state)
    else:
        generator.manual_seed(zlib.crc32(state.numpy().tobytes()))
