"""The encode itself, from the codec's first step to its last unit, with checkpoints on the way."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nvc_engine.codecs.contract import Codec, EncodedUnit, EncodeOrder, EncodeSession, Report
from nvc_engine.errors import EngineError
from nvc_engine.jobs.attention import Attention, Halt, HaltReason
from nvc_engine.jobs.checkpoint import Checkpoint, CheckpointFolder
from nvc_engine.jobs.checkpoint_timing import CheckpointTiming
from nvc_engine.jobs.digest import made_of
from nvc_engine.jobs.log import JobLog
from nvc_engine.jobs.reporting import ENCODING_SHARE, Reporter
from nvc_engine.jobs.store import JobStore, StoreError
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.media.clip import Clip
from nvc_engine.protocol.messages import Message, Notice


class FolderFullError(EngineError):
    """The job's folder cannot take what the encode must keep."""


@dataclass(frozen=True)
class Workplace:
    """What every stage of a job works with.

    Attributes:
        say: tells the parent.
        clock: seconds, monotonic.
    """

    job: str
    folder: Path
    store: JobStore
    attention: Attention
    reporter: Reporter
    log: JobLog
    say: Callable[[Message], None]
    clock: Callable[[], float]


class Encoding:
    """Runs a codec's session to its end, from a checkpoint where there is one.

    `preview` is called between steps with the session, whenever someone waits for a preview.
    """

    def __init__(
        self, place: Workplace, digest: str, preview: Callable[[EncodeSession], None] = lambda session: None
    ) -> None:
        self._place = place
        self._preview = preview
        self._units = UnitFolder(place.folder)
        self._checkpoints = CheckpointFolder(place.folder, digest)
        self._unit_count = 0
        self._timing = CheckpointTiming(place.clock)
        self._stopping = False
        self._warned = False
        self._writer = ThreadPoolExecutor(1, "checkpoint")
        self._writing: Future[None] | None = None

    def run(self, codec: Codec, clip: Clip, order: EncodeOrder) -> Encoded:
        """Encode; the units stand in the job's folder afterwards.

        Raises:
            Halt: the job is to end here; where it is to go on later, a checkpoint has been left.
            EngineError: the codec, the clip or the disk did not allow it.
        """
        with self._writer:  # which sees the last checkpoint onto the disk, however this ends
            return self._run(codec, clip, order)

    def _run(self, codec: Codec, clip: Clip, order: EncodeOrder) -> Encoded:
        source = made_of(codec, clip.info)
        session = self._begin(codec, clip, order)
        self._timing = CheckpointTiming(self._place.clock)
        for event in session:
            if isinstance(event, EncodedUnit):
                self._keep(event)
                self._save(session)
            elif isinstance(event, Report):
                self._place.reporter.encoding(event.progress)
            try:
                self._place.attention.check()
            except Halt as halt:
                if halt.reason is not HaltReason.CANCEL:
                    self._save(session)
                raise
            if self._place.attention.stop_asked and not self._stopping:
                self._stopping = True
                self._place.log.note("stop and keep")
                session.finish_early()
            self._preview(session)
            if self._timing.due and (self._writing is None or self._writing.done()):
                self._save(session)
        config, seconds = session.codec_config(), self._place.reporter.seconds
        encoded = Encoded(self._unit_count, config, order.preset, seconds, source)
        try:
            self._units.finish(encoded)
        except OSError as error:
            raise _no_room(self._place.folder, error) from error
        self._written()
        self._checkpoints.discard()
        return encoded

    def _begin(self, codec: Codec, clip: Clip, order: EncodeOrder) -> EncodeSession:
        checkpoint = self._checkpoints.load()
        if checkpoint is not None and not self._units.whole(checkpoint.units):
            self._place.log.note("checkpoint unusable", reason="a finished unit is damaged")
            checkpoint = None
        if checkpoint is None:
            self._units.clear(keep_preset=True)
            self._place.log.note("encode begins", codec=codec.name, preset=order.preset, device=order.device)
            self._place.store.rewind(self._place.job, -1)
            return codec.encode(clip, order)
        self._unit_count = checkpoint.units
        self._place.reporter.go_on_from(checkpoint.seconds)
        self._place.log.note("encode continues", fraction=checkpoint.fraction, units=checkpoint.units)
        if checkpoint.step is not None:
            self._place.store.rewind(self._place.job, checkpoint.step)
        return codec.encode(clip, order, checkpoint.state)

    def _keep(self, unit: EncodedUnit) -> None:
        try:
            self._units.put(self._unit_count, unit)
        except OSError as error:
            raise _no_room(self._place.folder, error) from error
        self._unit_count += 1
        self._place.log.note("unit", first=unit.first, frames=unit.count, bytes=len(unit.payload))

    def _save(self, session: EncodeSession) -> None:
        """Leave a checkpoint. The encode waits for its copy alone; a thread writes it to the disk, which takes long
        where a network is large."""
        began = self._place.clock()
        self._written()
        progress = self._place.reporter.last
        fraction = progress.fraction if progress else 0.0
        step = progress.step if progress else None
        taken = Checkpoint(session.state(), self._unit_count, self._place.reporter.seconds, fraction, step)
        self._writing = self._writer.submit(self._write, self._checkpoints.taken(taken), fraction)
        self._timing.saved(began)

    def _written(self) -> None:
        """Wait until the checkpoint that was taken last is on the disk, or could not be."""
        if self._writing is not None:
            self._writing.result()

    def _write(self, store: Callable[[], None], fraction: float) -> None:
        """Store a checkpoint. A disk that cannot take it costs the safety, not the encode."""
        try:
            store()
        except OSError as error:
            if not self._warned:
                self._place.say(
                    Notice(f"No checkpoint could be saved ({error.strerror or error}); the encode goes on without.")
                )
            self._warned = True
            self._place.log.note("checkpoint failed", reason=str(error))
        else:
            self._warned = False
            self._advanced(fraction / ENCODING_SHARE)

    def _advanced(self, fraction: float) -> None:
        try:
            self._place.store.advanced(self._place.job, fraction)
        except StoreError as error:
            self._place.log.note("database", reason=str(error))


def _no_room(folder: Path, error: OSError) -> FolderFullError:
    return FolderFullError(
        f"The finished part of the encode cannot be kept in {folder} ({error.strerror or error}): free some space there"
        " and retry; the encode continues from its last checkpoint."
    )
