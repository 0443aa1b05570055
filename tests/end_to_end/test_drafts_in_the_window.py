"""A real file with a base layer in the window's models: the small picture first, then the frame."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nvc_engine.bitstream.container import write_nvc
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic
from nvc_engine.codecs.sevc.weights import imported_folder, save_networks
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.media.colour import to_bgrx
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import ClipOpened, Goal, GoalKind, JobRequest, OpenClip
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.compare_set import CompareSet
from nvc_studio.models.frames import FrameFetcher
from nvc_studio.models.sources import Source

PRESET = "s20"
SIDE, FRAMES = 64, 9
PATIENCE = 120_000


@pytest.fixture
def file(tmp_path: Path, studio_home: Path, render_clip: Callable[..., Path]) -> Path:
    """Nine frames in one unit, with weights of no use but to this test."""
    networks = fresh_networks(PRESETS[PRESET], 0)
    for network in (networks.intra, networks.inter):
        load_synthetic(network, "tests")
    save_networks(imported_folder(PRESET), networks)
    clip = open_video(render_clip(tmp_path / "clip.mkv", SIDE, SIDE, FRAMES))
    request = JobRequest("clip", "out", codec="sevc", preset=PRESET, goal=Goal(GoalKind.QUALITY, 30.0))
    codec, order = resolve_order(clip.info, request, "cpu")
    session = codec.encode(clip, order)
    units = [event for event in session if isinstance(event, EncodedUnit)]
    header = file_header("sevc", codec.bitstream_version, order, clip.info, session.codec_config())
    clip.close()
    write_nvc(tmp_path / "clip.nvc", header, units)
    return tmp_path / "clip.nvc"


@pytest.fixture
def client(qapp: object, studio_home: Path) -> Iterator[EngineClient]:
    made = EngineClient()
    made.start()
    yield made
    made.close(stop_jobs=True)


@pytest.fixture
def source(client: EngineClient, file: Path, qtbot: QtBot) -> Source:
    qtbot.waitUntil(lambda: client.state is EngineState.READY, timeout=PATIENCE)
    answers: list[object] = []
    client.ask(OpenClip(client.next_request(), str(file)), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE)
    (opened,) = answers
    assert isinstance(opened, ClipOpened), opened
    return Source(opened.clip, file.name, opened.facts)


def exact(file: Path, frame: int) -> QImage:
    clip = NvcClip.open(file)
    picture = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    to_bgrx(clip.picture(frame), clip.info.colour, picture.bits())
    clip.close()
    return picture


def test_a_jump_shows_a_draft_and_then_the_frame(
    client: EngineClient, source: Source, file: Path, qtbot: QtBot
) -> None:
    assert source.facts.drafts
    fetcher = FrameFetcher(client)
    pair = CompareSet(fetcher)
    pair.set_sources(source, None)
    drafts: list[bool] = []
    images: list[QImage] = []

    def changed() -> None:
        shown = pair.pictures[0]
        if shown is not None and shown.frame == FRAMES - 1:
            drafts.append(shown.draft)
            images.append(shown.image)
            assert shown.image.width() == SIDE
            assert shown.current
            assert (shown.note == "low resolution") == shown.draft
            assert pair.is_settled != shown.draft
            assert (fetcher.cached(source, FRAMES - 1) is None) == shown.draft

    pair.changed.connect(changed)
    pair.want(FRAMES - 1, drafts=True)
    qtbot.waitUntil(lambda: pair.is_settled, timeout=PATIENCE)
    assert drafts == [True, False]
    assert images[0] != images[1]
    assert fetcher.cached(source, FRAMES - 1) == images[1]
    expected = exact(file, FRAMES - 1)
    assert all(
        images[1].pixelColor(x, y).getRgb()[:3] == expected.pixelColor(x, y).getRgb()[:3]
        for x in range(0, SIDE, 7)
        for y in range(0, SIDE, 5)
    )
    fetcher.close()


def test_frames_in_order_and_frames_asked_for_without_have_no_drafts(
    client: EngineClient, source: Source, qtbot: QtBot
) -> None:
    fetcher = FrameFetcher(client)
    came: list[int] = []
    fetcher.draft_ready.connect(lambda source, frame, picture: came.append(frame))
    for frame, draft in ((0, True), (1, True), (2, True), (6, False)):
        with qtbot.waitSignal(fetcher.frame_ready, timeout=PATIENCE):
            fetcher.request(source, frame, draft=draft)
    assert came == []
    fetcher.close()


def test_the_newest_jump_wins(client: EngineClient, source: Source, qtbot: QtBot) -> None:
    pair = CompareSet(FrameFetcher(client))
    pair.set_sources(source, None)
    shown: list[tuple[int | None, bool]] = []

    def changed() -> None:
        picture = pair.pictures[0]
        if picture is not None:
            shown.append((picture.frame, picture.draft))

    pair.changed.connect(changed)
    for frame in (8, 5, 7, 3):
        pair.want(frame, drafts=True)
    qtbot.waitUntil(lambda: pair.is_settled, timeout=PATIENCE)
    assert shown[-1] == (3, False)
    assert {frame for frame, draft in shown if draft} <= {3}
