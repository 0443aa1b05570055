"""`sweep`, `chart` and `bdrate`: a small grid from end to end, and what they refuse."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nvc_engine import cli_foreground
from nvc_engine.cli_values import AXES, METRICS
from nvc_engine.codecs import registry
from nvc_engine.comparing.metrics import AXIS_TITLES
from nvc_engine.errors import UsageError
from nvc_engine.jobs.runner import OutcomeKind, WorkerOutcome
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore
from nvc_engine.jobs.sweep import Contender, Grid, contenders, goals, request_of
from nvc_engine.protocol.messages import GoalKind, JobState, JobVerb, Message
from nvc_engine.quality import measure

Call = Callable[..., tuple[int, str, str]]


class WorkerHere:
    """A worker in this process: a process each would take most of the test's time."""

    act: Callable[[str], None] | None = None
    afterwards: Callable[[str], None] | None = None

    def __init__(self, job: str) -> None:
        self.job = job

    def events(self) -> list[Message]:
        heard: list[Message] = []
        with JobStore() as store:
            if WorkerHere.act is not None:
                WorkerHere.act(self.job)
            self._ended = JobRun(store, self.job, heard.append).run()
        if WorkerHere.afterwards is not None:
            WorkerHere.afterwards(self.job)
        return heard

    def outcome(self) -> WorkerOutcome:
        ended = self._ended
        return WorkerOutcome(OutcomeKind.FINISHED, ended.state, ended.sentence, ended.usage)

    def kill(self) -> None:
        """There is nothing to end."""


@pytest.fixture(autouse=True)
def workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_foreground, "WorkerProcess", WorkerHere)
    monkeypatch.setattr(WorkerHere, "act", None)
    monkeypatch.setattr(WorkerHere, "afterwards", None)


GRID = ("--codecs", "x264:ultrafast,x264:medium", "--frames", "0:6", "--dpi", "36")


def test_a_sweep_leaves_figures_charts_and_report_and_does_nothing_twice(call: Call, clip_path: Path, tmp_path: Path):
    folder = tmp_path / "out"
    status, out, err = call("sweep", clip_path, *GRID, "-o", folder)
    assert status == 0, err
    assert "BD-rate against x264 ultrafast" in out
    assert out.splitlines()[-1] == str(folder / "report.html")
    assert len(list(folder.glob("clip.x264.*.mkv"))) == 8
    assert {"rd.json", "rd.csv", "report.html", "clip.psnr_yuv.pdf"} <= {path.name for path in folder.iterdir()}
    made = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.mkv")}

    status, out, err = call("sweep", clip_path, *GRID, "-o", folder, "--json")
    assert status == 0
    assert err.count("known already") == 8
    assert {path.name: path.stat().st_mtime_ns for path in folder.glob("*.mkv")} == made
    (clip,) = json.loads(out)["clips"]
    assert [point["setting"] for point in clip["points"][:4]] == ["crf 22", "crf 27", "crf 32", "crf 37"]

    status, out, err = call("report", clip_path, "-o", tmp_path / "again", "--dpi", "36", "--json")
    assert (status, len(json.loads(out)["clips"][0]["points"])) == (0, 8)
    assert (tmp_path / "again" / "report.html").exists()

    for name, more in (("chart.pdf", ()), ("chart.svg", ("--kbps", "--metric", "ms-ssim"))):
        status, out, _ = call("chart", folder / "rd.json", "-o", tmp_path / name, *more)
        assert (status, out.strip()) == (0, str(tmp_path / name))
    assert "Rate (kb/s)" in (tmp_path / "chart.svg").read_text()
    status, _, _ = call("chart", folder / "rd.json", "-o", tmp_path / "chart.svg", "--anchors", "uvg", "-y",
                        "--metric", "psnr_rgb")  # fmt: skip
    assert "C3, published" in (tmp_path / "chart.svg").read_text()
    assert status == 0
    status, out, _ = call("bdrate", folder / "rd.json", "--anchor", "x264 medium", "--method", "akima", "--json")
    assert status == 0
    table = json.loads(out)["clips"][0]["table"]
    assert (table["anchor"], table["method"], table["rows"][0][0]) == ("x264 medium", "akima", "x264 ultrafast")


def test_a_report_compares_encodes_of_the_same_frames_alone(call: Call, clip_path: Path, tmp_path: Path):
    for frames, crf in (("0:6", 20), ("0:6", 40), ("2:6", 30)):
        output = tmp_path / f"{crf}.mkv"
        assert call("encode", clip_path, "-o", output, "--codec", "x264", "--crf", crf, "--frames", frames)[0] == 0
    status, out, err = call("report", clip_path, "-o", tmp_path / "out", "--dpi", "36", "--json")
    assert status == 0
    assert "1 encodes of other frames are left out" in err
    assert [point["setting"] for point in json.loads(out)["clips"][0]["points"]] == ["crf 20", "crf 40"]
    status, out, _ = call("report", clip_path, "-o", tmp_path / "out", "--dpi", "36", "--json", "--frames", "2:")
    assert [point["setting"] for point in json.loads(out)["clips"][0]["points"]] == ["crf 30"]
    status, _, err = call("report", clip_path, "-o", tmp_path / "out", "--frames", "1:2")
    assert status == 2
    assert "it has 0:6, 2:6" in err


