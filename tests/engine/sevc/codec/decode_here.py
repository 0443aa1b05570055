"""Decodes a `.nvc` of SEVC in a process of its own: decode_here.py OUT.npz FILE.

OUT.npz gets the units' symbol checksums, all planes, those of the base layer, and torch's instructions.
"""

import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs import registry
from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.codecs.sevc.decoding import SevcDecoder


def main(output: str, file: str) -> None:
    codec = SevcCodec()
    known = any(each.name == codec.name for each in registry.codecs())
    with nullcontext() if known else registry.registered(codec), NvcReader.open(Path(file)) as reader:
        decoder = SevcDecoder(reader.header, "cpu")
        checksums, pictures, small = [], [], []
        for index, unit in enumerate(reader.units):
            payload = reader.payload(index)
            pictures += decoder.frames(payload, unit.first, unit.count, unit.first, unit.stop)
            checksums.append(decoder.symbol_checksum(payload, unit.first, unit.count))
            small += decoder.base_frames(payload, unit.first, unit.count, unit.first, unit.stop)
    planes = {name: np.stack([getattr(picture, name) for picture in pictures]) for name in ("y", "u", "v")}
    base = np.stack([picture.y for picture in small])
    np.savez(output, checksums=checksums, capability=torch.backends.cpu.get_cpu_capability(), base=base, **planes)


if __name__ == "__main__":
    main(*sys.argv[1:])
