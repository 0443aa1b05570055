"""Audio and subtitles: the same packets at the same times."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from nvc_engine.media.clip import ClipError
from nvc_engine.media.tracks import carry_tracks, extract_tracks, open_tracks, track_facts


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
