"""Video files: exact frames in any order, whatever the container and the order of coding."""

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip
from nvc_engine.media.colour import Matrix
from nvc_engine.media.facts import clip_facts
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Chroma, Picture


def luma_of(picture: Picture) -> bytes:
    return picture.y.tobytes()


def assert_exact_in_any_order(path: Path, frames: int) -> None:
    """What reading straight through gives is what every other order gives, each from a freshly opened clip too."""
    clip = open_video(path)
    straight = [luma_of(picture) for picture in clip.pictures()]
    assert len(straight) == len(set(straight)) == frames == clip.info.frame_count
    clip.close()
    order = list(range(frames))
    random.Random(3).shuffle(order)
    clip = open_video(path)
    assert [luma_of(clip.picture(index)) for index in order] == [straight[index] for index in order]
    clip.close()
    for index in (frames - 1, frames // 2, 1, 0):
        fresh = open_video(path)
        assert luma_of(fresh.picture(index)) == straight[index]
        fresh.close()


def test_lossless_frames_are_exactly_what_was_rendered(clip_path: Path, texture_planes: Callable) -> None:
    clip = open_video(clip_path)
    for index, picture in enumerate(clip.pictures()):
        for got, wanted in zip((picture.y, picture.u, picture.v), texture_planes(64, 48, index), strict=True):
            assert np.array_equal(got, wanted)
    assert clip.info.frame_count == 12
    assert (clip.info.width, clip.info.height) == (64, 48)
    assert clip.info.rate == 25
    assert not clip.info.variable_rate
    assert clip.info.duration == Fraction(12, 25)
    clip.close()


X264 = {"preset": "veryfast", "x264-params": "keyint=12:min-keyint=12:bframes=3:b-adapt=0:scenecut=0"}
OPEN_GOP = {"preset": "veryfast", "x264-params": "keyint=10:min-keyint=10:bframes=3:b-adapt=0:open-gop=1:scenecut=0"}
X265_OPEN_GOP = {"preset": "ultrafast", "x265-params": "keyint=10:min-keyint=10:bframes=3:open-gop=1:log-level=none"}


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("closed.mp4", "libx264", X264),
        ("closed.mkv", "libx264", X264),
        ("open.mp4", "libx264", OPEN_GOP),
        ("open.mkv", "libx264", OPEN_GOP),
        ("open.ts", "libx264", OPEN_GOP),
        ("cra.mp4", "libx265", X265_OPEN_GOP),
        ("cra.ts", "libx265", X265_OPEN_GOP),
        ("one_group.mp4", "libx264", {"preset": "veryfast", "x264-params": "keyint=999:bframes=2"}),
        ("alternate.webm", "libvpx", {"auto-alt-ref": "1", "lag-in-frames": "8", "g": "12", "b": "200000"}),
        ("superframes.webm", "libvpx-vp9", {"auto-alt-ref": "1", "lag-in-frames": "8", "g": "12", "cpu-used": "8"}),
        ("mpeg2.mpg", "mpeg2video", {"bf": "2", "g": "10"}),
        ("mpeg2.ts", "mpeg2video", {"bf": "2", "g": "10"}),
        ("no_times.avi", "mpeg4", {"bf": "2", "g": "10"}),
        ("frames.y4m", "wrapped_avframe", {}),
    ],
)
def test_every_frame_is_exact_in_any_order(
    tmp_path: Path, render_clip: Callable[..., Path], name: str, codec: str, options: dict[str, str]
) -> None:
    path = render_clip(tmp_path / name, 96, 64, 40, codec=codec, options=options, matrix=2, full_range=None)
    assert_exact_in_any_order(path, 40)


