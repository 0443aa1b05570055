"""What a user may set of SEVC, and the presets, named by the widths of their networks."""

from dataclasses import dataclass

from nvc_engine.codecs.settings import setting
from nvc_engine.codecs.sevc.records import MAX_UNIT_FRAMES, Profile
from nvc_engine.protocol.messages import PresetFacts

WHOLE_CLIP = -1
QUALITY_MAXIMUM = 63
QUALITY_DEFAULT = 32


@dataclass(frozen=True)
class SevcSettings:
    """The declared settings."""

    intra_period: int = setting(
        32,
        "Intra period",
        "Frames from one intra frame to the next, where decoding can begin. -1 has one for the whole clip (at most"
        f" {MAX_UNIT_FRAMES} frames).",
        minimum=WHOLE_CLIP,
        maximum=MAX_UNIT_FRAMES,
        unit="frames",
    )
    profile: str = setting(
        Profile.PORTABLE.name.lower(),
        "Profile",
        "portable decodes on every machine; fast codes several times as fast, and decodes only where it was made.",
        choices=tuple(profile.name.lower() for profile in Profile),
    )

    @property
    def unit_frames(self) -> int:
        """Frames of a unit."""
        return self.intra_period if self.intra_period >= 1 else MAX_UNIT_FRAMES

    @property
    def arithmetic(self) -> Profile:
        return Profile[self.profile.upper()]


PRESETS = (
    PresetFacts("light", "Light", "The studio's own, with weights that come with it: for a processor without a GPU."),
    PresetFacts("s12", "S12", "A twelfth of the published network: the balance of quality and speed."),
    PresetFacts("s20", "S20", "A twentieth of the published network: the quickest."),
    PresetFacts("s8", "S8", "An eighth of the published network: better pictures, slower."),
    PresetFacts("paper", "Paper", "The network of the paper, with weights that you import. For a GPU."),
)
