"""A `.nvc` as a clip: any frame at any time, decoded when it is asked for."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

from nvc_engine.bitstream.container import ContainerError, DamagedUnitError, Header, NewerFileError, NvcReader
from nvc_engine.codecs import registry
from nvc_engine.codecs.base_layer import BaseLayerDecoder
from nvc_engine.codecs.contract import Decoder, InterpolatingDecoder, Layer, LayeredDecoder
from nvc_engine.codecs.order import check_device
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.cache import PictureCache
from nvc_engine.media.clip import ClipInfo, check_index
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.media.tracks import track_facts
from nvc_engine.protocol.messages import TrackFacts

PICTURE_CACHE_BYTES = 256 << 20
PAYLOADS_KEPT = 2
FRAME_BYTES_READ_LIMIT = 64 << 20
PIXEL_FORMATS = {Chroma.GRAY: "gray", Chroma.C420: "yuv420p", Chroma.C422: "yuv422p", Chroma.C444: "yuv444p"}


class NvcClip:
    """The Clip of a `.nvc`. A damaged or missing unit costs its own frames: they raise DamagedUnitError, others play.

    Frames asked for one after the other are decoded in one go; a frame out of that order starts its unit's decoder
    at that frame.
    """

    def __init__(
        self,
        reader: NvcReader,
        decoder: Decoder,
        colour: Colour | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Takes over `reader` and `decoder` and closes them; `colour` and `size` (height and width of the decoder's
        pictures) override what the file says."""
        self._reader = reader
        self._decoder = decoder
        self._layered = decoder if isinstance(decoder, LayeredDecoder) else None
        self._payloads: OrderedDict[int, bytes] = OrderedDict()
        self._cache = PictureCache(PICTURE_CACHE_BYTES)
        self._last_asked = -2
        self._run: Iterator[Picture] | None = None
        self._run_frame = 0
        self._info = self._facts(colour or reader.header.colour, size or (reader.header.height, reader.header.width))

    @classmethod
    def open(cls, path: Path, device: str = "cpu", layer: Layer = Layer.FULL) -> Self:
        """Open a `.nvc` for decoding on `device`; with `Layer.BASE` its pictures are the small ones of the base layer.

        Raises:
            UsageError: there is no base layer in the file.
            EngineError: the file cannot be read, or its codec is not one of ours.
        """
        reader = NvcReader.open(path)
        try:
            decoder = decoder_of(reader.header, path, device)
            if layer is Layer.FULL:
                return cls(reader, decoder)
            if not isinstance(decoder, LayeredDecoder):
                raise UsageError(
                    f"{path.name} has no base layer: the codec '{reader.header.codec}' keeps pictures of the full size"
                    " only; decode the full layer."
                )
            return cls(reader, BaseLayerDecoder(decoder), size=decoder.base_size)
        except BaseException:
            reader.close()
            raise

    @property
    def info(self) -> ClipInfo:
        return self._info

    def picture(self, index: int) -> Picture:
        if not 0 <= index < self._info.frame_count:
            raise IndexError(f"frame {index} of {self._info.frame_count}")
        in_order = index == self._last_asked + 1
        self._last_asked = index
        picture = self._cache.get(index)
        if picture is None:
            picture = self._next_of_run(index) if in_order else self._one(index)
            self._cache.put(index, picture)
        return picture

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        count = self._info.frame_count
        stop = count if stop is None else stop
        if not 0 <= start <= stop <= count:
            raise IndexError(f"frames {start} to {stop} of {count}")
        return self._pictures(start, stop)

    def draft(self, index: int) -> Picture | None:
        """The small picture of the base layer; see `DraftingClip`. Damage is told where the frame is asked for."""
        check_index(self._info, index)
        if self._layered is None or not self._worth_drafting(index):
            return None
        try:
            unit = self._reader.units[self._unit_of(index)]
            payload = self._payload(self._unit_of(index))
            return next(self._layered.base_frames(payload, unit.first, unit.count, index, index + 1))
        except EngineError:
            return None

    def approach(self, index: int, *, draft: bool = False) -> Iterator[None]:
        """Decode what comes before a frame; see `DraftingClip`."""
        check_index(self._info, index)
        if self._layered is None or self._cache.get(index) is not None or (draft and not self._worth_drafting(index)):
            return
        try:
            unit = self._reader.units[self._unit_of(index)]
            payload = self._payload(self._unit_of(index))
            yield from self._layered.approach(payload, unit.first, unit.count, index, base=draft)
        except EngineError:
            return

    def stretches(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Frames `start`..`stop` cut where a unit begins or ends: first and stop of each piece, missing ones too."""
        while start < stop:
            index = self._reader.unit_of(start)
            end = self._reader.missing_around(start)[1] if index is None else self._reader.units[index].stop
            yield start, min(end, stop)
            start = end

    def override_colour(self, colour: Colour) -> None:
        """Take the code values to mean `colour`, whatever the file says."""
        self._info = replace(self._info, colour=colour)

    def close(self) -> None:
        self._end_run()
        self._cache = PictureCache(0)
        self._payloads.clear()
        self._decoder.close()
        self._reader.close()

    def _worth_drafting(self, index: int) -> bool:
        """Whether the frame itself is neither here nor next, nor the first of its unit, on which its draft hangs."""
        first_ones = (unit.first for unit in self._reader.units)
        return self._cache.get(index) is None and index != self._last_asked + 1 and index not in first_ones

    def _pictures(self, start: int, stop: int) -> Iterator[Picture]:
        for first, end in self.stretches(start, stop):
            yield from self._decode(self._unit_of(first), first, end)

    def _one(self, frame: int) -> Picture:
        self._end_run()
        return next(self._decode(self._unit_of(frame), frame, frame + 1))

    def _next_of_run(self, frame: int) -> Picture:
        """The picture of `frame` from the decoder that has just given the one before it, or from a new one."""
        if self._run is None or self._run_frame != frame:
            self._end_run()
            index = self._unit_of(frame)
            self._run = self._decode(index, frame, self._reader.units[index].stop)
            self._run_frame = frame
        try:
            picture = next(self._run)
        except BaseException:
            self._end_run()
            raise
        self._run_frame += 1
        if self._reader.unit_of(self._run_frame) != self._reader.unit_of(frame):
            self._end_run()
        return picture

    def _end_run(self) -> None:
        self._run = None

    def _decode(self, index: int, start: int, stop: int) -> Iterator[Picture]:
        """Pictures `start`..`stop` of a unit. Raises DamagedUnitError where the decoder gives anything else."""
        unit = self._reader.units[index]
        name, frames = self._reader.path.name, f"frames {unit.first} to {unit.stop - 1}"
        frame = start
        try:
            for picture in self._decoder.frames(self._payload(index), unit.first, unit.count, start, stop):
                if picture.y.shape != (self._info.height, self._info.width):
                    raise EngineError(f"frame {frame} decodes to another size than the file's")
                yield picture
                frame += 1
        except DamagedUnitError:
            raise
        except EngineError as error:
            reason = str(error).rstrip(".")
            raise DamagedUnitError(f"{name}: {frames} are lost ({reason}).", unit.first, unit.stop) from error
        if frame < stop:
            raise DamagedUnitError(f"{name}: {frames} end before frame {frame}.", unit.first, unit.stop)

    def _unit_of(self, frame: int) -> int:
        index = self._reader.unit_of(frame)
        if index is None:
            first, stop = self._reader.missing_around(frame)
            raise DamagedUnitError(
                f"{self._reader.path.name} is damaged or cut off: frames {first} to {stop - 1} are missing.",
                first,
                stop,
            )
        return index

    def _payload(self, index: int) -> bytes:
        if index in self._payloads:
            self._payloads.move_to_end(index)
        else:
            self._payloads[index] = self._reader.payload(index)
            while len(self._payloads) > PAYLOADS_KEPT:
                self._payloads.popitem(last=False)
        return self._payloads[index]

    def _facts(self, colour: Colour, size: tuple[int, int]) -> ClipInfo:
        reader, header = self._reader, self._reader.header
        height, width = size
        tracks, track_notes = _tracks(reader)
        return ClipInfo(
            path=reader.path,
            container="nvc",
            codec=header.codec,
            width=width,
            height=height,
            timestamps=header.timestamps,
            time_base=header.time_base,
            rate=header.rate,
            pixel_format=PIXEL_FORMATS[header.chroma] + ("" if header.bit_depth == 8 else f"{header.bit_depth}le"),
            bit_depth=header.bit_depth,
            chroma=header.chroma,
            colour=colour,
            rotation=header.rotation,
            sample_aspect=header.sample_aspect,
            byte_count=reader.byte_count,
            track_byte_count=reader.track_byte_count,
            frame_bytes=self._frame_bytes(),
            units=tuple((unit.first, unit.stop) for unit in reader.units),
            tracks=tracks,
            notes=(*(damage.sentence for damage in reader.damage), *track_notes),
            provenance=_provenance(header),
            drafts=self._layered is not None,
            interpolates=isinstance(self._decoder, InterpolatingDecoder),
        )

    def _frame_bytes(self) -> tuple[int, ...]:
        """Bytes of each frame: 0 where its unit is missing, an even share where it is damaged or the file is large."""
        units = self._reader.units
        worth_reading = sum(unit.size for unit in units) <= FRAME_BYTES_READ_LIMIT
        sizes = [0] * self._reader.header.frame_count
        for index, unit in enumerate(units):
            even = [(unit.size * (k + 1)) // unit.count - (unit.size * k) // unit.count for k in range(unit.count)]
            sizes[unit.first : unit.stop] = even
            if worth_reading:
                try:
                    own = self._decoder.frame_bytes(self._reader.payload(index), unit.first, unit.count)
                except EngineError:
                    continue
                if len(own) == unit.count:
                    sizes[unit.first : unit.stop] = own
        return tuple(sizes)


def decoder_of(header: Header, path: Path, device: str = "cpu") -> Decoder:
    """The decoder of a file with this header. Raises EngineError where no codec or device of ours can read it."""
    try:
        codec = registry.codec(header.codec)
    except UsageError as error:
        raise ContainerError(
            f"{path.name} was made with the codec '{header.codec}', which this program does not have."
        ) from error
    if header.codec_version > codec.bitstream_version:
        raise NewerFileError(
            f"{path.name} was made by a newer version of the codec '{header.codec}' (bitstream {header.codec_version}, "
            f"this program reads up to {codec.bitstream_version}); update to open it."
        )
    check_device(device)
    return codec.decoder(header, device)


def _tracks(reader: NvcReader) -> tuple[tuple[TrackFacts, ...], tuple[str, ...]]:
    """What the file carries beside the pictures, and sentences on what of it is damaged."""
    try:
        blob = reader.tracks()
        return track_facts(blob) if blob else (), ()
    except EngineError as error:
        return (), (str(error),)


def _provenance(header: Header) -> str:
    preset = f"preset {header.preset}" if header.preset else ""
    return ", ".join(text for text in (header.build, preset, header.settings) if text)
