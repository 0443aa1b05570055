"""Jobs in parts, on a real Ray of this machine where it is installed: two processes, one of which is killed."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.cluster.job import MOST_LOSSES, ClusterError, ClusterJob
from nvc_engine.cluster.node import PartEncoder
from nvc_engine.cluster.source import laid_out, source_bytes, source_files
from nvc_engine.codecs.contract import SessionState
from nvc_engine.jobs.checkpoint import Checkpoint, packed
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState

SMALLEST = {"width": 8, "depth": 1, "expansion": 1, "base_channels": 1, "base_levels": 2, "local_channels": 1}
PATIENCE = 300.0


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two scenes of four frames."""
    path = tmp_path / "clip.y4m"
    grain = np.random.default_rng(7).integers(0, 30, (48, 64))
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n")
        for frame in range(8):
            luma = (grain + 2 * frame + (60 if frame < 4 else 170)).astype(np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (48 * 64 // 2))
    return path


@pytest.fixture
def order(clip: Path, tmp_path: Path) -> Callable[..., JobRequest]:
    def make(epochs: int | None = 3, **fields: object) -> JobRequest:
        request = JobRequest(
            str(clip), str(tmp_path / "out.nvc"), preset="light", settings=SMALLEST, epochs=epochs, device="cpu"
        )
        return wire.from_plain(JobRequest, {**wire.to_plain(request), **fields})

    return make


def payloads(store: JobStore, request: JobRequest) -> list[bytes]:
    """What each part comes to in this very process."""
    job = ClusterJob(store, store.add(request).id, time.monotonic)
    found = encode(job)
    job.close()
    return found


def encode(job: ClusterJob) -> list[bytes]:
    """Encode all parts of a job; their units' bytes."""
    found = []
    for part in job.parts:
        words = json.dumps(wire.to_plain(part.request)).encode()
        for kind, facts, data in PartEncoder().encode(words, job.files, part.digest, b""):
            job.heard(part, kind, facts, data)
            if kind == "unit":
                found.append(data)
    assert job.done
    return found


def test_a_job_is_cut_at_its_scenes_and_laid_together(store: JobStore, order: Callable[..., JobRequest]) -> None:
    size = wire.to_plain(Goal(GoalKind.SIZE, 4000.0))
    job = ClusterJob(store, store.add(order(goal=size)).id, time.monotonic)
    assert [(part.first, part.stop) for part in job.parts] == [(0, 4), (4, 8)]
    assert [part.request.goal for part in job.parts] == [Goal(GoalKind.SIZE, 2000.0)] * 2
    job.close()
    assert len(payloads(store, order())) == 2


def test_a_source_larger_than_memory_is_not_sent(
    store: JobStore, order: Callable[..., JobRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nvc_engine.cluster.job.free_memory", lambda device: 1000)
    job = store.add(order()).id
    with pytest.raises(ClusterError, match="too much to be sent"):
        ClusterJob(store, job, time.monotonic)


def test_a_part_goes_on_from_its_checkpoint(store: JobStore, order: Callable[..., JobRequest]) -> None:
    """A node that is lost in the middle: the next one gets what had come home, and ends with the same bytes."""
    expected = payloads(store, order(12))
    job = ClusterJob(store, store.add(order(12)).id, time.monotonic)
    part = job.parts[0]
    words = json.dumps(wire.to_plain(part.request)).encode()
    for kind, facts, data in PartEncoder().encode(words, job.files, part.digest, b""):
        job.heard(part, kind, facts, data)
        if kind == "checkpoint":
            break
    job.lost(part, "killed")
    assert part.checkpoint()
    for kind, facts, data in PartEncoder().encode(words, job.files, part.digest, part.checkpoint()):
        job.heard(part, kind, facts, data)
    assert part.done
    assert (part.folder / "unit-0000").read_bytes().endswith(expected[0])
    job.close()


def test_what_has_been_laid_together_is_not_encoded_again(store: JobStore, order: Callable[..., JobRequest]) -> None:
    """All parts are at home, and the worker that was to write the file has been killed."""
    name = store.add(order()).id
    job = ClusterJob(store, name, time.monotonic)
    encode(job)
    job.gather()
    job.let_a_worker_in()
    job.close()
    again = ClusterJob(store, name, time.monotonic)
    assert again.done
    assert (again.parts, again.files) == ([], {})
    again.gather()
    again.let_a_worker_in()
    finished = JobRun(store, name, lambda message: None).run()
    again.close()
    assert finished.state is JobState.DONE, finished.sentence
    events = [event["event"] for event in log(store, name)]
    assert events.count("node begins") == 2
    assert "encode begins" not in events


def test_checkpoints_that_come_no_further_excuse_no_loss(store: JobStore, order: Callable[..., JobRequest]) -> None:
    job = ClusterJob(store, store.add(order()).id, time.monotonic)
    part = job.parts[0]
    stuck = packed(Checkpoint(SessionState({}, {}), 0, 1.0, 0.5), part.digest)
    for _ in range(MOST_LOSSES - 1):
        job.heard(part, "checkpoint", b"{}", stuck)
        job.lost(part, "killed")
    job.heard(part, "checkpoint", b"{}", stuck)
    with pytest.raises(ClusterError, match="lost 3 nodes in a row"):
        job.lost(part, "killed")
    job.close()


def test_a_source_is_laid_out_in_its_folder_and_nowhere_else(tmp_path: Path, order: Callable[..., JobRequest]) -> None:
    request = order()
    files = source_files(request)
    there = laid_out(request, files, tmp_path / "node")
    assert Path(there.source).read_bytes() == Path(request.source).read_bytes()
    assert source_bytes(request) == sum(map(len, files.values()))
    with pytest.raises(ValueError, match="leads out"):
        laid_out(request, {"../evil": b""}, tmp_path / "node")


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_a_node_that_is_killed_costs_its_last_seconds(store: JobStore, order: Callable[..., JobRequest]) -> None:
    expected = payloads(store, order(80))
    job = store.add(order(80)).id
    begun_here = store.add(order(80)).id
    (store.folder(begun_here)).mkdir(parents=True)
    (store.folder(begun_here) / "checkpoint-0").write_bytes(b"what a worker of this machine has done")
    command = [sys.executable, "-P", "-m", "nvc_engine", "cluster", "local", "--once"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as cluster:
        killed = kill_a_node(store, job)
        assert cluster.stderr is not None
        said = cluster.stderr.read()
    assert cluster.returncode == 0, said
    facts = store.get(job)
    assert facts.state is JobState.DONE, facts.message
    assert store.get(begun_here).state is JobState.WAITING
    events = log(store, job)
    begun = [event for event in events if event["event"] == "node begins"]
    assert len({event["pid"] for event in begun}) == 3
    lost = next(event for event in events if event["event"] == "node lost")
    assert lost["first"] == killed["first"]
    with NvcReader.open(Path(facts.request.output)) as reader:
        assert [reader.payload(index) for index in range(2)] == expected


def kill_a_node(store: JobStore, job: str) -> dict[str, object]:
    """Kill one of two processes once both have begun and a checkpoint of its part has come home."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        begun = [event for event in log(store, job) if event["event"] == "node begins"]
        for event in begun if len(begun) == 2 else ():
            part = 0 if event["first"] == 0 else 1
            if any((store.folder(job) / "parts" / f"{part:04d}").glob("checkpoint-?")):
                os.kill(int(event["pid"]), signal.SIGKILL)
                return event
        time.sleep(0.05)
    raise AssertionError("no two nodes began")


def log(store: JobStore, job: str) -> list[dict[str, object]]:
    path = store.log_file(job)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
