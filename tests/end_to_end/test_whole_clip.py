"""The whole clip comes back: times, sound, turning, aspect, colour and depth, from a source through a `.nvc` to a file
that other programs open."""

from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from nvc_engine.cli import main
from nvc_engine.codecs.sources import open_source
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState, Message, Notice, Result

RenderClip = Callable[..., Path]
TINY = {"width": 8, "depth": 1, "expansion": 1, "base_levels": 1, "precision": "float32"}
UNEVEN = [0, 1001, 2002, 4004, 5005, 8008, 9009, 10010, 12012, 13013]
TICK = Fraction(1, 30000)
SAMPLE = Fraction(1, 48000)


def encode(source: Path, output: Path, **wishes: Any) -> tuple[Result, list[str]]:
    """Encode in this process; the measured result, and what the person was told."""
    heard: list[Message] = []
    with JobStore() as store:
        wishes = {"epochs": 1, **wishes}
        job = store.add(JobRequest(str(source), str(output), codec="nvrc", settings=dict(TINY), **wishes)).id
        finished = JobRun(store, job, heard.append).run()
        assert finished.state is JobState.DONE, finished.message
        result = store.get(job).result
    assert result is not None
    return result, [each.sentence for each in heard if isinstance(each, Notice)]


def decode(source: Path, output: Path, *options: str) -> Path:
    assert main(["decode", str(source), "-o", str(output), *options]) == 0
    return output


def facts(path: Path) -> ClipInfo:
    with closing(open_source(path)) as clip:
        return clip.info


def picture(path: Path, index: int) -> Picture:
    with closing(open_source(path)) as clip:
        return clip.picture(index)


def video_times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        return [frame.pts * frame.time_base for frame in container.decode(video=0)]


def packets(path: Path, kind: str) -> list[tuple[bytes, Fraction, Fraction]]:
    """Bytes, time and duration of each packet of the first stream of a kind."""
    with av.open(str(path)) as container:
        stream = next(each for each in container.streams if each.type == kind)
        unit = stream.time_base
        return [(bytes(p), p.pts * unit, (p.duration or 0) * unit) for p in container.demux(stream) if p.size]


def first_sound(path: Path) -> Fraction:
    """When a decoder gives its first samples."""
    with av.open(str(path)) as container:
        frame = next(container.decode(audio=0))
        return frame.pts * frame.time_base


def in_ticks(times: list[Fraction], tick: Fraction) -> list[int]:
    return [round(time / tick) for time in times]


