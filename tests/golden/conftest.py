"""Every golden test has the weights that golden files need in its studio's folder."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def golden_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weights."""
    spec = importlib.util.spec_from_file_location("golden_weights", Path(__file__).with_name("golden_weights.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder: Path = module.put_weights(tmp_path_factory.mktemp("golden"))
    return folder


@pytest.fixture(autouse=True)
def weights_at_home(studio_home: Path, golden_weights: Path) -> None:
    """The weights in the studio's folder of the test."""
    folder = studio_home / "weights" / "sevc" / golden_weights.name
    folder.parent.mkdir(parents=True)
    folder.symlink_to(golden_weights, target_is_directory=True)
