"""What a user may set of a conventional encoder, beside its preset and its goal."""

from dataclasses import dataclass

from nvc_engine.codecs.settings import setting

CRF, QP = "crf", "qp"


@dataclass(frozen=True)
class ConventionalSettings:
    """The declared settings, the same for every encoder."""

    rate_control: str = setting(
        CRF,
        "Constant",
        "What a quality means: a rate factor (crf), or the same quantiser for every frame of a kind (qp).",
        choices=(CRF, QP),
    )
    intra_period: int = setting(
        0,
        "Intra period",
        "Frames from one key frame to the next, at most; 0 takes the encoder's own.",
        minimum=0,
        maximum=9999,
        unit="frames",
    )
    tune: str = setting(
        "default",
        "Tune",
        "The metric that the encoder decides by; its default may have the eye in view instead.",
        choices=("default", "psnr", "ssim"),
    )
    threads: int = setting(
        1, "Threads", "Fixed, because results may depend on their number.", minimum=1, maximum=64, advanced=True
    )
