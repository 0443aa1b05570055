"""What watching an encode may cost it."""

from typing import Any, cast

import numpy as np
import pytest

from nvc_engine.jobs.attention import Attention
from nvc_engine.jobs.previewing import MOST_SHARE, Previewer
from nvc_engine.jobs.store import JobStore
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Message, PreviewReady, WantPreview
from nvc_engine.protocol.ring import FrameRing


class Session:
    """Its previews take `seconds` of a clock that stands still otherwise."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self._seconds = seconds

    def preview(self, frame: int) -> Picture:
        self.now += self._seconds
        half = np.full((2, 4), 128, np.uint8)
        return Picture(np.full((4, 8), 90 + frame, np.uint8), half, half)


@pytest.mark.parametrize("seconds", [0.004, 0.2, 3.0])
def test_previews_take_a_small_share_of_the_time_however_long_each_is(store: JobStore, seconds: float) -> None:
    said: list[Message] = []
    session = Session(seconds)
    attention = Attention(store, "job", lambda: session.now)
    previewer = Previewer(attention, Colour(), said.append, lambda: session.now)
    ring = FrameRing.create(1, 4 * 8 * 4)
    try:
        steps = 0
        while steps < 4000:
            attention.want_preview(WantPreview(steps, "job", 1, ring.name, 0))
            previewer.serve(cast(Any, session), steps)
            session.now += 0.05
            steps += 1
    finally:
        previewer.close()
        ring.close()
    shown = sum(isinstance(message, PreviewReady) for message in said)
    assert shown >= 2
    # The last preview may come at the very end, before the training that it has to give way to.
    assert (shown - 1) * seconds <= MOST_SHARE * session.now
