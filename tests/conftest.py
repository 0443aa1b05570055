"""What every test stands on: no window on the screen, a studio folder of its own, and small clips rendered here."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

RenderClip = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows that the tests open")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--headed"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Many tests run beside each other's processes; one thread each is also what makes sums repeatable.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Whether this machine has an ffmpeg with libvmaf is no affair of the tests; the one of VMAF brings its own.
    os.environ["NVC_FFMPEG"] = "none"


@pytest.fixture(autouse=True)
def studio_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A studio folder that no other test and no person uses."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NVC_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _widgets_end_in_their_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cyclic garbage of tests with Qt is collected here and not in a thread of the client, as `nvc_studio.garbage` has
    it of the window."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def render_clip() -> RenderClip:
    """The function that renders a clip; see `render`."""
    return render


@pytest.fixture
def clip_path(tmp_path: Path) -> Path:
    """A clip of 64x48, 12 frames, 25 a second, 4:2:0, lossless, with texture and motion."""
    return render(tmp_path / "clip.mkv", 64, 48, 12)


@pytest.fixture(scope="session")
def texture_planes() -> Callable[..., list[NDArray[np.uint16]]]:
    """The function that gives the exact samples that `render_clip` encodes; see `planes`."""
    return planes


def planes(
    width: int, height: int, index: int, *, pixel_format: str = "yuv420p", cuts: Sequence[int] = (), seed: int = 0
) -> list[NDArray[np.uint16]]:
    """Samples of every plane of frame `index`: a panned texture with a square that crosses it. A new shot at `cuts`."""
    shot = sum(cut <= index for cut in cuts)
    layout = av.VideoFormat(pixel_format, width, height)
    depth = layout.components[0].bits
    texture = _texture(height + 64, width + 64, seed + 7919 * shot)
    across, down = (2 * index) % 64, index % 64
    luma = texture[down : down + height, across : across + width]
    side = max(4, height // 4)
    left, top = (3 * index) % max(1, width - side), (height - side) // 2
    luma = luma.copy()
    luma[top : top + side, left : left + side] = 0.85
    result = []
    for number, component in enumerate(layout.components[:3]):
        if number == 0:
            signal = 16 + 219 * luma
        else:
            picture = luma if number == 1 else luma[::-1]
            rows = np.linspace(0, height - 1, component.height).astype(int)
            columns = np.linspace(0, width - 1, component.width).astype(int)
            signal = 128 + (90 - 40 * shot) * (picture[np.ix_(rows, columns)] - 0.5)
        result.append(np.round(signal * 2.0 ** (depth - 8)).astype(np.uint16))
    return result


def _texture(height: int, width: int, seed: int) -> NDArray[np.float64]:
    """Noise of several octaves in 0..1."""
    generator = np.random.default_rng(seed)
    texture = np.full((height, width), generator.uniform(-0.25, 0.25))
    for octave in (32, 16, 8, 4):
        coarse = generator.normal(size=(height // octave + 2, width // octave + 2))
        rows, columns = np.arange(height) / octave, np.arange(width) / octave
        r, c = rows.astype(int), columns.astype(int)
        fr, fc = (rows - r)[:, None], (columns - c)[None, :]
        top = coarse[np.ix_(r, c)] * (1 - fc) + coarse[np.ix_(r, c + 1)] * fc
        bottom = coarse[np.ix_(r + 1, c)] * (1 - fc) + coarse[np.ix_(r + 1, c + 1)] * fc
        texture += 0.14 * (octave / 32) ** 0.5 * (top * (1 - fr) + bottom * fr)
    return np.clip(0.5 + texture, 0, 1)


def render(
    path: Path,
    width: int = 64,
    height: int = 48,
    frames: int = 12,
    *,
    pixel_format: str = "yuv420p",
    codec: str = "ffv1",
    rate: Fraction | int = 25,
    audio: bool = False,
    timestamps: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 1000),
    matrix: int = 1,
    full_range: bool | None = False,
    primaries: int = 1,
    transfer: int = 1,
    rotation: int = 0,
    sample_aspect: Fraction | None = None,
    cuts: Sequence[int] = (),
    seed: int = 0,
    options: dict[str, str] | None = None,
    container_format: str | None = None,
) -> Path:
    """Render and encode a clip with PyAV.

    Args:
        path: its suffix chooses the container unless `container_format` does.
        timestamps: of each frame in units of `time_base`, for a variable rate; None spaces them by `rate`.
        matrix, primaries, transfer: H.273 numbers (2: not stated). `full_range` None: not stated.
        rotation: degrees clockwise for display.
        cuts: first frames of new shots.
    """
    rate = Fraction(rate)
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, pixel_format
        context.time_base = time_base if timestamps is not None else 1 / rate
        context.thread_count = 1
        context.colorspace, context.color_primaries, context.color_trc = matrix, primaries, transfer
        context.color_range = {None: 0, False: 1, True: 2}[full_range]
        if sample_aspect is not None:
            context.sample_aspect_ratio = sample_aspect
        if rotation:
            stream.set_display_rotation(-rotation)
        sound = container.add_stream("aac", rate=48000, layout="stereo") if audio else None
        for index in range(frames):
            samples = planes(width, height, index, pixel_format=pixel_format, cuts=cuts, seed=seed)
            frame = _frame(samples, width, height, pixel_format)
            frame.pts = index if timestamps is None else timestamps[index]
            frame.time_base = context.time_base
            frame.colorspace, frame.color_range = context.colorspace, context.color_range
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _render_sound(container, sound, float(frames / rate))
    return path


def _frame(samples: list[NDArray[np.uint16]], width: int, height: int, pixel_format: str) -> av.VideoFrame:
    if pixel_format in ("rgb24", "bgr24"):
        return av.VideoFrame.from_ndarray(np.stack(samples, axis=-1).astype(np.uint8), pixel_format)
    frame = av.VideoFrame(width, height, pixel_format)
    kind = np.uint8 if frame.format.components[0].bits == 8 else np.uint16
    for plane, plane_samples in zip(frame.planes, samples, strict=False):
        line = plane.line_size // np.dtype(kind).itemsize
        area = np.frombuffer(plane, kind).reshape(-1, line)
        area[: plane_samples.shape[0], : plane_samples.shape[1]] = plane_samples
    return frame


def _render_sound(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    count = int(48000 * seconds)
    tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(count) / 48000)
    for start in range(0, count, 1024):
        piece = tone[start : start + 1024].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([piece, piece]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
