"""The conventional encoders under the studio's contract."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av

from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.conventional.encoders import ENCODERS, Encoder
from nvc_engine.codecs.conventional.encoding import CONTAINERS, Report, encode_file
from nvc_engine.codecs.conventional.settings import ConventionalSettings
from nvc_engine.codecs.conventional.versions import encoder_version
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.settings import declarations, resolve
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.protocol.messages import CodecFacts, Plan, Scalar

_BYTES_PER_PIXEL_AND_FRAME = 3
_FRAMES_HELD = 64


class ConventionalCodec:
    """One conventional encoder (see `contract.FileCodec`)."""

    suffixes = tuple(CONTAINERS)

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.ladder = encoder.ladder
        self._encoder = encoder

    @property
    def version(self) -> str:
        return encoder_version(self._encoder.library)

    def facts(self) -> CodecFacts:
        best, worst, default = self._encoder.quality
        return CodecFacts(
            name=self.name,
            title=self._encoder.title,
            help="A conventional encoder to compare with; it writes an ordinary video file, without audio.",
            presets=self._encoder.presets,
            settings=declarations(ConventionalSettings),
            trains=False,
            quality_title="CRF" if self._encoder.fractions else "CRF, whole numbers",
            quality_minimum=best,
            quality_maximum=worst,
            quality_default=default,
            conventional=True,
            suffixes=self.suffixes,
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        listed = self._encoder.presets
        facts = next((each for each in listed if each.name == (preset or listed[0].name)), None)
        if facts is None:
            names = ", ".join(each.name for each in listed)
            raise UsageError(f"{self._encoder.title} has no preset '{preset}'; there are {names}.")
        settings = resolve(ConventionalSettings, facts, overrides)
        if settings.tune not in self._encoder.tunes:
            raise UsageError(f"{self._encoder.title} knows no tune '{settings.tune}'.")
        return facts.name, settings

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        frames = order.stop - order.first
        pixels = info.width * info.height
        rate = goal_bpp(order.goal, info, order.first, order.stop, 0)
        passes = 2 if rate is not None else 1
        return Plan(
            codec=self.name,
            preset=order.preset,
            parameters=0,
            kmac_per_pixel=0.0,
            peak_memory_bytes=pixels * _BYTES_PER_PIXEL_AND_FRAME * _FRAMES_HELD,
            seconds=passes * pixels * frames / (1e6 * self._encoder.speeds[order.preset]),
            bpp=rate,
            bytes=None if rate is None else round(rate * pixels * frames / 8),
            frames=frames,
            width=info.width,
            height=info.height,
            device="cpu",
            notes=(
                f"{self._encoder.title}, {self.version}. The time is a rough guess: it depends on the pictures.",
                "An encode that is paused begins anew.",
            ),
        )

    def write(self, clip: Clip, order: EncodeOrder, output: Path, report: Report) -> tuple[str, ...]:
        return encode_file(clip, self._encoder, order, output, report)


def conventional_codecs() -> tuple[ConventionalCodec, ...]:
    """Those that this PyAV has."""
    return tuple(ConventionalCodec(each) for each in ENCODERS if each.library in av.codecs_available)
