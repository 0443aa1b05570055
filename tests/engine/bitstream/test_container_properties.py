"""Whatever happens to the bytes of a file: what is intact is given as it was, and everything else is told."""

import io
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import ContainerError, DamagedUnitError, NvcReader
from nvc_engine.bitstream.repair import repair

MANY = settings(max_examples=300, deadline=None)


@st.composite
def accidents(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with bytes changed, a stretch overwritten, its end cut off, or several of these."""
    out = bytearray(data)
    for offset in draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        out[offset] ^= draw(st.integers(1, 255))
    if draw(st.booleans()):
        start = draw(st.integers(0, len(data)))
        filling = draw(st.binary(max_size=60) | st.integers(0, 60).map(bytes))
        out[start : start + len(filling)] = filling
    return bytes(out[: draw(st.just(len(out)) | st.integers(0, len(out)))])


@st.composite
def shifts(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with bytes put in between and others taken out, so that what follows is elsewhere."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=20)) + data[start + draw(st.integers(0, 20)) :]
    return data


def opened(data: bytes) -> NvcReader | None:
    try:
        return NvcReader(io.BytesIO(data), Path("clip.nvc"))
    except ContainerError:
        return None


def held(reader: NvcReader) -> dict[int, bytes]:
    """The payload that each frame comes from, of those that can be read; the others are told to be lost."""
    frames = {}
    lost = {frame for damage in reader.damage for frame in range(damage.first, damage.stop)}
    for index, unit in enumerate(reader.units):
        try:
            payload = reader.payload(index)
        except DamagedUnitError as error:
            lost |= set(range(error.first, error.stop))
        else:
            frames.update(dict.fromkeys(range(unit.first, unit.stop), payload))
    assert set(frames) | lost == set(range(reader.header.frame_count))
    return frames


def tracks(reader: NvcReader) -> bytes | None:
    try:
        return reader.tracks()
    except ContainerError:
        return None


def original(sample: Any) -> list[tuple[bytes, set[int], bytes]]:
    """(whole chunk, its frames, its payload) of every unit of the sample."""
    places = NvcReader(io.BytesIO(sample.data), Path("clip.nvc")).chunk_places()
    found = [sample.data[place.start : place.stop] for place in places if place.kind == chunks.UNIT]
    return [
        (chunk, set(range(unit.first, unit.first + unit.count)), unit.payload)
        for chunk, unit in zip(found, sample.units, strict=True)
    ]


def intact(sample: Any, data: bytes, *, in_place: bool) -> dict[int, bytes]:
    """The payloads by frame of the units that are whole in `data`."""
    return {
        frame: payload
        for chunk, frames, payload in original(sample)
        for frame in frames
        if (data.startswith(chunk, sample.data.index(chunk)) if in_place else chunk in data)
    }


@given(st.data())
@MANY
def test_what_is_intact_is_given_as_it_was_and_all_else_is_told(sample: Any, data: st.DataObject) -> None:
    mutant = data.draw(accidents(sample.data))
    reader = opened(mutant)
    if reader is None:
        head = sample.data[: sample.data.index(b"CONF")]
        assert not mutant.startswith(head)
        return
    assert held(reader) == intact(sample, mutant, in_place=True)
    told = bool(reader.damage) or len(held(reader)) < 9 or tracks(reader) != sample.tracks
    assert told == (mutant != sample.data)
    assert reader.header.timestamps == sample.header.timestamps


@given(st.data())
@MANY
def test_a_repaired_file_holds_all_that_was_intact_and_is_not_repaired_again(sample: Any, data: st.DataObject) -> None:
    mutant = data.draw(accidents(sample.data) | shifts(sample.data))
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder, "clip.nvc"), Path(folder, "repaired.nvc")
        path.write_bytes(mutant)
        whole = intact(sample, mutant, in_place=False)
        try:
            done = repair(path, output)
        except ContainerError:
            assert not whole or not mutant.startswith(sample.data[: sample.data.index(b"CONF")])
            assert not output.exists()
            return
        finally:
            assert path.read_bytes() == mutant
        if done.output is None:
            output = path
        repaired = output.read_bytes()
        with NvcReader.open(output) as reader:
            assert held(reader) == whole
            assert all(damage.stop > damage.first for damage in reader.damage)
            assert reader.header.timestamps == sample.header.timestamps
            trks = sample.data.index(b"trks")
            if sample.data[trks : sample.data.index(b"UNIT")] in mutant:
                assert reader.tracks() == sample.tracks
        assert sorted(set(range(9)) - set(whole)) == [f for first, stop in done.lost for f in range(first, stop)]
        again = repair(output)
        assert (again.output, again.lost) == (None, done.lost)
        assert output.read_bytes() == repaired
