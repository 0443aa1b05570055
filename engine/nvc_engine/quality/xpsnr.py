"""XPSNR of luma (Helmrich et al. 2020): PSNR weighted by what the eye sees, by FFmpeg's filter within PyAV."""

from fractions import Fraction

import av
import av.filter

from nvc_engine.media.frames import frame_of
from nvc_engine.media.picture import Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.quality.psnr import PSNR_CAP_DB

_KEY = "lavfi.xpsnr.xpsnr.y"


SMALLEST_AREA = 2048
"""Pictures of fewer pixels are not given to the filter: its blocks become empty there, and it ends the process."""


def why_not(width: int, height: int) -> str:
    """A sentence on why pictures of this size have no XPSNR here; "" where they have."""
    if "xpsnr" not in av.filter.filters_available:
        return "XPSNR: this build of PyAV lacks FFmpeg's filter xpsnr."
    if width * height < SMALLEST_AREA:
        return f"XPSNR needs pictures of at least {SMALLEST_AREA} pixels."
    return ""


class Xpsnr:
    """Takes the pairs of a clip in order; the weights look at motion, so each pair needs the one before.

    Attributes:
        values: XPSNR of luma in dB of each pair, at most `PSNR_CAP_DB`; complete after `close`.
    """

    def __init__(self, rate: Fraction) -> None:
        self.values: list[float] = []
        self._tick = 1 / in_32_bits(rate)
        self._graph: av.filter.Graph | None = None
        self._count = 0

    def put(self, reference: Picture, test: Picture) -> None:
        """Compare one pair; both of one size, sampling and depth."""
        frames = frame_of(reference), frame_of(test)
        if self._graph is None:
            self._start(frames[0])
        for source, frame in zip(self._sources, frames, strict=True):
            # Numbered here, because the filter pairs by time and the clips' own times need not agree to the tick.
            frame.pts, frame.time_base = self._count, self._tick
            source.push(frame)
        self._count += 1
        self._take()

    def close(self) -> None:
        """Take what the filter still holds back."""
        if self._graph is None:
            return
        for source in self._sources:
            source.push(None)
        self._take()

    def _start(self, like: av.VideoFrame) -> None:
        graph = av.filter.Graph()
        tick = self._tick
        words = (
            f"video_size={like.width}x{like.height}:pix_fmt={like.format.name}:pixel_aspect=1/1"
            f":time_base={tick.numerator}/{tick.denominator}:frame_rate={tick.denominator}/{tick.numerator}"
        )
        self._sources = [graph.add("buffer", words, name=name) for name in ("reference", "test")]
        compare, self._sink = graph.add("xpsnr"), graph.add("buffersink")
        for number, source in enumerate(self._sources):
            source.link_to(compare, 0, number)
        compare.link_to(self._sink)
        graph.configure()
        self._graph = graph

    def _take(self) -> None:
        while True:
            try:
                frame = self._sink.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(frame, av.VideoFrame)
            self.values.append(min(PSNR_CAP_DB, float(frame.metadata[_KEY])))
