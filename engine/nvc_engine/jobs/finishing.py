"""From the finished units to the file, and from the file to what it is worth: the last two stages of a job."""

import contextlib
import glob
from pathlib import Path

from nvc_engine.bitstream.container import Header, is_nvc, write_nvc
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.sources import open_source
from nvc_engine.jobs.admission import RefusedError
from nvc_engine.jobs.encoding import Workplace
from nvc_engine.jobs.results import result_of
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.media.clip import Clip
from nvc_engine.protocol.messages import JobRequest, Result
from nvc_engine.quality.measure import measure


def may_overwrite(request: JobRequest, units: UnitFolder) -> bool:
    """Whether what stands at the job's output may be replaced: it was allowed, or it is this job's own."""
    output = Path(request.output)
    own = units.written(output) or (units.writing(output) and output.is_file() and is_nvc(output))
    return request.overwrite or own


def write_file(place: Workplace, request: JobRequest, header: Header, encoded: Encoded, tracks: bytes | None) -> None:
    """Write the finished units to the file's final place, unless this job has done that already.

    Raises:
        EngineError: the output cannot be written; the units stay, and another try begins here.
    """
    output = Path(request.output)
    units = UnitFolder(place.folder)
    place.reporter.writing()
    if units.written(output):
        return
    overwrite = may_overwrite(request, units)
    if not overwrite and output.exists():
        raise RefusedError(f"{output} has appeared meanwhile: move it away, and retry; the encode itself is kept.")
    if units.writing(output):
        _remove_unfinished(output)
    units.note_writing(output)
    stored = (units.get(index) for index in range(encoded.units))
    size = write_nvc(output, header, stored, tracks, overwrite=overwrite)
    units.note_written(output)
    place.log.note("written", path=str(output), bytes=size)


def _remove_unfinished(output: Path) -> None:
    """What an earlier worker of this job, killed while it wrote, has left beside the output."""
    for path in output.parent.glob(f"{glob.escape(output.name)}.*.part"):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def measure_file(
    place: Workplace, request: JobRequest, order: EncodeOrder, encoded: Encoded, reference: Clip
) -> Result:
    """Decode the file from the disk and measure it against its source.

    Raises:
        Halt: the job is to end here.
        EngineError: the file or its source cannot be read.
    """

    def heed(fraction: float) -> None:
        place.attention.check()
        place.reporter.measuring(fraction)

    place.reporter.measuring(0.0)
    test = open_source(Path(request.output), device=order.device)
    try:
        found = measure(reference, test, offset=order.first, with_vmaf=True, progress=heed)
        return result_of(found, test.info, request.codec, order.preset, encoded.seconds, order.goal)
    finally:
        test.close()
