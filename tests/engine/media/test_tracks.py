"""Audio and subtitles: the same packets at the same times."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from nvc_engine.media.clip import ClipError
from nvc_engine.media.tracks import MAX_TRACKS, carry_tracks, extract_tracks, open_tracks, track_facts


def audio_packets(path: Path) -> list[tuple[bytes, Fraction]]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return [(bytes(p), p.pts * stream.time_base) for p in container.demux(stream) if p.size]


def with_subtitles(source: Path, target: Path, codec: str, text: bytes) -> Path:
    """A copy of a clip's packets with one subtitle."""
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        copies = {each.index: writing.add_stream_from_template(each) for each in reading.streams}
        subtitles = writing.add_mux_stream(codec)
        subtitles.time_base = Fraction(1, 1000)
        for packet in reading.demux():
            if packet.size:
                packet.stream = copies[packet.stream_index]
                writing.mux(packet)
        packet = av.Packet(text)
        packet.stream, packet.time_base = subtitles, Fraction(1, 1000)
        packet.pts = packet.dts = 100
        packet.duration = 200
        writing.mux(packet)
    return target


@pytest.mark.parametrize("name", ["sound.mp4", "sound.mkv"])
def test_audio_packets_keep_bytes_and_times(tmp_path: Path, render_clip: Callable[..., Path], name: str) -> None:
    path = render_clip(tmp_path / name, codec="libx264", audio=True)
    blob = extract_tracks(path)
    assert blob is not None
    with open_tracks(blob) as tracks:
        carried = [(bytes(packet), time) for packet, time in tracks.packets()]
    source = audio_packets(path)
    assert [data for data, _ in carried] == [data for data, _ in source]
    assert max(abs(a - b) for (_, a), (_, b) in zip(carried, source, strict=True)) <= Fraction(1, 1000)
    assert [track.codec for track in track_facts(blob)] == ["aac"]


def test_range_of_time(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    path = render_clip(tmp_path / "sound.mkv", frames=25, audio=True)
    blob = extract_tracks(path, Fraction(2, 5), Fraction(4, 5))
    assert blob is not None
    with open_tracks(blob) as tracks:
        times = [time for _, time in tracks.packets()]
    assert Fraction(36, 100) < times[0] <= Fraction(2, 5)
    assert Fraction(76, 100) < times[-1] < Fraction(4, 5)


def test_sources_without_tracks(tmp_path: Path, clip_path: Path) -> None:
    assert extract_tracks(clip_path) is None
    assert extract_tracks(tmp_path) is None
    (tmp_path / "raw_64x48.yuv").write_bytes(bytes(64 * 48 * 3))
    assert extract_tracks(tmp_path / "raw_64x48.yuv") is None


def test_subtitles_travel_too(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    plain = render_clip(tmp_path / "plain.mkv", audio=True)
    path = with_subtitles(plain, tmp_path / "subtitled.mkv", "subrip", b"Hello")
    carried = carry_tracks(path)
    assert carried is not None
    assert [(track.kind, track.codec) for track in carried.tracks] == [("audio", "aac"), ("subtitle", "subrip")]
    with open_tracks(carried.blob) as tracks:
        texts = [(bytes(p), t) for p, t in tracks.packets() if p.stream.type == "subtitle"]
    assert texts == [(b"Hello", Fraction(1, 10))]


def test_track_that_cannot_travel_is_said(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    plain = render_clip(tmp_path / "plain.mp4", codec="libx264")
    path = with_subtitles(plain, tmp_path / "subtitled.mp4", "mov_text", b"\x00\x05Hello")
    carried = carry_tracks(path)
    assert carried is not None
    assert carried.tracks == ()
    assert any("mov_text" in note for note in carried.notes)
    assert extract_tracks(path) is None


def test_damaged_tracks_get_a_sentence() -> None:
    with pytest.raises(ClipError, match="damaged"):
        track_facts(b"\x1a\x45\xdf\xa3" + bytes(100))
    with pytest.raises(ClipError, match="damaged"):
        track_facts(b"")


def with_silences(path: Path, count: int, metadata: dict[str, str] | None = None) -> Path:
    """A Matroska file of `count` tracks of silence."""
    with av.open(str(path), "w", format="matroska") as writing:
        writing.metadata.update(metadata or {})
        streams = [writing.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(count)]
        for stream in streams:
            frame = av.AudioFrame(format="s16", layout="mono", samples=8)
            frame.sample_rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
            writing.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_no_more_tracks_are_carried_than_are_read(tmp_path: Path) -> None:
    path = with_silences(tmp_path / "many.mkv", MAX_TRACKS + 2)
    carried = carry_tracks(path)
    assert carried is not None
    assert len(carried.tracks) == len(track_facts(carried.blob)) == MAX_TRACKS
    assert carried.notes == ("Of 130 audio and subtitle tracks the first 128 are carried along.",)
    with pytest.raises(ClipError, match="130 tracks"):
        track_facts(path.read_bytes())


@pytest.mark.parametrize("shift", ["9" * 5000, "-7", "seven"])
def test_a_shift_that_is_none_is_passed_over(tmp_path: Path, shift: str) -> None:
    blob = with_silences(tmp_path / "one.mkv", 1, {"NVC_SHIFT": shift}).read_bytes()
    with open_tracks(blob) as tracks:
        assert tracks.shift == 0
        assert [time for _, time in tracks.packets()] == [0]
