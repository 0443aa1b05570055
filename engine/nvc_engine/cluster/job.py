"""A job that is spread over a cluster, as home knows it: its parts, what each has come to, and its end."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from nvc_engine.cluster.source import source_bytes, source_files
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import EncodedUnit, FileCodec
from nvc_engine.codecs.machine_memory import free_memory
from nvc_engine.errors import EngineError
from nvc_engine.jobs.attention import Attention
from nvc_engine.jobs.begun import PARTS
from nvc_engine.jobs.checkpoint import CheckpointFolder, packed, unpacked
from nvc_engine.jobs.digest import made_of, order_digest
from nvc_engine.jobs.lock import KEEPER, JobLock
from nvc_engine.jobs.log import JobLog
from nvc_engine.jobs.opening import open_order
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import CLEARLY_FURTHER, JobStore
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.media.scenes import scene_cuts
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, Progress

MOST_LOSSES = 3
MOST_OF_MEMORY = 0.3
"""Share of the free memory that a source may take; Ray keeps another copy of it."""


class ClusterError(EngineError):
    """The cluster cannot do a job."""


@dataclass
class Part:
    """Frames `first`..`stop` of the encoded range, encoded as a request of their own.

    Attributes:
        losses: nodes that were lost since it last came further.
        reached: how far the furthest checkpoint at home is.
        done: whether all its units are at home.
    """

    first: int
    stop: int
    request: JobRequest
    digest: str
    folder: Path
    fraction: float = 0.0
    losses: int = 0
    reached: float = 0.0
    done: bool = False
    progress: Progress | None = None
    units: int = 0

    @property
    def frames(self) -> int:
        return self.stop - self.first

    def checkpoint(self) -> bytes:
        """The newest checkpoint whose units are all at home, as bytes for a node; b"" where there is none."""
        found = CheckpointFolder(self.folder, self.digest).load()
        if found is None or not UnitFolder(self.folder).whole(found.units):
            self.units = 0
            return b""
        self.units = found.units
        return packed(found, self.digest)


class ClusterJob:
    """Takes a job of the list for the cluster, and keeps it by its locks until `close`.

    Attributes:
        id: its name.
        parts: its scenes, or the whole of it; none where all of it has been laid together already.
        files: its source, as bytes by names.
    """

    def __init__(self, store: JobStore, job: str, clock: Callable[[], float]) -> None:
        """Raises EngineError where the job cannot be done, JobLockedError where another process does it already."""
        self.id = job
        self._store = store
        self._folder = store.folder(job)
        self._keeping, self._working = JobLock(self._folder, KEEPER), JobLock(self._folder)
        self.attention = Attention(store, job, clock)
        self._log = JobLog(self._folder)
        self._keeping.acquire()
        try:
            self._working.acquire()
            self.request = store.recover_one(job).request
            store.set_state(job, JobEvent.TAKEN)
            store.rewind(job, -1)
            self._made_of = ""
            self.parts = self._make_parts()
            self.files = self._read_source() if self.parts else {}
        except BaseException:
            self.close()
            raise
        self._log.note("cluster", parts=len(self.parts))

    def close(self) -> None:
        """Let go of the job."""
        self._working.release()
        self._keeping.release()

    def let_a_worker_in(self) -> None:
        """Let a worker of this machine do what is left, while nobody else takes the job."""
        self._store.set_state(self.id, JobEvent.INTERRUPTED)
        self._working.release()
        self._store.recover_one(self.id)

    @property
    def done(self) -> bool:
        return all(part.done for part in self.parts)

    def heard(self, part: Part, kind: str, facts: bytes, data: bytes) -> None:
        """Take home what a node has said of a part.

        Raises:
            ClusterError: the node says that the part cannot be encoded.
            OSError: the disk is full or not writable.
        """
        said = json.loads(facts)
        if kind == "begun":
            self._log.note("node begins", first=part.first, frames=part.frames, host=said["host"], pid=said["pid"])
        elif kind == "progress":
            part.progress = wire.from_plain(Progress, said)
            part.fraction = part.progress.fraction
        elif kind == "unit":
            unit = EncodedUnit(part.first + int(said["first"]), int(said["count"]), data)
            UnitFolder(part.folder).put(part.units, unit)
            part.units += 1
            self._log.note("unit", first=unit.first, frames=unit.count, bytes=len(data))
        elif kind == "checkpoint":
            checkpoint = unpacked(data, part.digest)
            if checkpoint is not None:
                CheckpointFolder(part.folder, part.digest).save(checkpoint)
                if checkpoint.fraction >= part.reached + CLEARLY_FURTHER:
                    part.reached, part.losses = checkpoint.fraction, 0
        elif kind == "done":
            UnitFolder(part.folder).finish(Encoded(part.units, data, "", float(said["seconds"]), part.digest))
            part.done, part.fraction = True, 1.0
        elif kind == "failed":
            raise ClusterError(said["sentence"])

    def lost(self, part: Part, reason: str) -> None:
        """The node of a part is gone. Raises ClusterError where that has happened too often."""
        part.losses += 1
        self._log.note("node lost", first=part.first, frames=part.frames, reason=reason)
        if part.losses >= MOST_LOSSES:
            raise ClusterError(
                f"The cluster lost {part.losses} nodes in a row that encoded frames {part.first} to {part.stop - 1};"
                " see to its memory, and retry: what is finished is kept."
            )

    def report(self) -> None:
        """Store how far the whole is."""
        frames = sum(part.frames for part in self.parts)
        fraction = 0.94 * sum(part.frames * part.fraction for part in self.parts) / frames
        busy = [part.progress for part in self.parts if part.progress is not None and not part.done]
        if busy:
            done = sum(part.done for part in self.parts)
            stage = f"on the cluster, {done} of {len(self.parts)} parts done"
            self._store.progress(self.id, replace(busy[0], stage=stage, fraction=fraction, remaining=None))

    def gather(self) -> None:
        """Lay the units of all parts together, so that a worker at home has only to write and measure the file.

        Raises:
            ClusterError: the parts do not fit together.
            OSError: the disk is full or not writable.
        """
        if not self.parts:
            return
        found = [(UnitFolder(part.folder), UnitFolder(part.folder).finished(part.digest)) for part in self.parts]
        whole = [(folder, encoded) for folder, encoded in found if encoded is not None]
        if len(whole) < len(self.parts) or len({encoded.config for _, encoded in whole}) != 1:
            raise ClusterError("The parts from the cluster do not fit together; retry without it.")
        target, number = UnitFolder(self._folder), 0
        for folder, encoded in whole:
            for index in range(encoded.units):
                target.put(number, folder.get(index))
                number += 1
        seconds = sum(encoded.seconds for _, encoded in whole)
        target.finish(Encoded(number, whole[0][1].config, target.preset(), seconds, self._made_of))
        shutil.rmtree(self._folder / PARTS, ignore_errors=True)

    def _read_source(self) -> dict[str, bytes]:
        size, free = source_bytes(self.request), free_memory("cpu")
        if free is not None and size > free * MOST_OF_MEMORY:
            raise ClusterError(
                f"{self.request.source} has {size / 2**30:.1f} GiB, too much to be sent to a cluster from the memory"
                " of this machine: cut it into shorter clips, or encode it here."
            )
        return source_files(self.request)

    def _make_parts(self) -> list[Part]:
        opened = open_order(self.request)
        try:
            if isinstance(opened.codec, FileCodec):
                raise ClusterError("A conventional encoder is not run on a cluster.")
            order = opened.order
            self._made_of = made_of(opened.codec, opened.clip.info)
            if UnitFolder(self._folder).finished(self._made_of) is not None:
                return []
            UnitFolder(self._folder).note_preset(order.preset)
            marks = [order.first, *scene_cuts(opened.clip, order.first, order.stop), order.stop]
            facts, parts, whole = opened.codec.facts(), [], order.stop - order.first
            minutes = order.minutes
            if facts.trains and order.epochs is None and minutes is None:
                minutes = facts.default_minutes
            for number, (first, stop) in enumerate(pairwise(marks)):
                taken = replace(self.request, preset=order.preset, first=first, stop=stop, minutes=minutes, output="")
                request = _shared(taken, (stop - first) / whole)
                folder = self._folder / PARTS / f"{number:04d}"
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                digest = order_digest(request, opened.codec, opened.clip.info)
                part = Part(first - order.first, stop - order.first, request, digest, folder)
                encoded = UnitFolder(folder).finished(digest)
                part.done, part.fraction = encoded is not None, float(encoded is not None)
                parts.append(part)
            return parts
        finally:
            opened.clip.close()


def _shared(request: JobRequest, share: float) -> JobRequest:
    """The order of a part that is `share` of the whole: so much of time and size, and the whole's rate or quality."""
    goal = request.goal
    if goal is not None and goal.kind is GoalKind.SIZE:
        goal = Goal(GoalKind.SIZE, goal.value * share)
    return replace(request, goal=goal, minutes=None if request.minutes is None else request.minutes * share)


def is_for_a_cluster(request: JobRequest) -> bool:
    """Whether a job may be spread over a cluster; trainings and conventional encodes are done at home."""
    return not request.training and not isinstance(registry.encoder(request.codec), FileCodec)
