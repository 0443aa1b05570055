"""Conventional encoders through the real engine: described, planned, encoded by its queue, and played."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from nvc_engine.protocol.messages import (
    AskPlan,
    AskReport,
    AskSweep,
    ClipOpened,
    Codecs,
    DescribeCodecs,
    Done,
    ExportProgress,
    Failed,
    Goal,
    GoalKind,
    JobChanged,
    JobRequest,
    JobState,
    JobSubmitted,
    OpenClip,
    Planned,
    SubmitJob,
    SweepRequest,
)


def test_the_queue_makes_an_ordinary_file_that_opens_beside_its_source(window: Any, clip: Path, tmp_path: Path) -> None:
    described = window.ask(DescribeCodecs(window.number()))
    assert isinstance(described, Codecs)
    facts = {codec.name: codec for codec in described.codecs}
    assert [name for name, codec in facts.items() if codec.conventional] == ["x264", "x265", "svtav1", "vp9"]
    assert facts["x264"].suffixes == (".mkv", ".mp4")

    goal = Goal(GoalKind.QUALITY, 30.0)
    request = JobRequest(str(clip), str(tmp_path / "out.mkv"), codec="x264", preset="ultrafast", goal=goal, stop=4)
    planned = window.ask(AskPlan(window.number(), request))
    assert isinstance(planned, Planned)
    assert planned.plan.frames == 4
    refused = window.ask(AskPlan(window.number(), replace(request, preset="quickest")))
    assert isinstance(refused, Failed)

    submitted = window.ask(SubmitJob(window.number(), request))
    assert isinstance(submitted, JobSubmitted)
    done = window.until(JobChanged, lambda changed: changed.job.state in (JobState.DONE, JobState.FAILED)).job
    assert (done.state, done.message) == (JobState.DONE, f"The file is {request.output}.")
    assert done.result.codec == "x264"
    assert done.result.ssim > 0.5
    opened = window.ask(OpenClip(window.number(), request.output))
    assert isinstance(opened, ClipOpened)
    assert (opened.facts.codec, opened.facts.frames) == ("h264", 4)

    sweep = SweepRequest(str(clip), str(tmp_path / "sweep"), ("x264:ultrafast",), points=1, stop=4)
    window.say(AskSweep(window.number(), sweep))
    assert window.until(ExportProgress).fraction == 1.0
    assert "report is in" in window.until(Done).message
    assert "x264 ultrafast" in (tmp_path / "sweep" / "report.html").read_text("utf-8")
    assert (tmp_path / "sweep" / "rd.csv").read_text().count("crf 30") == 1
    assert not list((tmp_path / "sweep").glob("*.mkv")), "the point was known already"
    answer = window.ask(AskReport(window.number(), request.output, str(tmp_path / "none")))
    assert isinstance(answer, Failed)
    assert "no encode of these frames" in answer.sentence
