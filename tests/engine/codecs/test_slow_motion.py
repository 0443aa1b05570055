"""A file slowed down: which pictures are its frames, when they are shown, and what cannot be slowed down."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.cli import main
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.slow_motion import SlowedClip, SlowMotion
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.facts import clip_facts
from nvc_engine.player_opening import open_clip

GOLDEN = Path(__file__).parents[2] / "golden"
TWO_SCENES = GOLDEN / "mvc-1-scenes.nvc"


@pytest.mark.parametrize(("first", "stop"), [(0, 24), (11, 16), (3, 4)])
def test_frames_stand_where_they_were_and_others_between(first: int, stop: int) -> None:
    with closing(NvcClip.open(TWO_SCENES)) as clip, closing(SlowMotion(TWO_SCENES, 3, first, stop)) as slow:
        pictures = list(slow.pictures())
        times = clip.info.timestamps[first:stop]
        assert len(pictures) == slow.info.frame_count == 3 * (stop - first) - 2
        assert slow.interpolated == 2 * (stop - first - 1)
        assert slow.info.timestamps[::3] == tuple(3 * time for time in times)
        for picture, frame in zip(pictures[::3], range(first, stop), strict=True):
            assert int(np.abs(picture.y.astype(int) - clip.picture(frame).y).max()) <= 1


def test_a_scene_ends_standing() -> None:
    with closing(SlowMotion(TWO_SCENES, 2, 0, None)) as slow:
        pictures = list(slow.pictures())
    assert np.array_equal(pictures[2 * 12].y, pictures[2 * 12 + 1].y)
    assert not np.array_equal(pictures[2 * 12 + 1].y, pictures[2 * 13].y)
    assert not np.array_equal(pictures[4].y, pictures[5].y)


def test_as_a_clip_frames_keep_their_times() -> None:
    with closing(NvcClip.open(TWO_SCENES)) as clip, closing(SlowedClip(TWO_SCENES, 4)) as slow:
        assert clip.info.interpolates
        assert (slow.info.slow_motion, slow.info.frame_count) == (4, 4 * 23 + 1)
        frames = [stamp * slow.info.time_base for stamp in slow.info.timestamps[::4]]
        assert frames == [stamp * clip.info.time_base for stamp in clip.info.timestamps]
        between = slow.picture(4 * 5 + 2)
        assert np.array_equal(next(slow.pictures(4 * 5 + 2)).y, between.y)
        assert int(np.abs(slow.picture(4 * 5).y.astype(int) - clip.picture(5).y).max()) <= 1
        assert not np.array_equal(between.y, clip.picture(5).y)
        with pytest.raises(IndexError):
            slow.picture(4 * 23 + 1)


def test_the_player_slows_down_what_can_be(clip_path: Path) -> None:
    with closing(open_clip(TWO_SCENES, slow_motion=2)) as slow:
        facts = clip_facts(slow.info)
        assert (facts.slow_motion, facts.frames, facts.interpolates) == (2, 47, True)
        assert "interpolated" in facts.notes[-1]
    with closing(open_clip(TWO_SCENES)) as plain:
        assert facts.bpp == clip_facts(plain.info).bpp
    for path in (clip_path, GOLDEN / "nvrc-2-gray.nvc"):
        with pytest.raises(EngineError, match="cannot be slowed down"):
            open_clip(path, slow_motion=2)


def test_what_cannot_be_slowed_down_is_told() -> None:
    with pytest.raises(UsageError, match="nothing between"):
        SlowMotion(GOLDEN / "nvrc-2-gray.nvc", 2, 0, None)
    for factor, first, stop in ((1, 0, None), (17, 0, None), (2, 5, 5), (2, 0, 25)):
        with pytest.raises(UsageError):
            SlowMotion(TWO_SCENES, factor, first, stop)


def test_the_terminal_says_what_is_interpolated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "slow.y4m"
    assert main(["decode", str(TWO_SCENES), "-o", str(output), "--slow-motion", "4", "--frames", "2:5"]) == 0
    assert "9 frames, 6 of them interpolated" in capsys.readouterr().out
    assert output.stat().st_size > 9 * 50 * 38
    assert main(["decode", str(TWO_SCENES), "-o", str(output), "--slow-motion", "2", "--keep-going"]) == 2
