"""`measure`: how close TEST comes to REFERENCE."""

import argparse
from dataclasses import asdict
from pathlib import Path

from nvc_engine.cli_printing import ProgressLine, print_json
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.raw import RAW_SUFFIXES
from nvc_engine.protocol.messages import RawSpec
from nvc_engine.quality.measure import Measurement
from nvc_engine.quality.measure import measure as measure_clips


def measure(options: argparse.Namespace) -> int:
    """Measure and print."""
    line = ProgressLine(as_json=options.progress_json)
    raw_reference, raw_test = raw_of_each(options.reference, options.test, options.raw)
    reference = open_source(options.reference, raw_reference)
    try:
        test = open_source(options.test, raw_test)
        try:
            offset = offset_by_time(reference.info, test.info)
            found = measure_clips(
                reference,
                test,
                offset=offset,
                with_vmaf=True,
                progress=lambda fraction: line.fraction("measuring", fraction),
            )
            info = test.info
        finally:
            line.close()
            test.close()
    finally:
        reference.close()
    if options.json:
        print_json(_plain(found, info))
    else:
        _print(found)
    return 0


def raw_of_each(reference: Path, test: Path, raw: RawSpec | None) -> tuple[RawSpec | None, RawSpec | None]:
    """To which of the two `--raw` applies: to those with a raw file's suffix, else to the reference and its like."""
    suffixes = [path.suffix.lower() for path in (reference, test)]
    known = [suffix in RAW_SUFFIXES for suffix in suffixes]
    meant = known if any(known) else [True, suffixes[0] == suffixes[1]]
    return raw if meant[0] else None, raw if meant[1] else None


def offset_by_time(reference: ClipInfo, test: ClipInfo) -> int:
    """The frame of `reference` that frame 0 of `test` shows, where test is a stretch of it with the same timestamps.

    A `.nvc` of a range of frames keeps the timestamps of its source; anything else begins with the reference (0).
    """
    if not 0 < test.frame_count < reference.frame_count:
        return 0
    times = [time * reference.time_base for time in reference.timestamps]
    wanted = [time * test.time_base for time in test.timestamps]
    if wanted[0] not in times:
        return 0
    offset = times.index(wanted[0])
    return offset if times[offset : offset + len(wanted)] == wanted else 0


def _plain(found: Measurement, info: ClipInfo) -> dict[str, object]:
    return {
        "frames": found.frames,
        "width": found.width,
        "height": found.height,
        "bpp": found.bpp,
        "kbps": found.kbps,
        "bytes": info.byte_count,
        "track_bytes": info.track_byte_count,
        "frame_bytes": info.frame_bytes,
        "rgb_matrix": found.matrix,
        "mean": asdict(found.mean),
        "per_frame": [asdict(scores) for scores in found.per_frame],
        "notes": found.notes,
    }


def _print(found: Measurement) -> None:
    print(f"{found.frames} frames of {found.width}x{found.height}, {found.bpp:.5f} bpp, {found.kbps:.2f} kb/s")
    print(_line(found))
    for note in found.notes:
        print(note)


def _line(found: Measurement) -> str:
    scores = found.mean
    optional = {
        "SSIM": (scores.ssim, ".5f", ""),
        "MS-SSIM": (scores.ms_ssim, ".5f", ""),
        "XPSNR": (scores.xpsnr, ".3f", " dB"),
        "VMAF": (scores.vmaf, ".2f", ""),
    }
    others = [f"{name} {value:{form}}{unit}" for name, (value, form, unit) in optional.items() if value is not None]
    psnr = (
        f"PSNR Y {scores.psnr_y:.3f}, U {scores.psnr_u:.3f}, V {scores.psnr_v:.3f}, YUV (6:1:1) {scores.psnr_yuv:.3f},"
        f" RGB ({found.matrix}) {scores.psnr_rgb:.3f} dB"
    )
    return f"{', '.join((psnr, *others))} (means over frames)"
