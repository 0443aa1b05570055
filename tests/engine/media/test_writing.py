"""Decoded pictures into files: exact where the format is, complete or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipError
from nvc_engine.media.opening import open_video
from nvc_engine.media.output import OutputError
from nvc_engine.media.picture import Picture
from nvc_engine.media.tracks import Stretch, extract_tracks
from nvc_engine.media.writing import write_video
from nvc_engine.quality.psnr import psnr


def assert_same(first: Picture, second: Picture) -> None:
    for a, b in zip((first.y, first.u, first.v), (second.y, second.u, second.v), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("suffix", [".mkv", ".y4m"])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le"])
def test_lossless_formats_are_exact(
    tmp_path: Path, render_clip: Callable[..., Path], suffix: str, pixel_format: str
) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 35, 21, 4, pixel_format=pixel_format))
    output = tmp_path / f"out{suffix}"
    seen: list[int] = []
    written = write_video(output, source.pictures(), source.info, progress=seen.append)
    assert written.bytes == output.stat().st_size
    assert seen == [1, 2, 3, 4]
    back = open_video(output)
    assert (back.info.pixel_format, back.info.rate) == (pixel_format, 25)
    for a, b in zip(source.pictures(), back.pictures(), strict=True):
        assert_same(a, b)
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_facts_and_sound_are_kept(tmp_path: Path, render_clip: Callable[..., Path], suffix: str) -> None:
    times = [0, 40, 80, 200, 240, 333, 400, 440]
    path = render_clip(
        tmp_path / "in.mp4",
        64,
        48,
        8,
        codec="libx264",
        audio=True,
        timestamps=times,
        rotation=270,
        sample_aspect=Fraction(3, 2),
        matrix=9,
        primaries=9,
        transfer=14,
        full_range=True,
    )
    source = open_video(path)
    write_video(tmp_path / f"out{suffix}", source.pictures(), source.info, extract_tracks(path))
    info = open_video(tmp_path / f"out{suffix}").info
    offsets = [(time - info.timestamps[0]) * info.time_base * 1000 for time in info.timestamps]
    assert [round(offset) for offset in offsets] == times
    assert info.variable_rate
    assert (info.rotation, info.sample_aspect, info.tracks) == (270, Fraction(3, 2), source.info.tracks)
    assert info.colour == source.info.colour
    assert extract_tracks(tmp_path / f"out{suffix}") is not None


def test_h264_is_close_and_evens_odd_sides(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 67, 45, 4))
    written = write_video(tmp_path / "out.mp4", source.pictures(), source.info)
    assert any("even" in note for note in written.notes)
    back = open_video(tmp_path / "out.mp4")
    assert (back.info.width, back.info.height) == (68, 46)
    assert psnr(source.picture(2).y, back.picture(2).y[:45, :67]) > 40


def test_png_folder(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 66, 46, 3, matrix=6))
    write_video(tmp_path / "frames", source.pictures(), source.info)
    names = sorted(each.name for each in (tmp_path / "frames").iterdir())
    assert names == ["frame000000.png", "frame000001.png", "frame000002.png"]
    back = open_video(tmp_path / "frames")
    assert np.abs(back.picture(1).y.astype(int) - source.picture(1).y).mean() < 0.5


def test_part_of_a_clip_starts_at_zero(tmp_path: Path, clip_path: Path) -> None:
    from dataclasses import replace

    source = open_video(clip_path)
    info = replace(source.info, timestamps=source.info.timestamps[5:9])
    stretch = Stretch(info.timestamps[0] * info.time_base)
    write_video(tmp_path / "out.mkv", source.pictures(5, 9), info, stretch=stretch)
    back = open_video(tmp_path / "out.mkv")
    assert back.info.timestamps == (0, 40, 80, 120)
    assert_same(back.picture(0), source.picture(5))


def test_lost_facts_are_said(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "in.mp4", codec="libx264", audio=True, rotation=90)
    source = open_video(path)
    notes = write_video(tmp_path / "out.y4m", source.pictures(), source.info, extract_tracks(path)).notes
    assert any("audio" in note for note in notes)
    assert any("turned by 90" in note for note in notes)


def test_existing_output_is_kept_unless_allowed(tmp_path: Path, clip_path: Path) -> None:
    source = open_video(clip_path)
    output = tmp_path / "out.y4m"
    output.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="exists already"):
        write_video(output, source.pictures(), source.info)
    assert output.read_text("utf-8") == "mine"
    write_video(output, source.pictures(), source.info, overwrite=True)
    assert open_video(output).info.frame_count == 12


def test_failed_source_leaves_nothing(tmp_path: Path, clip_path: Path) -> None:
    source = open_video(clip_path)

    def failing() -> Iterator[Picture]:
        yield from source.pictures(0, 3)
        raise ClipError("Frame 3 of clip.mkv cannot be decoded.")

    for name in ("out.mkv", "out.mp4", "out.y4m", "frames"):
        with pytest.raises(EngineError, match="Frame 3"):
            write_video(tmp_path / name, failing(), source.info)
    assert [each.name for each in tmp_path.iterdir()] == [clip_path.name]


def test_interrupted_writing_leaves_nothing(tmp_path: Path, clip_path: Path) -> None:
    source = open_video(clip_path)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(tmp_path / "out.mkv", source.pictures(), source.info, progress=stop)
    assert [each.name for each in tmp_path.iterdir()] == [clip_path.name]


def test_unknown_suffix(tmp_path: Path, clip_path: Path) -> None:
    source = open_video(clip_path)
    with pytest.raises(OutputError, match=r"\.gif files cannot be written"):
        write_video(tmp_path / "out.gif", source.pictures(), source.info)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_part_of_a_clip_has_the_sound_of_that_part(
    tmp_path: Path, render_clip: Callable[..., Path], suffix: str
) -> None:
    path = render_clip(tmp_path / "in.mp4", 64, 48, 50, codec="libx264", audio=True)
    source = open_video(path)
    times = source.info.timestamps
    part = replace(source.info, timestamps=times[20:30], frame_bytes=())
    stretch = Stretch(times[20] * source.info.time_base, times[30] * source.info.time_base)
    output = tmp_path / f"out{suffix}"
    write_video(output, source.pictures(20, 30), part, extract_tracks(path), stretch=stretch)
    with av.open(str(output)) as container:
        sound = container.streams.audio[0]
        unit = sound.time_base
        ends = [(packet.pts + packet.duration) * unit for packet in container.demux(sound) if packet.size]
    assert Fraction(35, 100) < max(ends) - min(ends) < Fraction(45, 100)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".y4m"])
def test_odd_rates_are_written_as_near_as_can_be(tmp_path: Path, render_clip: Callable[..., Path], suffix: str) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 64, 48, 4))
    rate = Fraction(239999999999, 1000000007)
    info = replace(source.info, rate=rate, time_base=1 / rate, timestamps=(0, 1, 2, 3))
    write_video(tmp_path / f"out{suffix}", source.pictures(), info)
    assert abs(open_video(tmp_path / f"out{suffix}").info.rate - 240) < 24


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_start_that_is_no_whole_millisecond_is_kept(tmp_path: Path, clip_path: Path, suffix: str) -> None:
    ticks = tuple(1001 * (index + 1) for index in range(12))
    source = open_video(clip_path)
    info = replace(source.info, timestamps=ticks, time_base=Fraction(1, 30000), rate=Fraction(30000, 1001))
    assert not [
        note for note in write_video(tmp_path / f"out{suffix}", source.pictures(), info).notes if "first" in note
    ]
    back = open_video(tmp_path / f"out{suffix}").info
    assert tuple(round(time * back.time_base * 30000) for time in back.timestamps) == ticks
    assert abs(back.timestamps[0] * back.time_base - Fraction(1001, 30000)) <= Fraction(1, 200_000)


def test_a_broadcast_clock_begins_at_zero_in_mp4_and_stays_in_matroska(tmp_path: Path, clip_path: Path) -> None:
    source = open_video(clip_path)
    late = tuple(time + 36_000_000 for time in source.info.timestamps)
    info = replace(source.info, timestamps=late)
    written = write_video(tmp_path / "out.mp4", source.pictures(), info)
    assert any("36000.000 s" in note for note in written.notes)
    assert open_video(tmp_path / "out.mp4").info.timestamps[0] == 0
    assert write_video(tmp_path / "out.mkv", source.pictures(), info).notes == ()
    assert open_video(tmp_path / "out.mkv").info.timestamps == late


@pytest.mark.parametrize("frames", [1, 2, 5])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p9le", "yuv420p10le", "gray12le", "yuv420p16le"])
def test_short_clips_of_every_depth_go_into_mp4(
    tmp_path: Path, render_clip: Callable[..., Path], frames: int, pixel_format: str
) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 64, 48, frames, pixel_format=pixel_format))
    notes = write_video(tmp_path / "out.mp4", source.pictures(), source.info).notes
    back = open_video(tmp_path / "out.mp4").info
    assert back.frame_count == frames
    depth = source.info.bit_depth
    assert back.bit_depth == (8 if depth == 8 else 10 if depth <= 10 else 12)
    assert any("rounded" in note for note in notes) == (depth > 12)
