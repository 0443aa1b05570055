"""A studio home, a list of jobs, a clip and a tiny codec for each test."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nvc_engine.codecs import registry
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import JobRequest, Scalar

WIDTH, HEIGHT, FRAMES = 32, 16, 7
CODEC_SCRIPT = Path(__file__).with_name("mean_codec.py")


@pytest.fixture(autouse=True)
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv(places.HOME_VARIABLE, str(home))
    return home


@pytest.fixture
def store(studio_home: Path) -> Iterator[JobStore]:
    with JobStore() as opened:
        yield opened


@pytest.fixture
def clip_path(tmp_path: Path) -> Path:
    """Seven small frames of noise that brighten, as Y4M."""
    path = tmp_path / "clip.y4m"
    random = np.random.default_rng(1)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F25:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(FRAMES):
            luma = random.integers(20 + 20 * frame, 60 + 20 * frame, WIDTH * HEIGHT, dtype=np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2))
    return path


@pytest.fixture(scope="session")
def mean_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mean_codec", CODEC_SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def mean_codec(mean_module: ModuleType) -> Iterator[str]:
    """The tiny codec, registered under its name."""
    codec = mean_module.MeanCodec()
    with registry.registered(codec):
        yield codec.name


@pytest.fixture
def worker_command() -> tuple[str, ...]:
    """What starts a worker process that knows the tiny codec."""
    return sys.executable, "-P", str(CODEC_SCRIPT)


@pytest.fixture
def order(clip_path: Path, tmp_path: Path) -> Callable[..., JobRequest]:
    """Makes a request for an encode of the clip with the tiny codec."""

    def make(output: str = "out.nvc", **settings: Scalar) -> JobRequest:
        return JobRequest(str(clip_path), str(tmp_path / output), codec="mean", settings=settings, device="cpu")

    return make