def test_a_sweep_that_is_interrupted_goes_on_with_the_job_it_has_left(call: Call, clip_path: Path, tmp_path: Path):
    seen: list[str] = []

    def pause_the_third(job: str) -> None:
        seen.append(job)
        if len(seen) == 3:
            with JobStore() as store:
                store.command(job, JobVerb.PAUSE)

    WorkerHere.act = pause_the_third
    status, _, err = call("sweep", clip_path, *GRID, "-o", tmp_path / "out")
    assert status == 130
    assert "the same command goes on" in err
    assert (tmp_path / "out" / "rd.json").exists(), "what is done is on the disk already"
    status, _, err = call("sweep", clip_path, *GRID, "-o", tmp_path / "out")
    assert status == 0
    assert err.count("known already") == 2
    assert seen[3] == seen[2], "the job that was left"
    with JobStore() as store:
        assert [job.state for job in store.all()] == [JobState.DONE] * 8


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """A program that a shell starts in the background ignores SIGINT, and so would a sweep in it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_ends_a_sweep_also_where_the_encode_at_hand_is_just_done(call: Call, clip_path: Path, tmp_path: Path):
    made: list[str] = []

    def interrupt_the_second(job: str) -> None:
        made.append(job)
        if len(made) == 2:
            signal.raise_signal(signal.SIGINT)

    WorkerHere.afterwards = interrupt_the_second
    status, _, err = call("sweep", clip_path, *GRID, "-o", tmp_path / "out", "--progress-json")
    assert status == 130
    assert len(made) == 2
    assert "the same command goes on" in err
    told = [json.loads(line)["fraction"] for line in err.splitlines() if line.startswith("{")]
    assert told == sorted(told)
    assert told[-1] == 2 / 8
    assert (tmp_path / "out" / "rd.csv").read_text().count("crf") == 2


def test_an_encode_that_fails_costs_its_own_point(call: Call, clip_path: Path, tmp_path: Path):
    status, out, err = call("sweep", clip_path, "--codecs", "x264:ultrafast,vp9:9", "--points", "2", "--dpi", "36",
                            "-o", tmp_path / "out")  # fmt: skip
    assert status == 1
    assert "has no preset '9'" in err
    assert out.count("has no preset '9'") == 2
    assert "has no preset" in (tmp_path / "out" / "report.html").read_text()


def test_what_codecs_aim_at(tmp_path: Path):
    grid = Grid(contenders("nvrc,x265:veryslow,svtav1"), tmp_path, points=4, minutes=2.0, intra_period=32)
    assert [each.codec for each in grid.ordered()] == ["x265", "svtav1", "nvrc"]
    nvrc, x265 = Contender("nvrc"), Contender("x265", "veryslow")
    assert [goal.value for goal in goals(grid, x265, ())] == [22, 27, 32, 37]
    rates = [(goal.kind, goal.value) for goal in goals(grid, nvrc, [0.012345, 0.1])]
    assert rates == [(GoalKind.BPP, 0.0123), (GoalKind.BPP, 0.1)]
    sevc = [goal.value for goal in goals(grid, Contender("sevc"), [0.01, 0.1])]
    assert sevc == [0, 21, 42, 63], "a codec that was learned before has rates of its own"
    alone = goals(grid, nvrc, ())
    facts = registry.codec("nvrc").facts()
    assert [alone[0].value, alone[-1].value] == [facts.quality_minimum, facts.quality_maximum]
    assert {goal.value for goal in goals(Grid((), tmp_path, bpp=(0.1, 0.2)), x265, ())} == {0.1, 0.2}
    source = tmp_path / "a clip.mkv"
    request = request_of(grid, x265, source, goals(grid, x265, ())[0])
    assert Path(request.output).name == "a_clip.x265.veryslow.q22.mkv"
    assert (request.settings, request.minutes) == ({"intra_period": 32}, None)
    other = request_of(grid, nvrc, source, alone[0])
    assert Path(other.output).suffix == ".nvc"
    assert (other.settings, other.minutes) == ({}, 2.0)


@pytest.mark.parametrize("text", ["nvrc,vvc", "x264:fast,x264:fast", ""])
def test_contenders_that_there_are_not_are_refused(text: str):
    with pytest.raises(UsageError):
        contenders(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ("sweep", "CLIP", "-o", "out", "--points", "0"),
        ("sweep", "CLIP", "-o", "out", "--bpp", "0.1,-1"),
        ("sweep", "CLIP", "-o", "out", "--anchors", "vimeo"),
        ("chart", "CLIP", "-o", "chart.gif"),
        ("chart", "CLIP", "-o", "chart.png", "--dpi", "0"),
        ("chart", "CLIP", "-o", "chart.png", "--metric", "beauty"),
    ],
)
def test_wrong_usage_is_a_sentence(arguments: tuple[str, ...], call: Call, clip_path: Path):
    status, out, err = call(*(clip_path if word == "CLIP" else word for word in arguments))
    assert (status, out) == (2, "")
    assert err.startswith("nvc-engine: ")
    assert err.count("\n") == 1


def test_files_that_hold_no_figures_fail_in_a_sentence(call: Call, tmp_path: Path):
    (tmp_path / "rd.json").write_text("nothing")
    for verb in (("chart", tmp_path / "rd.json", "-o", tmp_path / "a.svg"), ("bdrate", tmp_path / "rd.json")):
        status, _, err = call(*verb)
        assert status == 1
        assert err.count("\n") == 1
    assert call("sweep", tmp_path / "none.mkv", "-o", tmp_path / "out")[0] == 1


def test_the_terminal_names_every_metric():
    assert METRICS == measure.METRICS
    assert set(AXES) == set(AXIS_TITLES)
