"""From the finished units to the file, and from the file to what it is worth: the last two stages of a job."""

import contextlib
import filecmp
import glob
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nvc_engine.bitstream.container import Header, is_nvc, write_nvc
from nvc_engine.codecs.ledger import byte_shares
from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import EngineError
from nvc_engine.jobs.admission import RefusedError
from nvc_engine.jobs.encoding import Workplace
from nvc_engine.jobs.library import PointKey, RdLibrary
from nvc_engine.jobs.opening import OpenedOrder
from nvc_engine.jobs.results import result_of
from nvc_engine.jobs.units import Encoded, UnitFolder
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import JobRequest, Result
from nvc_engine.quality.measure import Measurement, measure


def may_overwrite(request: JobRequest, units: UnitFolder) -> bool:
    """Whether what stands at the job's output may be replaced: it was allowed, or it is this job's own."""
    output = Path(request.output)
    return request.overwrite or units.written(output) or (units.writing(output) and _looks_own(output, units))


def _looks_own(output: Path, units: UnitFolder) -> bool:
    """Whether a job that has begun to write `output` has written what stands there: any `.nvc`, or a file that is byte
    for byte the one that it has."""
    if not output.is_file():
        return False
    made = units.file_for(output)
    return is_nvc(output) or (made.is_file() and filecmp.cmp(output, made, shallow=False))


def write_file(place: Workplace, request: JobRequest, header: Header, encoded: Encoded, tracks: bytes | None) -> None:
    """Write the finished units to the file's final place, unless this job has done that already.

    Raises:
        EngineError: the output cannot be written; the units stay, and another try begins here.
    """
    output, units = Path(request.output), UnitFolder(place.folder)

    def write(overwrite: bool) -> None:
        stored = (units.get(index) for index in range(encoded.units))
        write_nvc(output, header, stored, tracks, overwrite=overwrite)

    put_in_place(place, request, write)


def put_in_place(place: Workplace, request: JobRequest, write: Callable[[bool], None]) -> None:
    """Have `write` write the job's output, unless this job has done that already. It is told whether what stands there
    may be replaced, and writes the whole file or none.

    Raises:
        EngineError: the output cannot be written; what the job has made stays, and another try begins here.
    """
    output, units = Path(request.output), UnitFolder(place.folder)
    if units.written(output):
        return
    place.reporter.writing()
    overwrite = may_overwrite(request, units)
    if not overwrite and output.exists():
        raise RefusedError(f"{output} has appeared meanwhile: move it away, and retry; the encode itself is kept.")
    if units.writing(output):
        _remove_unfinished(output)
    units.note_writing(output)
    write(overwrite)
    units.note_written(output)
    place.log.note("written", path=str(output), bytes=output.stat().st_size)


def _remove_unfinished(output: Path) -> None:
    """What an earlier worker of this job, killed while it wrote, has left beside the output."""
    for path in output.parent.glob(f"{glob.escape(output.name)}.*.part"):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def measure_file(place: Workplace, opened: OpenedOrder, encoded: Encoded) -> Result:
    """Decode the file from the disk, measure it against its source, and keep the point in the library.

    Raises:
        Halt: the job is to end here.
        EngineError: the file or its source cannot be read.
    """
    request, order = opened.request, opened.order

    def heed(fraction: float) -> None:
        place.attention.check()
        place.reporter.measuring(fraction)

    place.reporter.measuring(0.0)
    test = open_source(Path(request.output), device=order.device)
    try:
        found = measure(opened.clip, test, offset=order.first, with_vmaf=True, progress=heed)
        _keep_point(place, opened, encoded, found, test.info)
        result = result_of(found, test.info, request.codec, order.preset, encoded.seconds, order.goal)
        return replace(result, byte_shares=byte_shares(Path(request.output)))
    finally:
        test.close()


def _keep_point(place: Workplace, opened: OpenedOrder, encoded: Encoded, found: Measurement, test: ClipInfo) -> None:
    """Lay the measured encode to the library; one that cannot take it costs the point, not the job."""
    try:
        key = PointKey(opened)
        with RdLibrary(place.store.path) as library:
            library.add(key.point(opened, found, test, encoded.seconds))
    except EngineError as error:
        place.log.note("no point", reason=str(error))
