"""Frames through the real engine and player, byte for byte."""

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.media.colour import to_bgrx
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import (
    CloseClip,
    CommandJob,
    Failed,
    FrameDropped,
    FrameReady,
    GetFrame,
    JobVerb,
    Notice,
    OpenClip,
)
from nvc_engine.protocol.ring import FrameRing


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[bytes]]:
    """The pictures of a clip as the media package alone makes them."""

    def pictures(path: Path) -> list[bytes]:
        clip = open_video(path)
        try:
            made = []
            for picture in clip.pictures():
                out = np.empty((picture.height, picture.width, 4), np.uint8)
                to_bgrx(picture, clip.info.colour, out)
                made.append(out.tobytes())
            return made
        finally:
            clip.close()

    return pictures


def frame_bytes(ring: FrameRing, ready: FrameReady) -> bytes:
    with ring.slot(ready.slot) as view:
        return bytes(view[: ready.stride * ready.height])


def test_frames_in_any_order_are_those_of_the_media_package(
    window: Any, clip: Path, ring: FrameRing, shown: Callable[[Path], list[bytes]]
) -> None:
    expected = shown(clip)
    opened = window.open(clip)
    assert (opened.facts.width, opened.facts.height, opened.facts.frames) == (64, 48, len(expected))
    order = [*range(10), *range(39, 15, -1), *random.Random(3).sample(range(40), 25)]
    for turn, frame in enumerate(order):
        slot = turn % ring.slots
        ready = window.ask(GetFrame(window.number(), opened.clip, frame, ring.name, slot, "view"))
        assert isinstance(ready, FrameReady), ready
        assert (ready.clip, ready.frame, ready.slot, ready.stride) == (opened.clip, frame, slot, 4 * 64)
        assert frame_bytes(ring, ready) == expected[frame]


def test_the_newest_request_of_a_channel_is_served_and_every_one_is_answered(
    window: Any, clip: Path, ring: FrameRing, shown: Callable[[Path], list[bytes]]
) -> None:
    opened = window.open(clip)
    requests = [GetFrame(window.number(), opened.clip, frame, ring.name, 0, "view") for frame in range(40)]
    for request in requests:
        window.say(request)
    answers = {request.request: window.until(FrameReady | FrameDropped).request for request in requests}
    assert sorted(answers.values()) == [request.request for request in requests]
    last = next(message for message in reversed(window.heard) if isinstance(message, FrameReady))
    assert last.request == requests[-1].request
    assert frame_bytes(ring, last) == shown(clip)[39]


def test_channels_do_not_drop_each_other(window: Any, clip: Path, ring: FrameRing) -> None:
    opened = window.open(clip)
    for slot, channel in enumerate(("left", "right", "strip")):
        window.say(GetFrame(window.number(), opened.clip, 7 + slot, ring.name, slot, channel))
    assert {window.until(FrameReady).frame for _ in range(3)} == {7, 8, 9}


def test_a_thumbnail_is_no_wider_than_allowed(window: Any, clip: Path, ring: FrameRing) -> None:
    opened = window.open(clip)
    ready = window.ask(GetFrame(window.number(), opened.clip, 0, ring.name, 0, "strip", max_width=20))
    assert isinstance(ready, FrameReady)
    assert (ready.width, ready.height, ready.stride) == (16, 12, 64)
    full = window.ask(GetFrame(window.number(), opened.clip, 0, ring.name, 1, "strip"))
    with ring.slot(0) as small, ring.slot(1) as large:
        thumbnail = np.frombuffer(small, np.uint8, 64 * 12).reshape(12, 16, 4).astype(int)
        picture = np.frombuffer(large, np.uint8, full.stride * 48).reshape(12, 4, 16, 4, 4).mean(axis=(1, 3))
        assert np.abs(thumbnail - picture).max() < 8
        del thumbnail


