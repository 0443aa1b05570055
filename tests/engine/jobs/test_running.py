"""One job from beginning to end in this process, with everything that may happen on the way."""

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nvc_engine.codecs import registry
from nvc_engine.codecs.sources import open_source
from nvc_engine.jobs.lock import JobLock, JobLockedError
from nvc_engine.jobs.reporting import Reporter
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import (
    FrameDropped,
    Goal,
    GoalKind,
    JobRequest,
    JobState,
    JobVerb,
    Message,
    Notice,
    PreviewReady,
    WantPreview,
    WorkerFinished,
    WorkerProgress,
)
from nvc_engine.protocol.ring import FrameRing
from nvc_engine.quality.measure import measure

pytestmark = pytest.mark.usefixtures("mean_codec")

Order = Callable[..., JobRequest]


class Clock:
    """Seconds that pass by being asked for."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


class Parent:
    """Hears a run, and does `act` once it has heard of a step beyond `step`."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.step = 0
        self.act: Callable[[], object] | None = None

    def __call__(self, message: Message) -> None:
        self.heard.append(message)
        if self.act and isinstance(message, WorkerProgress) and message.progress.step >= self.step:
            act, self.act = self.act, None
            act()

    @property
    def stages(self) -> list[str]:
        return [message.progress.stage for message in self.heard if isinstance(message, WorkerProgress)]


def run(store: JobStore, job: str, parent: Parent | None = None) -> WorkerFinished:
    return JobRun(store, job, parent or Parent(), Clock()).run()


def run_until(store: JobStore, job: str, step: int, verb: JobVerb | None = None) -> WorkerFinished:
    """Run a job; after `step` do `verb` to it, or have the worker leave."""
    parent = Parent()
    work = JobRun(store, job, parent, Clock())
    parent.step = step
    parent.act = work.leave if verb is None else lambda: store.command(job, verb)
    return work.run()


def test_a_missed_goal_is_in_the_result_and_in_the_sentence(store: JobStore, order: Order) -> None:
    job = store.add(replace(order(), goal=Goal(GoalKind.BPP, 20.0))).id
    run(store, job)
    facts = store.get(job)
    assert facts.result is not None
    (note,) = facts.result.notes
    assert "The goal was 20.00000 bpp" in note
    assert f"{facts.result.bpp:.5f}" in note
    assert note in facts.message


