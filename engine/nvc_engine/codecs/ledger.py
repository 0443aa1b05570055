"""What the bytes of a `.nvc` are spent on: every byte of the file in one class, and in one row of the chunk table."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nvc_engine.bitstream.chunks import UNIT, ChunkPlace
from nvc_engine.bitstream.container import NvcReader, is_nvc
from nvc_engine.bitstream.limits import MAX_OTHER_CHUNKS, MAX_UNITS
from nvc_engine.bitstream.signature import START
from nvc_engine.codecs.contract import Decoder
from nvc_engine.codecs.nvc_clip import decoder_of
from nvc_engine.errors import EngineError

UNEXAMINED = "units not looked into"
DAMAGED = "damaged"
TRACKS = "audio and subtitles"
CONTAINER = "container"

UNIT_TYPE = UNIT.decode()

# What is looked into at most, so that a person never waits for a file made to be slow.
EXAMINED_UNITS = 1 << 12
EXAMINED_BYTES = 1 << 28


@dataclass(frozen=True)
class Share:
    """A class of bytes: one of the codec's own (`Decoder.shares`), or one of the constants above."""

    name: str
    bytes: int


@dataclass(frozen=True)
class UnitEntry:
    """Frames `first`..`first + count`, the bytes of their payload, and what these are spent on."""

    first: int
    count: int
    bytes: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class ChunkEntry:
    """A stretch of the file: a chunk of this type, its framing included, or with the type "" bytes that are none.

    `unit` is the number of the unit that a chunk holds.
    """

    type: str
    at: int
    bytes: int
    unit: int | None = None


@dataclass(frozen=True)
class Ledger:
    """A file's bytes. `shares` add up to `byte_count`, and so do `chunks` with the signature before them.

    The classes of the codec come first, in its own order. A payload that is damaged, and bytes that no intact chunk or
    chain of chunks reaches, count as damaged; all that is no payload of a unit or of tracks is the container's.
    """

    byte_count: int
    shares: tuple[Share, ...]
    units: tuple[UnitEntry, ...]
    chunks: tuple[ChunkEntry, ...]


def ledger(
    reader: NvcReader, decoder: Decoder, examined_units: int = EXAMINED_UNITS, examined_bytes: int = EXAMINED_BYTES
) -> Ledger:
    """Account for the bytes of the file that `reader` has open and `decoder` decodes.

    Units beyond the first `examined_units`, or `examined_bytes` of them, count whole as `UNEXAMINED`.
    """
    units = tuple(_units(reader, decoder, examined_units, examined_bytes))
    chunks = tuple(_chunks(reader))
    tracks = reader.tracks_place
    spent: dict[str, int] = {}
    last = dict.fromkeys((UNEXAMINED, DAMAGED, TRACKS, CONTAINER), 0)
    last[CONTAINER] = len(START)
    for chunk in chunks:
        payload: tuple[Share, ...] = ()
        if chunk.unit is not None:
            payload = units[chunk.unit].shares
        elif not chunk.type or chunk.type == UNIT_TYPE:
            payload = (Share(DAMAGED, chunk.bytes),)
        elif tracks is not None and chunk.at == tracks.start:
            payload = (Share(TRACKS, tracks.size),)
        for share in payload:
            totals = last if share.name in last else spent
            totals[share.name] = totals.get(share.name, 0) + share.bytes
        last[CONTAINER] += chunk.bytes - sum(share.bytes for share in payload)
    spent.update((name, size) for name, size in last.items() if size)
    return Ledger(reader.byte_count, tuple(Share(name, size) for name, size in spent.items()), units, chunks)


def byte_shares(path: Path) -> tuple[tuple[str, int], ...]:
    """What the bytes of a file are spent on, (class, bytes) in the codec's own order; () where it is no `.nvc`.

    Raises:
        EngineError: it cannot be read.
    """
    if not is_nvc(path):
        return ()
    with NvcReader.open(path) as reader:
        decoder = decoder_of(reader.header, path)
        try:
            return tuple((share.name, share.bytes) for share in ledger(reader, decoder).shares)
        finally:
            decoder.close()


def _units(reader: NvcReader, decoder: Decoder, examined_units: int, examined_bytes: int) -> Iterator[UnitEntry]:
    for number, unit in enumerate(reader.units):
        examined_bytes -= unit.size
        if number >= examined_units or examined_bytes < 0:
            shares: tuple[Share, ...] = (Share(UNEXAMINED, unit.size),)
        else:
            shares = _unit_shares(reader, decoder, number)
        yield UnitEntry(unit.first, unit.count, unit.size, shares)


def _unit_shares(reader: NvcReader, decoder: Decoder, number: int) -> tuple[Share, ...]:
    unit = reader.units[number]
    try:
        shares = decoder.shares(reader.payload(number), unit.first, unit.count)
    except EngineError:
        return (Share(DAMAGED, unit.size),)
    return tuple(Share(name, size) for name, size in shares.items())


def _chunks(reader: NvcReader) -> Iterator[ChunkEntry]:
    """The whole file behind the signature, without gap or overlap: what the reader goes by, and between that whatever
    the chain of chunks shows."""
    allowed = MAX_UNITS + MAX_OTHER_CHUNKS
    position = len(START)
    for place, unit in [*_known(reader), (None, None)]:
        stop = reader.byte_count if place is None else place.start
        for between in islice(reader.chunk_places(position), allowed) if position < stop else ():
            if between.stop > stop:
                break
            yield ChunkEntry(between.kind.decode("latin-1"), between.start, between.stop - between.start)
            position = between.stop
            allowed -= 1
        if position < stop:
            yield ChunkEntry("", position, stop - position)
        if place is not None:
            yield ChunkEntry(place.kind.decode("latin-1"), place.start, place.stop - place.start, unit)
            position = place.stop


def _known(reader: NvcReader) -> list[tuple[ChunkPlace, int | None]]:
    """The places of units (with their numbers) and tracks that do not overlap, in order; an index may say anything."""
    places: list[tuple[ChunkPlace, int | None]] = [(unit.place, number) for number, unit in enumerate(reader.units)]
    if reader.tracks_place is not None:
        places.append((reader.tracks_place, None))
    places.sort(key=lambda known: known[0].start)
    result = []
    position = len(START)
    for place, number in places:
        if place.start >= position:
            result.append((place, number))
            position = place.stop
    return result
