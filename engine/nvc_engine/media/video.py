"""A video file as a clip: every frame exactly, in any order."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from nvc_engine.media.cache import PictureCache
from nvc_engine.media.clip import ClipError, ClipInfo, check_index
from nvc_engine.media.container import open_container
from nvc_engine.media.frame_reading import FrameReader
from nvc_engine.media.picture import Picture
from nvc_engine.media.timeline import Timeline, decoded


class _LateError(Exception):
    """Decoding began after the frame that is wanted."""


class VideoClip:
    """A video stream that is decoded on demand.

    Reading on from the last position decodes only what comes next. Any other frame is reached by seeking to the key
    frame at or before it and decoding until its own timestamp comes; where the container lands late (transport
    streams, open groups of pictures), from a key frame further back.
    """

    def __init__(self, path: Path, stream_index: int, timeline: Timeline, info: ClipInfo, reader: FrameReader) -> None:
        self._path = path
        self._stream_index = stream_index
        self._timeline = timeline
        self._info = info
        self._reader = reader
        self._numbers = {time: index for index, time in enumerate(timeline.timestamps)}
        self._cache = PictureCache()
        self._container: InputContainer | None = None
        self._frames: Iterator[VideoFrame] | None = None
        self._next = 0

    @property
    def info(self) -> ClipInfo:
        return self._info

    def picture(self, index: int) -> Picture:
        check_index(self._info, index)
        picture = self._cache.get(index)
        if picture is None:
            picture = self._read(index)
        return picture

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self._info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        self._frames = None
        if self._container is not None:
            self._container.close()
            self._container = None

    def _read(self, index: int) -> Picture:
        if self._frames is not None and self._key_before(index) <= self._next <= index:
            try:
                return self._decode_to(index)
            except _LateError:
                pass
        for key in self._starts(index):
            try:
                self._start_at(key)
                return self._decode_to(index)
            except _LateError:
                continue
        self._frames = None
        raise ClipError(f"Frame {index} of {self._path.name} cannot be decoded; the file is damaged there.")

    def _key_before(self, index: int) -> int:
        keys = self._timeline.keys
        return keys[bisect_right(keys, index) - 1]

    def _starts(self, index: int) -> Iterator[int]:
        """Key frames to try, nearest first, at last the start of the file."""
        keys = self._timeline.keys
        nearest = bisect_right(keys, index) - 1
        back = 1
        while nearest > 0:
            yield keys[nearest]
            nearest -= back
            back *= 2
        yield 0

    def _start_at(self, key: int) -> None:
        """Take up decoding at key frame `key`; the start itself is reached most surely by opening the file anew."""
        if key == 0 and self._container is not None:
            self.close()
        if self._container is None:
            self._container = open_container(self._path)
        stream = self._container.streams[self._stream_index]
        assert isinstance(stream, VideoStream)
        self._next = 0
        self._frames = iter(())
        if key > 0:
            try:
                self._container.seek(self._timeline.timestamps[key], stream=stream)
            except av.FFmpegError as error:
                raise _LateError from error
        self._frames = decoded(self._container, stream, from_key=key > 0)

    def _decode_to(self, index: int) -> Picture:
        """Decode on to frame `index`, keeping the pictures just before it too; _LateError where it does not come."""
        assert self._frames is not None
        for frame in self._frames:
            position = self._position(frame)
            if position is None:
                continue
            self._next = position + 1
            if position < index - self._reader.worth_keeping(self._cache):
                continue
            picture = self._reader.read(frame, position)
            self._cache.put(position, picture)
            if position == index:
                return picture
            if position > index:
                break
        else:
            self._frames = iter(())
        raise _LateError

    def _position(self, frame: VideoFrame) -> int | None:
        if self._timeline.by_time:
            return None if frame.pts is None else self._numbers.get(frame.pts)
        return self._next if self._next < self._info.frame_count else None
