"""PSNR against its definition and against FFmpeg's own filter."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest

from nvc_engine.media.frames import frame_of
from nvc_engine.media.opening import open_video
from nvc_engine.quality.measure import measure
from nvc_engine.quality.psnr import PSNR_CAP_DB, psnr, psnr_yuv


def test_definition() -> None:
    a = np.full((10, 10), 100, np.uint8)
    assert psnr(a, a + 5) == pytest.approx(10 * math.log10(255**2 / 25))
    assert psnr(np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)) == 0
    assert psnr(a, a) == PSNR_CAP_DB
    assert psnr_yuv(40, 32, 24) == (6 * 40 + 32 + 24) / 8
    with pytest.raises(ValueError, match="differ"):
        psnr(a, a[:5])


@pytest.mark.parametrize("bit_depth", [10, 12, 16])
def test_the_peak_is_that_of_the_depth(bit_depth: int) -> None:
    peak = (1 << bit_depth) - 1
    black, white = np.zeros((4, 4), np.uint16), np.full((4, 4), peak, np.uint16)
    assert psnr(black, white, bit_depth) == 0
    assert psnr(white, white - 5, bit_depth) == pytest.approx(10 * math.log10(peak**2 / 25))


def ffmpeg_psnr(first: Path, second: Path) -> list[dict[str, float]]:
    """Per-frame values of the psnr filter, both sides renumbered."""
    a, b = open_video(first), open_video(second)
    graph = av.filter.Graph()
    template = frame_of(a.picture(0))
    sources = [
        graph.add_buffer(
            width=template.width, height=template.height, format=template.format, time_base=Fraction(1, 25)
        )
        for _ in range(2)
    ]
    compare, sink = graph.add("psnr"), graph.add("buffersink")
    sources[1].link_to(compare, 0, 0)
    sources[0].link_to(compare, 0, 1)
    compare.link_to(sink)
    graph.configure()
    values = []
    for index, (one, other) in enumerate(zip(a.pictures(), b.pictures(), strict=True)):
        for source, picture in zip(sources, (one, other), strict=True):
            frame = frame_of(picture)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            source.push(frame)
        out = graph.pull()
        values.append({name.rsplit(".", 1)[1]: float(text) for name, text in out.metadata.items() if "psnr." in name})
    return values


def test_agrees_with_ffmpeg(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = render_clip(tmp_path / "a.mkv", 98, 66, 8)
    test = render_clip(tmp_path / "b.mp4", 98, 66, 8, codec="libx264", options={"crf": "30"})
    found = measure(open_video(reference), open_video(test))
    expected = ffmpeg_psnr(reference, test)
    assert len(expected) == found.frames == 8
    for index, values in enumerate(expected):
        assert found.psnr_y[index] == pytest.approx(values["y"], abs=0.01)
        assert found.psnr_u[index] == pytest.approx(values["u"], abs=0.01)
        assert found.psnr_v[index] == pytest.approx(values["v"], abs=0.01)
