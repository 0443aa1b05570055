import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from nvc_engine.bitstream.container import DamagedUnitError, NewerFileError, NvcReader, write_nvc
from nvc_engine.codecs.contract import EncodedUnit, Layer
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.picture import Picture


def same(a: Picture, b: Picture) -> bool:
    return all(np.array_equal(x, y) for x, y in ((a.y, b.y), (a.u, b.u), (a.v, b.v)))


def damage_unit(path: Path, index: int) -> None:
    with NvcReader.open(path) as reader:
        offset = reader.units[index].offset
    with path.open("r+b") as file:
        file.seek(offset + 6)
        byte = file.read(1)
        file.seek(offset + 6)
        file.write(bytes((byte[0] ^ 1,)))


@pytest.fixture
def decoder_of_last(deflate_codec: Any) -> Callable[[], Any]:
    return lambda: deflate_codec.decoders[-1]


def test_its_facts_are_those_of_the_source(nvc_file: Path, rendered_clip: Any) -> None:
    clip = NvcClip.open(nvc_file)
    source = rendered_clip.info
    info = clip.info
    assert (info.container, info.codec) == ("nvc", "deflate")
    assert (info.width, info.height, info.timestamps) == (source.width, source.height, source.timestamps)
    assert (info.time_base, info.rate, info.colour) == (source.time_base, source.rate, source.colour)
    assert (info.rotation, info.sample_aspect) == (source.rotation, source.sample_aspect)
    assert (info.pixel_format, info.bit_depth) == ("yuv420p", 8)
    assert info.units == ((0, 4), (4, 8), (8, 10))
    assert info.byte_count == nvc_file.stat().st_size
    assert info.notes == ()
    assert "nvc-engine test" in info.provenance
    assert '{"level":6}' in info.provenance
    clip.close()


def test_the_bytes_of_the_frames_are_the_units_bytes(nvc_file: Path) -> None:
    with NvcReader.open(nvc_file) as reader:
        sizes = [unit.size for unit in reader.units]
    clip = NvcClip.open(nvc_file)
    assert len(clip.info.frame_bytes) == 10
    assert sum(clip.info.frame_bytes) == sum(sizes)
    assert clip.info.frame_bytes[:4] == (sizes[0] - 3, 1, 1, 1)
    clip.close()


@pytest.mark.parametrize("order", [range(10), reversed(range(10)), (9, 0, 4, 4, 5, 3, 7, 8, 2, 2, 1)])
def test_any_frame_in_any_order(nvc_file: Path, rendered_clip: Any, order: Any) -> None:
    clip = NvcClip.open(nvc_file)
    for frame in order:
        assert same(clip.picture(frame), rendered_clip.picture(frame))
    clip.close()


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 10), (3, 9), (4, 8), (9, 10), (5, 5)])
def test_ranges_run_across_units(nvc_file: Path, rendered_clip: Any, start: int, stop: int | None) -> None:
    clip = NvcClip.open(nvc_file)
    pictures = list(clip.pictures(start, stop))
    expected = list(rendered_clip.pictures(start, stop))
    assert len(pictures) == len(expected)
    assert all(same(a, b) for a, b in zip(pictures, expected, strict=True))
    clip.close()


def test_two_ranges_may_run_at_once(nvc_file: Path, rendered_clip: Any) -> None:
    clip = NvcClip.open(nvc_file)
    for frame, (early, late) in enumerate(zip(clip.pictures(0, 5), clip.pictures(5, 10), strict=True)):
        assert same(early, rendered_clip.picture(frame))
        assert same(late, rendered_clip.picture(frame + 5))
        assert same(clip.picture(9 - frame), rendered_clip.picture(9 - frame))
    clip.close()


def test_outside_the_clip_is_an_index_error(nvc_file: Path) -> None:
    clip = NvcClip.open(nvc_file)
    for frame in (-1, 10):
        with pytest.raises(IndexError):
            clip.picture(frame)
    for start, stop in ((-1, 3), (0, 11), (7, 6)):
        with pytest.raises(IndexError):
            clip.pictures(start, stop)
    clip.close()


def test_one_frame_costs_one_frame(nvc_file: Path, decoder_of_last: Callable[[], Any]) -> None:
    clip = NvcClip.open(nvc_file)
    clip.picture(6)
    clip.picture(2)
    clip.picture(6)
    assert decoder_of_last().decoded == [6, 2]
    clip.close()


