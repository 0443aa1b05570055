"""`train` and `laws`: learn weights of a codec from a folder of clips.

A run is a folder: `order.json` (the stage in hand), `checkpoint-0` and `-1`, `log.jsonl`, `weights/` (float32, what the
next stage begins with) and `weights-small/` (to hand on).

Every stage is a job of the list, which windows show; this terminal keeps it, and heeds what is asked of it.
"""

import argparse
import dataclasses
import json
import time
from collections import deque
from pathlib import Path
from types import ModuleType
from typing import Any

from nvc_engine.cli_printing import ProgressLine, clock, print_json, print_table, say
from nvc_engine.codecs import registry
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.attention import Halt, HaltReason
from nvc_engine.jobs.checkpoint import Checkpoint, CheckpointFolder
from nvc_engine.jobs.checkpoint_timing import CheckpointTiming
from nvc_engine.jobs.store import JobStore
from nvc_engine.jobs.training_job import TrainingJob, listed_training
from nvc_engine.media.output import flush_file
from nvc_engine.protocol.messages import JobRequest, Progress

_ORDER, _LOG, _WEIGHTS, _SMALL = "order.json", "log.jsonl", "weights", "weights-small"
_LOG_EVERY = 10
_VALIDATED_SIDE = 256
_DONE, _INTERRUPTED = 0, 130


def train(options: argparse.Namespace) -> int:
    """Do one stage of a training, or go on with one that was interrupted."""
    session = registry.tool(options.codec, "training.session")
    run: Path = options.resume or options.run_folder
    if options.resume:
        order = _ordered_before(session, run)
    else:
        if options.data is None:
            raise UsageError("Name the folder of clips to learn from by --data FOLDER.")
        order = session.TrainingOrder(
            data=str(options.data.absolute()), preset=options.preset, stage=options.stage, minutes=options.minutes,
            steps=options.steps, seed=options.seed, samples=options.samples, crop=options.crop,
            learning_rate=options.learning_rate, groups=options.groups, device=options.device, workers=options.workers,
            weights=str(options.weights.absolute()) if options.weights else None,
        )  # fmt: skip
        order.recipe()
        if (run / _ORDER).exists():
            raise UsageError(f"{run} has a stage in hand; go on with it by `--resume {run}`, or remove its {_ORDER}.")
    begins_with = Path(order.weights or run / _WEIGHTS)
    training = session.Training(order, begins_with if order.weights or begins_with.is_dir() else None)
    with JobStore() as store:
        run.mkdir(parents=True, exist_ok=True)
        _keep_order(run, order)
        log = registry.tool(options.codec, "training.log").TrainingLog(run / _LOG)
        work = _Run(session, run, order, training, log)
        resumed_at = training.trainer.steps if options.resume else None
        try:
            with listed_training(store, _request(options.codec, run, order), resumed_at=resumed_at) as job:
                measured = work.finish(job, options)
        except Halt as halt:
            if halt.reason is HaltReason.CANCEL:
                raise EngineError("The training was cancelled.") from None
            return _INTERRUPTED
    if options.json:
        print_json({"stage": order.stage, "steps": training.trainer.steps, "validation": measured})
    else:
        print_table(_rows(measured))
    return _DONE


def laws(options: argparse.Namespace) -> int:
    """Learn NVRC's laws of motion anew."""
    training = registry.tool("nvrc", "motion.law_training")
    videos = training.find_videos(options.data, options.without)
    say(f"{len(videos)} clips; every round encodes some and fits the laws to what was decided")
    nets = training.learn_laws(videos, options.seed, tell=say)
    training.save_laws(nets, options.output, overwrite=options.overwrite)
    print(f"The laws are in {options.output}.")
    return _DONE


def _request(codec: str, run: Path, order: Any) -> JobRequest:
    return JobRequest(
        order.data, str(run.absolute()), codec, order.preset, minutes=order.minutes, seed=order.seed,
        device=order.device, training=order.stage,
    )  # fmt: skip


