"""Files of the conventional encoders: what they keep of a clip, and how its rate is met."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import EncodeOrder, FileCodec
from nvc_engine.codecs.conventional.encoding import RATE_TOLERANCE
from nvc_engine.errors import UsageError
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import Goal, GoalKind, Progress
from nvc_engine.quality.measure import measure

FAST = {"x264": "ultrafast", "x265": "ultrafast", "svtav1": "12", "vp9": "5"}
NAMES = tuple(codec.name for codec in registry.encoders() if isinstance(codec, FileCodec))


def encode(
    source: Path, output: Path, name: str, goal: Goal | None = None, frames: tuple[int, int] | None = None, **settings
) -> tuple[tuple[str, ...], list[Progress]]:
    """The codec's sentences and reports."""
    codec = registry.encoder(name)
    assert isinstance(codec, FileCodec)
    clip = open_video(source)
    first, stop = frames or (0, clip.info.frame_count)
    preset, resolved = codec.settings(FAST[name], settings, clip.info, None)
    reports: list[Progress] = []
    order = EncodeOrder(settings=resolved, preset=preset, goal=goal, first=first, stop=stop)
    try:
        return codec.write(clip, order, output, reports.append), reports
    finally:
        clip.close()


def psnr_y(source: Path, output: Path, offset: int = 0) -> float:
    reference, test = open_video(source), open_video(output)
    try:
        return measure(reference, test, offset=offset).mean.psnr_y
    finally:
        reference.close()
        test.close()


def key_frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(packet.is_keyframe for packet in container.demux(video=0) if packet.size)


