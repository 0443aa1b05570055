"""`train` as a person calls it: a run's folder, an interruption, its log, and weights that load."""

import argparse
import errno
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from nvc_engine import cli_train
from nvc_engine.cli_train_options import add_options
from nvc_engine.codecs.sevc.training.log import TrainingLog
from nvc_engine.codecs.sevc.weights import load_networks
from nvc_engine.codecs.sevc.widths import S20
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs import checkpoint_timing, durable


def call(arguments: Sequence[object]) -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return cli_train.train(parser.parse_args(["sevc", *map(str, arguments)]))


def order(data: Path, run: Path, stage: str = "intra", steps: int = 11) -> list[object]:
    return [
        "--data", data, "--run", run, "--stage", stage, "--steps", steps, "--samples", 1, "--crop", 64, "--clips", 1,
        "--frames", 2,
    ]  # fmt: skip


def curve(run: Path) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in line.items() if key != "seconds"}
        for line in TrainingLog(run / "log.jsonl").lines()
    ]


class ImpatientTerminal:
    """A stderr whose reader presses Ctrl-C when the first progress comes."""

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if "steps/s" in text:
            raise KeyboardInterrupt
        return len(text)

    def flush(self) -> None:
        pass


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(
    clips_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert call([*order(clips_folder, whole), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["stage"], said["steps"]) == ("intra", 11)
    assert [point["rate_point"] for point in said["validation"]] == [0, 21, 42, 63]

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", ImpatientTerminal())
        with pytest.raises(KeyboardInterrupt):
            call(order(clips_folder, broken))
    assert not (broken / "weights").exists()
    with pytest.raises(UsageError, match="--resume"):
        call(order(clips_folder, broken))
    with (broken / "log.jsonl").open("a") as log:
        log.write('{"stage": "intra", "step": 10}\n{"stage": "in')
    assert call(["--resume", broken, "--clips", 1, "--frames", 2]) == 0
    assert curve(broken) == curve(whole)
    one, other = (load_networks(run / "weights", S20).intra for run in (whole, broken))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert sorted(path.name for path in broken.iterdir()) == ["log.jsonl", "weights", "weights-small"]


def test_a_full_disk_costs_the_checkpoint_and_not_the_training(
    clips_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint_timing, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(durable, "write", full)
    run = tmp_path / "run"
    assert call(order(clips_folder, run, steps=2)) == 0
    assert capsys.readouterr().err.count("No space left on device") == 1
    assert load_networks(run / "weights", S20)


def test_stages_go_on_from_each_other_and_small_weights_load(clips_folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    call(order(clips_folder, run, steps=1))
    first = load_networks(run / "weights", S20)
    call(order(clips_folder, run, "base", 1))
    second = load_networks(run / "weights", S20)
    assert torch.equal(first.intra.q_basic_enc, second.intra.q_basic_enc)
    key = "BL_codec.feature_adaptor_I.weight"
    assert not torch.equal(first.inter.get_parameter(key), second.inter.get_parameter(key))
    small = load_networks(run / "weights-small", S20)
    assert small.inter.get_parameter(key).dtype == torch.float32
    assert torch.equal(small.inter.get_parameter(key), second.inter.get_parameter(key).half().float())
    of_laws = "EL_codec.y_prior_fusion.0.block.1.conv.0.weight"
    kept, whole = (networks.inter.get_parameter(of_laws).flatten(1) for networks in (small, second))
    assert ((kept - whole).abs() <= 0.51 * whole.abs().amax(1, keepdim=True) / 127).all()
    sizes = [(run / folder / "inter.safetensors").stat().st_size for folder in ("weights", "weights-small")]
    assert sizes[1] < 0.4 * sizes[0]
    assert [line["stage"] for line in curve(run)] == ["intra"] * 4 + ["base"] * 4


def test_wrong_orders_are_refused_before_anything_is_made(clips_folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    for changes, sentence in (
        (["--preset", "s99"], "no preset s99"),
        (["--stage", "all"], "no stage all"),
        (["--crop", "70"], "divisible by 16"),
        (["--samples", "-1"], "Samples must be more than nothing"),
        (["--learning-rate", "nan"], "Learning rate must be"),
        (["--stage", "intra", "--groups", "3,5"], "single frames"),
        (["--stage", "joint", "--groups", "1,5"], "at least 2 frames"),
    ):
        with pytest.raises(UsageError, match=sentence):
            call([*order(clips_folder, run), *changes])
    with pytest.raises(UsageError, match="minutes or in steps"):
        call(["--data", clips_folder, "--run", run])
    with pytest.raises(UsageError, match="--data"):
        call(["--run", run, "--steps", "1"])
    with pytest.raises(EngineError, match="no clips"):
        call(order(tmp_path, run))
    with pytest.raises(UsageError, match="no stage in hand"):
        call(["--resume", run])
    assert not run.exists()


def test_the_log_keeps_whole_lines_alone(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "log.jsonl")
    assert log.lines() == []
    for stage, step in (("intra", 10), ("intra", 20), ("base", 10), ("base", 20), ("base", 30)):
        log.add({"stage": stage, "step": step})
    log.rewind("base", 10)
    assert [(line["stage"], line["step"]) for line in log.lines()] == [("intra", 10), ("intra", 20), ("base", 10)]
