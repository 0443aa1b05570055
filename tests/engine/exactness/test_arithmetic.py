"""A file decodes to the same symbols under every arithmetic of this machine, and to frames that differ by rounding.

The environment variables that change torch's arithmetic are read as it starts: every case is a process of its own.
"""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs.nvc_clip import decoder_of

SCRIPT = Path(__file__).parent / "decode_files.py"
ATEN, ONEDNN, THREADS = "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "OMP_NUM_THREADS"
CAPABILITIES = {"default": "DEFAULT", "avx2": "AVX2", "avx512": "AVX512"}
INSTRUCTIONS = {"SSE41": "SSE4.1", "AVX2": "AVX2", "AVX512_CORE": "AVX-512"}
ROUNDINGS = ("up", "zero")
FILES = ("encoded", "random", "deep", "fitted", "fixed", "predicted", "paper", "motion")
PLANES = ("y", "u", "v")
AT_ONCE = 2

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or sys.platform != "linux", reason="the variables choose among x86's instructions"
)


@dataclass(frozen=True)
class Case:
    """Values for the variables ("": not set), and how floating-point numbers are rounded."""

    aten: str = ""
    onednn: str = ""
    rounding: str = "nearest"

    @property
    def possible(self) -> bool:
        """Whether this machine has the instructions; to be told of some that it has not ends a process."""
        wide = "AVX512" in (self.aten.upper(), self.onednn[:6])
        return not wide or torch.backends.cpu.get_cpu_capability() == "AVX512"


@dataclass(frozen=True)
class Decoded:
    """What a process decoded: facts (see `decode_files`), planes, and the instructions that oneDNN says it took."""

    facts: dict[str, Any]
    planes: dict[str, np.ndarray]
    instructions: str


PLAIN = Case()
MATRIX = [Case(aten, onednn) for aten, onednn in product(CAPABILITIES, INSTRUCTIONS)]
CASES = [PLAIN, *MATRIX, *(Case(rounding=rounding) for rounding in ROUNDINGS)]


def decode(case: Case, files: list[Path], output: Path) -> Decoded:
    environment = {name: value for name, value in os.environ.items() if name not in (ATEN, ONEDNN, THREADS)}
    environment |= {name: value for name, value in ((ATEN, case.aten), (ONEDNN, case.onednn)) if value}
    environment["OMP_WAIT_POLICY"] = "PASSIVE"  # threads that wait take no time from others
    command = [sys.executable, "-P", str(SCRIPT), str(output), case.rounding, *map(str, files)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with np.load(output) as kept:
        planes = {name: kept[name] for name in kept.files if name != "facts"}
        facts = json.loads(str(kept["facts"]))
    stated = re.search(r"info,cpu,isa:(.*)", done.stdout)
    return Decoded(facts, planes, stated[1] if stated else "")


@pytest.fixture(scope="session")
def outcomes(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Case, Future[Decoded]]]:
    folder = tmp_path_factory.mktemp("decoded")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cases = [case for case in CASES if case.possible]
        yield {case: pool.submit(decode, case, files, folder / f"{n}.npz") for n, case in enumerate(cases)}


@pytest.fixture(scope="session")
def plain(outcomes: dict[Case, Future[Decoded]]) -> Decoded:
    """What is decoded where nothing is set."""
    return outcomes[PLAIN].result()


def the_same_symbols(case: Decoded, plain: Decoded) -> bool:
    found, wanted = case.facts["checksums"], plain.facts["checksums"]
    return all(found[f"{file}/{threads}"] == wanted[f"{file}/1"] for file, threads in product(FILES, (1, 2)))


def largest_difference(case: Decoded, plain: Decoded) -> int:
    """In code values of 8 bits, and for the file of 10 bits in code values of 10."""
    return max(
        int(np.abs(case.planes[f"{file}/{threads}/{plane}"].astype(int) - plain.planes[f"{file}/1/{plane}"]).max())
        for file, threads, plane in product(FILES, (1, 2), PLANES)
    )


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: f"{case.aten}-{case.onednn}")
def test_instructions_change_no_symbol(case: Case, outcomes: dict[Case, Future[Decoded]], plain: Decoded) -> None:
    if not case.possible:
        pytest.skip("this machine has no AVX-512")
    decoded = outcomes[case].result()
    assert decoded.facts["capability"] == CAPABILITIES[case.aten]
    assert INSTRUCTIONS[case.onednn] in decoded.instructions
    assert the_same_symbols(decoded, plain)
    assert largest_difference(decoded, plain) <= 1


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_direction_of_rounding_changes_no_symbol(
    rounding: str, outcomes: dict[Case, Future[Decoded]], plain: Decoded
) -> None:
    decoded = outcomes[Case(rounding=rounding)].result()
    assert decoded.facts["rounds_so"]
    assert the_same_symbols(decoded, plain)
    assert largest_difference(decoded, plain) <= 1


def test_the_files_have_pictures_to_differ_in(plain: Decoded) -> None:
    for file in FILES:
        luma = plain.planes[f"{file}/1/y"].astype(float)
        assert luma.std() > 5
        assert np.abs(luma[0] - luma[-1]).max() > 5


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_gpu_decodes_the_same_symbols_and_frames(files: list[Path], plain: Decoded) -> None:
    for path in files:
        with NvcReader.open(path) as reader:
            decoder = decoder_of(reader.header, path, "cuda")
            for index, unit in enumerate(reader.units):
                payload = reader.payload(index)
                checksum = decoder.symbol_checksum(payload, unit.first, unit.count)
                assert checksum == plain.facts["checksums"][f"{path.stem}/1"][index]
                pictures = decoder.frames(payload, unit.first, unit.count, unit.first, unit.stop)
                for frame, picture in enumerate(pictures, unit.first):
                    for plane in PLANES:
                        expected = plain.planes[f"{path.stem}/1/{plane}"][frame].astype(int)
                        assert int(np.abs(getattr(picture, plane).astype(int) - expected).max()) <= 1
            decoder.close()
