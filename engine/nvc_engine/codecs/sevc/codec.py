"""SEVC under the studio's codec contract."""

from collections.abc import Mapping
from typing import Any

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import Decoder, EncodeOrder, EncodeSession, SessionState
from nvc_engine.codecs.settings import declarations, resolve
from nvc_engine.codecs.sevc.decoding import BITSTREAM_VERSION, SevcDecoder
from nvc_engine.codecs.sevc.models import available_presets, weights_digest
from nvc_engine.codecs.sevc.planning import check_encodable, make_plan, plan_encode
from nvc_engine.codecs.sevc.session import SevcSession
from nvc_engine.codecs.sevc.settings import PRESETS, QUALITY_DEFAULT, QUALITY_MAXIMUM, WHOLE_CLIP, SevcSettings
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.protocol.messages import CodecFacts, GoalKind, Plan, PresetFacts, Scalar


class SevcCodec:
    """Spatially embedded video coding (see `contract.Codec`)."""

    name = "sevc"
    bitstream_version = BITSTREAM_VERSION

    def facts(self) -> CodecFacts:
        return CodecFacts(
            name=self.name,
            title="SEVC",
            help="Trained networks predict each frame from the ones before, with a small base layer inside.",
            presets=_presets(),
            settings=declarations(SevcSettings),
            trains=False,
            quality_title="Rate point",
            quality_minimum=0.0,
            quality_maximum=float(QUALITY_MAXIMUM),
            quality_default=float(QUALITY_DEFAULT),
            goals=tuple(GoalKind),
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        wanted = preset or _presets()[0].name
        for facts in PRESETS:
            if facts.name == wanted:
                check_encodable(info, wanted)
                settings = resolve(SevcSettings, facts, overrides)
                if settings.intra_period == 0:
                    raise UsageError(f"The intra period must be at least 1 frame, or {WHOLE_CLIP} for the whole clip.")
                return wanted, settings
        names = ", ".join(facts.name for facts in PRESETS)
        raise UsageError(f"SEVC has no preset '{preset}'; there are {names}.")

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        return make_plan(info, order)

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession:
        return SevcSession(clip, order, plan_encode(clip.info, order), resume)

    def weights(self, preset: str) -> str:
        return weights_digest(preset)

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        return SevcDecoder(header, device)


def _presets() -> tuple[PresetFacts, ...]:
    """The presets whose weights are on this machine; all of them where there are none at all."""
    available = available_presets()
    return tuple(facts for facts in PRESETS if facts.name in available) or PRESETS
