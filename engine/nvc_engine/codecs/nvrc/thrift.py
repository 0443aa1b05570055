"""How a training step takes less memory, where the device has too little of it."""

from dataclasses import replace

from nvc_engine.codecs.contract import Thrift
from nvc_engine.codecs.nvrc.settings import MOTION, PUBLISHED, NvrcSettings

FIRST_PATCH, LEAST_PATCH = 256, 64


def with_less_memory(settings: NvrcSettings) -> Thrift | None:
    """Smaller patches, where the network can be trained by patches, then fewer frames in a step; None at the least."""
    if settings.structure == MOTION:
        return None
    patch = settings.patch // 2 if settings.patch else FIRST_PATCH
    if settings.structure in PUBLISHED and patch >= LEAST_PATCH:
        note = f"The training goes on by patches of {patch} x {patch} samples."
        return Thrift(replace(settings, patch=patch), note)
    if settings.batch > 1:
        batch = settings.batch // 2
        note = f"The training goes on with {batch} {'frame' if batch == 1 else 'frames'} a step."
        return Thrift(replace(settings, batch=batch), note)
    return None
