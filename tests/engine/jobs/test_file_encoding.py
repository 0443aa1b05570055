"""A job of a conventional encoder: its file, its result, and what a pause or a crash costs."""

import json
from pathlib import Path

import pytest

from nvc_engine.codecs.contract import FileCodec
from nvc_engine.codecs.registry import encoder
from nvc_engine.jobs.attention import POLL_SECONDS
from nvc_engine.jobs.opening import open_order
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import JobStore
from nvc_engine.jobs.units import UnitFolder
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState, JobVerb, Message, Notice, WorkerProgress
from nvc_engine.quality.measure import measure


class Clock:
    """Seconds that pass by being asked for; every look at the list is a new one."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += POLL_SECONDS
        return self.now


def ordered(clip: Path, output: Path, **more: object) -> JobRequest:
    goal = Goal(GoalKind.QUALITY, 30)
    return JobRequest(str(clip), str(output), codec="x264", preset="ultrafast", goal=goal, **more)  # type: ignore[arg-type]


def test_the_job_leaves_an_ordinary_file_and_its_measured_result(store: JobStore, clip_path: Path, tmp_path: Path):
    output = tmp_path / "out.mkv"
    job = store.add(ordered(clip_path, output))
    heard: list[Message] = []
    assert JobRun(store, job.id, heard.append).run().state is JobState.DONE
    result = store.get(job.id).result
    assert result is not None
    assert (result.codec, result.preset, result.bytes) == ("x264", "ultrafast", output.stat().st_size)
    found = measure(open_video(clip_path), open_video(output))
    assert (result.psnr_y, result.ssim, result.bpp) == (found.mean.psnr_y, found.mean.ssim, found.bpp)
    assert sum(result.frame_bytes) < result.bytes
    stages = [message.progress.stage for message in heard if isinstance(message, WorkerProgress)]
    assert stages[0] == "encoding"
    assert stages[-1] == "measuring"


def test_a_pause_begins_anew_and_a_stop_goes_on_to_the_end(store: JobStore, clip_path: Path, tmp_path: Path):
    output = tmp_path / "out.mkv"
    job = store.add(ordered(clip_path, output)).id
    heard: list[Message] = []

    def pause(message: Message) -> None:
        if isinstance(message, WorkerProgress):
            store.command(job, JobVerb.PAUSE)

    assert JobRun(store, job, pause, Clock()).run().state is JobState.PAUSED
    assert not list(tmp_path.glob("out*"))
    store.command(job, JobVerb.STOP)
    assert JobRun(store, job, heard.append, Clock()).run().state is JobState.DONE
    assert any(isinstance(message, Notice) and "goes on to its end" in message.sentence for message in heard)


def test_a_worker_that_vanished_after_writing_is_followed_by_one_that_only_measures(
    store: JobStore, clip_path: Path, tmp_path: Path
):
    output = tmp_path / "out.mkv"
    job = store.add(ordered(clip_path, output)).id

    def die(message: Message) -> None:
        if isinstance(message, WorkerProgress) and message.progress.stage == "measuring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        JobRun(store, job, die).run()
    written = output.stat().st_mtime_ns
    store.set_state(job, JobEvent.VANISHED)
    heard: list[Message] = []
    assert JobRun(store, job, heard.append).run().state is JobState.DONE
    assert output.stat().st_mtime_ns == written
    assert {message.progress.stage for message in heard if isinstance(message, WorkerProgress)} == {"measuring"}
    log = (store.folder(job) / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in log].count("encode begins") == 1


def test_a_worker_killed_before_it_noted_its_file_is_followed_by_one_that_knows_it(
    store: JobStore, clip_path: Path, tmp_path: Path
):
    """The file stands under its name, and the note of that has not come to the disk."""
    output = tmp_path / "out.mkv"
    job = store.add(ordered(clip_path, output)).id
    made: list[bytes] = []

    def look(message: Message) -> None:
        if isinstance(message, WorkerProgress) and message.progress.stage == "writing":
            made.append(UnitFolder(store.folder(job)).file_for(output).read_bytes())
        if isinstance(message, WorkerProgress) and message.progress.stage == "measuring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        JobRun(store, job, look).run()
    (store.folder(job) / "written").unlink()
    UnitFolder(store.folder(job)).file_for(output).write_bytes(made[0])
    assert JobRun(store, job, lambda message: None).run().state is JobState.DONE
    assert output.read_bytes() == made[0]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_appears_meanwhile_is_not_written_over_and_the_encode_is_kept(
    store: JobStore, clip_path: Path, tmp_path: Path
):
    output = tmp_path / "out.mkv"
    job = store.add(ordered(clip_path, output)).id

    def save_another(message: Message) -> None:
        if isinstance(message, WorkerProgress) and message.progress.stage == "encoding":
            output.write_bytes(b"mine")

    finished = JobRun(store, job, save_another).run()
    assert (finished.state, "appeared meanwhile" in finished.sentence) == (JobState.FAILED, True)
    assert output.read_bytes() == b"mine"
    output.unlink()
    store.command(job, JobVerb.RETRY)
    heard: list[Message] = []
    assert JobRun(store, job, heard.append).run().state is JobState.DONE
    stages = {message.progress.stage for message in heard if isinstance(message, WorkerProgress)}
    assert stages == {"writing", "measuring"}
    assert [path.name for path in store.folder(job).iterdir() if path.name.startswith("file")] == []


def test_names_that_the_encoder_does_not_write_are_refused_before_any_work(
    store: JobStore, clip_path: Path, tmp_path: Path
):
    job = store.add(ordered(clip_path, tmp_path / "out.nvc"))
    finished = JobRun(store, job.id, lambda message: None).run()
    assert (finished.state, finished.usage) == (JobState.FAILED, True)
    assert ".mkv or .mp4" in finished.sentence


def test_audio_is_not_counted_where_it_is_not_carried(render_clip, tmp_path: Path):
    clip = render_clip(tmp_path / "clip.mp4", 64, 48, 4, codec="libx264", audio=True)
    goal = Goal(GoalKind.SIZE, 2000)
    request = JobRequest(str(clip), str(tmp_path / "out.mkv"), codec="x264", goal=goal)
    opened = open_order(request)
    opened.clip.close()
    assert opened.carried.file_bytes == 0
    assert isinstance(opened.codec, FileCodec)
    plan = encoder("x264").plan(opened.clip.info, opened.order)
    assert plan.bytes == 2000
    assert plan.seconds > 0
