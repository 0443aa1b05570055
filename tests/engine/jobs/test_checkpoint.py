"""Checkpoints and finished units: whole, or not there."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from nvc_engine.codecs.contract import EncodedUnit, SessionState
from nvc_engine.jobs import durable
from nvc_engine.jobs.checkpoint import Checkpoint, CheckpointFolder
from nvc_engine.jobs.checkpoint_timing import CheckpointTiming
from nvc_engine.jobs.units import Encoded, UnitFolder


def checkpoint(number: int) -> Checkpoint:
    shared = torch.arange(12.0).reshape(3, 4)
    tensors = {
        "weights": shared + number,
        "view": shared.t(),
        "whole": shared,
        "half": torch.ones(2, dtype=torch.bfloat16),
        "random": torch.Generator().manual_seed(number).get_state(),
        "array": np.arange(3, dtype=np.int16),
        "empty": torch.zeros(0),
    }
    return Checkpoint(
        SessionState(tensors, {"step": number, "lr": 0.1 + 0.2, "list": [1, None]}), 2, 12.5, 0.25, number
    )


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    saved = checkpoint(7)
    CheckpointFolder(tmp_path, "order").save(saved)
    loaded = CheckpointFolder(tmp_path, "order").load()
    assert loaded is not None
    assert loaded.state.values == {"step": 7, "lr": 0.1 + 0.2, "list": [1, None]}
    assert (loaded.units, loaded.seconds, loaded.fraction, loaded.step) == (2, 12.5, 0.25, 7)
    assert loaded.state.tensors.keys() == saved.state.tensors.keys()
    for name, tensor in saved.state.tensors.items():
        assert torch.equal(loaded.state.tensors[name], torch.as_tensor(tensor))
        assert loaded.state.tensors[name].dtype == torch.as_tensor(tensor).dtype


def test_the_newest_is_taken_and_two_are_kept(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, "order")
    for number in range(5):
        folder.save(checkpoint(number))
        loaded = CheckpointFolder(tmp_path, "order").load()
        assert loaded is not None
        assert loaded.step == number
    assert len(list(tmp_path.iterdir())) == 2
    folder = CheckpointFolder(tmp_path, "order")
    folder.save(checkpoint(5))
    loaded = folder.load()
    assert loaded is not None
    assert loaded.step == 5


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "gone", "text"])
def test_a_damaged_one_is_passed_over_for_the_one_before(tmp_path: Path, harm: str) -> None:
    CheckpointFolder(tmp_path, "order").save(checkpoint(1))
    (before,) = tmp_path.iterdir()
    CheckpointFolder(tmp_path, "order").save(checkpoint(2))
    (newest,) = set(tmp_path.iterdir()) - {before}
    data = newest.read_bytes()
    middle = len(data) // 2
    if harm == "gone":
        newest.unlink()
    else:
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        newest.write_bytes({"cut": data[:-1], "flip": flipped, "empty": b"", "text": b"no checkpoint " * 9}[harm])
    folder = CheckpointFolder(tmp_path, "order")
    loaded = folder.load()
    assert loaded is not None
    assert loaded.step == 1
    folder.save(checkpoint(3))
    loaded = CheckpointFolder(tmp_path, "order").load()
    assert loaded is not None
    assert loaded.step == 3


def test_none_at_all_and_that_of_another_order(tmp_path: Path) -> None:
    assert CheckpointFolder(tmp_path, "order").load() is None
    CheckpointFolder(tmp_path, "another").save(checkpoint(1))
    assert CheckpointFolder(tmp_path, "order").load() is None
    CheckpointFolder(tmp_path, "order").discard()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, "order")
    folder.save(checkpoint(1))
    with pytest.raises(TypeError, match="tensors"):
        folder.save(Checkpoint(SessionState({"x": "text"}), 0, 0.0, 0.0))
    (tmp_path / "checkpoint-1.part").mkdir()
    with pytest.raises(OSError):
        folder.save(checkpoint(2))
    loaded = folder.load()
    assert loaded is not None
    assert loaded.step == 1


def test_undefined_numbers_survive(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, "order")
    folder.save(Checkpoint(SessionState({}, {"best": math.inf}), 0, 0.0, 0.0))
    loaded = folder.load()
    assert loaded is not None
    assert loaded.state.values["best"] == math.inf


def test_units_come_back_and_damage_is_noticed(tmp_path: Path) -> None:
    units = UnitFolder(tmp_path)
    units.put(0, EncodedUnit(0, 3, b"first"))
    units.put(1, EncodedUnit(3, 5, b""))
    assert units.get(0) == EncodedUnit(0, 3, b"first")
    assert units.get(1) == EncodedUnit(3, 5, b"")
    assert units.whole(2)
    assert not units.whole(3)
    assert units.finished("this clip") is None
    encoded = Encoded(2, b"\x00config\xff", "fast", 1.25, "this clip")
    units.finish(encoded)
    assert UnitFolder(tmp_path).finished("this clip") == encoded
    assert UnitFolder(tmp_path).finished("another clip") is None
    path = tmp_path / "unit-0001"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(durable.DamagedFileError):
        units.get(1)
    assert units.finished("this clip") is None
    units.clear()
    assert list(tmp_path.iterdir()) == []


def test_the_written_file_is_known_again_until_it_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "job"
    folder.mkdir()
    units, output = UnitFolder(folder), tmp_path / "out.nvc"
    assert not units.writing(output)
    units.note_writing(output)
    assert units.writing(output)
    assert not units.writing(tmp_path / "other.nvc")
    output.write_bytes(b"result")
    assert not units.written(output)
    units.note_written(output)
    assert units.written(output)
    output.write_bytes(b"another result")
    assert not units.written(output)
    output.unlink()
    assert not units.written(output)


@pytest.mark.parametrize(("cost", "dearest"), [(0.01, 0.02), (0.4, 0.02), (3.0, 0.12)])
def test_checkpoints_are_never_far_apart_and_cost_little(cost: float, dearest: float) -> None:
    """`cost`: seconds that saving takes; `dearest`: the share of the time that it may take in the long run."""
    now = 0.0
    timing = CheckpointTiming(lambda: now)
    moments, spent = [0.0], 0.0
    while now < 3600:
        now += 0.25
        if timing.due:
            began = now
            now += cost
            spent += cost
            timing.saved(began)
            moments.append(now)
    gaps = [after - before for before, after in pairwise(moments)]
    assert max(gaps) <= 30
    assert gaps[0] < 1.5 + cost
    assert spent <= dearest * now
