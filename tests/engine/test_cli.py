"""The terminal in this process: its options, its lists, its sentences."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.cli_options import job_request, parse
from nvc_engine.cli_values import frame_range, raw_spec
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState, RawSpec
from nvc_engine.quality.measure import METRICS

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv(places.HOME_VARIABLE, str(home))
    return home


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.y4m"
    random = np.random.default_rng(2)
    frames = b"".join(b"FRAME\n" + random.integers(16, 235, 64 * 48 * 3 // 2, np.uint8).tobytes() for _ in range(4))
    path.write_bytes(b"YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n" + frames)
    return path


def one_sentence(text: str) -> bool:
    return text.startswith("nvc-engine: ") and text.count("\n") == 1


def test_help_is_instant_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys\nfrom nvc_engine.cli import main\nstatus = main(sys.argv[1:])\n"
        "assert not {'torch', 'av', 'numpy', 'sqlite3'} & set(sys.modules), sys.modules\nsys.exit(status)"
    )
    for arguments in (["--help"], ["encode", "--help"], ["--version"]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "nvc-engine" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing"],
        ["encode", "in.mkv"],
        ["encode", "in.mkv", "-o", "o.nvc", "--bpp", "1", "--size", "100"],
        ["encode", "in.mkv", "-o", "o.nvc", "--psnr", "38", "--quality", "4"],
        ["encode", "in.mkv", "-o", "o.nvc", "--minutes", "1", "--epochs", "1"],
        ["encode", "in.mkv", "-o", "o.nvc", "--bpp", "much"],
        ["encode", "in.mkv", "-o", "o.nvc", "--frames", "1-2"],
        ["encode", "in.mkv", "-o", "o.nvc", "--raw", "64"],
        ["encode", "in.mkv", "-o", "o.nvc", "--set", "width"],
        ["encode", "in.mkv", "-o", "o.nvc", "--device", "abacus"],
        ["encode", "in.mkv", "-o", "o.nvc", "--jso"],
        ["decode", "in.nvc"],
        ["measure", "in.nvc"],
    ],
)
def test_wrong_usage_is_status_2_and_one_line(call: Call, arguments: list[str]) -> None:
    status, out, err = call(*arguments)
    assert status == 2
    assert out == ""
    assert one_sentence(err)


def test_ranges_and_raw_sizes_are_read() -> None:
    assert frame_range("3:10") == (3, 10)
    assert frame_range("3:") == (3, None)
    assert frame_range(":10") == (None, 10)
    assert raw_spec("64x48") == RawSpec(64, 48, "yuv420p", "25/1")
    assert raw_spec("64x48:yuv420p10le:30000/1001") == RawSpec(64, 48, "yuv420p10le", "30000/1001")
    assert raw_spec("64x48:yuv444p:29.97").rate == "2997/100"


def test_options_become_a_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = (
        "encode a.mkv -o b.nvc --preset swift --bitrate 200 --frames 2:9 --seed 7 --set width=16 --set depth=1"
        " --minutes 1.5 --device cpu -y"
    )
    options = parse(line.split())
    assert job_request(options) == JobRequest(
        source=str(tmp_path / "a.mkv"),
        output=str(tmp_path / "b.nvc"),
        preset="swift",
        settings={"width": "16", "depth": "1"},
        goal=Goal(GoalKind.BITRATE, 200.0),
        minutes=1.5,
        first=2,
        stop=9,
        seed=7,
        device="cpu",
        overwrite=True,
    )


@pytest.mark.parametrize("kind", list(GoalKind))
def test_every_goal_has_its_option(kind: GoalKind) -> None:
    options = parse(["plan", "a.mkv", f"--{kind.value}", "36.5"])
    assert job_request(options).goal == Goal(kind, 36.5)


def test_codecs_are_listed(call: Call) -> None:
    status, out, _ = call("codecs", "--json")
    assert status == 0
    (nvrc, *_) = json.loads(out)["codecs"]
    assert nvrc["name"] == "nvrc"
    assert {"name", "minimum", "maximum", "default", "help"} <= nvrc["settings"][0].keys()
    status, out, _ = call("codecs")
    assert status == 0
    assert all(preset["name"] in out for preset in nvrc["presets"])


def test_a_plan_is_made_without_encoding(call: Call, clip: Path, studio_home: Path) -> None:
    status, out, _ = call("plan", clip, "--codec", "nvrc", "--bpp", "0.5", "--minutes", "1", "--json")
    assert status == 0
    plan = json.loads(out)
    assert {"parameters", "kmac_per_pixel", "peak_memory_bytes", "seconds", "bpp"} <= plan.keys()
    assert (plan["frames"], plan["width"], plan["height"], plan["bpp"]) == (4, 64, 48, 0.5)
    status, out, _ = call("plan", clip)
    assert status == 0
    assert "kMAC per pixel" in out
    assert not (studio_home / "studio.sqlite").exists()


def test_a_source_is_described(call: Call, clip: Path) -> None:
    status, out, _ = call("info", clip, "--json")
    assert status == 0
    facts = json.loads(out)
    assert (facts["frames"], facts["width"], facts["height"], facts["nvc"]) == (4, 64, 48, None)
    status, out, _ = call("info", clip)
    assert status == 0
    assert "64x48" in out


def test_raw_video_is_described_by_options(call: Call, tmp_path: Path) -> None:
    (tmp_path / "some.yuv").write_bytes(bytes(64 * 48 * 3 // 2 * 2))
    status, out, _ = call("info", tmp_path / "some.yuv", "--raw", "64x48:yuv420p:50", "--json")
    assert status == 0
    facts = json.loads(out)
    assert (facts["frames"], facts["rate"]) == (2, "50/1")


def test_a_clip_equals_itself(call: Call, clip: Path) -> None:
    status, out, err = call("measure", clip, clip, "--json")
    assert status == 0
    measured = json.loads(out)
    assert measured["frames"] == 4
    assert measured["mean"]["psnr_yuv"] >= 99
    assert len(measured["per_frame"]) == 4
    assert set(METRICS) == measured["mean"].keys()
    assert measured["per_frame"][0].keys() == measured["mean"].keys()
    assert "measuring" in err
    status, out, err = call("measure", clip, clip, "--json", "--progress-json")
    assert json.loads(out) == measured
    assert json.loads(err.splitlines()[0]).keys() == {"fraction", "remaining"}


def test_jobs_are_listed_and_commanded(call: Call, clip: Path) -> None:
    assert call("jobs") == (0, "There are no jobs.\n", "")
    with JobStore() as store:
        job = store.add(JobRequest(str(clip), "/out/a.nvc")).id
    status, out, _ = call("jobs", "--json")
    assert status == 0
    (listed,) = json.loads(out)["jobs"]
    assert (listed["id"], listed["state"]) == (job, "waiting")
    assert call("pause", job)[0] == 0
    status, out, _ = call("jobs")
    assert "paused" in out
    assert "clip.y4m" in out
    assert call("cancel", job)[0] == 0
    with JobStore() as store:
        assert store.get(job).state is JobState.CANCELLED
    status, out, err = call("pause", job)
    assert (status, out) == (1, "")
    assert one_sentence(err)
    for verb in ("pause", "cancel", "resume", "stop"):
        status, out, err = call(verb, "nobody")
        assert (status, out) == (1, "")
        assert one_sentence(err)


def test_a_damaged_database_is_one_sentence(call: Call, studio_home: Path) -> None:
    studio_home.mkdir()
    (studio_home / "studio.sqlite").write_bytes(b"no database " * 1000)
    status, out, err = call("jobs")
    assert (status, out) == (1, "")
    assert one_sentence(err)


def test_a_reader_that_leaves_is_no_traceback(clip: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "nvc_engine", "codecs", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.mkv", None),
        ("text.mkv", b"no video at all\n" * 50),
        ("empty.mp4", b""),
        ("headless.y4m", b"YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n"),
        ("cut.nvc", b"\x89NVC\r\n\x1a\n\x01"),
        ("other.nvc", b"something else" * 10),
    ],
)
@pytest.mark.parametrize("verb", ["info", "measure", "plan", "verify", "decode"])
def test_what_is_no_clip_is_one_sentence(
    call: Call, tmp_path: Path, clip: Path, name: str, content: bytes | None, verb: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    arguments = {"decode": [path, "-o", tmp_path / "o.mkv"], "measure": [clip, path]}.get(verb, [path])
    status, out, err = call(verb, *arguments)
    assert (status, out) == (1, "")
    assert one_sentence(err)
    assert name in err
    assert not (tmp_path / "o.mkv").exists()


@pytest.mark.parametrize("goal", ["--bpp", "--bitrate", "--size", "--quality", "--minutes"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_goal_that_is_no_number_is_wrong_usage(call: Call, clip: Path, goal: str, value: str) -> None:
    status, out, err = call("encode", clip, "-o", clip.with_suffix(".nvc"), goal, value)
    assert (status, out) == (2, "")
    assert one_sentence(err)


def test_how_to_read_raw_video_is_not_for_the_other_file(call: Call, clip: Path, tmp_path: Path) -> None:
    header, *frames = clip.read_bytes().split(b"FRAME\n")
    assert header.startswith(b"YUV4MPEG2")
    (tmp_path / "same.yuv").write_bytes(b"".join(frames))
    for pair in ((clip, tmp_path / "same.yuv"), (tmp_path / "same.yuv", clip)):
        status, out, _ = call("measure", *pair, "--raw", "64x48", "--json")
        assert status == 0
        assert json.loads(out)["mean"]["psnr_y"] == 100


def test_what_nobody_foresaw_is_one_sentence_and_a_trace_for_the_report(
    call: Call, clip: Path, studio_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvc_engine import cli_info

    def fail(*arguments: object) -> None:
        raise RuntimeError("the moon is full\nand more")

    monkeypatch.setattr(cli_info, "open_source", fail)
    status, out, err = call("info", clip)
    assert (status, out) == (1, "")
    assert one_sentence(err)
    assert "the moon is full" in err
    assert "in fail" in (studio_home / "error.txt").read_text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["pipe.nvc", "pipe_64x48.yuv", "pipe.mkv"])
def test_a_pipe_is_refused_and_not_waited_for(call: Call, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    status, out, err = call("info", tmp_path / name)
    assert (status, out) == (1, "")
    assert one_sentence(err)


def test_a_job_that_waits_is_changed_and_moved(call: Call, clip: Path, tmp_path: Path) -> None:
    order = JobRequest(str(clip), str(tmp_path / "a.nvc"), "nvrc", "light", {"width": 8}, minutes=1.0, seed=3)
    with JobStore() as store:
        first, second = store.add(order).id, store.add(order).id
    status, out, _ = call(
        "edit", first, "--psnr", "38", "--epochs", "4", "--set", "depth=2", "--frames", "0:2", "--json"
    )
    assert status == 0
    assert json.loads(out)["request"]["goal"] == {"kind": "psnr", "value": 38.0}
    wanted = replace(
        order,
        settings={"width": 8, "depth": "2"},
        goal=Goal(GoalKind.PSNR, 38.0),
        minutes=None,
        epochs=4,
        first=0,
        stop=2,
    )
    assert call("edit", second, "--codec", "x265", "-o", str(tmp_path / "a.mkv"))[0] == 0
    assert "number 2 of 2" in call("move", first, "down")[1]
    with JobStore() as store:
        assert store.get(first).request == wanted
        assert store.get(second).request == replace(
            order, codec="x265", preset="", settings={}, output=str(tmp_path / "a.mkv")
        )
        assert [job.id for job in store.all()] == [second, first]
    status, _, err = call("edit", first, "-o", str(tmp_path / "nowhere" / "a.nvc"))
    assert (status, one_sentence(err)) == (1, True)
