"""Equality with the published network, on vectors made with it."""

import argparse
import shutil
from pathlib import Path

import numpy as np
import pytest

from nvc_engine import cli_bench
from nvc_engine.codecs.sevc.parity import LIMITS, Deviation, ParityError, check

VECTORS = Path(__file__).parents[2] / "data" / "sevc_parity_public.npz"
SALT = "public-1"


@pytest.fixture(scope="module")
def deviations() -> dict[str, Deviation]:
    """The whole file at the published widths: some 20 seconds."""
    return {deviation.kind: deviation for deviation in check(VECTORS, SALT)}


@pytest.mark.parametrize("kind", LIMITS)
def test_every_kind_is_equal_in_every_case(deviations: dict[str, Deviation], kind: str) -> None:
    assert deviations[kind].worst <= LIMITS[kind], deviations[kind]


def first_frames_only(source: Path, target: Path, case: str = "D") -> Path:
    """A file with the intra frame of one case."""
    with np.load(source) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["cases"] = np.array([case])
    arrays[f"{case}_meta"] = arrays[f"{case}_meta"].copy()
    arrays[f"{case}_meta"][2] = 1
    np.savez(target, **arrays)
    return target


def options(file: Path, salt: str) -> argparse.Namespace:
    return argparse.Namespace(file=file, salt=salt, double=True, json=False)


def test_the_terminal_prints_the_worst_of_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = first_frames_only(VECTORS, tmp_path / "short.npz")
    assert cli_bench.sevc_parity(options(file, SALT)) == 0
    printed = capsys.readouterr().out
    for kind in ("weights", "clip", "picture", "base picture", "statistics", "bits"):
        assert f"\n{kind} " in printed
    assert "\nequal to the published network" in printed


def test_other_weights_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = first_frames_only(VECTORS, tmp_path / "short.npz")
    assert cli_bench.sevc_parity(options(file, "another salt")) == 1
    lines = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "ok" in lines["clip"]
    assert all("BEYOND" in lines[kind] for kind in ("weights", "picture", "base picture", "statistics", "bits"))


def test_what_is_no_file_of_vectors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParityError, match="cannot be read"):
        check(tmp_path / "nowhere.npz", SALT)
    text = tmp_path / "text.npz"
    text.write_text("no vectors")
    with pytest.raises(ParityError, match="cannot be read"):
        check(text, SALT)
    torn = tmp_path / "torn.npz"
    shutil.copy(VECTORS, torn)
    torn.write_bytes(torn.read_bytes()[:100_000])
    with pytest.raises(ParityError, match="cannot be read"):
        check(torn, SALT)
    np.savez(tmp_path / "other.npz", values=np.zeros(3))
    with pytest.raises(ParityError, match="no array 'cases'"):
        check(tmp_path / "other.npz", SALT)
