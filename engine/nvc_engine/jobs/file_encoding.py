"""The encode of a conventional encoder: one run from the clip to its ordinary file, without checkpoints."""

from pathlib import Path

from nvc_engine.codecs.contract import FileCodec
from nvc_engine.jobs.encoding import Workplace
from nvc_engine.jobs.opening import OpenedOrder
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.protocol.messages import Notice, Progress


def encode_to_file(place: Workplace, opened: OpenedOrder, codec: FileCodec) -> Encoded:
    """Write the job's file, unless an earlier worker of this job has done so already.

    Raises:
        Halt: the job is to end here; what was encoded is lost.
        EngineError: the encoder, the clip or the disk did not allow it.
    """
    output = Path(opened.request.output)
    units = UnitFolder(place.folder)
    earlier = units.finished()
    if earlier is not None and units.written(output):
        place.reporter.go_on_from(earlier.seconds)
        return earlier
    place.log.note("encode begins", codec=codec.name, version=codec.version, preset=opened.order.preset)
    place.store.rewind(place.job, -1)
    told_of_stop = False

    def report(progress: Progress) -> None:
        nonlocal told_of_stop
        place.reporter.encoding(progress)
        place.attention.check()
        if place.attention.stop_asked and not told_of_stop:
            told_of_stop = True
            place.say(Notice("A conventional encode cannot be finished early; it goes on to its end."))

    for note in codec.write(opened.clip, opened.order, output, report):
        place.say(Notice(note))
    encoded = Encoded(0, b"", opened.order.preset, place.reporter.seconds)
    units.finish(encoded)
    units.note_written(output)
    place.log.note("written", path=str(output), bytes=output.stat().st_size)
    return encoded
