"""Who has begun with a job, this machine or a cluster: what the one has made is of no use to the other."""

from pathlib import Path

PARTS = "parts"
"""Folder within a job's folder where a cluster keeps what its nodes have sent home."""


def begun_here(folder: Path) -> bool:
    """Whether a worker of this machine has left a checkpoint in the job's folder."""
    return any(folder.glob("checkpoint-?"))


def begun_on_cluster(folder: Path) -> bool:
    """Whether a cluster has sent home anything of the job, and it is not yet laid together."""
    return any((folder / PARTS).glob("*/*"))
