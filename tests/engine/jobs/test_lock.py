"""Locks on job folders, between processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from nvc_engine.jobs.lock import KEEPER, JobLock, JobLockedError, held

HOLDER = """
import sys
from pathlib import Path
from nvc_engine.jobs.lock import JobLock
lock = JobLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_one_holds_the_lock_and_others_are_told(tmp_path: Path) -> None:
    with JobLock(tmp_path):
        assert held(tmp_path)
        assert not held(tmp_path, KEEPER)
        with pytest.raises(JobLockedError, match="working on the job"):
            JobLock(tmp_path).acquire(wait=0)
    assert not held(tmp_path)
    with JobLock(tmp_path):
        pass


def test_a_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert held(tmp_path)
        holder.kill()
        holder.wait()
    assert not held(tmp_path)


def test_a_folder_that_is_not_there_is_not_locked(tmp_path: Path) -> None:
    assert not held(tmp_path / "none")
