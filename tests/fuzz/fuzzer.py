"""Fuzzing `.nvc` files: mutated ones by number, hand-made ones, or those of a folder, each answered in a child process.

    python tests/fuzz/fuzzer.py --cases 50000 --seed 1 --out DIR
    python tests/fuzz/fuzzer.py --hostile --out DIR
    python tests/fuzz/fuzzer.py --folder tests/fuzz/corpus --out DIR

A failure is an exception that is no `EngineError`, a wrong answer, the end of the process, over 2 s for a question
(see `answer`) or over 1 GB of memory (peak of the whole process). Its file is saved to DIR. The summary is printed as
JSON and saved to DIR/summary.json; exit status 1 where anything failed.
"""

import argparse
import collections
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

BATCH = 2000
LIMIT_SECONDS = 2.0
LIMIT_BYTES = 1 << 30
WATCHDOG_SECONDS = 120.0
START_SECONDS = 180.0
KINDS_TOLD = 60
SHORT = ("case", "kind", "bytes", "slowest", "seconds", "total_seconds", "peak_bytes", "growth_bytes")
NUMBERS = re.compile(r"[-+]?\d[\d.e+]*")


@dataclass
class Summary:
    """What came of a run. `errors` counts the cases in which a question was answered with a sentence of that kind."""

    seed: int
    cases: int = 0
    seconds: float = 0.0
    whole: int = 0
    decoded: int = 0
    refused: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    slowest: dict[str, Any] = field(default_factory=lambda: {"seconds": 0.0})
    largest: dict[str, Any] = field(default_factory=lambda: {"peak_bytes": 0})
    largest_growth: dict[str, Any] = field(default_factory=lambda: {"growth_bytes": 0})
    over_half_a_second: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    named: list[dict[str, Any]] = field(default_factory=list)


def main() -> int:
    options = _options()
    if options.child:
        return _child(options)
    options.out.mkdir(parents=True, exist_ok=True)
    summary = Summary(options.seed)
    errors: collections.Counter[str] = collections.Counter()
    kinds: collections.Counter[str] = collections.Counter()
    begun = time.monotonic()
    for told in _results(options, begun):
        _take(summary, told, errors, kinds, named=bool(options.hostile or options.folder))
    summary.seconds = round(time.monotonic() - begun, 1)
    summary.errors = dict(errors.most_common(KINDS_TOLD))
    summary.kinds = dict(kinds.most_common())
    text = json.dumps(asdict(summary), indent=1)
    (options.out / "summary.json").write_text(text, "utf-8")
    sys.stdout.write(text + "\n")
    return 1 if summary.failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz .nvc files.")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="end after this time, whatever --cases says")
    parser.add_argument("--least", type=int, default=0, help="cases to answer even after --seconds")
    parser.add_argument("--patient", action="store_true", help="do not take slowness for a failure")
    parser.add_argument("--hostile", action="store_true", help="answer the hand-made files instead")
    parser.add_argument("--folder", type=Path, help="answer the files of this folder instead")
    parser.add_argument("--out", type=Path, required=True, help="folder for the summary and the files that failed")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _take(
    summary: Summary,
    told: dict[str, Any],
    errors: "collections.Counter[str]",
    kinds: "collections.Counter[str]",
    *,
    named: bool,
) -> None:
    """Add one case to the summary."""
    summary.cases += 1
    kinds[told["kind"].split(" + ")[0]] += 1
    answers = told.get("answers", {})
    frames = [said for question, said in answers.items() if question.startswith("frame ")]
    summary.decoded += "ok" in frames
    summary.refused += answers.get("open", "ok") != "ok"
    summary.whole += bool(answers) and all(said == "ok" for said in answers.values())
    said_kinds = {
        f"{question.split()[0]}: {NUMBERS.sub('N', said)[:160]}" for question, said in answers.items() if said != "ok"
    }
    errors.update(said_kinds)
    short = {key: told[key] for key in SHORT if key in told}
    seconds = told.get("seconds", 0.0)
    summary.over_half_a_second += seconds > 0.5
    for best, key in (
        (summary.slowest, "seconds"),
        (summary.largest, "peak_bytes"),
        (summary.largest_growth, "growth_bytes"),
    ):
        if told.get(key, 0) > best[key]:
            best.clear()
            best.update(short)
    if named:
        summary.named.append({**short, "answers": answers})
    if "failure" in told:
        summary.failures.append({**short, "reason": told["failure"], "file": told["file"]})
        sys.stderr.write(f"case {told['case']} ({told['kind']}): {told['failure'].strip().splitlines()[-1]}\n")


