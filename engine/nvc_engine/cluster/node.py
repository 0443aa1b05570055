"""What a node does: one part of an encode, told home event by event."""

import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import nvc_engine
from nvc_engine.cluster.source import laid_out
from nvc_engine.codecs.contract import EncodedUnit, FileCodec, Report
from nvc_engine.errors import EngineError
from nvc_engine.jobs.checkpoint import Checkpoint, packed, unpacked
from nvc_engine.jobs.checkpoint_timing import CheckpointTiming
from nvc_engine.jobs.opening import open_order
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import JobRequest

Event = tuple[str, bytes, bytes]
"""Kind, JSON and bytes: "begun" (version, host, pid), "progress", "unit" (first, count; payload), "checkpoint"
(fraction, units; checkpoint), "done" (seconds; config), "failed" (sentence)."""

REPORT_SECONDS = 1.0


class PartEncoder:
    """Encodes one part of a job. Lives in a process of its own on a node; `finish_early` may be called meanwhile."""

    def __init__(self) -> None:
        self._early = False

    def finish_early(self) -> None:
        """Stop and keep: end the training soon with the best so far."""
        self._early = True

    def encode(self, request: bytes, files: Mapping[str, bytes], order: str, checkpoint: bytes) -> Iterator[Event]:
        """The events of a part, from its checkpoint where there is one ("" of bytes: from its beginning).

        Args:
            request: JobRequest of the part, as JSON.
            files: the source (`source.source_files`).
            order: digest that the checkpoints carry.
        """
        yield _event("begun", {"version": nvc_engine.__version__, "host": platform.node(), "pid": os.getpid()})
        try:
            yield from self._encode(wire.from_plain(JobRequest, json.loads(request)), files, order, checkpoint)
        except EngineError as error:
            yield _event("failed", {"sentence": str(error)})

    def _encode(self, request: JobRequest, files: Mapping[str, bytes], order: str, kept: bytes) -> Iterator[Event]:
        with tempfile.TemporaryDirectory(prefix="nvc-cluster-") as folder:
            yield from self._encode_here(laid_out(request, files, Path(folder)), order, kept)

    def _encode_here(self, request: JobRequest, order: str, kept: bytes) -> Iterator[Event]:
        opened = open_order(request)
        try:
            if isinstance(opened.codec, FileCodec):
                raise EngineError("A conventional encoder is not run on a cluster.")
            earlier = unpacked(kept, order) if kept else None
            session = opened.codec.encode(opened.clip, opened.order, earlier.state if earlier else None)
            units = earlier.units if earlier else 0
            before, began = earlier.seconds if earlier else 0.0, time.monotonic()
            timing, reported, fraction, step = CheckpointTiming(time.monotonic), 0.0, 0.0, None
            for event in session:
                now = time.monotonic()
                if self._early:
                    session.finish_early()
                due = timing.due
                if isinstance(event, Report):
                    fraction, step = event.progress.fraction, event.progress.step
                    if now - reported >= REPORT_SECONDS:
                        reported = now
                        yield _event("progress", wire.to_plain(event.progress))
                elif isinstance(event, EncodedUnit):
                    units, due = units + 1, True
                    yield _event("unit", {"first": event.first, "count": event.count}, event.payload)
                if due:
                    state = Checkpoint(session.state(), units, before + now - began, fraction, step)
                    yield _event("checkpoint", {"fraction": fraction, "units": units}, packed(state, order))
                    timing.saved(now)
            yield _event("done", {"seconds": before + time.monotonic() - began}, session.codec_config())
        finally:
            opened.clip.close()


def _event(kind: str, facts: object, data: bytes = b"") -> Event:
    return kind, json.dumps(facts).encode(), data
