"""Mutated, kept and hand-made `.nvc` files, each answered in a process of its own that must outlive them.

What is a failure is said in `fuzzer.py`; its time limit is not held here, where other work may run beside it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SECONDS = 15
LEAST_CASES = 40  # on a machine whose time others take as well
LIMIT_BYTES = 1 << 30


def fuzz(folder: Path, *arguments: str) -> dict[str, Any]:
    """The summary of a run of the fuzzer."""
    command = [sys.executable, str(HERE / "fuzzer.py"), "--patient", "--out", str(folder), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (folder / "summary.json").exists(), done.stderr
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    return summary


def told(failures: list[dict[str, Any]]) -> str:
    return "\n\n".join(f"case {each['case']} ({each['kind']}):\n{each['reason']}" for each in failures)


def test_mutated_files_are_answered(tmp_path: Path) -> None:
    limits = ("--seconds", str(SECONDS), "--least", str(LEAST_CASES))
    summary = fuzz(tmp_path, "--cases", "100000", *limits, "--seed", "1")
    assert not summary["failures"], told(summary["failures"])
    assert summary["cases"] >= LEAST_CASES
    assert summary["decoded"] > summary["cases"] // 5
    assert summary["refused"] > summary["cases"] // 20


def test_kept_files_are_answered(tmp_path: Path) -> None:
    """Cases of earlier runs: one of each kind of answer, and what once was answered wrongly."""
    summary = fuzz(tmp_path, "--folder", str(HERE / "corpus"))
    assert not summary["failures"], told(summary["failures"])
    assert summary["cases"] == len(list((HERE / "corpus").glob("*.nvc")))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return fuzz(tmp_path_factory.mktemp("hostile"), "--hostile")


class TestHandMadeFiles:
    def test_all_are_answered_in_bounded_memory(self, hostile: dict[str, Any]) -> None:
        assert not hostile["failures"], told(hostile["failures"])
        assert all(each["peak_bytes"] <= LIMIT_BYTES for each in hostile["named"])

    @pytest.mark.parametrize(
        ("name", "question", "words"),
        [
            ("largest picture of the format", "frame 0", "larger network than"),
            ("timing that unpacks to 256 MB", "open", "too long"),
            ("chunks without payload", "open", "no HEAD chunk"),
            ("length of 2^63", "open", "no HEAD chunk"),
            ("tracks that claim all lengths", "tracks", "damaged"),
            ("larger picture in motion than is decoded", "clip", "larger pictures"),
            ("more frames in motion than a unit may have", "frame 0", "more frames"),
            ("vectors farther outside", "frame 1", "damaged"),
            ("larger picture in MVC than is decoded", "frame 0", "larger network than"),
            ("wider feed-forward in MVC than is decoded", "frame 0", "larger network than"),
        ],
    )
    def test_what_cannot_be_is_refused(self, hostile: dict[str, Any], name: str, question: str, words: str) -> None:
        assert words in answers_of(hostile, name)[question]

    @pytest.mark.parametrize(
        "name",
        [
            "largest picture that is decoded",
            "most work in a frame",
            "most memory in a frame",
            "most parameters, all zero",
            "most parameters, in 1 kB",
            "largest picture in motion",
            "largest picture in MVC",
            "most features in MVC",
            "widest last stage in MVC",
            "widest feed-forward in MVC",
            "most weights in MVC",
            "most of CRSPE in MVC",
            "most of CRSPE in MVC, all zero",
        ],
    )
    def test_what_is_only_large_is_decoded(self, hostile: dict[str, Any], name: str) -> None:
        assert answers_of(hostile, f"show {name}")["frame 0"] == "ok"

    @pytest.mark.parametrize(
        "name",
        [
            "provenance that unpacks to 64 MB",
            "most frames, uneven",
            "most units",
            "more units than may be",
            "index that is its own",
            "units that say UNIT",
            "units that overlap",
            "chunks behind the header",
            "settings nested 30000 deep",
            "tracks with times for 10^9 packets",
            "most frames in motion, all anchors",
            "most frames in motion, deepest",
            "vectors as far outside as may be",
            "most frames in MVC",
        ],
    )
    def test_what_is_sound_in_them_opens(self, hostile: dict[str, Any], name: str) -> None:
        answers = answers_of(hostile, name)
        assert answers["open"] == answers["info"] == answers["clip"] == "ok"


def answers_of(summary: dict[str, Any], name: str) -> dict[str, str]:
    found = next(each for each in summary["named"] if each["kind"] == name)
    answers: dict[str, str] = found["answers"]
    return answers
