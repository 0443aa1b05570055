"""The audio and subtitles that go from the source into the file."""

from dataclasses import dataclass
from pathlib import Path

from nvc_engine.bitstream.chunks import chunk_size
from nvc_engine.bitstream.container import NvcReader, is_nvc
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.tracks import carry_tracks
from nvc_engine.protocol.messages import JobRequest


@dataclass(frozen=True)
class Carried:
    """`blob` is what the file takes, or None; `notes` are sentences on what is left behind."""

    blob: bytes | None = None
    notes: tuple[str, ...] = ()

    @property
    def file_bytes(self) -> int:
        """What the tracks take in the file."""
        return 0 if self.blob is None else chunk_size(len(self.blob))


def tracks_of(request: JobRequest, info: ClipInfo, first: int, stop: int) -> Carried:
    """The source's tracks as far as they lie in frames `first`..`stop`; tracks that cannot be had cost themselves."""
    path = Path(request.source)
    if request.raw is not None or not path.is_file():
        return Carried()
    try:
        if is_nvc(path):
            return _of_nvc(path, info, first, stop)
        begins = info.timestamps[first] * info.time_base if first > 0 else None
        ends = info.timestamps[stop] * info.time_base if stop < info.frame_count else None
        found = carry_tracks(path, begins, ends) if info.tracks else None
    except EngineError as error:
        return Carried(None, (f"Audio and subtitles are left out: {error}",))
    return Carried() if found is None else Carried(found.blob or None, found.notes)


def _of_nvc(path: Path, info: ClipInfo, first: int, stop: int) -> Carried:
    with NvcReader.open(path) as reader:
        blob = reader.tracks()
    if blob is None or (first, stop) == (0, info.frame_count):
        return Carried(blob)
    return Carried(None, ("Audio and subtitles of a .nvc file are carried along only with all of its frames.",))
