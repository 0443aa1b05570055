"""Names of output files, and the command line that makes them."""

import shlex

import pytest

from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, RawSpec
from nvc_studio.models.command_line import encode_command
from nvc_studio.models.output_names import DEFAULT_TEMPLATE, OutputParts, free_path, output_path


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        (Goal(GoalKind.BPP, 0.1), "clip.nvrc.small.0.1bpp.nvc"),
        (Goal(GoalKind.BITRATE, 300.0), "clip.nvrc.small.300kbps.nvc"),
        (Goal(GoalKind.SIZE, 1_500_000.0), "clip.nvrc.small.1500kB.nvc"),
        (Goal(GoalKind.PSNR, 38.5), "clip.nvrc.small.38.5dB.nvc"),
        (Goal(GoalKind.QUALITY, 4.0), "clip.nvrc.small.q4.nvc"),
    ],
)
def test_template_stands_beside_the_source(tmp_path, goal, name):
    parts = OutputParts("clip", "nvrc", "small", goal)
    assert output_path(DEFAULT_TEMPLATE, tmp_path / "clip.mkv", parts) == tmp_path / name


def test_a_path_of_ones_own_is_kept_and_gets_its_suffix(tmp_path):
    parts = OutputParts("clip", "nvrc", "", None)
    assert output_path("{clip}-{other}", tmp_path / "clip.mkv", parts) == tmp_path / "clip-{other}.nvc"
    wanted = tmp_path / "else" / "x.nvc"
    assert output_path(str(wanted), tmp_path / "clip.mkv", parts) == wanted


def test_a_conventional_encoder_gets_the_suffix_that_it_writes(tmp_path):
    parts, suffixes = OutputParts("clip", "x265", "slow", Goal(GoalKind.QUALITY, 28.0)), (".mkv", ".mp4")
    assert output_path(DEFAULT_TEMPLATE, tmp_path / "clip.mp4", parts, suffixes) == tmp_path / "clip.x265.slow.q28.mkv"
    assert output_path("a.mp4", tmp_path / "clip.mp4", parts, suffixes) == tmp_path / "a.mp4"
    assert output_path("a.b", tmp_path / "clip.mp4", parts, suffixes) == tmp_path / "a.b.mkv"


def test_free_path_steps_aside(tmp_path):
    first = tmp_path / "a.nvc"
    assert free_path(first) == first
    first.touch()
    assert free_path(first, frozenset({tmp_path / "a (2).nvc"})) == tmp_path / "a (3).nvc"


def test_command_says_all_that_was_asked():
    job = JobRequest(
        source="my clip.yuv",
        output="out.nvc",
        codec="nvrc",
        preset="small",
        settings={"width": 32, "wavelet": True},
        goal=Goal(GoalKind.SIZE, 12345.0),
        epochs=7,
        first=2,
        stop=9,
        seed=3,
        device="cpu",
        raw=RawSpec(64, 48, "yuv420p", "25/1"),
    )
    words = shlex.split(encode_command(job))
    assert words[:6] == ["nvc-engine", "encode", "my clip.yuv", "-o", "out.nvc", "--codec"]
    text = " ".join(words)
    for part in (
        "--preset small",
        "--size 12345",
        "--epochs 7",
        "--frames 2:9",
        "--set width=32",
        "--set wavelet=true",
        "--raw 64x48:yuv420p:25/1",
        "--seed 3",
        "--device cpu",
    ):
        assert part in text
