"""Messages survive the wire whole, and nothing malformed gets through it."""

import contextlib
import dataclasses
import math
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvc_engine.protocol import messages, wire
from nvc_engine.protocol.messages import (
    Goal,
    GoalKind,
    JobChanged,
    JobFacts,
    JobRequest,
    JobState,
    Message,
    Progress,
    RawSpec,
    Result,
    Welcome,
)

JOB = JobFacts(
    id="a1",
    request=JobRequest(
        source="in.mkv",
        output="out.nvc",
        settings={"width": 32, "rate": 0.5, "fast": True, "mode": "x"},
        goal=Goal(GoalKind.BPP, 0.1),
        raw=RawSpec(33, 17),
    ),
    state=JobState.RUNNING,
    position=3,
    created=1.5,
    history=(Progress("training", 0, 3, 0.5, 1.0, None),),
)


@given(st.from_type(Message))  # type: ignore[arg-type]
def test_every_message_comes_back_as_it_was(message: Message) -> None:
    back = wire.decode(wire.encode(message))
    assert type(back) is type(message)
    assert wire.to_plain(back) == wire.to_plain(message)


def test_a_job_with_everything_comes_back_equal() -> None:
    assert wire.decode(wire.encode(JobChanged(JOB))) == JobChanged(JOB)


def test_booleans_and_numbers_of_settings_keep_their_types() -> None:
    back = wire.decode(wire.encode(JobChanged(JOB)))
    assert isinstance(back, JobChanged)
    assert [type(value) for value in back.job.request.settings.values()] == [int, float, bool, str]


def test_an_unknown_type_is_ignored_and_an_unknown_field_too() -> None:
    assert wire.decode(b'{"type":"FromTheFuture","x":1}') is None
    assert wire.decode(b'{"type":"Welcome","protocol_version":1,"engine_version":"2","pid":3,"new":4}') == Welcome(
        1, "2", 3
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"type":3}',
        b'{"type":"Welcome"}',
        b'{"type":"Welcome","protocol_version":"1","engine_version":"2","pid":3}',
        b'{"type":"Welcome","protocol_version":true,"engine_version":"2","pid":3}',
        b'{"type":"CommandJob","request":1,"job":"a","verb":"explode"}',
        b'{"type":"Measured","request":1,"result":[]}',
        b"[" * 100_000,
    ],
)
def test_malformed_messages_are_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data)


@given(st.binary(max_size=200))
def test_noise_never_does_more_than_be_refused(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        assert wire.decode(data) is None


def test_undefined_numbers_do_not_break_the_json() -> None:
    progress = Progress("training", 0, 1, math.nan, 0.0, math.inf)
    assert b"NaN" not in wire.encode(messages.JobProgress("a", progress))
    assert b"Infinity" not in wire.encode(messages.JobProgress("a", progress))


def test_results_name_their_fields_as_the_terminal_does() -> None:
    names = {field.name for field in dataclasses.fields(Result)}
    assert {"bytes", "bpp", "kbps", "frames", "psnr_y", "psnr_yuv", "psnr_rgb", "ms_ssim"} <= names


def test_every_message_is_a_frozen_dataclass() -> None:
    for kind in typing.get_args(Message):
        assert dataclasses.is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
