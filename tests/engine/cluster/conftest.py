"""A list of jobs for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nvc_engine.jobs.store import JobStore


@pytest.fixture
def store(studio_home: Path) -> Iterator[JobStore]:
    with JobStore() as opened:
        yield opened
