"""NVRC under the studio's codec contract."""

from collections.abc import Mapping
from typing import Any

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import (
    Decoder,
    EncodeOrder,
    EncodeSession,
    PresetChoice,
    SessionState,
    Thrift,
    Wishes,
)
from nvc_engine.codecs.machine_speed import StepSpeed
from nvc_engine.codecs.nvrc.budget import DEFAULT_MINUTES, QUALITY_DEFAULT, QUALITY_MAXIMUM
from nvc_engine.codecs.nvrc.choosing import choose_preset
from nvc_engine.codecs.nvrc.decoding import NEWEST_VERSION
from nvc_engine.codecs.nvrc.motion import planning as motion_planning
from nvc_engine.codecs.nvrc.motion.session import MotionSession
from nvc_engine.codecs.nvrc.paper.planning import make_paper_plan, plan_paper_encode
from nvc_engine.codecs.nvrc.paper.session import PaperSession
from nvc_engine.codecs.nvrc.planning import make_plan, plan_encode
from nvc_engine.codecs.nvrc.profiles import decoder_for
from nvc_engine.codecs.nvrc.session import NvrcSession
from nvc_engine.codecs.nvrc.settings import MOTION, PRESETS, PUBLISHED, NvrcSettings
from nvc_engine.codecs.nvrc.speed import measure_speed
from nvc_engine.codecs.nvrc.thrift import with_less_memory
from nvc_engine.codecs.settings import declarations, resolve
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.protocol.messages import CodecFacts, GoalKind, Plan, Scalar


class NvrcCodec:
    """NVRC (see `contract.Codec`), in all its profiles."""

    name = "nvrc"
    bitstream_version = NEWEST_VERSION

    def facts(self) -> CodecFacts:
        return CodecFacts(
            name=self.name,
            title="NVRC",
            help="A small network is trained on the clip and becomes the file. Slow to encode, quick to decode.",
            presets=PRESETS,
            settings=declarations(NvrcSettings),
            trains=True,
            quality_title="Quality step (lambda = 8 * 2^(q/6))",
            quality_minimum=0.0,
            quality_maximum=QUALITY_MAXIMUM,
            quality_default=QUALITY_DEFAULT,
            default_minutes=DEFAULT_MINUTES,
            goals=tuple(GoalKind),
            automatic=True,
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        wanted = preset or choose_preset(info, Wishes(bpp=goal_bpp)).preset
        for facts in PRESETS:
            if facts.name == wanted:
                return wanted, resolve(NvrcSettings, facts, overrides)
        names = ", ".join(facts.name for facts in PRESETS)
        raise UsageError(f"NVRC has no preset '{preset}'; there are {names}.")

    def choose_preset(self, info: ClipInfo, wishes: Wishes) -> PresetChoice:
        return choose_preset(info, wishes)

    def measure_speed(self, device: str) -> StepSpeed:
        return measure_speed(device)

    def with_less_memory(self, settings: NvrcSettings) -> Thrift | None:
        return with_less_memory(settings)

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        structure = order.settings.structure
        if structure == MOTION:
            return motion_planning.make_plan(info, order)
        return make_paper_plan(info, order) if structure in PUBLISHED else make_plan(info, order)

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession:
        structure = order.settings.structure
        if structure == MOTION:
            return MotionSession(clip, order, motion_planning.plan_motion(clip.info, order), resume)
        if structure in PUBLISHED:
            return PaperSession(clip, order, plan_paper_encode(clip.info, order), resume)
        return NvrcSession(clip, order, plan_encode(clip.info, order), resume)

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        return decoder_for(header, device)
