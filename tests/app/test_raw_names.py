"""What a raw file's name tells of its layout."""

from pathlib import Path

import pytest

from nvc_engine.protocol.messages import RawSpec
from nvc_studio.models.raw_names import guess_raw, is_raw, raw_frame_bytes, recall_raw


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("Beauty_1920x1080_120fps_420_8bit_YUV.yuv", RawSpec(1920, 1080, "yuv420p", "120/1")),
        ("street_1920x1080_60_10b_420.yuv", RawSpec(1920, 1080, "yuv420p10le", "60/1")),
        ("foreman_cif.yuv", RawSpec(352, 288, "yuv420p", "25/1")),
        ("a_640x360_29.97_444.yuv", RawSpec(640, 360, "yuv444p", "30000/1001")),
        ("a-427x239-nv12-24.raw", RawSpec(427, 239, "nv12", "24/1")),
        ("a_832x480_50fps_422p10.yuv", RawSpec(832, 480, "yuv422p10le", "50/1")),
    ],
)
def test_layout_from_name(name, spec):
    assert guess_raw(Path(name)) == spec


def test_a_name_without_a_size_tells_nothing():
    assert guess_raw(Path("holiday.yuv")) is None


def test_bytes_of_a_frame_with_odd_sides():
    assert raw_frame_bytes(RawSpec(5, 3, "yuv420p")) == 15 + 2 * 3 * 2
    assert raw_frame_bytes(RawSpec(4, 4, "yuv444p10le")) == 3 * 16 * 2
    assert raw_frame_bytes(RawSpec(4, 4, "gray")) == 16


WIDE, DEEP = RawSpec(64, 48, "yuv422p", "50/1"), RawSpec(32, 16, "yuv420p10le", "30/1")


@pytest.mark.parametrize(
    ("name", "frames_of", "expected"),
    [
        ("a.yuv", WIDE, WIDE),
        ("a.yuv", DEEP, DEEP),
        ("a_64x48.yuv", WIDE, WIDE),
        ("a_64x48_24fps.yuv", WIDE, RawSpec(64, 48, "yuv422p", "24/1")),
        ("a_48x64.yuv", WIDE, None),
        ("a_64x48_420.yuv", WIDE, None),
        ("a_64x48_10b.yuv", WIDE, None),
        ("a_nv12.yuv", WIDE, None),
        ("a_32x16_420.yuv", DEEP, DEEP),
        ("a_32x16_444.yuv", DEEP, None),
        ("a.yuv", RawSpec(7, 5), None),
    ],
)
def test_a_layout_is_recalled_where_size_and_name_agree(name, frames_of, expected):
    assert recall_raw(Path(name), 3 * raw_frame_bytes(frames_of), (WIDE, DEEP)) == expected


def test_an_empty_file_recalls_nothing():
    assert recall_raw(Path("a.yuv"), 0, (WIDE,)) is None


def test_raw_files_are_known_by_their_suffix():
    assert is_raw(Path("a.YUV"))
    assert not is_raw(Path("a.y4m"))
