"""One opened clip of the player: its thread, its newest requests, its pictures."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from nvc_engine.errors import EngineError
from nvc_engine.media.cache import PictureCache
from nvc_engine.media.clip import Clip, ClipInfo, DraftingClip
from nvc_engine.media.colour import to_bgrx, to_rgb30
from nvc_engine.media.facts import clip_facts
from nvc_engine.media.picture import Picture
from nvc_engine.player_ahead import ReadAhead
from nvc_engine.player_opening import open_clip
from nvc_engine.player_pixels import read_pixel
from nvc_engine.player_rings import Rings
from nvc_engine.player_thumbnails import shrink
from nvc_engine.protocol.messages import (
    ClipOpened,
    Failed,
    FrameDropped,
    FrameReady,
    GetFrame,
    GetPixel,
    Message,
    OpenClip,
)

log = logging.getLogger(__name__)

CACHE_BYTES = 160 << 20

Request = GetFrame | GetPixel


class SlotTooSmallError(EngineError):
    """The picture does not fit where it should be written."""


class PlayedClip:
    """Opens a clip in a thread of its own and serves its frames there: of each channel the newest request.

    The clip's number is that of the request that opened it. Every request is answered, also when the clip is closed.
    Where a clip has drafts, they come before everything else, and a frame that takes long is given up once its channel
    asks for another.
    """

    def __init__(self, order: OpenClip, rings: Rings, answer: Callable[[Message], None]) -> None:
        self._order = order
        self._rings = rings
        self._answer = answer
        self._changed = threading.Condition()
        self._wanted: dict[str, Request] = {}
        self._closing = False
        threading.Thread(target=self._run, name=f"clip-{order.request}", daemon=True).start()

    def want(self, request: Request) -> None:
        """Have a frame delivered or a pixel read; it takes the place of an older request of its channel."""
        with self._changed:
            older = self._wanted.get(request.channel)
            self._wanted[request.channel] = request
            self._changed.notify()
        if older is not None:
            self._answer(FrameDropped(older.request))

    def close(self) -> None:
        """End the thread soon; what still waits is dropped."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def _run(self) -> None:
        clip = self._open()
        if clip is not None:
            try:
                self._serve_all(_Frames(clip))
            finally:
                clip.close()
        self._refuse_the_rest(was_open=clip is not None)

    def _open(self) -> Clip | None:
        order = self._order
        try:
            clip = open_clip(Path(order.path), order.raw, order.matrix, order.full_range, order.slow_motion)
            self._answer(ClipOpened(order.request, order.request, clip_facts(clip.info)))
        except EngineError as error:
            self._answer(Failed(order.request, str(error)))
        except Exception as error:
            log.exception("%s could not be opened", order.path)
            self._answer(Failed(order.request, f"{order.path} could not be opened: {error}."))
        else:
            return clip
        return None

    def _serve_all(self, frames: "_Frames") -> None:
        while True:
            with self._changed:
                index = None
                while not (self._closing or self._wanted) and (index := frames.ahead.next()) is None:
                    self._changed.wait()
                if self._closing:
                    return
                request = self._next()
            if request is not None:
                self._serve(frames, request)
            elif index is not None:
                frames.read_ahead(index)

    def _next(self, *, drafts_only: bool = False) -> Request | None:
        """Take the request to serve now: the oldest draft, else the oldest of all. The lock is held by the caller."""
        drafts = (channel for channel, request in self._wanted.items() if _is_draft(request))
        channel = next(drafts, None if drafts_only else next(iter(self._wanted), None))
        return None if channel is None else self._wanted.pop(channel)

    def _serve(self, frames: "_Frames", request: Request) -> None:
        try:
            for _ in frames.steps(request):
                if self._overtaken(request):
                    self._answer(FrameDropped(request.request))
                    return
                if not _is_draft(request):
                    self._serve_drafts(frames)
            picture = frames.draft(request.frame) if _is_draft(request) else frames.picture(request.frame)
            if picture is None:
                self._answer(FrameDropped(request.request))
            elif isinstance(request, GetPixel):
                self._answer(read_pixel(picture, frames.info.colour, request))
            else:
                self._answer(self._deliver(picture, frames.info, request))
        except EngineError as error:
            self._answer(Failed(request.request, str(error)))
        except Exception as error:
            log.exception("frame %d of %s", request.frame, self._order.path)
            self._answer(Failed(request.request, f"Frame {request.frame} could not be shown: {error}."))
        else:
            if isinstance(request, GetFrame) and not (request.max_width or request.draft):
                frames.ahead.moved(request.channel, request.frame)

    def _overtaken(self, request: Request) -> bool:
        with self._changed:
            return self._closing or request.channel in self._wanted

    def _serve_drafts(self, frames: "_Frames") -> None:
        while True:
            with self._changed:
                draft = self._next(drafts_only=True)
            if draft is None:
                return
            self._serve(frames, draft)

    def _deliver(self, picture: Picture, info: ClipInfo, request: GetFrame) -> FrameReady:
        shown = shrink(picture, request.max_width)
        height, width = shown.height, shown.width
        with self._rings.slot(request.ring, request.slot) as view:
            if 4 * width * height > len(view):
                raise SlotTooSmallError(
                    f"A picture of {width}x{height} does not fit into the window's memory for pictures."
                )
            (to_rgb30 if request.deep else to_bgrx)(shown, info.colour, view)
        return FrameReady(
            request=request.request,
            clip=request.clip,
            frame=request.frame,
            ring=request.ring,
            slot=request.slot,
            width=width,
            height=height,
            stride=4 * width,
            deep=request.deep,
        )

    def _refuse_the_rest(self, *, was_open: bool) -> None:
        """Answer what is still waiting, and what may yet arrive as long as the engine has not closed the clip."""
        while True:
            with self._changed:
                while not (self._wanted or self._closing):
                    self._changed.wait()
                waiting, self._wanted = list(self._wanted.values()), {}
            for request in waiting:
                self._answer(
                    FrameDropped(request.request)
                    if was_open
                    else Failed(request.request, f"{self._order.path} could not be opened.")
                )
            if self._closing:
                return