def test_what_cannot_be_shown_gets_a_sentence(window: Any, clip: Path, ring: FrameRing, tmp_path: Path) -> None:
    opened = window.open(clip)

    def sentence(frame: int = 0, ring_name: str = ring.name, slot: int = 0, number: int = opened.clip) -> str:
        answer = window.ask(GetFrame(window.number(), number, frame, ring_name, slot, "view"))
        assert isinstance(answer, Failed)
        return answer.sentence

    small = FrameRing.create(1, 100)
    assert "frame 40" in sentence(frame=40)
    assert "-1" in sentence(frame=-1)
    assert "memory" in sentence(slot=3)
    assert "memory" in sentence(ring_name="nvc-ring-1-nothing:3:100")
    assert "memory" in sentence(ring_name="/etc/passwd:1:1")
    assert "does not fit" in sentence(ring_name=small.name)
    assert "open" in sentence(number=opened.clip + 999)
    small.close()
    no_video = tmp_path / "letter.mkv"
    no_video.write_text("Dear Sir or Madam")
    for path in (no_video, tmp_path / "nowhere.mkv"):
        answer = window.ask(OpenClip(window.number(), str(path)))
        assert isinstance(answer, Failed)
        assert path.name in answer.sentence
    assert isinstance(window.ask(OpenClip(window.number(), str(clip), matrix="bt123")), Failed)


def test_a_closed_clip_is_closed(window: Any, clip: Path, ring: FrameRing) -> None:
    opened = window.open(clip)
    window.say(CloseClip(opened.clip))
    answer = window.ask(GetFrame(window.number(), opened.clip, 0, ring.name, 0, "view"))
    assert isinstance(answer, Failed)


def test_a_window_cannot_use_the_clips_of_another(engine: Any, window: Any, clip: Path, ring: FrameRing) -> None:
    opened = window.open(clip)
    other = engine.window()
    other.say(CloseClip(opened.clip))
    answer = other.ask(GetFrame(other.number(), opened.clip, 0, ring.name, 0, "view"))
    assert isinstance(answer, Failed)
    other.connection.close()
    assert isinstance(window.ask(GetFrame(window.number(), opened.clip, 0, ring.name, 0, "view")), FrameReady)


def test_a_killed_player_is_replaced_and_its_clips_opened_again(
    engine: Any,
    window: Any,
    clip: Path,
    ring: FrameRing,
    kill_child: Callable[[int, str], int],
    shown: Callable[[Path], list[bytes]],
) -> None:
    opened = window.open(clip)
    killed = kill_child(engine.process.pid, "player")
    assert "player" in window.until(Notice).sentence
    ready = window.ask(GetFrame(window.number(), opened.clip, 11, ring.name, 0, "view"))
    assert isinstance(ready, FrameReady)
    assert frame_bytes(ring, ready) == shown(clip)[11]
    with pytest.raises(ProcessLookupError):
        os.kill(killed, 0)


def test_what_was_under_way_in_a_player_that_dies_is_served_or_refused(
    engine: Any,
    window: Any,
    clip: Path,
    ring: FrameRing,
    child_of: Callable[[int, str], int],
    shown: Callable[[Path], list[bytes]],
) -> None:
    opened = window.open(clip)
    player = child_of(engine.process.pid, "player")
    os.kill(player, signal.SIGSTOP)
    frame, opening = window.number(), window.number()
    window.say(GetFrame(frame, opened.clip, 5, ring.name, 0, "view"))
    window.say(OpenClip(opening, str(clip)))
    # The engine has passed both on once it answers what was said after them.
    window.ask(CommandJob(window.number(), "nobody", JobVerb.PAUSE))
    os.kill(player, signal.SIGKILL)
    answers = {}
    while len(answers) < 2:
        message = window.until(FrameReady | Failed)
        answers[message.request] = message
    assert frame_bytes(ring, answers[frame]) == shown(clip)[5]
    assert clip.name in answers[opening].sentence


def test_a_player_that_keeps_dying_is_left_alone_for_a_while(
    engine: Any, window: Any, clip: Path, kill_child: Callable[[int, str], int]
) -> None:
    sentences = []
    while not sentences or "too often" not in sentences[-1]:
        kill_child(engine.process.pid, "player")
        sentences.append(window.until(Notice).sentence)
    answer = window.ask(OpenClip(window.number(), str(clip)))
    assert isinstance(answer, Failed)
    assert "player" in answer.sentence
