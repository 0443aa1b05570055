"""The picture of a running encode, into the window's shared memory."""

import math
import time
from collections.abc import Callable

from nvc_engine.codecs.contract import EncodeSession
from nvc_engine.jobs.attention import Attention
from nvc_engine.media.colour import Colour, to_bgrx
from nvc_engine.protocol.messages import FrameDropped, Message, PreviewReady, WantPreview
from nvc_engine.protocol.ring import FrameRing

MOST_SHARE = 0.03
"""Of the time of an encode, what its previews may take together."""


class Previewer:
    """Answers requests for previews between the steps of an encode. Keeps the last ring attached.

    Of a preview that took t seconds, t / MOST_SHARE seconds pass from its beginning to the next: a request that comes
    sooner waits, so that watching never costs more than that share, however large the pictures.

    Args:
        clock: seconds that pass.
    """

    def __init__(
        self,
        attention: Attention,
        colour: Colour,
        say: Callable[[Message], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._attention = attention
        self._colour = colour
        self._say = say
        self._clock = clock
        self._not_before = -math.inf
        self._ring: FrameRing | None = None

    def serve(self, session: EncodeSession, step: int) -> None:
        """Answer the newest request, if there is one: with the picture, or with FrameDropped where there is none."""
        began = self._clock()
        wanted = self._attention.take_preview() if began >= self._not_before else None
        if wanted is not None:
            self._say(self._answer(session, wanted, step) or FrameDropped(wanted.request))
            self._not_before = began + (self._clock() - began) / MOST_SHARE

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
