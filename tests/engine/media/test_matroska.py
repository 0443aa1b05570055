"""Matroska written by hand: FFmpeg reads back every time, tag and packet, wherever it starts."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from nvc_engine.media import ebml
from nvc_engine.media.clip import ClipError
from nvc_engine.media.matroska_tracks import CLUSTER, SEGMENT, CarriedFile
from nvc_engine.media.matroska_writing import clock_scale
from nvc_engine.media.opening import open_video
from nvc_engine.media.tracks import extract_tracks, open_tracks
from nvc_engine.media.writing import write_video


def sounding(path: Path, codec: str, seconds: float, container_format: str) -> Path:
    """A file with nothing but a tone."""
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=48000, layout="stereo")
        count = int(48000 * seconds) // 960 * 960
        for start in range(0, count, 960):
            tone = 0.2 * np.sin(2 * np.pi * 440 * (start + np.arange(960)) / 48000)
            kind = stream.codec_context.format.name
            samples = {
                "s16": (np.stack([tone, tone], 1).reshape(1, -1) * 32767).astype(np.int16),
                "u8p": (np.stack([tone, tone]) * 127 + 128).astype(np.uint8),
            }
            frame = av.AudioFrame.from_ndarray(samples[kind], format=kind, layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def audio(path: Path) -> list[tuple[bytes, Fraction]]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return [(bytes(packet), packet.pts * stream.time_base) for packet in container.demux(stream) if packet.size]


@pytest.mark.parametrize(
    ("steps", "scale"),
    [
        ([Fraction(1, 1000)], 1_000_000),
        ([Fraction(1, 25)], 1_000_000),
        ([Fraction(1001, 30000)], 1_000),
        ([Fraction(1, 90000)], 1_000),
        ([Fraction(1, 1000), Fraction(1, 48000)], 1_000),
        ([Fraction(1, 192000)], 1_000),
        ([Fraction(1, 10**6)], 1_000),
        ([Fraction(1, 10**12)], 1),
    ],
)
def test_the_clock_tells_ticks_apart(steps: list[Fraction], scale: int) -> None:
    assert clock_scale(steps) == scale
    ticks = [round(number * min(steps) * 10**9 / scale) for number in range(1000)]
    if scale > 1:
        assert [round(Fraction(tick * scale, 10**9) / min(steps)) for tick in ticks] == list(range(1000))


def test_a_decoder_delay_keeps_its_sound_where_it_was(tmp_path: Path, clip_path: Path) -> None:
    source = sounding(tmp_path / "opus.mkv", "libopus", 1.0, "matroska")
    blob = extract_tracks(source)
    with closing(open_video(clip_path)) as clip:
        write_video(tmp_path / "out.mkv", clip.pictures(), clip.info, blob)
    assert audio(source)[0][1] < 0
    assert audio(tmp_path / "out.mkv") == audio(source)


def test_blocks_that_ffmpeg_rewrites_are_copied_as_they_stand(tmp_path: Path, clip_path: Path) -> None:
    source = sounding(tmp_path / "lossless.mkv", "wavpack", 0.5, "matroska")
    with closing(open_video(clip_path)) as clip:
        write_video(tmp_path / "out.mkv", clip.pictures(), clip.info, extract_tracks(source))
    assert audio(tmp_path / "out.mkv") == audio(source)
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 24000


def test_every_picture_is_reached_by_seeking(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    times = [number * 90_000 + 7 * number for number in range(30)]
    path = render_clip(
        tmp_path / "slow.mp4", 32, 32, 30, codec="libx264", timestamps=times, time_base=Fraction(1, 90000)
    )
    with closing(open_video(path)) as clip:
        write_video(tmp_path / "out.mkv", clip.pictures(), clip.info)
        with closing(open_video(tmp_path / "out.mkv")) as back:
            for index in (29, 0, 17, 3, 28, 12):
                assert np.array_equal(back.picture(index).y, clip.picture(index).y)
            assert back.info.rate == pytest.approx(1, rel=1e-3)
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.duration == pytest.approx(30_000_000, rel=0.01)
        container.seek(20_000_000)
        landed = next(container.decode(video=0)).time
        assert 15 < landed <= 20.01


def test_aspect_and_turning_are_read_by_others(tmp_path: Path, clip_path: Path) -> None:
    for rotation in (0, 90, 180, 270):
        with closing(open_video(clip_path)) as clip:
            info = replace(clip.info, rotation=rotation, sample_aspect=Fraction(64, 45))
            write_video(tmp_path / f"{rotation}.mkv", clip.pictures(), info)
        with av.open(str(tmp_path / f"{rotation}.mkv")) as container:
            assert container.streams.video[0].sample_aspect_ratio == Fraction(64, 45)
            assert -next(container.decode(video=0)).rotation % 360 == rotation


def test_what_the_source_did_not_state_is_not_stated(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "untagged.mkv", matrix=2, primaries=2, transfer=2)
    for suffix in (".mkv", ".mp4"):
        with closing(open_video(path)) as clip:
            assert clip.info.colour.assumed
            write_video(tmp_path / f"out{suffix}", clip.pictures(), clip.info)
        with av.open(str(tmp_path / f"out{suffix}")) as container:
            frame = next(container.decode(video=0))
            assert (int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc)) == (2, 2, 2)


def test_damaged_elements_get_a_sentence(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    blob = extract_tracks(render_clip(tmp_path / "sound.mkv", audio=True))
    assert blob is not None
    (segment,) = [content for kind, content in ebml.elements(memoryview(blob)) if kind == SEGMENT]
    cluster = next(content for kind, content in ebml.elements(segment) if kind == CLUSTER)
    begin = blob.index(bytes(cluster[:40]))
    for damage in (blob[: begin + 30], blob[:begin] + bytes(60) + blob[begin + 60 :]):
        with pytest.raises(ClipError, match="damaged"), open_tracks(blob) as reader:
            list(CarriedFile.read(damage).blocks(reader))


@pytest.mark.parametrize("times", ["x", "0 1024x999999999", "9" * 15 + " " + "9" * 15 + "x99999999", "5 -3 -99"])
def test_senseless_times_are_passed_over(tmp_path: Path, render_clip: Callable[..., Path], times: str) -> None:
    source = render_clip(tmp_path / "sound.mkv", audio=True)
    with av.open(str(source)) as reading, av.open(str(tmp_path / "bad.mkv"), "w") as writing:
        template = reading.streams.audio[0]
        copy = writing.add_stream_from_template(template)
        copy.metadata.update({"NVC_TIME_BASE": "1/48000", "NVC_TIMES": times})
        for packet in reading.demux(template):
            if packet.size:
                packet.stream = copy
                writing.mux(packet)
    with open_tracks((tmp_path / "bad.mkv").read_bytes()) as tracks:
        found = [time for _, time in tracks.packets()]
    wanted = [time for _, time in audio(tmp_path / "bad.mkv")]
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= Fraction(2, 1000)
