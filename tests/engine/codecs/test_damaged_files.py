"""`decode --keep-going` and `verify --repair`, as they are typed."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Picture

Call = Callable[..., tuple[int, str, str]]


def damage(path: Path, *indexes: int) -> None:
    """Change a byte of these units."""
    with NvcReader.open(path) as reader:
        offsets = [reader.units[index].offset for index in indexes]
    data = bytearray(path.read_bytes())
    for offset in offsets:
        data[offset + 6] ^= 1
    path.write_bytes(data)


def cut_index(path: Path) -> bytes:
    """Take the index and the end away; returns the whole file."""
    whole = path.read_bytes()
    with NvcReader.open(path) as reader:
        path.write_bytes(whole[: reader.units[-1].place.stop])
    return whole


def pictures(path: Path) -> list[Picture]:
    clip = open_video(path)
    try:
        return list(clip.pictures())
    finally:
        clip.close()


def test_lost_frames_keep_their_times(call: Call, nvc_file: Path, rendered_clip: Any, tmp_path: Path) -> None:
    call("decode", nvc_file, "-o", tmp_path / "whole.mkv")
    damage(nvc_file, 1)
    output = tmp_path / "out.mkv"
    status, out, err = call("decode", nvc_file, "-o", output, "--keep-going")
    assert status == 1
    assert out.startswith(f"{output}: 10 frames, ")
    (sentence,) = [line for line in err.splitlines() if "Placeholders" in line]
    assert "frames 4 to 7, 0:00:00.160 to 0:00:00.320" in sentence
    assert "clip.nvc is damaged: frames 4 to 7 are lost" in sentence
    shown, whole = pictures(output), pictures(tmp_path / "whole.mkv")
    assert [np.array_equal(a.y, b.y) for a, b in zip(shown, whole, strict=True)] == [True] * 4 + [False] * 4 + [
        True
    ] * 2
    assert all(picture.y.mean() < whole[3].y.mean() - 20 for picture in shown[4:8])
    times = []
    for path in (output, tmp_path / "whole.mkv"):
        with av.open(str(path)) as container:
            times.append([frame.pts * Fraction(frame.time_base) for frame in container.decode(video=0)])
    assert times[0] == times[1]
    assert times[0][-1] - times[0][0] == Fraction(400, 1000)


def test_without_the_option_it_fails_and_names_it(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    damage(nvc_file, 1)
    status, out, err = call("decode", nvc_file, "-o", tmp_path / "out.y4m")
    assert (status, out) == (1, "")
    assert "frames 4 to 7" in err
    assert "--keep-going" in err.splitlines()[-1]
    assert not (tmp_path / "out.y4m").exists()
    assert call("decode", nvc_file, "-o", tmp_path / "out.y4m", "--frames", ":4")[0] == 0


@pytest.mark.parametrize("name", ["out.y4m", "out.mp4", "folder"])
def test_every_kind_of_output_is_complete(call: Call, nvc_file: Path, tmp_path: Path, name: str) -> None:
    damage(nvc_file, 0, 2)
    status, _, err = call("decode", nvc_file, "-o", tmp_path / name, "--keep-going")
    assert status == 1
    assert ["frames 0 to 3" in err, "frames 8 to 9" in err] == [True, True]
    assert len(pictures(tmp_path / name)) == 10


def test_a_sound_file_is_decoded_as_ever(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    assert call("decode", nvc_file, "-o", tmp_path / "out.y4m", "--keep-going")[0] == 0
    assert call("decode", nvc_file, "-o", tmp_path / "plain.y4m")[0] == 0
    assert (tmp_path / "out.y4m").read_bytes() == (tmp_path / "plain.y4m").read_bytes()


def test_without_its_index_a_file_is_decoded_whole_and_says_so(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    cut_index(nvc_file)
    status, _, err = call("decode", nvc_file, "-o", tmp_path / "out.y4m")
    assert status == 0
    assert "has no index" in err
    assert len(pictures(tmp_path / "out.y4m")) == 10


def test_where_nothing_decodes_there_is_no_file(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    damage(nvc_file, 0, 1, 2)
    status, out, err = call("decode", nvc_file, "-o", tmp_path / "out.mkv", "--keep-going")
    assert (status, out) == (1, "")
    assert "Not one of frames 0 to 9" in err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == [nvc_file]


def test_a_file_without_its_index_is_repaired_in_its_place(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    whole = cut_index(nvc_file)
    assert call("verify", nvc_file)[0] == 1
    status, out, _ = call("verify", nvc_file, "--repair")
    assert status == 0
    assert "10 of 10 frames" in out
    assert "sound" in out
    assert nvc_file.read_bytes() == whole
    status, out, _ = call("verify", nvc_file, "--repair")
    assert (status, nvc_file.read_bytes()) == (0, whole)
    assert "nothing to repair" in out
    assert list(tmp_path.iterdir()) == [nvc_file]


def test_frames_that_stay_lost_are_said_each_time(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    damage(nvc_file, 1)
    before = nvc_file.read_bytes()
    output = tmp_path / "repaired.nvc"
    status, out, err = call("verify", nvc_file, "--repair", "-o", output)
    assert status == 1
    assert f"{output}: rebuilt from {nvc_file} with 6 of 10 frames in 2 units" in out
    assert "Frames 4 to 7 are missing" in err
    assert nvc_file.read_bytes() == before
    status, out, err = call("verify", output, "--repair")
    assert status == 1
    assert "nothing to repair; 4 frames are not in it" in out
    assert "Frames 4 to 7 are missing" in err
    assert call("decode", output, "-o", tmp_path / "out.y4m", "--keep-going")[0] == 1
    assert len(pictures(tmp_path / "out.y4m")) == 10


def test_a_repair_can_be_read_by_programs(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    cut_index(nvc_file)
    status, out, _ = call("verify", nvc_file, "--repair", "-o", tmp_path / "new.nvc", "--json")
    assert status == 0
    report = json.loads(out)
    assert report["ok"]
    assert report["repair"] == {"output": str(tmp_path / "new.nvc"), "lost": [], "left_out": []}


def test_an_output_needs_a_repair(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    for options in (["-o", tmp_path / "new.nvc"], ["-y"]):
        status, out, err = call("verify", nvc_file, *options)
        assert (status, out) == (2, "")
        assert "--repair" in err
    assert not (tmp_path / "new.nvc").exists()


def test_a_repair_that_costs_something_wants_another_name(call: Call, nvc_file: Path, tmp_path: Path) -> None:
    with nvc_file.open("ab") as file:
        file.write(b"a letter")
    status, out, err = call("verify", nvc_file, "--repair")
    assert (status, out) == (1, "")
    assert "-o" in err
    assert nvc_file.read_bytes().endswith(b"a letter")
    assert call("verify", nvc_file, "--repair", "-o", tmp_path / "new.nvc")[0] == 0
