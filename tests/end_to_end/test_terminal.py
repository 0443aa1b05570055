"""The main job through the terminal, as processes: encode, decode, measure, and what happens when it is disturbed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

ENGINE = [sys.executable, "-P", "-m", "nvc_engine"]
SMALL = ["--set", "width=8", "--set", "depth=1", "--set", "base_levels=2", "--set", "detail_channels=0"]
QUICK = [*SMALL, "--epochs", "2"]
ENDLESS = [*SMALL, "--preset", "light", "--minutes", "60"]
FRAMES = 6

Engine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NVC_HOME": str(home), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def engine(environment: dict[str, str], tmp_path: Path) -> Engine:
    """Runs a verb to its end."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*ENGINE, *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A soft pattern that moves."""
    path = tmp_path / "clip.y4m"
    rows, columns = np.mgrid[0:48, 0:64]
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n")
        for frame in range(FRAMES):
            luma = 128 + 60 * np.sin((columns + 2 * frame) / 7) * np.cos(rows / 9)
            chroma = np.full((2, 24, 32), 120 + frame)
            file.write(b"FRAME\n" + luma.astype(np.uint8).tobytes() + chroma.astype(np.uint8).tobytes())
    return path


def hear_ctrl_c() -> None:
    """A suite that runs in the background hands on that Ctrl-C is to be ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def running(environment: dict[str, str], *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A verb under way; killed where the test leaves it."""
    process = subprocess.Popen(
        [*ENGINE, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_training(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("training"):
            return
    raise AssertionError("the encode ended before it trained")


def only_job(home: Path) -> str:
    (folder,) = (home / "jobs").iterdir()
    return folder.name


def worker_of(home: Path) -> int:
    log = (home / "jobs" / only_job(home) / "log.jsonl").read_text().splitlines()
    return int([json.loads(line)["pid"] for line in log if json.loads(line)["event"] == "worker"][-1])


def is_one_sentence(text: str) -> bool:
    return text.startswith("nvc-engine: ") and text.count("\n") == 1


def test_the_main_job(engine: Engine, clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nvc"
    done = engine("encode", clip, "-o", output, *QUICK, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    wanted = "bytes bpp kbps frames width height codec preset seconds psnr_y psnr_yuv psnr_rgb ms_ssim"
    assert set(wanted.split()) <= result.keys()
    assert result["bytes"] == output.stat().st_size
    assert (result["frames"], result["width"], result["height"], result["codec"]) == (FRAMES, 64, 48, "nvrc")
    assert "measuring" in done.stderr

    measured = json.loads(engine("measure", clip, output, "--json").stdout)
    for name in ("psnr_y", "psnr_yuv", "psnr_rgb"):
        assert measured["mean"][name] == pytest.approx(result[name], abs=0.01)
    assert measured["bpp"] == pytest.approx(result["bpp"])

    assert engine("verify", output).returncode == 0
    facts = json.loads(engine("info", output, "--json").stdout)
    assert (facts["frames"], facts["codec"]) == (FRAMES, "nvrc")
    assert facts["nvc"]["chunks"][0]["type"] == "HEAD"
    assert sum(unit["count"] for unit in facts["nvc"]["units"]) == FRAMES

    decoded = engine("decode", output, "-o", tmp_path / "out.mkv", "--frames", "1:4")
    assert decoded.returncode == 0, decoded.stderr
    assert json.loads(engine("info", tmp_path / "out.mkv", "--json").stdout)["frames"] == 3
    again = engine("decode", output, "-o", tmp_path / "out.mkv")
    assert (again.returncode, again.stdout) == (1, "")
    assert is_one_sentence(again.stderr)


def test_a_range_of_frames_is_measured_against_its_own_frames(engine: Engine, clip: Path, tmp_path: Path) -> None:
    done = engine("encode", clip, "-o", tmp_path / "part.nvc", "--frames", "2:5", *QUICK, "--json")
    result = json.loads(done.stdout)
    assert result["frames"] == 3
    measured = json.loads(engine("measure", clip, tmp_path / "part.nvc", "--json").stdout)
    assert measured["frames"] == 3
    assert measured["mean"]["psnr_yuv"] == pytest.approx(result["psnr_yuv"], abs=0.01)


def test_ctrl_c_leaves_a_job_that_can_be_continued(
    engine: Engine, environment: dict[str, str], home: Path, clip: Path, tmp_path: Path
) -> None:
    with running(environment, "encode", clip, "-o", tmp_path / "out.nvc", *ENDLESS) as process:
        wait_for_training(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert process.returncode == 130
    job = only_job(home)
    assert out == ""
    assert f"nvc-engine resume {job}" in err
    assert not (tmp_path / "out.nvc").exists()
    (listed,) = json.loads(engine("jobs", "--json").stdout)["jobs"]
    assert (listed["id"], listed["state"]) == (job, "paused")
    with running(environment, "resume", job) as process:
        wait_for_training(process)
        assert engine("stop", job).returncode == 0
        out, _ = process.communicate()
        assert process.returncode == 0
    assert "PSNR-YUV" in out
    assert (tmp_path / "out.nvc").exists()


def test_a_worker_that_is_killed_is_followed_by_another(
    engine: Engine, environment: dict[str, str], home: Path, clip: Path, tmp_path: Path
) -> None:
    with running(environment, "encode", clip, "-o", tmp_path / "out.nvc", *ENDLESS, "--json") as process:
        wait_for_training(process)
        killed = worker_of(home)
        os.kill(killed, signal.SIGKILL)
        assert process.stderr is not None
        assert any("continues from its last checkpoint" in line for line in process.stderr)
        wait_for_training(process)
        assert worker_of(home) != killed
        assert engine("stop", only_job(home)).returncode == 0
        out, _ = process.communicate()
        assert process.returncode == 0
    assert json.loads(out)["frames"] == FRAMES
    assert engine("verify", tmp_path / "out.nvc").returncode == 0


def test_a_terminal_that_is_killed_leaves_a_job_for_the_next(
    engine: Engine, environment: dict[str, str], home: Path, clip: Path, tmp_path: Path
) -> None:
    with running(environment, "encode", clip, "-o", tmp_path / "out.nvc", *ENDLESS) as process:
        wait_for_training(process)
        worker = worker_of(home)
        process.kill()
    with running(environment, "resume", only_job(home)) as process:
        wait_for_training(process)
        assert worker_of(home) != worker
        process.send_signal(signal.SIGTERM)
        process.communicate()
        assert process.returncode == 130


def test_a_cancelled_job_leaves_nothing(
    engine: Engine, environment: dict[str, str], home: Path, clip: Path, tmp_path: Path
) -> None:
    with running(environment, "encode", clip, "-o", tmp_path / "out.nvc", *ENDLESS) as process:
        wait_for_training(process)
        job = only_job(home)
        assert engine("cancel", job).returncode == 0
        _, err = process.communicate()
        assert process.returncode == 1
    assert "cancelled" in err
    assert not (tmp_path / "out.nvc").exists()
    assert not (home / "jobs" / job / "checkpoint-0").exists()


def bad_encode(tmp_path: Path, clip: Path, name: str) -> list[object]:
    """Arguments of an encode that cannot be done."""
    (tmp_path / "text.mkv").write_text("no video at all\n" * 50)
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "framesless.y4m").write_bytes(clip.read_bytes()[:41])
    (tmp_path / "truncated.y4m").write_bytes(clip.read_bytes()[:1000])
    (tmp_path / "newer.nvc").write_bytes(b"\x89NVC\r\n\x1a\n" + bytes([250]) * 40)
    (tmp_path / "taken.nvc").write_bytes(b"mine")
    out = ["-o", tmp_path / "out.nvc", *QUICK]
    return {
        "no such file": [tmp_path / "none.mkv", *out],
        "not a video": [tmp_path / "text.mkv", *out],
        "empty": [tmp_path / "empty.mp4", *out],
        "truncated": [tmp_path / "truncated.y4m", *out],
        "no frames": [tmp_path / "framesless.y4m", *out],
        "another version": [tmp_path / "newer.nvc", *out],
        "no output folder": [clip, "-o", tmp_path / "none" / "out.nvc", *QUICK],
        "unwritable output folder": [clip, "-o", "/proc/out.nvc", *QUICK],
        "output exists": [clip, "-o", tmp_path / "taken.nvc", *QUICK],
        "output is the source": [clip, "-o", clip, "-y", *QUICK],
        "negative rate": [clip, *out, "--bpp", "-1"],
        "tiny size": [clip, *out, "--size", "3"],
        "quality out of range": [clip, *out, "--quality", "1e9"],
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "no such file", "not a video", "empty", "truncated", "no frames", "another version", "no output folder",
        "unwritable output folder", "output exists", "output is the source", "negative rate",
        "tiny size", "quality out of range",
    ],
)  # fmt: skip
def test_an_encode_that_cannot_be_done_is_one_sentence(
    engine: Engine, clip: Path, tmp_path: Path, home: Path, name: str
) -> None:
    arguments = bad_encode(tmp_path, clip, name)
    before = sorted(tmp_path.iterdir())
    done = engine("encode", *arguments, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert is_one_sentence(done.stderr), done.stderr
    assert sorted(path for path in tmp_path.iterdir() if path != home) == [path for path in before if path != home]
    assert (tmp_path / "taken.nvc").read_bytes() == b"mine"
    assert not home.exists() or json.loads(engine("jobs", "--json").stdout) == {"jobs": []}


@pytest.mark.parametrize("arguments", [["--codec", "none"], ["--preset", "none"], ["--set", "none=1"]])
def test_a_choice_that_there_is_not_is_wrong_usage(
    engine: Engine, clip: Path, tmp_path: Path, arguments: list[str]
) -> None:
    done = engine("encode", clip, "-o", tmp_path / "out.nvc", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert is_one_sentence(done.stderr)


def test_damaged_files_are_one_sentence(engine: Engine, clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nvc"
    assert engine("encode", clip, "-o", output, *QUICK).returncode == 0
    data = output.read_bytes()
    middle = len(data) // 2
    output.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    for arguments in (["verify", output], ["decode", output, "-o", tmp_path / "o.y4m"]):
        done = engine(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        sentence = done.stderr.splitlines()[-1]
        assert sentence.startswith("nvc-engine: ")
        assert "out.nvc" in sentence
    assert not (tmp_path / "o.y4m").exists()
