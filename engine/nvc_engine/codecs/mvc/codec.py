"""MVC under the studio's codec contract."""

from collections.abc import Mapping
from typing import Any

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import Decoder, EncodeOrder, EncodeSession, PresetChoice, SessionState, Wishes
from nvc_engine.codecs.mvc.choosing import choose_preset
from nvc_engine.codecs.mvc.decoding import BITSTREAM_VERSION, MvcDecoder
from nvc_engine.codecs.mvc.modules import with_present_helpers
from nvc_engine.codecs.mvc.planning import (
    DEFAULT_MINUTES,
    QUALITY_DEFAULT,
    QUALITY_MAXIMUM,
    make_plan,
    plan_encode,
)
from nvc_engine.codecs.mvc.session import MvcSession
from nvc_engine.codecs.mvc.settings import PRESETS, MvcSettings
from nvc_engine.codecs.settings import declarations, resolve
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.protocol.messages import CodecFacts, GoalKind, Plan, Scalar


class MvcCodec:
    """Model-based video compression (see `contract.Codec`)."""

    name = "mvc"
    bitstream_version = BITSTREAM_VERSION

    def facts(self) -> CodecFacts:
        return CodecFacts(
            name=self.name,
            title="MVC",
            help="An E-NeRV network is trained on each scene and becomes the file; best for long, static scenes.",
            presets=PRESETS,
            settings=declarations(MvcSettings),
            trains=True,
            quality_title="Quality step (lambda = 2^((q-24)/6))",
            quality_minimum=0.0,
            quality_maximum=QUALITY_MAXIMUM,
            quality_default=QUALITY_DEFAULT,
            default_minutes=DEFAULT_MINUTES,
            goals=tuple(GoalKind),
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        wanted = preset or choose_preset(info, Wishes(bpp=goal_bpp)).preset
        chosen = next((facts for facts in PRESETS if facts.name == wanted), None)
        if chosen is None:
            raise UsageError(f"MVC has no preset '{preset}'; there are {', '.join(facts.name for facts in PRESETS)}.")
        return wanted, with_present_helpers(resolve(MvcSettings, chosen, overrides))

    def choose_preset(self, info: ClipInfo, wishes: Wishes) -> PresetChoice:
        return choose_preset(info, wishes)

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        return make_plan(info, order)

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession:
        return MvcSession(clip, order, plan_encode(clip.info, order), resume)

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        return MvcDecoder(header, device)
