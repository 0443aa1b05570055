"""One job from beginning to end, whatever happens on the way: what a worker process does."""

import contextlib
import gc
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import torch

from nvc_engine.codecs.contract import Codec, EncodeSession, FileCodec
from nvc_engine.codecs.experience import learn, plan_with_experience
from nvc_engine.codecs.file_header import conversion_notes, file_header
from nvc_engine.codecs.machine_memory import check_memory, peak_memory
from nvc_engine.errors import UsageError
from nvc_engine.jobs.admission import RefusedError, check_places
from nvc_engine.jobs.attention import Attention, Halt, HaltReason
from nvc_engine.jobs.begun import begun_here
from nvc_engine.jobs.diagnostics import versions
from nvc_engine.jobs.digest import made_of, order_digest
from nvc_engine.jobs.encoding import Encoding, Workplace
from nvc_engine.jobs.failures import is_out_of_memory, sentence
from nvc_engine.jobs.file_encoding import encode_to_file
from nvc_engine.jobs.finishing import may_overwrite, measure_file, write_file
from nvc_engine.jobs.lock import JobLock
from nvc_engine.jobs.log import JobLog
from nvc_engine.jobs.opening import OpenedOrder, device_named, device_title, open_order
from nvc_engine.jobs.previewing import Previewer
from nvc_engine.jobs.reporting import Reporter
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import JobStore, Wish
from nvc_engine.jobs.thrift import EconomyFile
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.protocol.messages import (
    FrameDropped,
    JobFacts,
    JobRequest,
    JobState,
    Message,
    Notice,
    Result,
    WantPreview,
    WorkerFinished,
)

_EVENTS = {
    HaltReason.PAUSE: JobEvent.YIELDED,
    HaltReason.LEAVE: JobEvent.INTERRUPTED,
    HaltReason.CANCEL: JobEvent.DROPPED,
}


T = TypeVar("T")


