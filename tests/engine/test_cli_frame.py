"""`nvc-engine frame`: which frames are written, under which names, and what stands in the picture of all of them."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from nvc_engine.cli import main
from nvc_engine.media.colour import to_rgb
from nvc_engine.media.opening import open_video

RenderClip = Callable[..., Path]


def pixels(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def rgb_of(path: Path, frame: int) -> NDArray[np.uint8]:
    clip = open_video(path)
    try:
        return to_rgb(clip.picture(frame), clip.info.colour)
    finally:
        clip.close()


def test_a_frame_of_each_source_and_all_of_them_together(
    render_clip: RenderClip, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = [render_clip(tmp_path / f"clip{seed}.mkv", 64, 48, 4, seed=seed) for seed in range(3)]
    out = tmp_path / "frames"
    words = ["frame", *map(str, clips), "-o", str(out), "--frame", "2", "--together"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    names = ["clip0.a.f000002.png", "clip1.b.f000002.png", "clip2.c.f000002.png", "clip0.view.f000002.png"]
    assert told == {"files": [str(out / name) for name in names], "frames": [2, 2, 2]}
    expected = [rgb_of(clip, 2) for clip in clips]
    for name, wanted in zip(names, expected, strict=False):
        assert np.array_equal(pixels(out / name), wanted)
    whole = pixels(out / names[-1])
    assert whole.shape[1] == 3 * 64 + 2 * 4
    band = whole.shape[0] - 48
    for number, wanted in enumerate(expected):
        left = number * 68
        assert np.array_equal(whole[band:, left : left + 64], wanted)
        assert whole[:band, left : left + 64].max() > 200, "its name stands over it"

    assert main(words) == 1
    assert "exists already" in capsys.readouterr().err
    assert main([*words, "-y"]) == 0


def test_other_sources_follow_by_time_and_turned_ones_stand_upright(render_clip: RenderClip, tmp_path: Path) -> None:
    fast = render_clip(tmp_path / "fast.mkv", 64, 48, 8, rate=Fraction(50))
    slow = render_clip(tmp_path / "slow.mp4", 64, 48, 4, rate=Fraction(25), codec="libx264", rotation=90)
    assert main(["frame", str(fast), str(slow), "-o", str(tmp_path), "--frame", "5"]) == 0
    upright = pixels(tmp_path / "slow.b.f000002.png")
    assert np.array_equal(upright, np.rot90(rgb_of(slow, 2), -1))


def test_what_cannot_be_shown_is_one_sentence(
    render_clip: RenderClip, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long, short = (render_clip(tmp_path / f"{count}.mkv", 64, 48, count) for count in (6, 3))
    out = ["-o", str(tmp_path / "none")]
    for words, status, sentence in (
        ([str(long), "--frame", "6"], 1, "6.mkv has frames 0 to 5, and no 6"),
        ([str(long), str(short), "--frame", "4"], 1, "3.mkv has no frame at the time of frame 4 of 6.mkv"),
        ([str(long)] * 10, 2, "At most 9 sources"),
    ):
        assert main(["frame", *words, *out]) == status
        assert sentence in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
