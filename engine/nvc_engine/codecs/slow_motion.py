"""A `.nvc` slowed down: pictures between its frames, where its codec is a function of time and can render any."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from nvc_engine.bitstream.container import DamagedUnitError, NvcReader
from nvc_engine.bitstream.index import Unit
from nvc_engine.codecs.contract import InterpolatingDecoder
from nvc_engine.codecs.nvc_clip import NvcClip, decoder_of
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo, check_index
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

    def picture(self, index: int) -> Picture:
        """Picture `index` of `info.timestamps`.

        Raises:
            EngineError: its unit is damaged or missing.
        """
        frame, part = divmod(index, self._factor)
        number, unit = self._unit_of(self._first + frame)
        time = min(self._first + frame - unit.first + part / self._factor, unit.count - 1.0)
        return next(iter(self._decoder.between(self._reader.payload(number), unit.first, unit.count, [time])))

    def pictures(self) -> Iterator[Picture]:
        """All pictures, in the order of `info.timestamps`. Raises EngineError as `picture` does."""
        return (self.picture(index) for index in range(self.info.frame_count))

    def _unit_of(self, frame: int) -> tuple[int, Unit]:
        number = self._reader.unit_of(frame)
        if number is None:
            first, stop = self._reader.missing_around(frame)
            raise DamagedUnitError(f"Frames {first} to {stop - 1} are missing.", first, stop)
        return number, self._reader.units[number]

    def close(self) -> None:
        self._decoder.close()
        self._reader.close()


class SlowedClip:
    """A whole file in slow motion as a clip (see `media.clip.Clip`): its frames at their own times, and the pictures
    between them at the times between."""

    def __init__(self, path: Path, factor: int, device: str = "cpu") -> None:
        """Open the file. Raises as `SlowMotion` does."""
        self._slow = SlowMotion(path, factor, 0, None, device)
        info = self._slow.info
        note = f"In slow motion: of {factor} pictures one is a frame of the file, the others are interpolated."
        self.info = replace(
            info,
            time_base=info.time_base / factor,
            rate=info.rate * factor,
            slow_motion=factor,
            notes=(*info.notes, note),
        )

    def picture(self, index: int) -> Picture:
        check_index(self.info, index)
        return self._slow.picture(index)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self.info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        self._slow.close()
