"""PSNR, SSIM and XPSNR against FFmpeg's own filters, which read the two files themselves."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
import pytest

from nvc_engine.media.colour import to_depth
from nvc_engine.media.opening import open_video
from nvc_engine.quality.measure import measure
from nvc_engine.quality.ssim import SMALLEST_SIDE, ssim
from nvc_engine.quality.xpsnr import Xpsnr

TIMES = [0, 40, 95, 120, 205, 240, 290, 310]
CLIPS: dict[str, dict[str, Any]] = {
    "plain": {"width": 98, "height": 66},
    "odd": {"width": 71, "height": 53, "codec": "libvpx-vp9", "options": {"crf": "40", "b": "0"}},
    "uneven": {"width": 96, "height": 64, "timestamps": TIMES},
    "ten": {"width": 80, "height": 64, "pixel_format": "yuv420p10le"},
}


def filtered(name: str, reference: Path, test: Path) -> list[dict[str, str]]:
    """What the filter says of each pair of frames, which it makes by their times."""
    with av.open(str(reference)) as first, av.open(str(test)) as second:
        streams = [container.streams.video[0] for container in (first, second)]
        graph = av.filter.Graph()
        sources = [graph.add_buffer(template=stream) for stream in streams]
        compare, sink = graph.add(name), graph.add("buffersink")
        for number, source in enumerate(sources):
            source.link_to(compare, 0, number)
        compare.link_to(sink)
        graph.configure()
        found = []
        for frames in zip(first.decode(video=0), second.decode(video=0), strict=True):
            for source, frame in zip(sources, frames, strict=True):
                source.push(frame)
        for source in sources:
            source.push(None)
        while True:
            try:
                found.append({key.rsplit(".", 1)[1].lower(): text for key, text in sink.pull().metadata.items()})
            except (av.BlockingIOError, av.EOFError):
                return found


def decibels(similarity: float) -> float:
    return -10 * math.log10(1 - similarity)


@pytest.fixture(params=CLIPS)
def pair(request: pytest.FixtureRequest, tmp_path: Path, render_clip: Callable[..., Path]) -> tuple[Path, Path]:
    """A rendered clip without loss, and a lossy file of it."""
    kind = {"frames": 8, **CLIPS[request.param]}
    lossy = {"codec": "libx264", "options": {"crf": "30"}, **kind}
    reference = render_clip(tmp_path / "a.mkv", **{**kind, "codec": "ffv1", "options": {}})
    return reference, render_clip(tmp_path / "b.mp4", **lossy)


def test_psnr_and_ssim_agree_within_a_thousandth_of_a_decibel(pair: tuple[Path, Path]) -> None:
    found = measure(*(open_video(path) for path in pair))
    expected = filtered("psnr", *pair)
    assert found.frames == len(expected) == 8
    for ours, theirs in zip(found.per_frame, expected, strict=True):
        for plane in "yuv":
            # The filter gives the mean square error in more digits than the decibels.
            assert getattr(ours, f"psnr_{plane}") == pytest.approx(float(theirs[plane]), abs=1e-3)
    for ours, theirs in zip(found.per_frame, filtered("ssim", *pair), strict=True):
        assert ours.ssim is not None
        assert ours.ssim == pytest.approx(float(theirs["y"]), abs=1e-6)
        assert decibels(ours.ssim) == pytest.approx(decibels(float(theirs["y"])), abs=1e-3)


# Not the one of 10 bits: there the filter misreads frames of two decoders, whose lines differ in length.
@pytest.mark.parametrize("pair", ["plain", "odd", "uneven"], indirect=True)
def test_xpsnr_is_the_filters_own(pair: tuple[Path, Path]) -> None:
    clips = [open_video(path) for path in pair]
    found = measure(*clips)
    expected = [float(values["y"]) for values in filtered("xpsnr", *pair)]
    assert found.values("xpsnr") == pytest.approx(expected, abs=1e-3)
    assert found.mean.xpsnr == pytest.approx(sum(expected) / 8, abs=1e-3)


def test_xpsnr_hardly_hangs_on_the_depth(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    clips = [
        open_video(render_clip(tmp_path / name, 80, 64, 4, **kind))
        for name, kind in (("a.mkv", {}), ("b.mp4", {"codec": "libx264", "options": {"crf": "30"}}))
    ]
    plain, deep = Xpsnr(clips[0].info.rate), Xpsnr(clips[0].info.rate)
    for pictures in zip(*(clip.pictures() for clip in clips), strict=True):
        plain.put(*pictures)
        deep.put(*(to_depth(picture, clips[0].info.colour, 10) for picture in pictures))
    plain.close()
    deep.close()
    assert deep.values == pytest.approx(plain.values, abs=0.05)


def test_identical_planes_score_one_and_small_ones_nothing() -> None:
    plane = np.random.default_rng(3).integers(0, 256, (24, 31), dtype=np.uint8)
    assert ssim(plane, plane) == 1.0
    assert ssim(plane, 255 - plane) < 0  # type: ignore[operator]
    assert ssim(plane[: SMALLEST_SIDE - 1], plane[: SMALLEST_SIDE - 1]) is None
    with pytest.raises(ValueError, match="differ"):
        ssim(plane, plane[:20])


@pytest.mark.parametrize(("width", "height"), [(64, 16), (48, 32)])
def test_pictures_too_small_for_the_filter_are_kept_from_it(width: int, height: int, render_clip, tmp_path) -> None:
    clip = open_video(render_clip(tmp_path / "a.mkv", width, height, 2))
    found = measure(clip, clip)
    assert found.mean.xpsnr is None
    assert any(note.startswith("XPSNR needs") for note in found.notes)


def test_xpsnr_of_one_damaged_frame_marks_that_frame(clip_path: Path) -> None:
    clip = open_video(clip_path)
    xpsnr = Xpsnr(clip.info.rate)
    for number, picture in enumerate(clip.pictures()):
        xpsnr.put(picture, clip.picture(0) if number == 5 else picture)
    xpsnr.close()
    assert [value == 100 for value in xpsnr.values] == [number != 5 for number in range(12)]
