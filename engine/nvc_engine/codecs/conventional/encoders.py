"""The encoders: their names, presets and ranges, and how each is told what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nvc_engine.codecs.conventional.settings import QP, ConventionalSettings
from nvc_engine.protocol.messages import PresetFacts


@dataclass(frozen=True)
class Encoder:
    """One encoder of the PyAV wheel.

    Attributes:
        library: what PyAV calls it.
        depths: bits a sample that it takes, rising.
        tunes: values of the setting `tune` that it knows.
        quality: (best, worst, default) value of its CRF; `fractions` says whether it takes more than whole numbers.
        ladder: CRF of the best and the worst point of a comparison.
        finest: of the steps of CRF, the smallest that a search for a rate takes where there are no two passes.
        two_passes: whether PyAV can run it in two passes.
        packet_filter: FFmpeg's bitstream filter that takes out what the encoder writes about itself.
        even_sides: whether it takes pictures of even width and height alone.
        speeds: million pixels a second and thread by preset, the default one first; measured once, for estimates.
    """

    name: str
    title: str
    library: str
    depths: tuple[int, ...]
    tunes: tuple[str, ...]
    quality: tuple[float, float, float]
    speeds: Mapping[str, float]
    ladder: tuple[float, float]
    fractions: bool = False
    finest: float = 1.0
    two_passes: bool = False
    packet_filter: str = ""
    even_sides: bool = True

    @property
    def presets(self) -> tuple[PresetFacts, ...]:
        """The default one first."""
        return tuple(PresetFacts(name, name.capitalize(), f"{self.title}'s own preset {name}.") for name in self.speeds)


@dataclass(frozen=True)
class Target:
    """What one run of an encoder aims at.

    Attributes:
        quality: CRF or QP; None where `bit_rate`, in bits a second, is given.
        turn: (this pass, all passes), from 1.
        statistics: where the first pass leaves what the second one reads.
    """

    quality: float | None = None
    bit_rate: int | None = None
    turn: tuple[int, int] = (1, 1)
    statistics: Path | None = None


def options_of(encoder: Encoder, preset: str, settings: ConventionalSettings, target: Target) -> dict[str, str]:
    """FFmpeg's options for one run of `encoder`; the bit rate itself is set beside them."""
    return _OPTIONS[encoder.name](preset, settings, target)


def _x264(preset: str, settings: ConventionalSettings, target: Target) -> dict[str, str]:
    options = {"preset": preset, **_quality(settings, target), **_period(settings), **_tune(settings)}
    if target.statistics is not None:
        options |= {"flags": f"+pass{target.turn[0]}", "stats": str(target.statistics)}
    return options


def _x265(preset: str, settings: ConventionalSettings, target: Target) -> dict[str, str]:
    pools = "none" if settings.threads == 1 else str(settings.threads)
    words = [f"log-level=none:info=0:pools={pools}:frame-threads=1"]
    if settings.intra_period:
        words.append(f"keyint={settings.intra_period}")
    if target.statistics is not None:
        path = str(target.statistics).replace("\\", "\\\\").replace(":", "\\:").replace("'", "\\'")
        words.append(f"pass={target.turn[0]}:stats={path}")
    return {"preset": preset, "x265-params": ":".join(words), **_quality(settings, target), **_tune(settings)}


def _svtav1(preset: str, settings: ConventionalSettings, target: Target) -> dict[str, str]:
    words = [f"lp={settings.threads}"]
    if settings.tune != "default":
        words.append(f"tune={ {'psnr': 1, 'ssim': 2}[settings.tune] }")
    quality = _quality(settings, target)
    if target.quality is not None and target.quality % 1:  # FFmpeg's own option takes whole numbers alone
        words.append(f"crf={target.quality:g}")
        quality = {"crf": str(int(target.quality))}
    return {"preset": preset, "svtav1-params": ":".join(words), **quality, **_period(settings)}


def _vp9(preset: str, settings: ConventionalSettings, target: Target) -> dict[str, str]:
    options = {"deadline": "good", "cpu-used": preset, "lag-in-frames": "25", "auto-alt-ref": "1", "row-mt": "0"}
    quality = _quality(replace(settings, rate_control="crf"), target)
    if settings.rate_control == QP and quality:
        quality |= {"qmin": quality["crf"], "qmax": quality["crf"]}
    return {**options, **quality, **_period(settings)}


_OPTIONS = {"x264": _x264, "x265": _x265, "svtav1": _svtav1, "vp9": _vp9}


def _quality(settings: ConventionalSettings, target: Target) -> dict[str, str]:
    return {} if target.quality is None else {settings.rate_control: f"{target.quality:g}"}


def _period(settings: ConventionalSettings) -> dict[str, str]:
    return {"g": str(settings.intra_period)} if settings.intra_period else {}


def _tune(settings: ConventionalSettings) -> dict[str, str]:
    return {} if settings.tune == "default" else {"tune": settings.tune}


_X264_SPEEDS = {
    "medium": 6,
    "veryslow": 2,
    "slower": 3,
    "slow": 5,
    "fast": 9,
    "faster": 10,
    "veryfast": 20,
    "superfast": 30,
    "ultrafast": 60,
    "placebo": 0.5,
}
_X265_SPEEDS = {
    "medium": 4,
    "veryslow": 0.2,
    "slower": 0.3,
    "slow": 2,
    "fast": 9,
    "faster": 10,
    "veryfast": 10,
    "superfast": 20,
    "ultrafast": 30,
    "placebo": 0.2,
}
_SVTAV1_SPEEDS = {"4": 4, "2": 0.9, "3": 2, "5": 6, "6": 7, "8": 10, "10": 20, "12": 30}
_VP9_SPEEDS = {"2": 4, "0": 0.9, "1": 2, "3": 4, "4": 5, "5": 5}

ENCODERS = (
    Encoder(
        "x264", "x264 (H.264)", "libx264", (8, 10), ("default", "psnr", "ssim"), (0.0, 51.0, 23.0),
        _X264_SPEEDS, ladder=(22.0, 37.0), fractions=True, two_passes=True, packet_filter="filter_units=remove_types=6",
    ),
    Encoder(
        "x265", "x265 (HEVC)", "libx265", (8, 10, 12), ("default", "psnr", "ssim"), (0.0, 51.0, 28.0),
        _X265_SPEEDS, ladder=(22.0, 37.0), fractions=True, two_passes=True,
    ),
    Encoder(
        "svtav1", "SVT-AV1", "libsvtav1", (8, 10),
        ("default", "psnr", "ssim"), (1.0, 63.0, 35.0), _SVTAV1_SPEEDS, ladder=(35.0, 63.0), finest=0.25,
        even_sides=False,
    ),
    Encoder(
        "vp9", "VP9 (libvpx)", "libvpx-vp9", (8, 10, 12), ("default",),
        (0.0, 63.0, 31.0), _VP9_SPEEDS, ladder=(31.0, 61.0), even_sides=False,
    ),
)  # fmt: skip
"""All that the studio knows, whether this PyAV has them or not."""