class _Frames:
    """The pictures of an open clip, kept and read ahead. Used by the clip's thread alone."""

    def __init__(self, clip: Clip) -> None:
        self.info = clip.info
        self._clip = clip
        self._drafting = clip if isinstance(clip, DraftingClip) and clip.info.drafts else None
        self._cache = PictureCache(CACHE_BYTES)
        self.ahead = ReadAhead(clip.info.frame_count, self._cache, CACHE_BYTES // _picture_bytes(clip.info))

    def steps(self, request: Request) -> Iterator[None]:
        """Decode what has to come before the frame or draft of a request; then `picture` or `draft` gives it.

        Where a clip has drafts, this yields now and then, and may be left off there.
        """
        frame = request.frame
        if not 0 <= frame < self.info.frame_count or self._cache.get(frame) is not None:
            return
        if _is_draft(request):
            if self._drafting is not None:
                yield from self._drafting.approach(frame, draft=True)
            return
        for index in self.ahead.stretch(request.channel, frame)[:-1]:
            yield from self._approach(index)
            self.read_ahead(index)
        yield from self._approach(frame)

    def picture(self, frame: int) -> Picture:
        """Raises EngineError where there is no such frame, or it cannot be decoded."""
        self._check(frame)
        picture = self._cache.get(frame)
        if picture is None:
            picture = self._clip.picture(frame)
            self._cache.put(frame, picture)
        return picture

    def draft(self, frame: int) -> Picture | None:
        """A small picture of a frame, which is never kept; None where there is none, or the frame itself is here."""
        self._check(frame)
        if self._drafting is None or self._cache.get(frame) is not None:
            return None
        return self._drafting.draft(frame)

    def read_ahead(self, index: int) -> None:
        """Decode a frame that nobody has asked for yet; its errors are told when somebody does."""
        if self._cache.get(index) is not None:
            return
        try:
            self._cache.put(index, self._clip.picture(index))
        except Exception as error:  # noqa: BLE001 - the same frame may be asked for in earnest, and then it is told
            log.info("frame %d cannot be read ahead: %s", index, error)
            self.ahead.forget()

    def _approach(self, index: int) -> Iterator[None]:
        if self._drafting is not None and self._cache.get(index) is None:
            yield
            yield from self._drafting.approach(index)

    def _check(self, frame: int) -> None:
        if not 0 <= frame < self.info.frame_count:
            raise EngineError(f"There is no frame {frame}: the last one is {self.info.frame_count - 1}.")


def _is_draft(request: Request) -> bool:
    return isinstance(request, GetFrame) and request.draft


def _picture_bytes(info: ClipInfo) -> int:
    rows, columns = info.chroma.plane_shape(info.height, info.width)
    return (info.width * info.height + 2 * rows * columns) * (2 if info.bit_depth > 8 else 1)
