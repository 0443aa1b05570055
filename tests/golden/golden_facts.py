"""What the manifest keeps of a golden file: everything that any later program must read out of it."""

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs.nvc_clip import NvcClip, decoder_of
from nvc_engine.media.picture import Plane

MANIFEST = Path(__file__).with_name("manifest.json")
BLOCK = 8


def golden_facts(path: Path) -> dict[str, Any]:
    """All of it, ready for JSON."""
    return {**exact_facts(path), "block_means": block_means(path)}


def exact_facts(path: Path) -> dict[str, Any]:
    """Everything but the pictures: the same on every machine.

    Raises EngineError where the file cannot be decoded.
    """
    with NvcReader.open(path) as reader, closing(decoder_of(reader.header, path)) as decoder:
        header, colour, tracks = reader.header, reader.header.colour, reader.tracks()
        return {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "damage": [damage.sentence for damage in reader.damage],
            "codec": header.codec,
            "codec_version": header.codec_version,
            "size": [header.width, header.height],
            "timestamps": list(header.timestamps),
            "time_base": str(header.time_base),
            "rate": str(header.rate),
            "sample_aspect": str(header.sample_aspect),
            "rotation": header.rotation,
            "bit_depth": header.bit_depth,
            "chroma": header.chroma.name,
            "colour": [colour.matrix.name, colour.primaries, colour.transfer, colour.full_range, colour.assumed],
            "preset": header.preset,
            "tracks": None if tracks is None else hashlib.sha256(tracks).hexdigest(),
            "units": [
                [unit.first, unit.count, decoder.symbol_checksum(reader.payload(index), unit.first, unit.count)]
                for index, unit in enumerate(reader.units)
            ],
        }


def block_means(path: Path) -> list[list[list[float]]]:
    """Of every frame and of its planes, the means of their blocks of 8 x 8, row by row, in code values."""
    with closing(NvcClip.open(path)) as clip:
        return [[plane_means(plane) for plane in (each.y, each.u, each.v)] for each in clip.pictures()]


def plane_means(plane: Plane) -> list[float]:
    rows, columns = (range(0, size, BLOCK) for size in plane.shape)
    blocks = (plane[row : row + BLOCK, column : column + BLOCK] for row in rows for column in columns)
    return [round(float(block.mean(dtype=np.float64)), 2) for block in blocks]
