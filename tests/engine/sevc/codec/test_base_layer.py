"""The small pictures within a file, through the clip and the terminal."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.cli import main
from nvc_engine.codecs.contract import Layer
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.sevc.decoding import SevcDecoder
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Picture

from .conftest import Encoded, WavesClip

WIDTH, HEIGHT = 64, 64
SMALL_WIDTH, SMALL_HEIGHT = 16, 16
COUNT = 5
UNIT = 4


@pytest.fixture(scope="module")
def kept() -> dict[str, Encoded]:
    """What is encoded once for the module."""
    return {}


@pytest.fixture
def encoded(kept: dict[str, Encoded], encode: Callable[..., Encoded]) -> Encoded:
    """Five frames, in units of four and one."""
    if not kept:
        kept["clip"] = encode(WavesClip(WIDTH, HEIGHT, COUNT), intra_period=UNIT)
    return kept["clip"]


@pytest.fixture
def file(tmp_path: Path, encoded: Encoded, written: Callable[[Path, Encoded], Path]) -> Path:
    return written(tmp_path / "clip.nvc", encoded)


def same(one: Picture, other: Picture) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("y", "u", "v"))


def small_pictures(file: Path, start: int = 0, stop: int = COUNT) -> list[Picture]:
    clip = NvcClip.open(file, layer=Layer.BASE)
    try:
        return list(clip.pictures(start, stop))
    finally:
        clip.close()


def test_a_clip_of_the_base_layer_is_small_and_else_the_same(file: Path) -> None:
    clip, whole = NvcClip.open(file, layer=Layer.BASE), NvcClip.open(file)
    info, full = clip.info, whole.info
    assert (info.width, info.height) == (SMALL_WIDTH, SMALL_HEIGHT)
    for fact in ("timestamps", "time_base", "rate", "colour", "chroma", "bit_depth", "sample_aspect", "units"):
        assert getattr(info, fact) == getattr(full, fact)
    pictures = list(clip.pictures())
    assert [picture.y.shape for picture in pictures] == [(SMALL_HEIGHT, SMALL_WIDTH)] * COUNT
    for frame in (2, 1, 3):
        assert same(clip.picture(frame), pictures[frame])
    clip.close()
    whole.close()


def test_layers_take_turns_and_none_disturbs_the_other(encoded: Encoded) -> None:
    unit = encoded.units[0]
    where = (unit.payload, 0, UNIT)
    small = list(SevcDecoder(encoded.header, "cpu").base_frames(*where, 0, UNIT))
    whole = list(SevcDecoder(encoded.header, "cpu").frames(*where, 0, UNIT))
    decoder = SevcDecoder(encoded.header, "cpu")
    for frame, base in ((3, True), (2, False), (1, True), (3, False), (0, True)):
        for _ in decoder.approach(*where, frame, base=base):
            assert same(next(decoder.base_frames(*where, 1, 2)), small[1])
        frames = decoder.base_frames if base else decoder.frames
        assert same(next(frames(*where, frame, frame + 1)), (small if base else whole)[frame])
        assert not list(decoder.approach(*where, frame, base=base))


def test_the_terminal_writes_the_base_layer(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = small_pictures(file)
    for name in ("out.mkv", "out.mp4", "out.y4m", "out.yuv", "frames"):
        output = tmp_path / name
        assert main(["decode", str(file), "-o", str(output), "--layer", "base"]) == 0
        assert f"{COUNT} frames" in capsys.readouterr().out
        if name == "out.yuv":
            assert output.read_bytes()[: expected[0].y.size] == expected[0].y.tobytes()
            continue
        clip = open_video(output)
        even = 2 if name == "out.mp4" else 1  # H.264 in 4:2:0 has even sides
        assert abs(clip.info.width - SMALL_WIDTH) < even
        assert abs(clip.info.height - SMALL_HEIGHT) < even
        assert clip.info.frame_count == COUNT
        if name in ("out.mkv", "out.y4m"):
            assert all(same(one, other) for one, other in zip(clip.pictures(), expected, strict=True))
        clip.close()


def test_a_part_of_the_base_layer_is_written(tmp_path: Path, file: Path) -> None:
    output = tmp_path / "part.y4m"
    assert main(["decode", str(file), "-o", str(output), "--layer", "base", "--frames", "3:5"]) == 0
    part = open_video(output)
    assert all(same(one, other) for one, other in zip(part.pictures(), small_pictures(file, 3, 5), strict=True))


def test_a_damaged_unit_costs_its_own_small_pictures(
    tmp_path: Path, file: Path, encoded: Encoded, capsys: pytest.CaptureFixture[str]
) -> None:
    content = file.read_bytes()
    payload = encoded.units[1].payload
    file.write_bytes(content.replace(payload, payload[:60] + bytes(8) + payload[68:]))
    output = tmp_path / "out.y4m"
    order = ["decode", str(file), "-o", str(output), "--layer", "base"]
    assert main(order) == 1
    assert "--keep-going" in capsys.readouterr().err
    assert not output.exists()
    assert main([*order, "--keep-going"]) == 1
    assert "Placeholders stand for frame 4," in capsys.readouterr().err
    clip = open_video(output)
    assert (clip.info.width, clip.info.height, clip.info.frame_count) == (SMALL_WIDTH, SMALL_HEIGHT, COUNT)