def test_a_job_ends_in_a_measured_file(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    parent = Parent()
    finished = run(store, job, parent)
    assert finished.state is JobState.DONE
    facts = store.get(job, history=True)
    assert facts.state is JobState.DONE
    assert facts.result is not None
    output = tmp_path / "out.nvc"
    assert str(output) in facts.message
    assert facts.result.bytes == output.stat().st_size
    assert sum(size for _, size in facts.result.byte_shares) == facts.result.bytes
    assert (facts.result.frames, facts.result.width, facts.result.height) == (7, 32, 16)
    reference, test = open_source(tmp_path / "clip.y4m"), open_source(output)
    measured = measure(reference, test)
    assert facts.result.psnr_yuv == measured.mean.psnr_yuv
    assert facts.result.per_frame_psnr_y == measured.values("psnr_y")
    reference.close()
    test.close()
    assert [stage for index, stage in enumerate(parent.stages) if stage not in parent.stages[:index]] == [
        "training",
        "writing",
        "measuring",
    ]
    fractions = [message.progress.fraction for message in parent.heard if isinstance(message, WorkerProgress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert facts.history
    assert facts.progress is not None
    assert facts.progress.fraction == 1.0


def test_what_is_left_of_a_finished_job_is_its_log(store: JobStore, order: Order) -> None:
    job = store.add(order()).id
    run(store, job)
    left = sorted(path.name for path in store.folder(job).iterdir())
    assert left == ["log.jsonl", "worker.lock"]
    lines = [json.loads(line) for line in (store.folder(job) / "log.jsonl").read_text().splitlines()]
    assert lines[0]["event"] == "worker"
    assert {"encode begins", "unit", "written", "done"} <= {line["event"] for line in lines}


@pytest.mark.parametrize("steps", [(10,), (49, 50), (3, 60, 61, 120), (100, 101)])
def test_a_resumed_encode_is_the_uninterrupted_one(
    store: JobStore, order: Order, tmp_path: Path, steps: tuple[int, ...]
) -> None:
    whole = store.add(order("whole.nvc")).id
    run(store, whole)
    job = store.add(order("pieces.nvc")).id
    for step in steps:
        assert run_until(store, job, step).state is JobState.INTERRUPTED
        assert not (tmp_path / "pieces.nvc").exists()
    assert run(store, job).state is JobState.DONE
    assert (tmp_path / "pieces.nvc").read_bytes() == (tmp_path / "whole.nvc").read_bytes()
    walked = [point.step for point in store.get(job, history=True).history if point.stage == "training"]
    assert walked == sorted(walked)


def test_pause_and_resume(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    assert run_until(store, job, 30, JobVerb.PAUSE).state is JobState.PAUSED
    assert store.get(job).state is JobState.PAUSED
    assert run(store, job).state is JobState.PAUSED
    store.command(job, JobVerb.RESUME)
    assert run(store, job).state is JobState.DONE
    assert (tmp_path / "out.nvc").exists()


def test_cancel_leaves_nothing(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order(steps=10**9)).id
    assert run_until(store, job, 30, JobVerb.CANCEL).state is JobState.CANCELLED
    assert not store.folder(job).exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.y4m", "home"]


def test_stop_and_keep(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order(steps=10**9)).id
    assert run_until(store, job, 30, JobVerb.STOP).state is JobState.DONE
    result = store.get(job).result
    assert result is not None
    assert result.frames == 7


def test_a_range_of_frames_is_measured_against_itself(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(replace(order(), first=2, stop=6)).id
    run(store, job)
    result = store.get(job).result
    assert result is not None
    assert result.frames == 4
    whole = store.add(order("whole.nvc")).id
    run(store, whole)
    of_all = store.get(whole).result
    assert of_all is not None
    assert result.psnr_y == pytest.approx(sum(of_all.per_frame_psnr_y[2:6]) / 4, abs=0.2)


def test_the_output_appears_only_at_the_end(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    seen: list[bool] = []

    def look(message: Message) -> None:
        if isinstance(message, WorkerProgress):
            seen.append((tmp_path / "out.nvc").exists() and message.progress.stage in ("training", "writing"))

    JobRun(store, job, look, Clock()).run()
    assert seen
    assert not any(seen)


def test_an_output_that_may_not_be_overwritten_is_refused_at_once(
    store: JobStore, order: Order, tmp_path: Path
) -> None:
    (tmp_path / "out.nvc").write_bytes(b"mine")
    job = store.add(order()).id
    parent = Parent()
    finished = run(store, job, parent)
    assert finished.state is JobState.FAILED
    assert "exists already" in finished.sentence
    assert parent.heard == []
    assert (tmp_path / "out.nvc").read_bytes() == b"mine"
    allowed = store.add(replace(order(), overwrite=True)).id
    assert run(store, allowed).state is JobState.DONE


def test_an_output_that_appears_meanwhile_costs_no_encode(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    parent = Parent()
    parent.act = lambda: (tmp_path / "out.nvc").write_bytes(b"mine")
    finished = run(store, job, parent)
    assert finished.state is JobState.FAILED
    assert "appeared meanwhile" in finished.sentence
    assert (tmp_path / "out.nvc").read_bytes() == b"mine"
    (tmp_path / "out.nvc").unlink()
    store.command(job, JobVerb.RETRY)
    second = Parent()
    assert run(store, job, second).state is JobState.DONE
    assert "training" not in second.stages[1:]
    assert {point.progress.stage for point in second.heard if isinstance(point, WorkerProgress)} == {
        "writing",
        "measuring",
    }


def test_an_output_folder_that_goes_away_costs_no_encode(store: JobStore, order: Order, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    job = store.add(order("results/out.nvc")).id
    parent = Parent()
    parent.act = (tmp_path / "results").rmdir
    finished = run(store, job, parent)
    assert finished.state is JobState.FAILED
    assert "results" in finished.sentence
    (tmp_path / "results").mkdir()
    store.command(job, JobVerb.RETRY)
    again = Parent()
    assert run(store, job, again).state is JobState.DONE
    assert "training" not in again.stages


def test_leaving_while_measuring_goes_on_with_measuring(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    parent = Parent()
    work = JobRun(store, job, parent, Clock())

    def say(message: Message) -> None:
        if isinstance(message, WorkerProgress) and message.progress.stage == "measuring":
            work.leave()

    work.say = say
    assert work.run().state is JobState.INTERRUPTED
    written = (tmp_path / "out.nvc").stat().st_mtime_ns
    again = Parent()
    assert run(store, job, again).state is JobState.DONE
    assert "training" not in again.stages
    assert (tmp_path / "out.nvc").stat().st_mtime_ns == written


@pytest.mark.parametrize("harm", [b"", b"garbage"])
def test_damaged_checkpoints_cost_time_but_not_the_job(
    store: JobStore, order: Order, tmp_path: Path, harm: bytes
) -> None:
    whole = store.add(order("whole.nvc")).id
    run(store, whole)
    job = store.add(order()).id
    run_until(store, job, 120)
    for path in store.folder(job).glob("checkpoint-*"):
        path.write_bytes(harm)
    assert run(store, job).state is JobState.DONE
    assert (tmp_path / "out.nvc").read_bytes() == (tmp_path / "whole.nvc").read_bytes()


def test_a_damaged_unit_is_made_again(store: JobStore, order: Order, tmp_path: Path) -> None:
    whole = store.add(order("whole.nvc")).id
    run(store, whole)
    job = store.add(order()).id
    run_until(store, job, 120)
    (store.folder(job) / "unit-0000").write_bytes(b"garbage")
    assert run(store, job).state is JobState.DONE
    assert (tmp_path / "out.nvc").read_bytes() == (tmp_path / "whole.nvc").read_bytes()


def test_the_checkpoint_of_another_clip_is_not_taken_up(store: JobStore, order: Order, clip_path: Path) -> None:
    job = store.add(order()).id
    run_until(store, job, 60)
    clip_path.write_bytes(clip_path.read_bytes()[: -(6 + 32 * 16 * 3 // 2)])
    assert run(store, job).state is JobState.DONE
    result = store.get(job).result
    assert result is not None
    assert result.frames == 6


@pytest.mark.parametrize("frames", [6, 7])
def test_units_of_another_clip_are_never_written(
    store: JobStore, order: Order, tmp_path: Path, clip_path: Path, frames: int
) -> None:
    """The encode is finished and could not be written; then its source is made anew, shorter or as long as it was."""
    job = store.add(order()).id
    parent = Parent()
    parent.act = lambda: (tmp_path / "out.nvc").write_bytes(b"mine")
    assert run(store, job, parent).state is JobState.FAILED
    (tmp_path / "out.nvc").unlink()
    head, *pictures = clip_path.read_bytes().split(b"FRAME\n")
    darker = [bytes(value // 2 for value in picture) for picture in pictures[:frames]]
    clip_path.write_bytes(head + b"".join(b"FRAME\n" + picture for picture in darker))
    store.command(job, JobVerb.RETRY)
    assert run(store, job).state is JobState.DONE
    result = store.get(job).result
    assert result is not None
    assert result.frames == frames
    fresh = store.add(order("fresh.nvc")).id
    assert run(store, fresh).state is JobState.DONE
    assert (tmp_path / "out.nvc").read_bytes() == (tmp_path / "fresh.nvc").read_bytes()


def test_two_workers_never_do_one_job(store: JobStore, order: Order) -> None:
    job = store.add(order()).id
    with JobLock(store.folder(job)), pytest.raises(JobLockedError):
        run(store, job)


@pytest.mark.parametrize(
    ("trouble", "words"), [("memory", "more memory than this machine"), ("bug", "ZeroDivisionError: a bug:")]
)
def test_what_goes_wrong_is_one_sentence(
    store: JobStore, order: Order, tmp_path: Path, trouble: str, words: str
) -> None:
    job = store.add(order(trouble=trouble)).id
    finished = run(store, job)
    assert finished.state is JobState.FAILED
    assert words in finished.sentence.replace("of two lines", "").replace("a bug)", "a bug:")
    assert "\n" not in finished.sentence
    assert store.get(job).message == finished.sentence
    assert not (tmp_path / "out.nvc").exists()


@pytest.mark.parametrize(
    ("change", "usage"),
    [
        ({"codec": "none"}, True),
        ({"settings": {"steps": 0}}, True),
        ({"settings": {"none": 1}}, True),
        ({"source": "none.mkv"}, False),
        ({"goal": Goal(GoalKind.BPP, -1.0)}, False),
        ({"goal": Goal(GoalKind.SIZE, 1.0)}, False),
        ({"goal": Goal(GoalKind.QUALITY, 11.0)}, False),
        ({"first": 5, "stop": 3}, False),
        ({"first": 0, "stop": 99}, False),
        ({"minutes": 1.0, "epochs": 2}, False),
        ({"device": "cuda"}, False),
        ({"output": "/proc/none.nvc"}, False),
    ],
)
def test_an_order_that_cannot_be_done_is_one_sentence(
    store: JobStore, order: Order, change: dict[str, object], usage: bool
) -> None:
    job = store.add(replace(order(), **change)).id  # type: ignore[arg-type]
    finished = run(store, job)
    assert finished.state is JobState.FAILED
    assert finished.sentence.endswith((".", ")"))
    assert "\n" not in finished.sentence
    assert finished.usage is usage
    assert store.get(job).progress is None


def test_previews_are_given_and_the_older_wish_is_dropped(store: JobStore, order: Order) -> None:
    job = store.add(order()).id
    ring = FrameRing.create(2, 4 * 32 * 16)
    try:
        parent = Parent()
        work = JobRun(store, job, parent, Clock())

        def ask() -> None:
            for request in (1, 2):
                work.want_preview(WantPreview(request, job, 1, ring.name, request - 1))

        parent.step, parent.act = 5, ask
        work.run()
        answers = [message for message in parent.heard if isinstance(message, PreviewReady | FrameDropped)]
        assert answers[0] == FrameDropped(1)
        assert isinstance(answers[1], PreviewReady)
        assert (answers[1].request, answers[1].width, answers[1].height, answers[1].stride) == (2, 32, 16, 128)
        with ring.slot(1) as slot:
            blue, green, red = slot[0:3]
            assert slot[3] == 255
        assert blue == green == red
    finally:
        ring.close()


@pytest.mark.parametrize("wanted", [(6, "", 0), (1, "nvc-ring-none:1:2048", 0), (1, "", 9), (1, "small", 0)], ids=str)
def test_a_preview_that_cannot_be_given_is_dropped(store: JobStore, order: Order, wanted: tuple[int, str, int]) -> None:
    frame, name, slot = wanted
    job = store.add(order()).id
    ring, small = FrameRing.create(1, 4 * 32 * 16), FrameRing.create(1, 16)
    try:
        parent = Parent()
        work = JobRun(store, job, parent, Clock())
        ring_name = {"": ring.name, "small": small.name}.get(name, name)
        parent.step = 5
        parent.act = lambda: work.want_preview(WantPreview(7, job, frame, ring_name, slot))
        assert work.run().state is JobState.DONE
        assert FrameDropped(7) in parent.heard
        work.want_preview(WantPreview(8, job, frame, ring_name, slot))
        assert parent.heard[-1] == FrameDropped(8)
    finally:
        ring.close()
        small.close()


def test_a_disk_that_takes_no_checkpoint_does_not_end_the_encode(store: JobStore, order: Order, tmp_path: Path) -> None:
    job = store.add(order()).id
    for number in range(2):
        (store.folder(job) / f"checkpoint-{number}.part").mkdir(parents=True)
    parent = Parent()
    assert run(store, job, parent).state is JobState.DONE
    notices = [str(message) for message in parent.heard if "No checkpoint" in str(message)]
    assert len(notices) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe with a name")
def test_an_encode_goes_on_while_a_slow_disk_takes_a_checkpoint(store: JobStore, order: Order) -> None:
    """The disk is a pipe that nobody reads, until the encode has gone on or, so that nothing hangs, much later."""
    job = store.add(order()).id
    store.folder(job).mkdir(parents=True)
    disk = store.folder(job) / "checkpoint-0.part"
    os.mkfifo(disk)
    released: list[str] = []
    readers: list[int] = []

    def release(why: str) -> None:
        released.append(why)
        readers.append(os.open(disk, os.O_RDONLY | os.O_NONBLOCK))

    late = threading.Timer(60.0, release, ["too late"])
    late.start()
    parent = Parent()
    parent.step, parent.act = 30, lambda: release("in time")
    finished = run(store, job, parent)
    late.cancel()
    late.join()
    for reader in readers:
        os.close(reader)
    assert finished.state is JobState.DONE
    assert released == ["in time"]
    assert any("No checkpoint" in str(message) for message in parent.heard)  # it had begun to write: a pipe keeps none


def test_a_disk_that_takes_no_unit_ends_it_with_a_sentence(store: JobStore, order: Order) -> None:
    job = store.add(order()).id
    (store.folder(job) / "unit-0001.part").mkdir(parents=True)
    finished = run(store, job)
    assert finished.state is JobState.FAILED
    assert "continues from its last checkpoint" in finished.sentence
    (store.folder(job) / "unit-0001.part").rmdir()
    store.command(job, JobVerb.RETRY)
    parent = Parent()
    assert run(store, job, parent).state is JobState.DONE


def test_too_little_memory_on_the_card_means_smaller_patches(store: JobStore, order: Order) -> None:
    whole = store.add(order("whole.nvc")).id
    run(store, whole)
    job = store.add(order(trouble="hungry")).id
    parent = Parent()
    assert run(store, job, parent).state is JobState.DONE
    said = [
        message.sentence for message in parent.heard if isinstance(message, Notice) and "Memory" in message.sentence
    ]
    assert said == [f"Memory ran out. It goes on by patches of {size}." for size in (2, 1)]
    facts, undisturbed = store.get(job), store.get(whole)
    assert "by patches of 1." in facts.message
    assert facts.result is not None
    assert undisturbed.result is not None
    assert facts.result.per_frame_psnr_y == undisturbed.result.per_frame_psnr_y


def test_too_little_memory_on_the_card_at_all_means_the_cpu(
    store: JobStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (1 << 40, 1 << 40))
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda: 0)
    job = store.add(replace(order(trouble="card"), device="cuda")).id
    parent = Parent()
    assert run(store, job, parent).state is JobState.DONE
    assert "on the CPU" in store.get(job).message
    assert any(isinstance(message, Notice) and "on the CPU" in message.sentence for message in parent.heard)
    lines = [json.loads(line) for line in (store.folder(job) / "log.jsonl").read_text().splitlines()]
    assert [line["device"] for line in lines if line["event"] == "memory ran out"] == ["cuda"] * 3


def test_the_next_worker_spares_what_the_last_one_had_to(store: JobStore, order: Order) -> None:
    job = store.add(order(trouble="hungry")).id
    assert run_until(store, job, 30).state is JobState.INTERRUPTED
    parent = Parent()
    assert run(store, job, parent).state is JobState.DONE
    said = [
        message.sentence for message in parent.heard if isinstance(message, Notice) and "Memory" in message.sentence
    ]
    assert said == ["Memory ran out. It goes on by patches of 1."]
    assert not (store.folder(job) / "thrift").exists()


def test_what_cannot_fit_into_memory_is_refused_before_it_begins(
    store: JobStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = store.add(order()).id
    begun = store.add(order("begun.nvc")).id
    assert run_until(store, begun, 30).state is JobState.INTERRUPTED
    monkeypatch.setattr("nvc_engine.codecs.machine_memory.total_memory", lambda device: 10)
    finished = run(store, job)
    assert finished.state is JobState.FAILED
    assert "needs about" in finished.sentence
    assert run(store, begun).state is JobState.DONE  # what has begun has shown that it can


def test_who_resumes_while_a_pause_is_under_way_is_obeyed(store: JobStore, order: Order) -> None:
    """The wish has changed by the time the worker has left its checkpoint."""
    job = store.add(order()).id
    flush = Reporter.flush

    def resumed_meanwhile(reporter: Reporter) -> None:
        store.command(job, JobVerb.RESUME)
        flush(reporter)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reporter, "flush", resumed_meanwhile)
        assert run_until(store, job, 30, JobVerb.PAUSE).state is JobState.INTERRUPTED
    assert [facts.state for facts in store.recover()] == [JobState.WAITING]
    assert run(store, job).state is JobState.DONE


@pytest.mark.skipif(sys.platform != "linux", reason="names are text here")
def test_a_name_that_is_no_text(store: JobStore, order: Order, tmp_path: Path) -> None:
    output = tmp_path / os.fsdecode(b"caf\xe9.nvc")
    job = store.add(replace(order(), output=str(output))).id
    assert run(store, job).state is JobState.DONE
    assert output.is_file()
    assert "caf" in store.get(job).message


def test_a_name_too_long_to_write_beside_is_refused_at_once(store: JobStore, order: Order) -> None:
    job = store.add(order("n" * 245 + ".nvc")).id
    finished = run(store, job)
    assert (finished.state, "too long" in finished.sentence) == (JobState.FAILED, True)
    assert store.get(job).progress is None


def test_a_job_keeps_the_preset_that_it_began_with(
    store: JobStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    kind = type(registry.codec("mean"))
    settings = kind.settings
    monkeypatch.setattr(
        kind, "settings", lambda codec, preset, *rest: asked.append(preset) or settings(codec, preset, *rest)
    )
    job = store.add(order()).id
    run_until(store, job, 5)
    assert set(asked) == {""}
    asked.clear()
    assert run(store, job).state is JobState.DONE
    assert set(asked) == {"plain"}
