"""Jobs of the list on a Ray cluster: parts on as many nodes as there are, lost ones again from their checkpoints."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import nvc_engine
from nvc_engine.cluster.job import ClusterError, ClusterJob, Part, is_for_a_cluster
from nvc_engine.cluster.node import PartEncoder
from nvc_engine.errors import EngineError
from nvc_engine.jobs.attention import Halt, HaltReason
from nvc_engine.jobs.begun import begun_here
from nvc_engine.jobs.failures import sentence
from nvc_engine.jobs.lock import JobLockedError
from nvc_engine.jobs.runner import WorkerProcess
from nvc_engine.jobs.states import IllegalMoveError, JobEvent
from nvc_engine.jobs.store import JobStore, StoreError
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import JobState

_TICK_SECONDS = 0.5
_REPORT_SECONDS = 1.0
_EVENTS = {
    HaltReason.PAUSE: JobEvent.YIELDED,
    HaltReason.LEAVE: JobEvent.INTERRUPTED,
    HaltReason.CANCEL: JobEvent.DROPPED,
}


@dataclass(eq=False)
class _OnNode:
    """A part that a node encodes: the actor that does it, and the stream of its events."""

    job: ClusterJob
    part: Part
    actor: Any
    events: Any
    stopping: bool = False


class ClusterQueue:
    """Does waiting jobs on the cluster at an address, as many parts at once as it has room for.

    Args:
        store: the list.
        address: as of `ray.init`: "ray://host:10001", "auto", or "local" for processes on this machine.
        processors: of the cluster that one part takes.
        say: told in sentences what happens.
    """

    def __init__(
        self,
        store: JobStore,
        address: str,
        *,
        processors: int = 1,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """Connect. Raises ClusterError where Ray is not installed, or nobody answers."""
        self._ray = _connected(address)
        self._store = store
        self._processors = processors
        self._say = say
        self._jobs: list[ClusterJob] = []
        self._on_nodes: list[_OnNode] = []
        self._files: dict[str, Any] = {}
        self._reported = 0.0
        self._leaving = False
        self._finishing: list[threading.Thread] = []

    def close(self) -> None:
        """Leave the jobs at hand to be continued, and the cluster."""
        for job in list(self._jobs):
            self._halt(job, HaltReason.LEAVE)
        for thread in self._finishing:
            thread.join()
        self._ray.shutdown()

    def __enter__(self) -> "ClusterQueue":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def leave(self) -> None:
        """Have `run` end soon. Safe in a signal handler."""
        self._leaving = True

    def run(self, only: Iterable[str] | None = None, *, until_done: bool = False) -> None:
        """Do the jobs that wait, and those that come; or `only` some.

        Args:
            until_done: return when there is nothing left to do.
        """
        chosen = None if only is None else set(only)
        while not self._leaving:
            self._take(chosen)
            self._start_parts()
            self._finishing = [thread for thread in self._finishing if thread.is_alive()]
            if until_done and not self._jobs and not self._finishing and self._next(chosen) is None:
                return
            self._hear()
            self._heed()

    @property
    def _room(self) -> int:
        """How many more parts the cluster can take."""
        processors = int(self._ray.cluster_resources().get("CPU", 1))
        return max(1, processors // self._processors) - len(self._on_nodes)

    def _next(self, chosen: set[str] | None) -> str | None:
        """The first waiting job that may be done on the cluster; one that this machine has begun is left to it."""
        if self._store.held:
            return None
        for job in self._store.waiting():
            with contextlib.suppress(EngineError):
                free = (chosen is None or job.id in chosen) and not begun_here(self._store.folder(job.id))
                if free and is_for_a_cluster(job.request):
                    return job.id
        return None

    def _take(self, chosen: set[str] | None) -> None:
        """Take jobs while there is room that no part waits for."""
        while self._room > sum(len(self._idle_parts(job)) for job in self._jobs):
            name = self._next(chosen)
            if name is None:
                return
            try:
                job = ClusterJob(self._store, name, time.monotonic)
            except JobLockedError:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the job fails with a sentence
                self._fail(name, error)
                continue
            self._say(f"The job {name} is spread over {len(job.parts)} parts.")
            self._jobs.append(job)
            self._files[name] = self._ray.put(job.files)
            if job.done:
                try:
                    self._bring_home(job)
                except (EngineError, OSError) as error:
                    self._give_up(job, error)

    def _idle_parts(self, job: ClusterJob) -> list[Part]:
        busy = [on.part for on in self._on_nodes]
        return [part for part in job.parts if not part.done and part not in busy]

    def _start_parts(self) -> None:
        for job in self._jobs:
            for part in self._idle_parts(job)[: max(0, self._room)]:
                cuda = job.request.device != "cpu" and self._ray.cluster_resources().get("GPU", 0) >= 1
                actor = (
                    self._ray.remote(PartEncoder)
                    .options(
                        num_cpus=self._processors, num_gpus=int(cuda), max_concurrency=2, scheduling_strategy="SPREAD"
                    )
                    .remote()
                )
                request = json.dumps(wire.to_plain(part.request)).encode()
                events = actor.encode.options(num_returns="streaming").remote(
                    request, self._files[job.id], part.digest, part.checkpoint()
                )
                self._on_nodes.append(_OnNode(job, part, actor, events))

    def _hear(self) -> None:
        """Take home what nodes have said, for as long as there is something."""
        if not self._on_nodes:
            time.sleep(_TICK_SECONDS)
            return
        streams = [on.events for on in self._on_nodes]
        ready, _ = self._ray.wait(streams, num_returns=len(streams), timeout=_TICK_SECONDS, fetch_local=False)
        for on in [on for on in self._on_nodes if on.events in ready]:
            try:
                self._hear_one(on)
            except Exception as error:  # noqa: BLE001 - whatever it is, the job fails with a sentence
                self._give_up(on.job, error)

    def _hear_one(self, on: _OnNode) -> None:
        lost = self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError
        try:
            kind, facts, data = self._ray.get(next(on.events))
        except StopIteration:
            self._let_go(on)
            return
        except lost as error:
            self._let_go(on)
            self._say(f"A node was lost that encoded frames {on.part.first} to {on.part.stop - 1} of {on.job.id}.")
            on.job.lost(on.part, str(error).splitlines()[0])
            return
        if kind == "begun" and json.loads(facts)["version"] != nvc_engine.__version__:
            raise ClusterError(
                f"A node has version {json.loads(facts)['version']} of the studio and this machine"
                f" {nvc_engine.__version__}: install the same on both."
            )
        on.job.heard(on.part, kind, facts, data)
        if kind == "done":
            self._let_go(on)
            if on.job.done:
                self._bring_home(on.job)

    def _let_go(self, on: _OnNode) -> None:
        self._on_nodes.remove(on)
        self._ray.kill(on.actor)

    def _heed(self) -> None:
        """Do what people have asked of the jobs meanwhile, and tell how far they are."""
        for job in list(self._jobs):
            try:
                job.attention.check()
            except Halt as halt:
                self._halt(job, halt.reason)
        for on in self._on_nodes:
            if on.job.attention.stop_asked and not on.stopping:
                on.stopping = True
                on.actor.finish_early.remote()
        if time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._reported = time.monotonic()
            for job in self._jobs:
                with contextlib.suppress(StoreError):  # the display misses a point
                    job.report()

    def _halt(self, job: ClusterJob, reason: HaltReason) -> None:
        self._forget(job)
        self._store.set_state(job.id, _EVENTS[reason])
        job.close()
        if reason is HaltReason.CANCEL:
            self._store.discard(job.id)

    def _give_up(self, job: ClusterJob, error: Exception) -> None:
        self._forget(job)
        with contextlib.suppress(IllegalMoveError):
            self._store.set_state(job.id, JobEvent.FAILED, sentence(error, job.request.device))
        job.close()
        self._say(f"The job {job.id} has failed: {sentence(error, job.request.device)}")

    def _forget(self, job: ClusterJob) -> None:
        for on in [on for on in self._on_nodes if on.job is job]:
            self._let_go(on)
        if job in self._jobs:
            self._jobs.remove(job)
        self._files.pop(job.id, None)

    def _fail(self, name: str, error: Exception) -> None:
        """A job that could not even be taken up."""
        if self._store.get(name).state in (JobState.WAITING, JobState.RUNNING):
            self._store.set_state(name, JobEvent.FAILED, sentence(error, "cpu"))
        self._say(f"The job {name} has failed: {sentence(error, 'cpu')}")

    def _bring_home(self, job: ClusterJob) -> None:
        """All parts are here: a worker of this machine writes the file and measures it."""
        job.gather()
        self._forget(job)
        thread = threading.Thread(target=self._finish, args=(job,), name=f"finishing-{job.id}")
        self._finishing.append(thread)
        thread.start()

    def _finish(self, job: ClusterJob) -> None:
        """See a worker to its end; a thread of its own, since that may take minutes."""
        try:
            job.let_a_worker_in()
            worker = WorkerProcess(job.id)
            for _ in worker.events():
                pass
            outcome = worker.outcome()
            if outcome.crashed:
                self._store.recover_one(job.id)
            self._say(outcome.sentence)
        except (EngineError, OSError) as error:
            self._say(f"The parts of the job {job.id} are here, but it could not be finished: {error}")
        finally:
            job.close()


def _connected(address: str) -> Any:
    """Ray, connected to the cluster at `address`."""
    try:
        import ray
    except ImportError as error:
        raise ClusterError("Ray is not installed: install the studio with its extra, nvc-studio[cluster].") from error
    try:
        ray.init(address=address, logging_level="warning", log_to_driver=False, include_dashboard=False)
    except Exception as error:  # Ray has no base class for what may go wrong here
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ClusterError(f"The cluster {address} cannot be reached: {first}") from error
    return ray
