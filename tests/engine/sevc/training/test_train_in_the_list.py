"""A real training as the list of jobs shows it, and as it heeds what is asked of it there."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nvc_engine import cli_train
from nvc_engine.cli_train_options import add_options
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.training.log import TrainingLog
from nvc_engine.codecs.sevc.weights import save_networks
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.errors import EngineError
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb

STEPS = 3
MEASURED = ["--clips", 1, "--frames", 1]


def call(arguments: Sequence[object]) -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return cli_train.train(parser.parse_args(["sevc", *map(str, arguments)]))


def only_job() -> JobFacts:
    with JobStore() as store:
        (job,) = store.all(history=True)
    return job


class AskingTerminal:
    """A stderr that asks something of the only job when the first progress comes."""

    def __init__(self, verb: JobVerb) -> None:
        self._verb: JobVerb | None = verb

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if "steps/s" in text and self._verb is not None:
            with JobStore() as store:
                store.command(only_job().id, self._verb)
            self._verb = None
        return len(text)

    def flush(self) -> None:
        pass


@pytest.fixture
def begin(clips_folder: Path, tmp_path: Path) -> Callable[[], int]:
    """Begins the first stage of a small network in `tmp_path`/run."""
    weights = tmp_path / "begun"
    save_networks(weights, fresh_networks(PRESETS["light"], 0))
    return lambda: call(
        ["--data", clips_folder, "--run", tmp_path / "run", "--preset", "light", "--stage", "intra", "--steps", STEPS,
         "--weights", weights, "--samples", 1, "--crop", 64, *MEASURED]
    )  # fmt: skip


def test_a_training_is_listed_with_its_curve_and_says_what_it_has_left(
    begin: Callable[[], int], clips_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin() == 0
    job = only_job()
    assert (job.state, job.result) == (JobState.DONE, None)
    request = job.request
    assert (request.codec, request.preset, request.training) == ("sevc", "light", "intra")
    assert (request.source, request.output) == (str(clips_folder), str(tmp_path / "run"))
    assert job.message.startswith(f"The weights are in {tmp_path / 'run' / 'weights'},")
    measured = [line["validation"] for line in TrainingLog(tmp_path / "run" / "log.jsonl").lines()]
    assert all(f"q {point['rate_point']}: {point['intra_bpp']:.4f} bpp" in job.message for point in measured)
    first, last = job.history[0], job.history[-1]
    assert (first.stage, first.stage_index, first.stage_count, first.step, first.steps) == ("intra", 0, 4, 1, STEPS)
    assert None not in (first.loss, first.rate_bpp, first.distortion_db, first.learning_rate)
    assert (last.stage, last.step, last.fraction) == ("validation", STEPS, 1.0)


def test_paused_from_a_window_it_is_gone_on_with_in_the_same_job(
    begin: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", AskingTerminal(JobVerb.PAUSE))
    assert begin() == 130
    paused = only_job()
    assert paused.state is JobState.PAUSED
    assert f"--resume {tmp_path / 'run'}" in paused.message
    assert not (tmp_path / "run" / "weights").exists()
    assert call(["--resume", tmp_path / "run", "--weights", tmp_path / "begun", *MEASURED]) == 0
    done = only_job()
    assert (done.id, done.state) == (paused.id, JobState.DONE)
    steps = [report.step for report in done.history]
    assert steps[0] == 1
    assert steps == sorted(steps)


def test_cancelled_from_a_window_it_leaves_a_checkpoint(
    begin: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", AskingTerminal(JobVerb.CANCEL))
    with pytest.raises(EngineError, match="cancelled"):
        begin()
    assert only_job().state is JobState.CANCELLED
    assert (tmp_path / "run" / "checkpoint-0").exists()


def test_stopped_from_a_window_it_keeps_what_it_has_learned(
    begin: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", AskingTerminal(JobVerb.STOP))
    assert begin() == 0
    job = only_job()
    assert job.state is JobState.DONE
    assert job.history[-1].step < STEPS
    assert (tmp_path / "run" / "weights" / "intra.safetensors").exists()
