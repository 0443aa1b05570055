"""Small pictures of frames before the frames themselves, from a clip and from the player."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
import pytest

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import Layer
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.media.colour import Colour, Matrix, to_bgrx
from nvc_engine.media.picture import Picture
from nvc_engine.player_clip import PlayedClip
from nvc_engine.player_rings import Rings
from nvc_engine.protocol.messages import ClipOpened, Failed, FrameDropped, FrameReady, GetFrame, Message, OpenClip
from nvc_engine.protocol.ring import FrameRing

from .conftest import HEIGHT, WIDTH, rendered
from .layered_codec import LayeredCodec, small

PATIENCE = 60
NOW, DRAFT = "view/now", "view/draft"
SLOTS = 8
T = TypeVar("T")
Open = Callable[..., NvcClip]


@pytest.fixture
def deflate_codec() -> Iterator[LayeredCodec]:
    """In the place of the codec that the file is made with."""
    codec = LayeredCodec()
    with registry.registered(codec):
        yield codec


@pytest.fixture
def opened(nvc_file: Path) -> Iterator[Open]:
    """The function that opens the file."""
    clips: list[NvcClip] = []

    def open_clip(layer: Layer = Layer.FULL) -> NvcClip:
        clips.append(NvcClip.open(nvc_file, layer=layer))
        return clips[-1]

    yield open_clip
    for clip in clips:
        clip.close()


class Played:
    """A clip of the player in this process."""

    def __init__(self, path: Path) -> None:
        self._said: SimpleQueue[Message] = SimpleQueue()
        self.ring = FrameRing.create(SLOTS, 4 * WIDTH * HEIGHT)
        self.rings = Rings()
        self.clip = PlayedClip(OpenClip(1, str(path)), self.rings, self._said.put)
        self.opened = self.next(ClipOpened)

    def next(self, kind: type[T]) -> T:
        message = self._said.get(timeout=PATIENCE)
        assert isinstance(message, kind), message
        return message

    def want(self, request: int, frame: int, *, draft: bool = False) -> None:
        channel = DRAFT if draft else NOW
        self.clip.want(GetFrame(request, 1, frame, self.ring.name, request % SLOTS, channel, draft=draft))

    def shows(self, ready: FrameReady, picture: Picture) -> bool:
        expected = np.empty((picture.height, picture.width, 4), np.uint8)
        to_bgrx(picture, Colour(Matrix.BT601), expected)
        with self.ring.slot(ready.slot) as view:
            return bytes(view[: ready.stride * ready.height]) == expected.tobytes()

    def close(self) -> None:
        self.clip.close()
        self.rings.release_idle()
        self.ring.close()


@pytest.fixture
def played(nvc_file: Path) -> Iterator[Played]:
    made = Played(nvc_file)
    yield made
    made.close()


def once(call: Callable[[], None], wanted: tuple[int, bool]) -> Callable[[int, bool], None]:
    """What calls `call` at the first step of a frame and layer."""
    waiting = [wanted]

    def between(frame: int, base: bool) -> None:
        if (frame, base) in waiting:
            waiting.clear()
            call()

    return between


def same(one: Picture | None, other: Picture) -> bool:
    return one is not None and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("y", "u", "v"))


def test_a_clip_has_drafts_of_frames_that_take_long(opened: Open) -> None:
    clip = opened()
    assert clip.info.drafts
    assert same(clip.draft(6), small(rendered(6)))
    assert clip.draft(4) is None  # the first of its unit
    assert same(clip.picture(6), rendered(6))
    assert clip.draft(6) is None  # here
    assert clip.draft(7) is None  # next
    assert same(clip.draft(2), small(rendered(2)))
    assert len(list(clip.approach(3))) == 3
    assert not list(clip.approach(6))
    with pytest.raises(IndexError):
        clip.draft(10)


def test_a_clip_of_small_pictures_has_no_drafts(opened: Open) -> None:
    clip = opened(Layer.BASE)
    assert (clip.info.width, clip.info.height, clip.info.drafts) == (6, 4, False)
    assert all(same(picture, small(rendered(frame))) for frame, picture in enumerate(clip.pictures()))
    assert clip.draft(6) is None


def test_a_damaged_unit_has_no_drafts_and_no_sentence(nvc_file: Path, opened: Open) -> None:
    with NvcReader.open(nvc_file) as reader:
        payload = reader.payload(1)
    nvc_file.write_bytes(nvc_file.read_bytes().replace(payload, payload[:-1] + bytes([payload[-1] ^ 1])))
    clip = opened()
    assert not list(clip.approach(6))
    assert clip.draft(6) is None
    assert same(clip.draft(2), small(rendered(2)))


def test_the_draft_comes_first_and_the_frame_takes_its_place(played: Played) -> None:
    assert played.opened.facts.drafts
    played.want(2, 7)
    played.want(3, 7, draft=True)
    draft, frame = played.next(FrameReady), played.next(FrameReady)
    assert (draft.request, draft.width, draft.height) == (3, 6, 4)
    assert (frame.request, frame.width, frame.height) == (2, WIDTH, HEIGHT)
    assert played.shows(draft, small(rendered(7)))
    assert played.shows(frame, rendered(7))
    played.want(4, 7)
    assert played.shows(played.next(FrameReady), rendered(7))
    played.want(5, 7, draft=True)
    assert played.next(FrameDropped).request == 5


def test_a_draft_alone_is_not_kept_as_the_frame(played: Played) -> None:
    played.want(2, 6, draft=True)
    assert played.shows(played.next(FrameReady), small(rendered(6)))
    played.want(3, 6)
    assert played.shows(played.next(FrameReady), rendered(6))


def test_a_newer_frame_overtakes_one_that_takes_long(played: Played, deflate_codec: LayeredCodec) -> None:
    deflate_codec.between = once(lambda: played.want(3, 2), (7, False))
    played.want(2, 7)
    assert played.next(FrameDropped).request == 2
    assert played.shows(played.next(FrameReady), rendered(2))


def test_a_newer_draft_overtakes_an_older(played: Played, deflate_codec: LayeredCodec) -> None:
    deflate_codec.between = once(lambda: played.want(3, 2, draft=True), (7, True))
    played.want(2, 7, draft=True)
    assert played.next(FrameDropped).request == 2
    assert played.shows(played.next(FrameReady), small(rendered(2)))


def test_a_draft_does_not_wait_for_a_frame_that_takes_long(played: Played, deflate_codec: LayeredCodec) -> None:
    deflate_codec.between = once(lambda: played.want(3, 2, draft=True), (7, False))
    played.want(2, 7)
    assert played.shows(played.next(FrameReady), small(rendered(2)))
    assert played.shows(played.next(FrameReady), rendered(7))


def test_what_is_not_there_has_no_draft(played: Played) -> None:
    played.want(2, 40, draft=True)
    assert "frame 40" in played.next(Failed).sentence


def test_other_files_have_none(nvc_file: Path, deflate_codec: LayeredCodec) -> None:
    deflate_codec.layered = False
    played = Played(nvc_file)
    assert not played.opened.facts.drafts
    played.want(2, 7, draft=True)
    assert played.next(FrameDropped).request == 2
    played.close()
