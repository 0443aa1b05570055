"""Decodes whole `.nvc` files in a process of its own, under the arithmetic that its environment asks for.

    decode_files.py OUT.npz ROUNDING FILE...

ROUNDING is how this process rounds floating-point numbers: nearest, up or zero. OUT.npz gets `facts`, a JSON
text of what arithmetic there was and of every file's symbol checksums, and all planes by file, threads and plane.
oneDNN says on the standard output what instructions it takes.
"""

import ctypes
import ctypes.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs.nvc_clip import decoder_of

# FE_TONEAREST, FE_UPWARD and FE_TOWARDZERO of x86.
ROUNDINGS = {"nearest": 0, "up": 0x800, "zero": 0xC00}


def set_rounding(name: str) -> bool:
    """Round so from here on; says whether this process now does."""
    if name == "nearest":
        return True
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    if library.fesetround(ROUNDINGS[name]):
        return False
    one, little = np.float64(1.0), np.float64(1e-30)
    return bool((one + little > one) == (name == "up") and (one - little < one) == (name != "up"))


def decoded(path: Path, planes: dict[str, Any], label: str) -> list[int]:
    """The symbol checksum of every unit; the pictures go into `planes`."""
    with NvcReader.open(path) as reader:
        decoder = decoder_of(reader.header, path)
        checksums, pictures = [], []
        for index, unit in enumerate(reader.units):
            payload = reader.payload(index)
            # In this order, for a decoder that has come to the end of a unit has its symbols' checksum at hand.
            pictures.extend(decoder.frames(payload, unit.first, unit.count, unit.first, unit.stop))
            checksums.append(decoder.symbol_checksum(payload, unit.first, unit.count))
        decoder.close()
    for name in ("y", "u", "v"):
        planes[f"{label}/{name}"] = np.stack([getattr(picture, name) for picture in pictures])
    return checksums


def main(output: str, rounding: str, *files: str) -> None:
    with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
        torch.nn.functional.conv2d(torch.ones(1, 8, 64, 64), torch.ones(8, 8, 3, 3))
    facts: dict[str, Any] = {
        "capability": torch.backends.cpu.get_cpu_capability(),
        "rounds_so": set_rounding(rounding),
        "checksums": {},
    }
    planes: dict[str, Any] = {}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        assert torch.get_num_threads() == threads
        for file in map(Path, files):
            label = f"{file.stem}/{threads}"
            facts["checksums"][label] = decoded(file, planes, label)
    np.savez(output, facts=np.array(json.dumps(facts)), **planes)


if __name__ == "__main__":
    main(*sys.argv[1:])