def test_playing_decodes_each_frame_once_and_starts_few_decoders(
    nvc_file: Path, decoder_of_last: Callable[[], Any]
) -> None:
    clip = NvcClip.open(nvc_file)
    for frame in range(10):
        clip.picture(frame)
    assert decoder_of_last().decoded == list(range(10))
    assert decoder_of_last().starts <= 4
    clip.close()


def test_a_damaged_unit_costs_its_own_frames(nvc_file: Path, rendered_clip: Any) -> None:
    damage_unit(nvc_file, 1)
    clip = NvcClip.open(nvc_file)
    for frame in (0, 3, 8, 9):
        assert same(clip.picture(frame), rendered_clip.picture(frame))
    for frame in (4, 5, 6, 7):
        with pytest.raises(DamagedUnitError, match=r"frames 4 to 7"):
            clip.picture(frame)
    with pytest.raises(DamagedUnitError, match=r"frames 4 to 7"):
        list(clip.pictures())
    assert len(clip.info.frame_bytes) == 10
    clip.close()


def test_a_file_cut_off_plays_up_to_the_cut(nvc_file: Path, rendered_clip: Any) -> None:
    with NvcReader.open(nvc_file) as reader:
        cut = reader.units[1].place.stop + 3
    nvc_file.write_bytes(nvc_file.read_bytes()[:cut])
    clip = NvcClip.open(nvc_file)
    assert clip.info.frame_count == 10
    assert clip.info.units == ((0, 4), (4, 8))
    assert clip.info.frame_bytes[8:] == (0, 0)
    assert any("cut off" in note for note in clip.info.notes)
    assert same(clip.picture(7), rendered_clip.picture(7))
    with pytest.raises(DamagedUnitError, match="frames 8 to 9 are missing"):
        clip.picture(8)
    clip.close()


def rewritten(path: Path, tracks: bytes | None = None, **changes: Any) -> None:
    with NvcReader.open(path) as reader:
        header = replace(reader.header, **changes)
        units = [EncodedUnit(unit.first, unit.count, reader.payload(k)) for k, unit in enumerate(reader.units)]
    write_nvc(path, header, units, tracks, overwrite=True)


def test_a_file_of_an_unknown_codec_says_so(nvc_file: Path) -> None:
    rewritten(nvc_file, codec="dream-codec")
    with pytest.raises(EngineError, match=r"clip\.nvc was made with the codec 'dream-codec'"):
        NvcClip.open(nvc_file)


def test_a_file_of_a_newer_codec_says_so(nvc_file: Path) -> None:
    rewritten(nvc_file, codec_version=3)
    with pytest.raises(NewerFileError, match="newer version of the codec 'deflate'"):
        NvcClip.open(nvc_file)


def test_a_codec_without_a_base_layer_says_so(nvc_file: Path) -> None:
    with pytest.raises(UsageError, match="has no base layer: the codec 'deflate' keeps pictures of the full size only"):
        NvcClip.open(nvc_file, layer=Layer.BASE)


def test_closing_closes_the_decoder(nvc_file: Path, decoder_of_last: Callable[[], Any]) -> None:
    clip = NvcClip.open(nvc_file)
    clip.close()
    assert decoder_of_last().closed


def sound() -> bytes:
    """A second of silence, as carried tracks."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return buffer.getvalue()


def test_carried_audio_is_among_its_facts(nvc_file: Path) -> None:
    blob = sound()
    rewritten(nvc_file, blob)
    clip = NvcClip.open(nvc_file)
    assert [(track.kind, track.codec) for track in clip.info.tracks] == [("audio", "pcm_s16le")]
    assert len(blob) < clip.info.track_byte_count < len(blob) + 20
    assert clip.info.notes == ()
    clip.close()


def test_damaged_audio_costs_no_pictures(nvc_file: Path, rendered_clip: Any) -> None:
    rewritten(nvc_file, b"no Matroska file")
    clip = NvcClip.open(nvc_file)
    assert clip.info.tracks == ()
    assert any("audio" in note for note in clip.info.notes)
    assert same(clip.picture(5), rendered_clip.picture(5))
    clip.close()
