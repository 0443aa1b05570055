"""Pictures cross processes through a ring, and nothing of it is left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from nvc_engine.protocol import ring
from nvc_engine.protocol.ring import FrameRing

WRITER = """
import sys
from nvc_engine.protocol.ring import FrameRing
other = FrameRing.attach(sys.argv[1])
other.slot(2)[:5] = b"hello"
other.close()
"""


def test_another_process_writes_and_the_owner_reads() -> None:
    mine = FrameRing.create(3, 64)
    try:
        done = subprocess.run([sys.executable, "-c", WRITER, mine.name], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert bytes(mine.slot(2)[:5]) == b"hello"
        assert bytes(mine.slot(1)) == bytes(64)
    finally:
        mine.close()


def test_slots_that_do_not_exist_are_refused() -> None:
    mine = FrameRing.create(2, 16)
    try:
        for index in (-1, 2):
            with pytest.raises(ValueError, match="slot"):
                mine.slot(index)
    finally:
        mine.close()


@pytest.mark.parametrize(
    "name", ["", "x", "passwd:1:1", "nvc-ring-1:0:5", "nvc-ring-1:1:99999999999", "nvc-ring-1:a:b"]
)
def test_names_that_are_no_ring_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        FrameRing.attach(name)


def test_a_ring_that_is_gone_cannot_be_attached() -> None:
    mine = FrameRing.create(1, 16)
    name = mine.name
    mine.close()
    with pytest.raises(OSError, match=r".+"):
        FrameRing.attach(name)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="POSIX shared memory as files")
def test_rings_of_the_dead_are_swept() -> None:
    maker = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    left = Path("/dev/shm") / f"{ring.PREFIX}-{maker.stdout.strip()}-dead"
    left.write_bytes(b"x")
    mine = FrameRing.create(1, 16)
    try:
        ring.sweep()
        assert not left.exists()
        assert bytes(mine.slot(0)) == bytes(16)
    finally:
        mine.close()
