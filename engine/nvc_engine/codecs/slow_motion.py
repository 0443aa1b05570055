"""A `.nvc` slowed down: pictures between its frames, where its codec is a function of time and can render any."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from nvc_engine.bitstream.container import DamagedUnitError, NvcReader
from nvc_engine.codecs.contract import InterpolatingDecoder
from nvc_engine.codecs.nvc_clip import NvcClip, decoder_of
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Picture

FACTORS = range(2, 17)


class SlowMotion:
    """Frames `first`..`stop` of a file, each but the last followed by `factor` - 1 pictures between it and the next.

    Those are interpolated: no one knows what was there. Where a scene ends its last frame stands still instead.

    Attributes:
        info: of what is shown; its times are `factor` times as far apart as the file's.
        interpolated: how many of its pictures are no frames of the file.
    """

    def __init__(self, path: Path, factor: int, first: int, stop: int | None, device: str = "cpu") -> None:
        """Open the file.

        Raises:
            UsageError: the codec cannot do it, or the frames or the factor are out of range.
            EngineError: the file cannot be read.
        """
        if factor not in FACTORS:
            raise UsageError(f"The slow motion must be {FACTORS[0]} to {FACTORS[-1]} times, not {factor}.")
        with closing(NvcClip.open(path, device)) as clip:
            whole = clip.info
        stop = whole.frame_count if stop is None else stop
        if not 0 <= first < stop <= whole.frame_count:
            raise UsageError(f"Frames {first}:{stop} lie outside the file, which has {whole.frame_count}.")
        self._reader = NvcReader.open(path)
        decoder = decoder_of(self._reader.header, path, device)
        if not isinstance(decoder, InterpolatingDecoder):
            self._reader.close()
            raise UsageError(
                f"{path.name} cannot be slowed down: the codec '{whole.codec}' knows its frames, and nothing between."
            )
        self._decoder = decoder
        self._factor, self._first, self._stop = factor, first, stop
        times = whole.timestamps[first:stop]
        slowed = [factor * now + part * (then - now) for now, then in pairwise(times) for part in range(factor)]
        timestamps = (*slowed, factor * times[-1])
        self.info: ClipInfo = replace(whole, timestamps=timestamps, frame_bytes=(), units=(), tracks=())
        self.interpolated = len(timestamps) - len(times)

    def pictures(self) -> Iterator[Picture]:
        """All pictures, in the order of `info.timestamps`.

        Raises:
            EngineError: a unit is damaged or missing.
        """
        frame = self._first
        while frame < self._stop:
            number = self._reader.unit_of(frame)
            if number is None:
                first, stop = self._reader.missing_around(frame)
                raise DamagedUnitError(f"Frames {first} to {stop - 1} are missing.", first, stop)
            unit = self._reader.units[number]
            stop = min(unit.stop, self._stop)
            count = (stop - frame) * self._factor - (self._factor - 1 if stop == self._stop else 0)
            times = [frame - unit.first + part / self._factor for part in range(count)]
            held = [min(time, unit.count - 1.0) for time in times]
            yield from self._decoder.between(self._reader.payload(number), unit.first, unit.count, held)
            frame = stop

    def close(self) -> None:
        self._decoder.close()
        self._reader.close()
