"""The encode of a conventional encoder: one run from the clip to its ordinary file, without checkpoints."""

import shutil
from pathlib import Path

from nvc_engine.codecs.contract import FileCodec
from nvc_engine.jobs.digest import made_of
from nvc_engine.jobs.encoding import Workplace
from nvc_engine.jobs.finishing import put_in_place
from nvc_engine.jobs.opening import OpenedOrder
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.media.output import writing_beside
from nvc_engine.protocol.messages import Notice, Progress


def encode_to_file(place: Workplace, opened: OpenedOrder, codec: FileCodec) -> Encoded:
    """Make the job's file in its folder and lay it to the output, each unless an earlier worker has done so already.

    Raises:
        Halt: the job is to end here; what was encoded is lost.
        EngineError: the encoder, the clip or the disk did not allow it; a file that is made stays for another try.
    """
    output = Path(opened.request.output)
    units = UnitFolder(place.folder)
    made = units.file_for(output)
    source = made_of(codec, opened.clip.info)
    encoded = units.finished(source)
    if encoded is not None and (made.exists() or units.written(output)):
        place.reporter.go_on_from(encoded.seconds)
    else:
        encoded = _encode(place, opened, codec, source)

    def lay(overwrite: bool) -> None:
        with writing_beside(output, overwrite) as part:
            shutil.copyfile(made, part)

    put_in_place(place, opened.request, lay)
    made.unlink(missing_ok=True)
    return encoded


def _encode(place: Workplace, opened: OpenedOrder, codec: FileCodec, source: str) -> Encoded:
    units = UnitFolder(place.folder)
    made = units.file_for(Path(opened.request.output))
    units.clear(keep_preset=True)
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

    for note in codec.write(opened.clip, opened.order, made, report):
        place.say(Notice(note))
    encoded = Encoded(0, b"", opened.order.preset, place.reporter.seconds, source)
    units.finish(encoded)
    return encoded