def test_elementary_stream_without_timestamps_is_counted(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(
        tmp_path / "bare.h264", 64, 48, 20, codec="libx264", options=X264 | {"preset": "ultrafast"}, rate=25
    )
    assert_exact_in_any_order(path, 20)


def test_edit_list_hides_frames_before_the_cut(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    whole = render_clip(tmp_path / "whole.mp4", 64, 48, 30, codec="libx264", options=X264)
    cut = tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(cut), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        unit = stream.time_base
        for packet in source.demux(stream):
            if packet.size:
                shift = int(5 / 25 / unit)
                packet.pts -= shift
                packet.dts -= shift
                packet.stream = copy
                target.mux(packet)
    reference, clip = open_video(whole), open_video(cut)
    assert clip.info.frame_count == 25
    assert [luma_of(p) for p in clip.pictures()] == [luma_of(p) for p in reference.pictures(5)]
    assert luma_of(clip.picture(0)) == luma_of(reference.picture(5))


def test_variable_rate_keeps_its_timestamps(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    times = [0, 40, 80, 200, 233, 400, 440, 441]
    path = render_clip(tmp_path / "vfr.mkv", 64, 48, 8, timestamps=times)
    info = open_video(path).info
    assert [(time - info.timestamps[0]) * info.time_base * 1000 for time in info.timestamps] == times
    assert info.variable_rate


def test_facts_of_a_turned_clip_with_sound(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(
        tmp_path / "turned.mp4", 64, 48, 12, codec="libx264", rotation=90, audio=True, sample_aspect=Fraction(4, 3)
    )
    info = open_video(path).info
    assert info.rotation == 90
    assert info.sample_aspect == Fraction(4, 3)
    assert [track.kind for track in info.tracks] == ["audio"]
    assert info.tracks[0].codec == "aac"
    assert 0 < info.track_byte_count < info.byte_count == path.stat().st_size
    assert len(info.frame_bytes) == 12
    assert sum(info.frame_bytes) + info.track_byte_count < info.byte_count
    facts = clip_facts(info)
    assert facts.sample_aspect == "4/3"
    assert facts.rate == "25/1"
    assert facts.bpp == pytest.approx((info.byte_count - info.track_byte_count) * 8 / (12 * 64 * 48))


@pytest.mark.parametrize(
    ("pixel_format", "chroma", "depth"),
    [
        ("yuv420p", Chroma.C420, 8),
        ("yuv422p", Chroma.C422, 8),
        ("yuv444p", Chroma.C444, 8),
        ("yuv420p10le", Chroma.C420, 10),
        ("yuv422p10le", Chroma.C422, 10),
        ("yuv444p12le", Chroma.C444, 12),
        ("gray", Chroma.GRAY, 8),
        ("gray10le", Chroma.GRAY, 10),
    ],
)
def test_planes_are_read_as_they_are(
    tmp_path: Path,
    render_clip: Callable[..., Path],
    texture_planes: Callable,
    pixel_format: str,
    chroma: Chroma,
    depth: int,
) -> None:
    path = render_clip(tmp_path / "odd.mkv", 67, 45, 3, pixel_format=pixel_format)
    clip = open_video(path)
    assert (clip.info.chroma, clip.info.bit_depth, clip.info.pixel_format) == (chroma, depth, pixel_format)
    picture = clip.picture(2)
    assert picture.y.dtype == (np.uint8 if depth == 8 else np.uint16)
    wanted = texture_planes(67, 45, 2, pixel_format=pixel_format)
    for got, plane in zip((picture.y, picture.u, picture.v), wanted, strict=False):
        assert np.array_equal(got, plane)
    assert picture.u.shape == chroma.plane_shape(45, 67)
    if chroma is Chroma.GRAY:
        assert np.all(picture.u == 1 << (depth - 1))


def test_rgb_video_becomes_444_with_a_note(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "rgb.mov", 64, 48, 2, pixel_format="rgb24", codec="png", matrix=2, full_range=None)
    info = open_video(path).info
    assert (info.chroma, info.bit_depth, info.colour.matrix) == (Chroma.C444, 8, Matrix.BT601)
    assert any("RGB" in note for note in info.notes)


@pytest.mark.parametrize(("width", "height", "matrix"), [(64, 48, Matrix.BT601), (1280, 16, Matrix.BT709)])
def test_untagged_colour_is_assumed_by_size_and_said(
    tmp_path: Path, render_clip: Callable[..., Path], width: int, height: int, matrix: Matrix
) -> None:
    path = render_clip(tmp_path / "bare.mkv", width, height, 2, matrix=2, full_range=None, primaries=2, transfer=2)
    colour = open_video(path).info.colour
    assert (colour.matrix, colour.full_range, colour.assumed) == (matrix, False, True)
    assert any("assumed" in note for note in open_video(path).info.notes)
    chosen = open_video(path, matrix=Matrix.BT2020, full_range=True).info
    assert (chosen.colour.matrix, chosen.colour.full_range, chosen.colour.assumed) == (Matrix.BT2020, True, False)
    assert chosen.notes == ()


def test_tags_of_the_stream_are_taken(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "tagged.mkv", matrix=9, primaries=9, transfer=16, full_range=True)
    colour = open_video(path).info.colour
    assert (colour.matrix, colour.primaries, colour.transfer) == (Matrix.BT2020, 9, 16)
    assert colour.full_range
    assert not colour.assumed


def test_frames_outside_the_clip(clip_path: Path) -> None:
    clip = open_video(clip_path)
    for index in (-1, 12):
        with pytest.raises(IndexError):
            clip.picture(index)


def sentence_of(call: Callable[[], Clip]) -> str:
    with pytest.raises(EngineError) as caught:
        call()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_bad_sources_get_one_sentence(tmp_path: Path, render_clip: Callable[..., Path], clip_path: Path) -> None:
    assert "no file" in sentence_of(lambda: open_video(tmp_path / "missing.mkv"))
    (tmp_path / "empty.mkv").touch()
    assert "empty" in sentence_of(lambda: open_video(tmp_path / "empty.mkv"))
    (tmp_path / "text.mp4").write_text("This is not a video.\n" * 100, "utf-8")
    assert "not a video" in sentence_of(lambda: open_video(tmp_path / "text.mp4"))
    (tmp_path / "head.mkv").write_bytes(clip_path.read_bytes()[:200])
    sentence_of(lambda: open_video(tmp_path / "head.mkv"))
    with av.open(str(tmp_path / "sound.mkv"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "no video stream" in sentence_of(lambda: open_video(tmp_path / "sound.mkv"))


def test_file_that_is_cut_short_gives_what_it_has(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    whole = render_clip(tmp_path / "whole.mkv", 64, 48, 30)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    reference, clip = open_video(whole), open_video(cut)
    count = clip.info.frame_count
    assert 10 < count < 30
    assert [luma_of(p) for p in clip.pictures()] == [luma_of(p) for p in reference.pictures(0, count)]
    assert any("cut short" in note for note in clip.info.notes)


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("cut.mp4", "libx264", {"preset": "veryfast", "x264-params": "keyint=8:bframes=3"}),
        ("cut.ts", "libx264", {"preset": "veryfast", "x264-params": "keyint=8:bframes=3"}),
        ("cut.avi", "mjpeg", {}),
        ("cut.y4m", "wrapped_avframe", {}),
    ],
)
def test_every_frame_of_a_file_that_is_cut_short_can_be_read(
    tmp_path: Path, render_clip: Callable[..., Path], name: str, codec: str, options: dict[str, str]
) -> None:
    whole = tmp_path / f"whole{Path(name).suffix}"
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    render_clip(whole, 64, 48, 30, codec=codec, pixel_format=pixel_format, full_range=None, options=options)
    if name.endswith(".mp4"):
        whole = with_index_in_front(whole, tmp_path / "front.mp4")
    cut = tmp_path / name
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    clip = open_video(cut)
    count = clip.info.frame_count
    assert 5 < count < 30
    assert len([luma_of(picture) for picture in clip.pictures()]) == count
    assert luma_of(open_video(cut).picture(count - 1)) == luma_of(clip.picture(count - 1))


def with_index_in_front(source: Path, target: Path) -> Path:
    """The same packets in an MP4 whose index precedes them, so that it survives a cut."""
    with (
        av.open(str(source)) as reading,
        av.open(str(target), "w", options={"movflags": "faststart"}) as writing,
    ):
        copy = writing.add_stream_from_template(reading.streams.video[0])
        for packet in reading.demux(video=0):
            if packet.size:
                packet.stream = copy
                writing.mux(packet)
    return target


def test_damaged_frame_is_named(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "whole.mkv", 64, 48, 10)
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        position = data.find(bytes(packets[4]))
        size = packets[4].size
    data[position : position + size] = b"\x5a" * size
    path.write_bytes(data)
    clip = open_video(path)
    assert clip.picture(3).width == 64
    with pytest.raises(EngineError, match=r"Frame 4 of whole\.mkv"):
        clip.picture(4)
    assert clip.picture(5).width == 64
