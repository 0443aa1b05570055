"""The picture of a running encode, into the window's shared memory."""

from collections.abc import Callable

from nvc_engine.codecs.contract import EncodeSession
from nvc_engine.jobs.attention import Attention
from nvc_engine.media.colour import Colour, to_bgrx
from nvc_engine.protocol.messages import FrameDropped, Message, PreviewReady, WantPreview
from nvc_engine.protocol.ring import FrameRing


class Previewer:
    """Answers requests for previews between the steps of an encode. Keeps the last ring attached."""

    def __init__(self, attention: Attention, colour: Colour, say: Callable[[Message], None]) -> None:
        self._attention = attention
        self._colour = colour
        self._say = say
        self._ring: FrameRing | None = None

    def serve(self, session: EncodeSession, step: int) -> None:
        """Answer the newest request, if there is one: with the picture, or with FrameDropped where there is none."""
        wanted = self._attention.take_preview()
        if wanted is not None:
            self._say(self._answer(session, wanted, step) or FrameDropped(wanted.request))

    def close(self) -> None:
        """Let go of the ring, and drop what still waits."""
        wanted = self._attention.take_preview()
        if wanted is not None:
            self._say(FrameDropped(wanted.request))
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _answer(self, session: EncodeSession, wanted: WantPreview, step: int) -> PreviewReady | None:
        try:
            picture = session.preview(wanted.frame)
            if picture is None:
                return None
            with self._attach(wanted.ring).slot(wanted.slot) as slot:
                to_bgrx(picture, self._colour, slot)
        except (IndexError, ValueError, OSError):
            return None
        return PreviewReady(
            request=wanted.request,
            job=wanted.job,
            frame=wanted.frame,
            ring=wanted.ring,
            slot=wanted.slot,
            width=picture.width,
            height=picture.height,
            stride=4 * picture.width,
            step=step,
        )

    def _attach(self, name: str) -> FrameRing:
        if self._ring is None or self._ring.name != name:
            if self._ring is not None:
                self._ring.close()
                self._ring = None
            self._ring = FrameRing.attach(name)
        return self._ring
