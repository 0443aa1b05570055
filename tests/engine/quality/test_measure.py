"""Comparing clips: which frames meet, in what form, and what the test costs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.opening import open_video
from nvc_engine.media.writing import write_video
from nvc_engine.quality.measure import measure


def test_a_clip_equals_itself(clip_path: Path) -> None:
    found = measure(open_video(clip_path), open_video(clip_path))
    mean = found.mean
    assert (mean.psnr_y, mean.psnr_yuv, mean.psnr_rgb) == (100, 100, 100)
    assert mean.ms_ssim == pytest.approx(1)
    assert found.pairs == tuple((index, index) for index in range(12))
    assert len(found.per_frame) == found.frames == 12
    assert found.notes == ()


def test_means_and_rate(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv"))
    test = open_video(render_clip(tmp_path / "b.mp4", codec="libx264", options={"crf": "30"}, audio=True))
    steps: list[float] = []
    found = measure(reference, test, progress=steps.append)
    assert steps == [pytest.approx((index + 1) / 12) for index in range(12)]
    mean = found.mean
    assert mean.psnr_y == pytest.approx(sum(found.values("psnr_y")) / 12)
    assert mean.psnr_yuv == pytest.approx((6 * mean.psnr_y + mean.psnr_u + mean.psnr_v) / 8)
    assert 20 < mean.psnr_rgb < mean.psnr_y + 10
    info = test.info
    assert found.bpp == pytest.approx((info.byte_count - info.track_byte_count) * 8 / (12 * 64 * 48))
    assert found.kbps == pytest.approx((info.byte_count - info.track_byte_count) * 8 / 0.48 / 1000, rel=1e-3)


def test_offset_names_the_reference_frame(tmp_path: Path, clip_path: Path) -> None:
    reference = open_video(clip_path)
    info = replace(reference.info, timestamps=reference.info.timestamps[4:9])
    write_video(tmp_path / "part.mkv", reference.pictures(4, 9), info)
    test = open_video(tmp_path / "part.mkv")
    found = measure(reference, test, offset=4)
    assert found.pairs == ((4, 0), (5, 1), (6, 2), (7, 3), (8, 4))
    assert found.mean.psnr_y == 100
    assert measure(reference, test).mean.psnr_y < 60
    for offset in (-1, 9, 12):
        with pytest.raises(EngineError):
            measure(reference, test, offset=offset)


def test_frames_meet_by_time_where_counts_differ(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", timestamps=[0, 40, 80, 120, 160, 200], frames=6))
    test = open_video(render_clip(tmp_path / "b.mkv", timestamps=[1000, 1041, 1079, 1120], frames=4))
    found = measure(reference, test)
    assert found.pairs == ((0, 0), (1, 1), (2, 2), (3, 3))
    assert found.mean.psnr_y == 100
    assert any("last 2 frames of a.mkv" in note for note in found.notes)


def test_missing_frames_get_a_sentence(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", timestamps=[0, 40, 80, 120, 160, 200], frames=6))
    gap = open_video(render_clip(tmp_path / "b.mkv", timestamps=[0, 40, 120, 160, 200], frames=5))
    with pytest.raises(EngineError, match=r"Frame 2 of a\.mkv \(0\.080 s.*no counterpart"):
        measure(reference, gap)
    with pytest.raises(EngineError, match=r"Frame 2 of a\.mkv \(0\.080 s.*no counterpart"):
        measure(gap, reference)


def test_sizes_must_agree(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", 64, 48, 2))
    test = open_video(render_clip(tmp_path / "b.mkv", 66, 48, 2))
    with pytest.raises(EngineError, match=r"64 x 48 .* 66 x 48"):
        measure(reference, test)


@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv444p", "gray"])
def test_other_formats_are_brought_to_8_bit_420(
    tmp_path: Path, render_clip: Callable[..., Path], pixel_format: str
) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", 64, 48, 3, pixel_format=pixel_format))
    test = open_video(render_clip(tmp_path / "b.mkv", 64, 48, 3))
    found = measure(reference, test)
    assert found.mean.psnr_y > 45
    assert any("8-bit 4:2:0" in note for note in found.notes)


def test_deep_clips_are_compared_at_their_own_depth(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    def clip(name: str, *, coarse: bool) -> Path:
        source = open_video(render_clip(tmp_path / "source.mkv", 64, 48, 2, pixel_format="yuv420p10le"))
        pictures = (
            replace(picture, y=picture.y & 0x3FC, u=picture.u & 0x3FC, v=picture.v & 0x3FC) if coarse else picture
            for picture in source.pictures()
        )
        write_video(tmp_path / name, pictures, source.info)
        return tmp_path / name

    fine, coarse = open_video(clip("fine.mkv", coarse=False)), open_video(clip("coarse.mkv", coarse=True))
    found = measure(fine, coarse)
    assert 50 < found.mean.psnr_y < 60, "what two bits less cost: a mean square of about 3.5 of 1023^2"
    assert found.mean.psnr_rgb < 60
    assert found.mean.ms_ssim == pytest.approx(1, abs=0.01)
    assert found.notes == ()
    assert measure(fine, fine).mean.psnr_rgb == 100


def test_other_colour_is_said_and_used(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", 64, 48, 2, matrix=1))
    test = open_video(render_clip(tmp_path / "b.mkv", 64, 48, 2, matrix=6))
    found = measure(reference, test)
    assert found.mean.psnr_yuv == 100
    assert found.mean.psnr_rgb < 60
    assert any("different colour" in note for note in found.notes)


def test_tiny_pictures_have_no_ms_ssim(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    clip = render_clip(tmp_path / "a.mkv", 40, 24, 2)
    found = measure(open_video(clip), open_video(clip))
    assert found.values("ms_ssim") == ()
    assert found.mean.ms_ssim is None
    assert any("MS-SSIM" in note for note in found.notes)


def test_frames_that_are_paired_by_number_in_spite_of_their_times_are_said(
    tmp_path: Path, render_clip: Callable[..., Path]
) -> None:
    reference = open_video(render_clip(tmp_path / "a.mkv", timestamps=[0, 40, 80, 120, 160, 200], frames=6))
    test = open_video(render_clip(tmp_path / "b.mkv", timestamps=[0, 40, 80, 220, 260, 300], frames=6))
    found = measure(reference, test)
    assert found.frames == 6
    assert found.notes == ("Frames are paired by number, though their times differ by up to 0.100 s.",)
    jittered = open_video(render_clip(tmp_path / "c.mkv", timestamps=[1000, 1041, 1080, 1119, 1160, 1200], frames=6))
    assert measure(reference, jittered).notes == ()


def test_the_matrix_of_the_rgb_is_stated(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    for matrix, words in ((1, "BT.709 limited"), (5, "BT.601 limited")):
        clip = open_video(render_clip(tmp_path / f"{matrix}.mkv", frames=1, matrix=matrix))
        assert measure(clip, clip).matrix == words