class _Run:
    """One stage in its folder."""

    def __init__(self, session: ModuleType, folder: Path, order: Any, training: Any, log: Any) -> None:
        self._folder = folder
        self._order = order
        self._training = training
        self._stages: list[str] = list(session.Stage)
        self._log = log
        self._checkpoints = CheckpointFolder(folder, json.dumps(dataclasses.asdict(order), sort_keys=True))
        saved = self._checkpoints.load()
        self._before = saved.seconds if saved else 0.0
        self._unlogged: list[dict[str, Any]] = []
        self._recent: deque[dict[str, Any]] = deque(maxlen=_LOG_EVERY)
        if saved:
            training.trainer.restore(saved.state)
            self._unlogged = list(saved.state.values["unlogged"])
        self._began = time.monotonic()
        self._warned = False
        seconds = (order.minutes or 0.0) * 60
        self._pace = session.in_steps(order.steps) if order.steps else session.in_seconds(seconds, self._before)

    def finish(self, job: TrainingJob, options: argparse.Namespace) -> list[Any]:
        """Train to the end of the stage, keep the weights, and measure them."""
        trainer = self._training.trainer
        self._log.rewind(self._order.stage, trainer.steps)
        self._train(job)
        self._training.save_weights(self._folder / _WEIGHTS)
        self._training.save_weights(self._folder / _SMALL, small=True)
        (self._folder / _ORDER).unlink()
        self._checkpoints.discard()
        say(f"{self._order.stage}: {trainer.steps} steps in {clock(self._seconds())}, {trainer.skipped} skipped")
        folder = self._folder.absolute()
        job.left = f"The weights are in {folder / _WEIGHTS}, and to hand on in {folder / _SMALL}."
        job.validating()
        measured = []
        for point in self._training.validate(options.clips, options.frames, _VALIDATED_SIDE):
            measured.append(point)
            self._log.add({"stage": self._order.stage, "step": trainer.steps, "validation": dataclasses.asdict(point)})
        job.left += f" On held-out clips: {_figures(measured)}."
        return measured

    def _seconds(self) -> float:
        return self._before + time.monotonic() - self._began

    def _train(self, job: TrainingJob) -> None:
        def pace(steps: int) -> float:
            return 1.0 if job.stop_asked else self._pace(steps)

        line = ProgressLine()
        timing = CheckpointTiming(time.monotonic)
        fraction = 0.0
        try:
            for report in self._training.steps(pace):
                fraction = report.fraction
                self._unlogged.append(dataclasses.asdict(report))
                self._recent.append(self._unlogged[-1])
                progress = self._progress(report)
                line.progress(progress)
                job.report(progress)
                if report.step % _LOG_EVERY == 0:
                    self._write_log()
                if timing.due:
                    began = time.monotonic()
                    self._keep_if_there_is_room(fraction)
                    timing.saved(began)
                job.check()
        except (KeyboardInterrupt, Halt):
            self._keep(fraction)
            say(f"interrupted; go on by `--resume {self._folder}`")
            raise
        finally:
            line.close()

    def _progress(self, report: Any) -> Progress:
        """Where the stage is; its numbers are means over the last steps, since single ones leap."""
        mean = _mean(list(self._recent))
        seconds = self._seconds()
        remaining = seconds * (1 - report.fraction) / report.fraction if report.fraction > 0.02 else None
        return Progress(
            self._order.stage, self._stages.index(self._order.stage), len(self._stages), report.fraction, seconds,
            remaining, step=report.step, steps=self._order.steps or 0,
            steps_per_second=report.step / max(seconds, 1e-3), loss=mean["loss"], rate_bpp=mean["bpp"],
            distortion_db=mean["psnr"], learning_rate=report.learning_rate,
        )  # fmt: skip

    def _write_log(self) -> None:
        """A line on the last steps; where the disk cannot take it, they go into the next one."""
        line = {"stage": self._order.stage, "seconds": round(self._seconds(), 1), **_mean(self._unlogged)}
        try:
            self._log.add(line)
        except OSError as error:
            self._warn(f"the log cannot be written ({error.strerror or error}); the training goes on")
        else:
            self._unlogged = []

    def _warn(self, sentence: str) -> None:
        """Say something of the disk, once until a checkpoint could be saved."""
        if not self._warned:
            say(sentence)
        self._warned = True

    def _keep_if_there_is_room(self, fraction: float) -> None:
        """Leave a checkpoint. A disk that cannot take it costs the safety, not the training."""
        try:
            self._keep(fraction)
        except OSError as error:
            self._warn(f"no checkpoint could be saved ({error.strerror or error}); the training goes on without")
        else:
            self._warned = False

    def _keep(self, fraction: float) -> None:
        trainer = self._training.trainer
        state = trainer.state()
        state = dataclasses.replace(state, values={**state.values, "unlogged": self._unlogged})
        self._checkpoints.save(Checkpoint(state, 0, self._seconds(), fraction, trainer.steps))


def _mean(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Means of a few reports, of those that were not skipped; the rest as the last one says it."""
    whole = [report for report in reports if not report["skipped"]]

    def mean(name: str) -> float | None:
        return sum(report[name] for report in whole) / len(whole) if whole else None

    means = {name: mean(name) for name in ("loss", "bpp", "base_bpp", "psnr", "gradient")}
    return {**reports[-1], **means, "skipped": len(reports) - len(whole)}


def _keep_order(run: Path, order: Any) -> None:
    beside = run / f"{_ORDER}.part"
    beside.write_text(json.dumps(dataclasses.asdict(order), indent=2), "utf-8")
    flush_file(beside)
    beside.replace(run / _ORDER)


def _ordered_before(session: ModuleType, run: Path) -> Any:
    try:
        return session.TrainingOrder(**json.loads((run / _ORDER).read_text("utf-8")))
    except FileNotFoundError:
        raise UsageError(f"{run} has no stage in hand; begin one with --run {run} --stage STAGE.") from None
    except (ValueError, TypeError) as error:
        raise UsageError(f"{run / _ORDER} is damaged; remove it and begin the stage anew.") from error


def _figures(measured: list[Any]) -> str:
    """Rate and distortion at each rate point, of the frames that the stage has trained."""
    return "; ".join(
        f"q {point.rate_point}: {point.intra_bpp:.4f} bpp, {point.intra_psnr:.2f} dB"
        if point.inter_bpp is None
        else f"q {point.rate_point}: {point.inter_bpp:.4f} bpp, {point.inter_psnr:.2f} dB"
        for point in measured
    )


def _rows(measured: list[Any]) -> list[tuple[str, ...]]:
    def cell(value: float | None, digits: int) -> str:
        return "-" if value is None else f"{value:.{digits}f}"

    return [
        ("q", "I bpp", "I dB", "P bpp", "P dB", "base bpp"),
        *(
            (
                str(point.rate_point),
                cell(point.intra_bpp, 4),
                cell(point.intra_psnr, 2),
                cell(point.inter_bpp, 4),
                cell(point.inter_psnr, 2),
                cell(point.base_bpp, 4),
            )
            for point in measured
        ),
    ]
