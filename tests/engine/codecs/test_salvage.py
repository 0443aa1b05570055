import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import ContainerError, NvcReader, write_nvc
from nvc_engine.codecs import salvage
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.placeholder import placeholder
from nvc_engine.codecs.salvage import Loss, salvaged
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Picture


def same(a: Picture, b: Picture) -> bool:
    return all(np.array_equal(x, y) for x, y in ((a.y, b.y), (a.u, b.u), (a.v, b.v)))


def damage(path: Path, *indexes: int) -> None:
    """Change a byte of these units."""
    with NvcReader.open(path) as reader:
        offsets = [reader.units[index].offset for index in indexes]
    data = bytearray(path.read_bytes())
    for offset in offsets:
        data[offset + 6] ^= 1
    path.write_bytes(data)


def with_payload(path: Path, index: int, payload: bytes) -> None:
    """Give a unit other bytes; the container's checksums are right."""
    with NvcReader.open(path) as reader:
        header = reader.header
        units = [EncodedUnit(unit.first, unit.count, reader.payload(k)) for k, unit in enumerate(reader.units)]
    units[index] = EncodedUnit(units[index].first, units[index].count, payload)
    write_nvc(path, header, units, overwrite=True)


def all_of(path: Path, start: int = 0, stop: int = 10) -> tuple[list[Picture], list[Loss], NvcClip]:
    clip = NvcClip.open(path)
    losses: list[Loss] = []
    try:
        return list(salvaged(clip, start, stop, losses.append)), losses, clip
    finally:
        clip.close()


def test_a_sound_file_gives_its_own_pictures(nvc_file: Path, rendered_clip: Any) -> None:
    pictures, losses, _ = all_of(nvc_file)
    assert losses == []
    assert [same(picture, rendered_clip.picture(n)) for n, picture in enumerate(pictures)] == [True] * 10


@pytest.mark.parametrize(
    ("broken", "lost"), [((0,), [(0, 4)]), ((1,), [(4, 8)]), ((2,), [(8, 10)]), ((0, 1), [(0, 4), (4, 8)])]
)
def test_lost_frames_are_placeholders_and_the_others_are_there(
    nvc_file: Path, rendered_clip: Any, broken: tuple[int, ...], lost: list[tuple[int, int]]
) -> None:
    damage(nvc_file, *broken)
    pictures, losses, clip = all_of(nvc_file)
    assert [(loss.first, loss.stop) for loss in losses] == lost
    assert all(f"frames {first} to {stop - 1}" in loss.reason for loss, (first, stop) in zip(losses, lost, strict=True))
    assert len(pictures) == 10
    missing = {frame for first, stop in lost for frame in range(first, stop)}
    for frame, picture in enumerate(pictures):
        if frame in missing:
            good = [n for n in range(frame) if n not in missing]
            assert same(picture, placeholder(clip.info, pictures[good[-1]] if good else None))
        else:
            assert same(picture, rendered_clip.picture(frame))


def test_a_part_of_the_file_is_judged_by_that_part_alone(nvc_file: Path, rendered_clip: Any) -> None:
    damage(nvc_file, 1)
    pictures, losses, _ = all_of(nvc_file, 2, 6)
    assert [(loss.first, loss.stop) for loss in losses] == [(4, 6)]
    assert [same(picture, rendered_clip.picture(2 + n)) for n, picture in enumerate(pictures)] == [True] * 2 + [
        False
    ] * 2
    assert all_of(nvc_file, 8, 10)[1] == []


def test_missing_units_are_lost_like_damaged_ones(nvc_file: Path) -> None:
    with NvcReader.open(nvc_file) as reader:
        cut = reader.units[1].place.stop + 3
    nvc_file.write_bytes(nvc_file.read_bytes()[:cut])
    pictures, losses, _ = all_of(nvc_file)
    assert len(pictures) == 10
    assert [(loss.first, loss.stop) for loss in losses] == [(8, 10)]
    assert "missing" in losses[0].reason


def test_symbols_that_decode_otherwise_cost_their_unit(nvc_file: Path) -> None:
    with NvcReader.open(nvc_file) as reader:
        payload = reader.payload(1)[:4] + zlib.compress(bytes(4000))
    with_payload(nvc_file, 1, payload)
    pictures, losses, _ = all_of(nvc_file)
    assert (len(pictures), [(loss.first, loss.stop) for loss in losses]) == (10, [(4, 8)])
    assert "other symbols" in losses[0].reason
    assert "clip.nvc" in losses[0].reason


Failures = dict[int, Exception | Picture | None]


@pytest.fixture
def failing(deflate_codec: Any, monkeypatch: pytest.MonkeyPatch) -> Failures:
    """What the decoder of the test codec raises or gives in place of a frame; with None it ends there."""
    failures: Failures = {}
    decoder = deflate_codec.decoder

    def trying(header: Any, device: str = "cpu") -> Any:
        made = decoder(header, device)
        frames = made.frames

        def until_it_fails(payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
            for frame, picture in enumerate(frames(payload, first, count, start, stop), start):
                given = failures.get(frame, picture)
                if given is None:
                    return
                if isinstance(given, Exception):
                    raise given
                yield given

        made.frames = until_it_fails
        return made

    monkeypatch.setattr(deflate_codec, "decoder", trying)
    return failures


@pytest.mark.parametrize("held_bytes", [0, 1 << 20])
@pytest.mark.parametrize("error", [EngineError("The end is not what it should be."), MemoryError()])
def test_a_failure_in_the_middle_of_a_unit_costs_all_of_it(
    nvc_file: Path,
    rendered_clip: Any,
    failing: Failures,
    monkeypatch: pytest.MonkeyPatch,
    held_bytes: int,
    error: Exception,
) -> None:
    """Its checksums may stand at its end, so what came before is not to be trusted; whether it fits memory or not."""
    monkeypatch.setattr(salvage, "HELD_BYTES", held_bytes)
    failing[6] = error
    pictures, losses, _ = all_of(nvc_file)
    assert [(loss.first, loss.stop) for loss in losses] == [(4, 8)]
    assert [same(picture, rendered_clip.picture(n)) for n, picture in enumerate(pictures)] == [
        n not in range(4, 8) for n in range(10)
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [(None, "end before frame 7"), (Picture(*(np.zeros((2, 2), np.uint8),) * 3), "frame 7 decodes to another size")],
)
def test_a_decoder_that_gives_too_little_costs_its_unit(
    nvc_file: Path, failing: Failures, given: Picture | None, words: str
) -> None:
    failing[7] = given
    pictures, losses, clip = all_of(nvc_file)
    assert [(loss.first, loss.stop) for loss in losses] == [(4, 8)]
    assert words in losses[0].reason
    assert all(picture.y.shape == (clip.info.height, clip.info.width) for picture in pictures)


def test_a_fault_of_the_decoder_is_no_damage(nvc_file: Path, failing: Failures) -> None:
    failing[6] = ZeroDivisionError("a bug")
    with pytest.raises(ZeroDivisionError):
        all_of(nvc_file)


def test_where_nothing_decodes_there_is_no_picture(nvc_file: Path) -> None:
    damage(nvc_file, 0, 1, 2)
    clip = NvcClip.open(nvc_file)
    losses: list[Loss] = []
    with pytest.raises(ContainerError, match=r"Not one of frames 0 to 9 of clip\.nvc can be decoded\. .*frames 0 to 3"):
        next(salvaged(clip, 0, 10, losses.append))
    assert len(losses) == 3
    clip.close()
