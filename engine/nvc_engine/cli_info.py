"""`info`: what a source is, and how a `.nvc` is built."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from nvc_engine.bitstream.container import NvcReader, is_nvc
from nvc_engine.cli_printing import print_json, print_table
from nvc_engine.codecs.ledger import ChunkEntry, Ledger, Share, UnitEntry, ledger
from nvc_engine.codecs.nvc_clip import decoder_of
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.facts import clip_facts
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import ClipFacts

BAR = 24
RUN_SHOWN = 8
RUN_BEGINNING = 3


@dataclass(frozen=True)
class Construction:
    """How a `.nvc` is built; `shares`, `units` and `chunks` are those of its ledger, `damage` are sentences on what is
    wrong with it."""

    codec_version: int
    build: str
    preset: str
    settings: str
    config_bytes: int
    track_bytes: int
    shares: tuple[Share, ...]
    units: tuple[UnitEntry, ...]
    chunks: tuple[ChunkEntry, ...]
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
        print()
        _print_shares(built.shares)
        print()
        _print_chunks(built, whole=options.chunks)
    return 0


def construction(path: Path) -> Construction:
    """How the `.nvc` at `path` is built. Raises EngineError where it is none, or no codec of ours can read it."""
    with NvcReader.open(path) as reader:
        header = reader.header
        decoder = decoder_of(header, path)
        try:
            spent: Ledger = ledger(reader, decoder)
        finally:
            decoder.close()
        return Construction(
            codec_version=header.codec_version,
            build=header.build,
            preset=header.preset,
            settings=header.settings,
            config_bytes=len(header.codec_config),
            track_bytes=reader.track_byte_count,
            shares=spent.shares,
            units=spent.units,
            chunks=spent.chunks,
            damage=tuple(damage.sentence for damage in reader.damage),
        )


def _print_shares(shares: Sequence[Share]) -> None:
    """What the file's bytes are spent on, and their sum."""
    total = sum(share.bytes for share in shares)
    rows = [(share.name, *_size_cells(share.bytes, total)) for share in shares]
    _print_sizes(("spent on",), [*rows, ("together", *_size_cells(total, total)[:2], "")], 1)


def _print_chunks(built: Construction, *, whole: bool) -> None:
    """The chunk table; a long run of units is cut to its ends unless it is to be shown `whole`."""
    total = sum(share.bytes for share in built.shares)

    def row(chunk: ChunkEntry) -> tuple[str, ...]:
        unit = None if chunk.unit is None else built.units[chunk.unit]
        frames = "" if unit is None else f"{unit.first}:{unit.first + unit.count}"
        return chunk.type or "(none)", frames, str(chunk.at), *_size_cells(chunk.bytes, total)

    def rows() -> Iterator[tuple[str, ...]]:
        for is_unit, run in groupby(built.chunks, lambda chunk: chunk.unit is not None):
            chunks = list(run)
            if whole or not is_unit or len(chunks) <= RUN_SHOWN:
                yield from map(row, chunks)
                continue
            left_out = chunks[RUN_BEGINNING:-1]
            yield from map(row, chunks[:RUN_BEGINNING])
            yield f"... {len(left_out)} more", "", "", *_size_cells(sum(chunk.bytes for chunk in left_out), total)
            yield row(chunks[-1])

    _print_sizes(("chunk", "frames", "at"), rows(), 2)


def _size_cells(size: int, total: int) -> tuple[str, str, str]:
    """A size in bytes, in percent of `total`, and as a bar."""
    return str(size), f"{100 * size / total:.1f} %", "#" * round(BAR * size / total)


def _print_sizes(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]], texts: int) -> None:
    """A table whose cells after the first `texts` are numbers, flush right, but for the bars at the end."""
    table = [(*titles, "bytes", "share", ""), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    print_table(
        [
            tuple(
                cell.rjust(width) if texts <= column < len(row) - 1 else cell
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in table
        ]
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
