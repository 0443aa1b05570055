"""The body of a Matroska file as it grows: clusters of blocks, an index of them, and a head that is filled in last."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import BinaryIO

import nvc_engine
from nvc_engine.media import ebml
from nvc_engine.media.matroska_tracks import (
    BLOCK,
    BLOCK_DURATION,
    BLOCK_GROUP,
    CLUSTER,
    CLUSTER_TIMESTAMP,
    INFO,
    KEY_FLAG,
    NANOSECONDS,
    SEGMENT,
    SIMPLE_BLOCK,
    TIMESTAMP_SCALE,
    TRACKS,
    CarriedBlock,
)

VIDEO_NUMBER = 1
_CLUSTER_SECONDS = 5
_CLUSTER_BYTES = 5 << 20
_LONG = 8  # bytes of a field that is filled in later
_EBML, _SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x1A45DFA3, 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_DURATION, _MUXING_APP, _WRITING_APP = 0x4489, 0x4D80, 0x5741
_CUES, _CUE_POINT, _CUE_TIME, _CUE_POSITIONS, _CUE_TRACK, _CUE_CLUSTER = 0x1C53BB6B, 0xBB, 0xB3, 0xB7, 0xF7, 0xF1


class MatroskaSegment:
    """Writes one file. `scale` is in nanoseconds a tick; times are in seconds from the file's own 0."""

    def __init__(self, file: BinaryIO, scale: int, entries: Sequence[bytes]) -> None:
        """Begin with the descriptions (TrackEntry) of all tracks; raises OSError as everything here."""
        self._file = file
        self._scale = scale
        self._cluster: list[bytes] = []
        self._cluster_start = 0
        self._cluster_bytes = 0
        self._cues: list[bytes] = []
        self._end = Fraction(0)
        file.write(
            ebml.element(
                _EBML,
                *(ebml.unsigned(kind, value) for kind, value in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))),
                ebml.text(0x4282, "matroska"),
                ebml.unsigned(0x4287, 4),
                ebml.unsigned(0x4285, 2),
            )
        )
        file.write(SEGMENT.to_bytes(4, "big") + ebml.length(0, _LONG))
        self._origin = file.tell()
        self._positions = {INFO: 0, TRACKS: 0, _CUES: 0}
        file.write(self._seek_head())
        self._positions[INFO] = file.tell() - self._origin
        file.write(self._info())
        self._positions[TRACKS] = file.tell() - self._origin
        file.write(ebml.element(TRACKS, *entries))

    def picture(self, time: Fraction, payload: bytes) -> None:
        """Add a picture of the video track; any of them can be sought."""
        ticks = self._ticks(time)
        if self._cluster and (
            self._cluster_bytes > _CLUSTER_BYTES
            or (ticks - self._cluster_start) * self._scale >= _CLUSTER_SECONDS * NANOSECONDS
        ):
            self._close_cluster()
        self._add(VIDEO_NUMBER, CarriedBlock(0, time, payload, key=True))

    def carried(self, number: int, block: CarriedBlock) -> None:
        """Add a block of track `number`."""
        self._add(number, block)

    def finish(self, end: Fraction) -> None:
        """Write what is left, and the head; `end` is when the last picture is over."""
        self._end = max(self._end, end)
        self._close_cluster()
        file = self._file
        self._positions[_CUES] = file.tell() - self._origin
        file.write(ebml.element(_CUES, *self._cues))
        whole = file.tell() - self._origin
        file.seek(self._origin - _LONG)
        file.write(ebml.length(whole, _LONG) + self._seek_head() + self._info())
        file.seek(self._origin + whole)

    def _add(self, number: int, block: CarriedBlock) -> None:
        ticks = self._ticks(block.time)
        self._end = max(self._end, block.time + (block.duration or 0))
        if self._cluster and not -(1 << 15) <= ticks - self._cluster_start < 1 << 15:
            self._close_cluster()
        if not self._cluster:
            self._cluster_start = max(0, ticks)
            self._cues.append(self._cue(number))
            self._cluster.append(ebml.unsigned(CLUSTER_TIMESTAMP, self._cluster_start))
        plain = block.duration is None and not block.extras
        flags = KEY_FLAG if plain and block.key else 0
        body = ebml.length(number) + struct.pack(">hB", ticks - self._cluster_start, flags) + block.payload
        if plain:
            written = ebml.element(SIMPLE_BLOCK, body)
        else:
            lasts = () if block.duration is None else (ebml.unsigned(BLOCK_DURATION, self._ticks(block.duration)),)
            written = ebml.element(BLOCK_GROUP, ebml.element(BLOCK, body), *lasts, block.extras)
        self._cluster.append(written)
        self._cluster_bytes += len(written)

    def _cue(self, number: int) -> bytes:
        place = self._file.tell() - self._origin
        return ebml.element(
            _CUE_POINT,
            ebml.unsigned(_CUE_TIME, self._cluster_start),
            ebml.element(_CUE_POSITIONS, ebml.unsigned(_CUE_TRACK, number), ebml.unsigned(_CUE_CLUSTER, place)),
        )

    def _close_cluster(self) -> None:
        if self._cluster:
            self._file.write(ebml.element(CLUSTER, *self._cluster))
        self._cluster, self._cluster_bytes = [], 0

    def _ticks(self, time: Fraction) -> int:
        return round(time * NANOSECONDS / self._scale)

    def _seek_head(self) -> bytes:
        """Where the parts lie; of the same length before and after they are known."""
        return ebml.element(
            _SEEK_HEAD,
            *(
                ebml.element(
                    _SEEK,
                    ebml.element(_SEEK_ID, identity.to_bytes(4, "big")),
                    ebml.element(_SEEK_POSITION, place.to_bytes(_LONG, "big")),
                )
                for identity, place in self._positions.items()
            ),
        )

    def _info(self) -> bytes:
        """The same length before and after the duration is known."""
        return ebml.element(
            INFO,
            ebml.unsigned(TIMESTAMP_SCALE, self._scale),
            ebml.real(_DURATION, float(self._end * NANOSECONDS / self._scale)),
            ebml.text(_MUXING_APP, "NVC Studio"),
            ebml.text(_WRITING_APP, f"NVC Studio {nvc_engine.__version__}"),
        )