def _results(options: argparse.Namespace, begun: float) -> Iterator[dict[str, Any]]:
    """The result of every case, from one child after the other; one that ends is started anew behind its last case."""
    first, stop = options.first, options.first + options.cases
    answered = 0
    if options.hostile or options.folder:
        first, stop = 0, 1 << 30
    with tempfile.TemporaryDirectory(prefix="nvc-fuzz-") as folder:
        while first < stop:
            child = _Child(options, first, min(BATCH, stop - first), Path(folder))
            try:
                while True:
                    late = options.seconds is not None and time.monotonic() - begun > options.seconds
                    if late and answered >= options.least:
                        return
                    told = child.next()
                    if told is None:
                        break
                    first = told["case"] + 1
                    answered += 1
                    yield told
                if child.done:
                    return
            finally:
                child.end()


class _Child:
    """A child process and what it says, a line a case."""

    def __init__(self, options: argparse.Namespace, first: int, count: int, folder: Path) -> None:
        command = [sys.executable, __file__, "--child", "--seed", str(options.seed), "--out", str(folder)]
        command += ["--first", str(first), "--cases", str(count)]
        command += ["--hostile"] if options.hostile else []
        command += ["--folder", str(options.folder)] if options.folder else []
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "NVC_HOME": str(folder / "home")}
        self._log = folder / "stderr.txt"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True, env=environment
            )
        self._lines: queue.Queue[str] = queue.Queue()
        self._kept = options.out
        self._patient = options.patient
        self._folder = folder
        self._started = self._ended = False
        self.done = False
        assert self._process.stdout is not None
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def next(self) -> dict[str, Any] | None:
        """The next result; None after the last one."""
        begun: dict[str, Any] = {}
        while not self._ended:
            try:
                line = self._lines.get(timeout=WATCHDOG_SECONDS if self._started else START_SECONDS)
            except queue.Empty:
                return self._failed(begun, f"it took over {WATCHDOG_SECONDS:.0f} s and was ended")
            self._started = True
            if not line:
                status = self._process.wait()
                if not begun and status == 0:
                    return None
                tail = self._log.read_text("utf-8", "replace")[-4000:]
                return self._failed(begun, f"{tail}\nthe process ended with status {status}")
            told: dict[str, Any] = json.loads(line)
            if "all" in told:
                self.done = True
            elif "answers" in told or "failure" in told:
                return self._with_file(told)
            else:
                begun = told
        return None

    def end(self) -> None:
        self._ended = True
        self._process.kill()
        self._process.wait()

    def _failed(self, begun: dict[str, Any], reason: str) -> dict[str, Any]:
        if not begun:
            raise RuntimeError(f"The child did not come to its first case: {reason}")
        self.end()
        return self._with_file({**begun, "failure": reason})

    def _with_file(self, told: dict[str, Any]) -> dict[str, Any]:
        """Where a case failed, or passed a limit, its file is kept and the reason told."""
        if told.get("seconds", 0.0) > LIMIT_SECONDS and not self._patient:
            told.setdefault("failure", f"{told['slowest']} took {told['seconds']:.1f} s")
        if told.get("peak_bytes", 0) > LIMIT_BYTES:
            told.setdefault("failure", f"it took {told['peak_bytes']} bytes of memory")
        if "failure" in told:
            kept = self._kept / f"case-{told['case']}.nvc"
            shutil.copy(self._folder / f"kept-{told['case']}.nvc", kept)
            told["file"] = str(kept)
        return told

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            self._lines.put(line)
        self._lines.put("")


def _child(options: argparse.Namespace) -> int:
    """Answer the cases; says each before it begins and after it ended, as a line of JSON."""
    import faulthandler

    from answer import Answerer
    from memory import Memory, limit_address_space
    from sources import cases

    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries print is none of ours

    def say(**values: object) -> None:
        print(json.dumps(values), file=said, flush=True)

    stderr = os.dup(2)
    faulthandler.enable(stderr)
    answerer = Answerer(options.out)
    limit_address_space()
    memory = Memory()
    quiet = os.open(os.devnull, os.O_WRONLY)
    for case in cases(options.seed, options.first, options.cases, options.folder, hostile_ones=options.hostile):
        kept = options.out / f"kept-{case.number}.nvc"
        kept.write_bytes(case.data)
        about = {"case": case.number, "kind": case.kind, "bytes": len(case.data)}
        say(**about)
        memory.begin()
        os.dup2(quiet, 2)
        result: dict[str, object] = {}
        wall = time.perf_counter()
        try:
            answered = answerer.answer(case)
            result = asdict(answered)
        except BaseException as error:  # whatever it is, it is what this looks for
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            result["failure"] = "".join(traceback.format_exception(error))[-6000:]
        total = time.perf_counter() - wall
        os.dup2(stderr, 2)
        peak, growth = memory.peak()
        if "failure" not in result and answered.seconds <= LIMIT_SECONDS and peak <= LIMIT_BYTES:
            kept.unlink()
        say(**about, total_seconds=round(total, 4), peak_bytes=peak, growth_bytes=growth, **result)
    if options.hostile or options.folder:
        say(all=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