def test_all_four_are_in_the_wheel_and_none_decodes_a_nvc():
    assert NAMES == ("x264", "x265", "svtav1", "vp9")
    for name in NAMES:
        with pytest.raises(UsageError, match=name):
            registry.codec(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_clips_frames_times_and_colour_and_is_the_same_every_time(name, clip_path, tmp_path):
    first, second = tmp_path / "a.mkv", tmp_path / "b.mkv"
    _, reports = encode(clip_path, first, name, Goal(GoalKind.QUALITY, 20))
    encode(clip_path, second, name, Goal(GoalKind.QUALITY, 20))
    assert first.read_bytes() == second.read_bytes()
    clip, source = open_video(first), open_video(clip_path)
    assert (clip.info.frame_count, clip.info.rate) == (12, 25)
    assert [time * clip.info.time_base for time in clip.info.timestamps] == [Fraction(n, 25) for n in range(12)]
    assert clip.info.colour == source.info.colour
    assert psnr_y(clip_path, first) > 28
    assert [report.step for report in reports] == list(range(1, 13))
    assert reports[-1].fraction == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_a_better_quality_step_takes_more_bytes_and_a_version_is_told(name, clip_path, tmp_path):
    for quality in (10, 45):
        encode(clip_path, tmp_path / f"{quality}.mkv", name, Goal(GoalKind.QUALITY, quality))
    assert (tmp_path / "10.mkv").stat().st_size > 1.5 * (tmp_path / "45.mkv").stat().st_size
    assert psnr_y(clip_path, tmp_path / "10.mkv") > psnr_y(clip_path, tmp_path / "45.mkv") + 3
    codec = registry.encoder(name)
    assert isinstance(codec, FileCodec)
    assert any(character.isdigit() for character in codec.version)
    assert "libavcodec" in codec.version


@pytest.mark.parametrize("name", ["x264", "x265"])
def test_two_passes_meet_a_rate_on_the_bytes_of_the_file(name, render_clip, tmp_path):
    source = render_clip(tmp_path / "clip.mkv", 128, 96, 24)
    notes, reports = encode(source, tmp_path / "out.mkv", name, Goal(GoalKind.BPP, 0.6))
    assert abs((tmp_path / "out.mkv").stat().st_size * 8 / (128 * 96 * 24) / 0.6 - 1) <= RATE_TOLERANCE
    assert {report.stage for report in reports} == {"pass 1", "pass 2"}
    assert notes == ()


def test_one_pass_encoders_take_the_quality_step_nearest_to_a_size(render_clip, tmp_path):
    source = render_clip(tmp_path / "clip.mkv", 128, 96, 16)
    output = tmp_path / "out.mkv"
    whole = []
    for crf in (40, 41):
        encode(source, output, "svtav1", Goal(GoalKind.QUALITY, crf))
        whole.append(output.stat().st_size)
    between = sum(whole) / 2
    notes, _ = encode(source, output, "svtav1", Goal(GoalKind.SIZE, between))
    assert abs(output.stat().st_size - between) < min(abs(size - between) for size in whole)
    assert "comes nearest" in notes[0]


def test_uneven_times_turning_and_aspect_are_kept_exactly_in_mp4(render_clip, tmp_path):
    times = [0, 40, 95, 120, 205, 240, 290, 310]
    source = render_clip(
        tmp_path / "clip.mp4", 64, 48, 8, codec="libx264", timestamps=times, rotation=90, sample_aspect=Fraction(4, 3)
    )
    encode(source, tmp_path / "out.mp4", "x265", Goal(GoalKind.QUALITY, 20))
    info = open_video(tmp_path / "out.mp4").info
    assert [time * info.time_base * 1000 for time in info.timestamps] == times
    assert info.sample_aspect == Fraction(4, 3)
    assert info.rotation == open_video(source).info.rotation
    assert psnr_y(source, tmp_path / "out.mp4") > 25


@pytest.mark.parametrize("name", NAMES)
def test_odd_sizes_are_kept_or_evened_and_measured_on_the_clips_own_pixels(name, render_clip, tmp_path):
    source = render_clip(tmp_path / "clip.mkv", 67, 49, 4)
    notes, _ = encode(source, tmp_path / "out.mkv", name, Goal(GoalKind.QUALITY, 15))
    info = open_video(tmp_path / "out.mkv").info
    evened = name in ("x264", "x265")
    assert (info.width, info.height) == ((68, 50) if evened else (67, 49))
    assert any("even sides" in note for note in notes) == evened
    reference, test = open_video(source), open_video(tmp_path / "out.mkv")
    found = measure(reference, test)
    assert found.mean.psnr_y > 28
    assert (found.width, found.height) == (67, 49)
    assert found.bpp == pytest.approx((tmp_path / "out.mkv").stat().st_size * 8 / (67 * 49 * 4))


def test_ten_bits_and_a_range_of_frames(render_clip, tmp_path):
    source = render_clip(tmp_path / "clip.mkv", 64, 64, 8, pixel_format="yuv420p10le")
    encode(source, tmp_path / "out.mkv", "svtav1", Goal(GoalKind.QUALITY, 15), frames=(2, 7))
    info = open_video(tmp_path / "out.mkv").info
    assert (info.bit_depth, info.frame_count) == (10, 5)
    assert psnr_y(source, tmp_path / "out.mkv", offset=2) > 30


@pytest.mark.parametrize("name", ["x264", "x265"])
def test_no_bytes_are_spent_on_the_encoders_own_words(name, clip_path, tmp_path):
    encode(clip_path, tmp_path / "out.mkv", name, Goal(GoalKind.QUALITY, 40))
    data = (tmp_path / "out.mkv").read_bytes()
    assert name.encode() not in data.replace(b"lib" + name.encode(), b"")
    assert b"rc=crf" not in data


def test_settings_reach_the_encoder(clip_path, tmp_path):
    encode(clip_path, tmp_path / "crf.mkv", "x264", Goal(GoalKind.QUALITY, 30))
    encode(clip_path, tmp_path / "qp.mkv", "x264", Goal(GoalKind.QUALITY, 30), rate_control="qp")
    encode(clip_path, tmp_path / "intra.mkv", "x264", Goal(GoalKind.QUALITY, 30), intra_period=4)
    assert len({(tmp_path / f"{name}.mkv").read_bytes() for name in ("crf", "qp", "intra")}) == 3
    assert [key_frames(tmp_path / f"{name}.mkv") for name in ("crf", "intra")] == [1, 3]
    encode(clip_path, tmp_path / "p.mkv", "x265", intra_period=4, threads=2, tune="psnr")
    encode(clip_path, tmp_path / "v.mkv", "vp9", Goal(GoalKind.QUALITY, 40), rate_control="qp", intra_period=4)
    assert [key_frames(tmp_path / f"{name}.mkv") for name in ("p", "v")] == [3, 3]


def test_what_an_encoder_does_not_know_is_refused_in_a_sentence(clip_path, tmp_path):
    with pytest.raises(UsageError, match="no preset 'quickest'"):
        registry.encoder("x264").settings("quickest", {}, open_video(clip_path).info, None)
    with pytest.raises(UsageError, match="tune 'psnr'"):
        encode(clip_path, tmp_path / "out.mkv", "vp9", tune="psnr")
    with pytest.raises(UsageError, match=r"not \.avi"):
        encode(clip_path, tmp_path / "out.avi", "x264")
    assert not list(tmp_path.glob("out*"))


def test_what_a_report_raises_ends_the_encode_and_leaves_nothing(clip_path, tmp_path):
    codec = registry.encoder("x264")
    assert isinstance(codec, FileCodec)
    clip = open_video(clip_path)

    def refuse(progress: Progress) -> None:
        raise KeyboardInterrupt

    preset, settings = codec.settings("", {}, clip.info, None)
    with pytest.raises(KeyboardInterrupt):
        codec.write(clip, EncodeOrder(settings, preset, None, 0, 12), tmp_path / "out.mkv", refuse)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mkv"]