class JobRun:
    """Does one job of the list in this process. `run` once; the rest may be called from any thread meanwhile.

    Attributes:
        say: tells the parent; called from the running thread, from that which writes checkpoints, and from that which
            calls `want_preview`.
    """

    def __init__(
        self,
        store: JobStore,
        job: str,
        say: Callable[[Message], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.say = say
        self._store = store
        self._job = job
        self._clock = clock
        self._attention = Attention(store, job, clock)
        self._spared = ""
        self._previews = threading.Event()
        self._previews.set()

    def leave(self) -> None:
        """End soon with a checkpoint; the job is to be picked up again. Safe in a signal handler."""
        self._attention.leave()

    def want_preview(self, wanted: WantPreview) -> None:
        """Answer with a preview as soon as the encode comes to it; an older wish is dropped."""
        displaced = self._attention.want_preview(wanted) if self._previews.is_set() else wanted
        if displaced is not None:
            self.say(FrameDropped(displaced.request))

    def run(self) -> WorkerFinished:
        """Do the job; what became of it stands in the database when this returns.

        Raises:
            JobLockedError: another process does it already.
            UnknownJobError, StoreError: the list does not know it, or cannot be used.
        """
        self._store.get(self._job)
        with JobLock(self._store.folder(self._job)):
            facts = self._take()
            if facts.state is not JobState.RUNNING:
                return WorkerFinished(facts.state, facts.message or f"The job is {facts.state.value}.")
            return self._run(facts.request)

    def _take(self) -> JobFacts:
        """Make the job ours, and make good that an earlier worker has vanished. Holds the worker's lock."""
        facts = self._store.get(self._job)
        if facts.state is JobState.RUNNING:
            facts = self._store.set_state(self._job, JobEvent.VANISHED)
        if facts.state is JobState.INTERRUPTED:
            facts = self._store.recover_one(self._job)
        if facts.state is JobState.WAITING:
            facts = self._store.set_state(self._job, JobEvent.TAKEN)
        return facts

    def _run(self, request: JobRequest) -> WorkerFinished:
        folder = self._store.folder(self._job)
        log = JobLog(folder)
        log.note_machine(
            **{name: version for name, version in versions().items() if name not in ("nvc-studio", "python")},
            threads=torch.get_num_threads(),
            cuda=torch.version.cuda,
            device=device_title(device_named(request.device)),
        )
        reporter = Reporter(self._store, self._job, self.say, self._clock)
        place = Workplace(self._job, folder, self._store, self._attention, reporter, log, self.say, self._clock)
        device = device_named(request.device)
        try:
            message = self._work(place, request)
        except Halt as halt:
            log.note("halted", reason=halt.reason.value)
            reporter.flush()
            facts = self._store.set_state(self._job, self._event_of(halt.reason))
            if halt.reason is HaltReason.CANCEL:
                self._store.discard(self._job)
            return WorkerFinished(facts.state)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job fails with a sentence and the engine lives on
            text = sentence(error, device)
            log.note("failed", sentence=text, trace="".join(traceback.format_exception(error)))
            facts = self._store.set_state(self._job, JobEvent.FAILED, text)
            return WorkerFinished(facts.state, text, usage=isinstance(error, UsageError))
        log.note("done")
        facts = self._store.set_state(self._job, JobEvent.FINISHED, message)
        UnitFolder(folder).clear()
        EconomyFile(folder).remove()
        return WorkerFinished(facts.state, message)

    def _event_of(self, reason: HaltReason) -> JobEvent:
        """What a halt is to the list. Who has changed their mind while a pause was under way is to be obeyed yet."""
        changed = reason is HaltReason.PAUSE and self._store.wish(self._job) is not Wish.PAUSE
        return JobEvent.INTERRUPTED if changed else _EVENTS[reason]

    def _work(self, place: Workplace, request: JobRequest) -> str:
        """All stages of the job; returns the sentence for its end."""
        units = UnitFolder(place.folder)
        check_places(request, overwrite=may_overwrite(request, units))
        opened = open_order(replace(request, preset=request.preset or units.preset()))
        with contextlib.suppress(OSError):
            units.note_preset(opened.order.preset)
        try:
            self._refuse_what_cannot_fit(place, opened)
            for note in (*opened.clip.info.notes, *conversion_notes(opened.clip.info)):
                self.say(Notice(note))
            if isinstance(opened.codec, FileCodec):
                encoded = encode_to_file(place, opened, opened.codec)
            else:
                digest = order_digest(request, opened.codec, opened.clip.info)
                encoded = self._encode_units(place, opened, opened.codec, digest)
            result = self._sparing(place, opened, lambda spared: measure_file(place, spared, encoded), decodes=True)
            place.reporter.measuring(1.0)
            self._store.result(self._job, result)
            self._learn(place, opened, encoded, result)
        finally:
            opened.clip.close()
        _, spared = EconomyFile(place.folder).load().applied(opened.codec, opened.order)
        return " ".join((f"The file is {request.output}.", *spared, *opened.carried.notes, *result.notes))

    def _refuse_what_cannot_fit(self, place: Workplace, opened: OpenedOrder) -> None:
        """Raises RefusedError where the encode needs more memory than there is, and nothing of it has been done."""
        if begun_here(place.folder) or self._finished(place, opened) is not None:
            return
        order, _ = EconomyFile(place.folder).load().applied(opened.codec, opened.order)
        try:
            check_memory(plan_with_experience(opened.codec, opened.clip.info, order))
        except UsageError as error:
            raise RefusedError(str(error)) from error

    def _finished(self, place: Workplace, opened: OpenedOrder) -> Encoded | None:
        """What an earlier worker has made of this very clip, where that is all."""
        return UnitFolder(place.folder).finished(made_of(opened.codec, opened.clip.info))

    def _learn(self, place: Workplace, opened: OpenedOrder, encoded: Encoded, result: Result) -> None:
        """Have plans learn from this encode, where nothing has disturbed it."""
        if self._attention.stop_asked or self._spared or place.reporter.resumed:
            return
        device = opened.order.device
        learn(opened.codec, opened.clip.info, opened.order, encoded.seconds, peak_memory(device) or 0, result.bytes)

    def _sparing(
        self, place: Workplace, opened: OpenedOrder, work: Callable[[OpenedOrder], T], *, decodes: bool = False
    ) -> T:
        """Do `work`, and do it again with less where memory runs out, for as long as there is less to be had.

        Where it only `decodes`, settings of the training change nothing, and all there is to give up is the graphics
        card.
        """
        kept = EconomyFile(place.folder)
        economy = kept.load()
        while True:
            order, notes = economy.applied(opened.codec, opened.order)
            spared = " ".join(notes)
            if spared != self._spared:
                self._spared = spared
                place.log.note("memory", spared=spared, device=order.device)
                self.say(Notice(spared))
            try:
                return work(replace(opened, order=order))
            except Exception as error:
                further = economy.further(opened.codec, order, decodes=decodes) if is_out_of_memory(error) else None
                if further is None:
                    raise
                place.log.note("memory ran out", device=order.device, reason=str(error))
                economy = further
            _free_memory()  # only now: the error held what was in use
            with contextlib.suppress(OSError):
                kept.save(economy)

    def _encode_units(self, place: Workplace, opened: OpenedOrder, codec: Codec, digest: str) -> Encoded:
        """Encode, as far as an earlier worker has not done it, and write the `.nvc`."""
        encoded = self._finished(place, opened)
        if encoded is None:
            encoded = self._sparing(place, opened, lambda spared: self._encode(place, spared, codec, digest))
        else:
            place.reporter.go_on_from(encoded.seconds)
        header = file_header(codec.name, codec.bitstream_version, opened.order, opened.clip.info, encoded.config)
        write_file(place, opened.request, header, encoded, opened.carried.blob)
        return encoded

    def _encode(self, place: Workplace, opened: OpenedOrder, codec: Codec, digest: str) -> Encoded:
        previewer = Previewer(self._attention, opened.clip.info.colour, self.say)
        self._previews.set()

        def preview(session: EncodeSession) -> None:
            last = place.reporter.last
            previewer.serve(session, last.step if last else 0)

        try:
            return Encoding(place, digest, preview).run(codec, opened.clip, opened.order)
        finally:
            self._previews.clear()
            previewer.close()


def _free_memory() -> None:
    gc.collect()
    torch.cuda.empty_cache()
