"""Writing beside and renaming."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nvc_engine.media.output import OutputError, writing_beside

FULL = """
import resource, sys
from pathlib import Path
from nvc_engine.errors import EngineError
from nvc_engine.media.opening import open_video
from nvc_engine.media.writing import write_video
clip = open_video(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    write_video(Path(sys.argv[2]), clip.pictures(), clip.info)
except EngineError as error:
    sys.stdout.write(str(error))
    sys.exit(1)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def fail_half_way(target: Path, error: Exception) -> None:
    with writing_beside(target, overwrite=True) as part:
        part.write_bytes(b"half")
        raise error


def test_name_appears_only_when_complete(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    with writing_beside(target, overwrite=False) as part:
        part.write_bytes(b"all")
        assert not target.exists()
        assert part.parent == tmp_path
    assert target.read_bytes() == b"all"
    assert names(tmp_path) == ["a.bin"]


def test_error_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        fail_half_way(target, RuntimeError())
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "not writable"), (errno.EIO, "could not be written")],
)
def test_system_errors_become_sentences(tmp_path: Path, number: int, words: str) -> None:
    with pytest.raises(OutputError, match=words):
        fail_half_way(tmp_path / "a.bin", OSError(number, os.strerror(number)))
    assert names(tmp_path) == []


def test_disk_that_fills_while_encoding(tmp_path: Path, clip_path: Path) -> None:
    for name in ("out.mkv", "out.mp4", "out.y4m", "frames"):
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(clip_path), str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1, done.stderr
        assert str(tmp_path / name) in done.stdout
        assert "Traceback" not in done.stderr
        assert done.stderr == ""
    assert names(tmp_path) == [clip_path.name]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no folder"), writing_beside(tmp_path / "no" / "a", overwrite=True):
        pass


@pytest.fixture
def locked_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    if os.geteuid() == 0:  # whom permissions do not stop
        access = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: path != folder and access(path, mode))
    yield folder
    folder.chmod(0o700)


def test_folder_that_is_not_writable(locked_folder: Path) -> None:
    with pytest.raises(OutputError, match="not writable"), writing_beside(locked_folder / "a", overwrite=True):
        pass


def test_folder_of_our_frames_is_replaced_only_with_leave(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    target.mkdir()
    with writing_beside(target, overwrite=False) as part:  # an empty one
        part.mkdir()
        (part / "frame000000.png").write_bytes(b"1")
    with pytest.raises(OutputError, match="holds frames"), writing_beside(target, overwrite=False):
        pass
    with writing_beside(target, overwrite=True) as part:
        part.mkdir()
        (part / "frame000007.png").write_bytes(b"2")
    assert names(target) == ["frame000007.png"]
    assert names(tmp_path) == ["frames"]


def test_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "photos"
    target.mkdir()
    (target / "holiday.jpg").write_bytes(b"dear")
    with pytest.raises(OutputError, match="other files"), writing_beside(target, overwrite=True):
        pass
    assert names(target) == ["holiday.jpg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "device")
    with pytest.raises(OutputError, match="no plain file"), writing_beside(tmp_path / "device", overwrite=True):
        pass
    assert (tmp_path / "device").is_fifo()
