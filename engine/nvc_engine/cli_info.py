"""`info`: what a source is, and how a `.nvc` is built."""

import argparse
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from nvc_engine.bitstream.container import NvcReader, is_nvc
from nvc_engine.cli_printing import print_json, print_table
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.facts import clip_facts
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import ClipFacts


@dataclass(frozen=True)
class UnitPlace:
    """Frames `first`..`first + count` and their bytes."""

    first: int
    count: int
    bytes: int


@dataclass(frozen=True)
class ChunkSize:
    """A chunk by its four letters, where it starts, and its whole size."""

    type: str
    at: int
    bytes: int


@dataclass(frozen=True)
class Construction:
    """How a `.nvc` is built; `damage` are sentences on what is wrong with it."""

    codec_version: int
    build: str
    preset: str
    settings: str
    config_bytes: int
    track_bytes: int
    units: tuple[UnitPlace, ...]
    chunks: tuple[ChunkSize, ...]
    damage: tuple[str, ...]


def info(options: argparse.Namespace) -> int:
    """Say what a source is; of a `.nvc` also how it is built."""
    clip = open_source(options.input, options.raw)
    try:
        facts = clip_facts(clip.info)
    finally:
        clip.close()
    built = construction(options.input) if options.input.is_file() and is_nvc(options.input) else None
    if options.json:
        print_json({**wire.to_plain(facts), "nvc": built})
        return 0
    _print_facts(facts)
    if built is not None:
        units = [(str(number), f"{unit.first}:{unit.first + unit.count}", str(unit.bytes))
                 for number, unit in enumerate(built.units)]  # fmt: skip
        print_table([("unit", "frames", "bytes"), *units])
        print_table([("chunk", "at", "bytes"), *((part.type, str(part.at), str(part.bytes)) for part in built.chunks)])
    return 0


def construction(path: Path) -> Construction:
    """How the `.nvc` at `path` is built. Raises ContainerError where it is none."""
    with NvcReader.open(path) as reader:
        header = reader.header
        return Construction(
            codec_version=header.codec_version,
            build=header.build,
            preset=header.preset,
            settings=header.settings,
            config_bytes=len(header.codec_config),
            track_bytes=reader.track_byte_count,
            units=tuple(UnitPlace(unit.first, unit.count, unit.size) for unit in reader.units),
            chunks=tuple(
                ChunkSize(place.kind.decode("latin-1"), place.start, place.stop - place.start)
                for place in reader.chunk_places()
            ),
            damage=tuple(damage.sentence for damage in reader.damage),
        )


def _print_facts(facts: ClipFacts) -> None:
    colour = f"{facts.matrix}, {'full' if facts.full_range else 'limited'} range"
    rows = [
        ("file", facts.path),
        ("kind", f"{facts.codec} in {facts.container}, {facts.bytes} bytes, {facts.bpp:.5f} bpp"),
        ("picture", f"{facts.width}x{facts.height}, {facts.pixel_format}, {facts.bit_depth} bits"),
        ("colour", f"{colour}{' (assumed)' if facts.colour_assumed else ''}"),
        (
            "frames",
            f"{facts.frames} at {float(Fraction(facts.rate)):.6g}/s{', variable rate' if facts.variable_rate else ''}",
        ),
    ]
    if facts.rotation:
        rows.append(("rotation", f"{facts.rotation} degrees clockwise"))
    if facts.sample_aspect != "1/1":
        rows.append(("aspect", f"samples of {facts.sample_aspect}"))
    rows.extend((track.kind, f"{track.codec} {track.description}") for track in facts.tracks)
    if facts.provenance:
        rows.append(("made by", facts.provenance))
    rows.extend(("note", note) for note in facts.notes)
    print_table(rows)