def picture_tags(path: Path) -> tuple[object, ...]:
    """Everything that a file says of how its pictures are to be shown."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(video=0))
        return (
            (int(frame.colorspace), int(frame.color_range), int(frame.color_primaries), int(frame.color_trc)),
            frame.rotation,
            stream.sample_aspect_ratio or Fraction(1),
            max(part.bits for part in frame.format.components),
        )


@pytest.fixture
def rich_clip(tmp_path: Path, render_clip: RenderClip) -> Path:
    """Uneven times, sound that begins before 0 (the encoder's priming), turned, wide samples, HDR10's tags."""
    return render_clip(
        tmp_path / "rich.mp4",
        48,
        32,
        len(UNEVEN),
        codec="libx264",
        timestamps=UNEVEN,
        time_base=TICK,
        rate=20,
        audio=True,
        rotation=90,
        sample_aspect=Fraction(16, 11),
        matrix=9,
        primaries=9,
        transfer=16,
        full_range=True,
    )


def test_matroska_gives_back_everything(tmp_path: Path, rich_clip: Path) -> None:
    encode(rich_clip, tmp_path / "clip.nvc")
    assert facts(tmp_path / "clip.nvc").timestamps == facts(rich_clip).timestamps
    output = decode(tmp_path / "clip.nvc", tmp_path / "out.mkv")
    assert picture_tags(output) == picture_tags(rich_clip)
    # Matroska's times are whole nanoseconds: the nearest tick of the source is the source's own.
    assert in_ticks(video_times(output), TICK) == in_ticks(video_times(rich_clip), TICK) == UNEVEN
    sound, source = packets(output, "audio"), packets(rich_clip, "audio")
    assert [data for data, _, _ in sound] == [data for data, _, _ in source]
    assert source[0][1] == -1024 * SAMPLE
    assert first_sound(output) == first_sound(rich_clip) == 0, "the encoder's priming is not to be heard"
    assert in_ticks([time for _, time, _ in sound], SAMPLE) == in_ticks([time for _, time, _ in source], SAMPLE)


def test_mp4_gives_back_everything_to_the_tick(tmp_path: Path, rich_clip: Path) -> None:
    encode(rich_clip, tmp_path / "clip.nvc")
    output = decode(tmp_path / "clip.nvc", tmp_path / "out.mp4")
    assert picture_tags(output) == picture_tags(rich_clip)
    assert video_times(output) == video_times(rich_clip) == [tick * TICK for tick in UNEVEN]
    assert [packet[:2] for packet in packets(output, "audio")] == [packet[:2] for packet in packets(rich_clip, "audio")]


def test_millisecond_times_are_exact_in_matroska_and_subtitles_go_along(
    tmp_path: Path, render_clip: RenderClip, capsys: pytest.CaptureFixture[str]
) -> None:
    times = [0, 33, 67, 150, 167, 233]
    plain = render_clip(tmp_path / "plain.mkv", 48, 32, len(times), timestamps=times, audio=True)
    source = tmp_path / "subtitled.mkv"
    with av.open(str(plain)) as reading, av.open(str(source), "w") as writing:
        copies = [writing.add_stream_from_template(each) for each in reading.streams]
        subtitles = writing.add_mux_stream("subrip")
        subtitles.time_base = Fraction(1, 1000)
        for packet in reading.demux():
            if packet.size:
                packet.stream = copies[packet.stream_index]
                writing.mux(packet)
        line = av.Packet(b"Hello")
        line.stream, line.time_base = subtitles, Fraction(1, 1000)
        line.pts = line.dts = 41
        line.duration = 123
        writing.mux(line)
    encode(source, tmp_path / "clip.nvc")
    output = decode(tmp_path / "clip.nvc", tmp_path / "out.mkv")
    assert video_times(output) == video_times(source) == [Fraction(time, 1000) for time in times]
    assert [packet[:2] for packet in packets(output, "audio")] == [packet[:2] for packet in packets(source, "audio")]
    assert (
        packets(output, "subtitle")
        == packets(source, "subtitle")
        == [(b"Hello", Fraction(41, 1000), Fraction(123, 1000))]
    )
    capsys.readouterr()
    decode(tmp_path / "clip.nvc", tmp_path / "out.mp4")
    assert "cannot hold the subtitle track in subrip" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_ten_bits_with_hlg_come_back_as_ten_bits(tmp_path: Path, render_clip: RenderClip, suffix: str) -> None:
    source = render_clip(
        tmp_path / "hlg.mkv", 64, 48, 6, pixel_format="yuv420p10le", matrix=9, primaries=9, transfer=18
    )
    result, _ = encode(source, tmp_path / "clip.nvc", epochs=40, goal=Goal(GoalKind.QUALITY, 50.0))
    info, luma = facts(tmp_path / "clip.nvc"), picture(tmp_path / "clip.nvc", 3).y
    assert (info.bit_depth, info.pixel_format) == (10, "yuv420p10le")
    assert luma.dtype == np.uint16
    assert luma.max() > 255
    assert np.any(luma % 4), "samples between the levels of 8 bits"
    assert result.psnr_y > 20
    output = decode(tmp_path / "clip.nvc", tmp_path / f"out{suffix}")
    assert picture_tags(output) == ((9, 1, 9, 18), 0, 1, 10)
    if suffix == ".mkv":
        assert np.array_equal(picture(output, 3).y, luma)


def test_formats_that_hold_less_say_so(
    tmp_path: Path, render_clip: RenderClip, capsys: pytest.CaptureFixture[str]
) -> None:
    source = render_clip(
        tmp_path / "hlg.mkv", 64, 48, 2, pixel_format="yuv420p10le", matrix=9, primaries=9, transfer=18, audio=True
    )
    encode(source, tmp_path / "clip.nvc")
    original = picture(tmp_path / "clip.nvc", 1)
    capsys.readouterr()
    y4m = decode(tmp_path / "clip.nvc", tmp_path / "out.y4m")
    told = capsys.readouterr().err
    assert "audio" in told
    assert "the colour matrix (bt2020), the primaries (H.273 number 9) and the transfer (H.273 number 18)" in told
    assert np.array_equal(picture(y4m, 1).y, original.y)
    raw = decode(tmp_path / "clip.nvc", tmp_path / "out.yuv")
    assert "64x48, yuv420p10le, 25/1" in capsys.readouterr().err
    assert raw.stat().st_size == 2 * 64 * 48 * 3
    assert np.array_equal(np.frombuffer(raw.read_bytes(), "<u2")[64 * 48 * 3 // 2 :][: 64 * 48], original.y.ravel())
    decode(tmp_path / "clip.nvc", tmp_path / "frames")
    with av.open(str(tmp_path / "frames" / "frame000001.png")) as container:
        assert next(container.decode(video=0)).format.name == "rgb48be"


def test_odd_sides_come_back(tmp_path: Path, render_clip: RenderClip) -> None:
    source = render_clip(tmp_path / "odd.mkv", 43, 23, 3)
    encode(source, tmp_path / "clip.nvc")
    output = decode(tmp_path / "clip.nvc", tmp_path / "out.mkv")
    info = facts(output)
    assert (info.width, info.height, info.frame_count) == (43, 23, 3)
    assert np.array_equal(picture(output, 2).u, picture(tmp_path / "clip.nvc", 2).u)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_clip_that_begins_late_still_does(tmp_path: Path, render_clip: RenderClip, suffix: str) -> None:
    times = [15000, 16001, 18003, 19004]
    source = render_clip(
        tmp_path / "late.mp4", 48, 32, 4, codec="libx264", timestamps=times, time_base=TICK, audio=True
    )
    assert video_times(source) == [tick * TICK for tick in times]
    encode(source, tmp_path / "clip.nvc")
    output = decode(tmp_path / "clip.nvc", tmp_path / f"out{suffix}")
    assert in_ticks(video_times(output), TICK) == times
    first = packets(output, "audio")[0][1]
    assert round(first / SAMPLE) == -1024


def cut_clip(path: Path, render_clip: RenderClip) -> Path:
    """A clip of which the first two frames lie before 0."""
    plain = render_clip(path.with_name("plain.mkv"), 48, 32, 6, codec="mpeg4", options={"g": "1"})
    with (
        av.open(str(plain)) as reading,
        av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as writing,
    ):
        copy = writing.add_stream_from_template(reading.streams.video[0])
        for packet in reading.demux(video=0):
            if packet.size:
                packet.pts = packet.dts = packet.pts - 80
                packet.stream = copy
                writing.mux(packet)
    return path


def test_what_an_edit_list_cuts_off_stays_off(tmp_path: Path, render_clip: RenderClip) -> None:
    source = cut_clip(tmp_path / "cut.mp4", render_clip)
    wanted = [Fraction(time, 1000) for time in (0, 40, 80, 120)]
    assert video_times(source) == wanted
    encode(source, tmp_path / "clip.nvc")
    assert video_times(decode(tmp_path / "clip.nvc", tmp_path / "out.mkv")) == wanted
    assert video_times(decode(tmp_path / "clip.nvc", tmp_path / "out.mp4")) == wanted


def test_times_before_zero_are_moved_and_it_is_said(
    tmp_path: Path, render_clip: RenderClip, capsys: pytest.CaptureFixture[str]
) -> None:
    source = cut_clip(tmp_path / "negative.mkv", render_clip)
    assert video_times(source)[0] == Fraction(-80, 1000)
    encode(source, tmp_path / "clip.nvc")
    capsys.readouterr()
    times = video_times(decode(tmp_path / "clip.nvc", tmp_path / "out.mkv"))
    assert times == [time + Fraction(80, 1000) for time in video_times(source)]
    assert "first picture is at -0.080 s" in capsys.readouterr().err


def test_a_range_has_the_sound_of_its_stretch(tmp_path: Path, rich_clip: Path) -> None:
    begin, end = UNEVEN[3] * TICK, UNEVEN[8] * TICK
    wanted = [(data, time) for data, time, lasts in packets(rich_clip, "audio") if time + lasts > begin and time < end]
    encode(rich_clip, tmp_path / "part.nvc", first=3, stop=8)
    output = decode(tmp_path / "part.nvc", tmp_path / "part.mkv")
    assert in_ticks(video_times(output), TICK) == UNEVEN[3:8]
    sound = packets(output, "audio")
    assert [data for data, _, _ in sound] == [data for data, _ in wanted]
    assert in_ticks([time for _, time, _ in sound], SAMPLE) == in_ticks([time for _, time in wanted], SAMPLE)

    encode(rich_clip, tmp_path / "whole.nvc")
    for suffix in (".mkv", ".mp4"):
        cut = decode(tmp_path / "whole.nvc", tmp_path / f"cut{suffix}", "--frames", "3:8")
        assert in_ticks(video_times(cut), TICK) == [tick - UNEVEN[3] for tick in UNEVEN[3:8]]
        sound = packets(cut, "audio")
        assert [data for data, _, _ in sound] == [data for data, _ in wanted]
        moved = [abs(time - (original - begin)) for (_, time, _), (_, original) in zip(sound, wanted, strict=True)]
        assert max(moved) <= Fraction(1, 90000), "the cut is no whole number of samples"


def test_gray_stays_gray_and_reduced_chroma_is_said(tmp_path: Path, render_clip: RenderClip) -> None:
    gray = render_clip(tmp_path / "gray.mkv", 48, 32, 3, pixel_format="gray10le")
    _, told = encode(gray, tmp_path / "gray.nvc")
    assert told == []
    info = facts(tmp_path / "gray.nvc")
    assert (info.chroma, info.pixel_format) == (Chroma.GRAY, "gray10le")
    assert facts(decode(tmp_path / "gray.nvc", tmp_path / "gray_out.mkv")).pixel_format == "gray10le"
    full = render_clip(tmp_path / "full.mkv", 48, 32, 3, pixel_format="yuv444p12le")
    _, told = encode(full, tmp_path / "full.nvc")
    assert any("4:4:4; the file keeps it as 4:2:0" in each for each in told)
    assert facts(tmp_path / "full.nvc").pixel_format == "yuv420p12le"


def test_a_size_counts_the_sound_as_it_is(tmp_path: Path, render_clip: RenderClip) -> None:
    source = render_clip(tmp_path / "long.mp4", 64, 48, 50, codec="libx264", audio=True)
    encode(source, tmp_path / "probe.nvc")
    tracks = facts(tmp_path / "probe.nvc").track_byte_count
    wanted = tracks + 2500
    result, _ = encode(source, tmp_path / "clip.nvc", epochs=10, goal=Goal(GoalKind.SIZE, wanted))
    assert result.bytes - tracks == pytest.approx(2500, rel=0.04)
