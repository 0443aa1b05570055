"""Checking a `.nvc` from end to end: container checksums, and every unit decoded with its symbols' checksum."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nvc_engine.bitstream.container import DamagedUnitError, Header, NvcReader
from nvc_engine.codecs.contract import Decoder
from nvc_engine.codecs.nvc_clip import decoder_of
from nvc_engine.errors import EngineError


@dataclass(frozen=True)
class UnitVerdict:
    """Frames `first`..`stop`, their unit's bytes, and what is wrong with it ("" if nothing).

    `symbols` is the CRC-32 of the unit's decoded symbols, the same on every machine; None where they were not decoded.
    """

    first: int
    stop: int
    size: int
    sentence: str = ""
    symbols: int | None = None

    @property
    def ok(self) -> bool:
        return not self.sentence


@dataclass(frozen=True)
class VerifyReport:
    """What was found. `notes` are sentences on the file around the units: cut off, index or audio damaged."""

    path: Path
    header: Header
    byte_count: int
    units: tuple[UnitVerdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.notes and all(unit.ok for unit in self.units)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """Ranges (first, stop) of frames that cannot be shown."""
        return tuple((unit.first, unit.stop) for unit in self.units if not unit.ok)


def verify(path: Path, progress: Callable[[float], None] | None = None, device: str = "cpu") -> VerifyReport:
    """Decode every unit of the file and check all its checksums; `progress` hears the share done, 0..1.

    Raises EngineError where the file cannot be opened at all; what is wrong inside it stands in the report.
    """
    with NvcReader.open(path) as reader:
        header = reader.header
        decoder = decoder_of(header, path, device)
        try:
            verdicts = [
                UnitVerdict(damage.first, damage.stop, 0, damage.sentence)
                for damage in reader.damage
                if damage.stop > damage.first
            ]
            verdicts.extend(_verdict(reader, decoder, index, progress) for index in range(len(reader.units)))
        finally:
            decoder.close()
        notes = [damage.sentence for damage in reader.damage if damage.stop == damage.first]
        try:
            reader.tracks()
        except EngineError as error:
            notes.append(str(error))
        return VerifyReport(
            path, header, reader.byte_count, tuple(sorted(verdicts, key=lambda unit: unit.first)), tuple(notes)
        )


def _verdict(reader: NvcReader, decoder: Decoder, index: int, progress: Callable[[float], None] | None) -> UnitVerdict:
    unit = reader.units[index]
    sentence = ""
    symbols = None
    shape = (reader.header.height, reader.header.width)
    decoded = 0
    try:
        payload = reader.payload(index)
        for picture in decoder.frames(payload, unit.first, unit.count, unit.first, unit.stop):
            decoded += 1
            if picture.y.shape != shape:
                sentence = f"Frame {unit.first + decoded - 1} decodes to another size than the file's."
            if progress is not None:
                progress((unit.first + decoded) / reader.header.frame_count)
        symbols = decoder.symbol_checksum(payload, unit.first, unit.count)
    except DamagedUnitError as error:
        sentence = str(error)
    except EngineError as error:
        sentence = f"Frames {unit.first} to {unit.stop - 1} are lost: {error}"
    if not sentence and decoded != unit.count:
        sentence = f"Frames {unit.first} to {unit.stop - 1}: only {decoded} of {unit.count} were decoded."
    return UnitVerdict(unit.first, unit.stop, unit.size, sentence, symbols)
