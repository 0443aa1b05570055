"""What a user may set of MVC, and the presets: four sizes for a CPU, and the paper's configuration."""

from dataclasses import dataclass

from nvc_engine.codecs.mvc.layout import Fusion, Gain, Lift, NetworkShape, channel_schedule
from nvc_engine.codecs.mvc.strides import Strides, fitting_strides
from nvc_engine.codecs.settings import setting
from nvc_engine.protocol.messages import PresetFacts, Scalar

AUTO = "auto"
STRIDES = (AUTO, "5-2-2", "5-2-2-2", "5-2-2-2-2", "5-3-2", "5-3-2-2", "5-3-2-2-2", "4-2-2-2", "4-3-2-2")


@dataclass(frozen=True)
class MvcSettings:
    """The declared settings; see `network_shape` and `training.Recipe` for what becomes of them."""

    features: int = setting(
        16, "First features", "C0, channels of the coarse grid; the file grows with its square.", minimum=4, maximum=256
    )
    lower_width: int = setting(
        10, "Least features", "Channels that no stage goes below; costs time, hardly bits.", minimum=2, maximum=128
    )
    token_width: int = setting(48, "Token width", "D, numbers of a token of the transformers.", minimum=8, maximum=512)
    stem_hidden: int = setting(
        64, "Time stem", "Hidden width of the time stem.", minimum=8, maximum=1024, advanced=True
    )
    time_width: int = setting(
        48, "Time branch", "Width of the branch that modulates the stages.", minimum=8, maximum=512, advanced=True
    )
    ffn_hidden: int = setting(
        48, "Feed-forward", "Hidden width of the transformers.", minimum=8, maximum=1024, advanced=True
    )
    heads: int = setting(2, "Heads", "Heads of the fusion's attention.", minimum=1, maximum=16, advanced=True)
    head_width: int = setting(24, "Head width", "Numbers of an attention head.", minimum=4, maximum=128, advanced=True)
    levels: int = setting(32, "Code levels", "l of the positional code.", minimum=4, maximum=128, advanced=True)
    expansion: float = setting(
        3.0, "Expansion", "Features behind the first stage over those before it.", minimum=0.5, maximum=8, advanced=True
    )
    reduction: float = setting(
        2.0, "Reduction", "By how much each later stage has fewer features.", minimum=1, maximum=4, advanced=True
    )
    strides: str = setting(
        AUTO, "Strides", "Up-scaling of the stages; auto fits the picture's size.", choices=STRIDES, advanced=True
    )
    fusion: str = setting(
        "transformer",
        "Fusion",
        "What joins space and time: E-NeRV's transformer, or two layers.",
        choices=("transformer", "mlp"),
        advanced=True,
    )
    gain: str = setting(
        "one-plus",
        "Modulation",
        "How a frame's time scales the features: by GELU(g), or by 1 + g.",
        choices=("one-plus", "raw"),
        advanced=True,
    )
    crspe: str = setting(
        "area",
        "CRSPE",
        "Embedding of each frame that goes with the weights: from block means, from whole blocks, or free.",
        choices=("off", "area", "patchify", "free"),
    )
    lift: str = setting(
        "pe",
        "CRSPE lift",
        "How the embedding enters the network: as it is, normalised, or as sines and cosines.",
        choices=("raw", "norm", "pe"),
        advanced=True,
    )
    cell: int = setting(
        80,
        "CRSPE cell",
        "Pixels along a side of an embedding's block; 0 takes the network's own grid.",
        minimum=0,
        maximum=512,
        unit="pixels",
        advanced=True,
    )
    frequency_weight: float = setting(
        30.0, "FDS weight", "Weight of the loss between spectra; 0 leaves it out.", minimum=0, maximum=1000
    )
    frequency_norm: str = setting(
        "ortho",
        "FDS norm",
        "Scaling of the spectra: orthonormal, or none (which weighs them by the root of the pixels).",
        choices=("ortho", "backward"),
        advanced=True,
    )
    sfcm: str = setting(
        "off",
        "SFCM",
        "Flow heads in training: plain, with a regularisation map, or with that and its entropy.",
        choices=("off", "vanilla", "reg", "reg-ent"),
    )
    flow_teacher: str = setting(
        AUTO,
        "Flow teacher",
        "What finds the flow of the source: OpenCV's DIS, or RAFT; auto takes RAFT where its weights were imported.",
        choices=(AUTO, "dis", "raft"),
        advanced=True,
    )
    flow_units: str = setting(
        "norm",
        "Flow units",
        "Flow in pixels, or over the largest of the clip.",
        choices=("norm", "pixels"),
        advanced=True,
    )
    flow_guard: str = setting(
        "coverage",
        "Flow guard",
        "What keeps the regularisation map from becoming zero: nothing, a bias and a penalty on its mean, or the "
        "teacher's own confidence in its place.",
        choices=("off", "coverage", "confidence"),
        advanced=True,
    )
    tcl: bool = setting(False, "TCL", "Contrast between the frames' features in training.")
    tcl_length: int = setting(
        80, "TCL length", "Frames before a frame that it is held against.", minimum=2, maximum=512, unit="frames",
        advanced=True,
    )  # fmt: skip
    tcl_features: str = setting(
        AUTO,
        "TCL features",
        "Fixed filters, or a ResNet-34; auto takes that where its weights were imported.",
        choices=(AUTO, "fixed", "resnet34"),
        advanced=True,
    )
    tcl_centre: bool = setting(True, "TCL centring", "Standardise features over the clip.", advanced=True)
    tcl_target: str = setting(
        "gauss",
        "TCL target",
        "How like a frame is to be to those before it: by a Gaussian of their distance (PGD), the last one alone, all "
        "alike, or as the source's are.",
        choices=("gauss", "onehot", "uniform", "data"),
        advanced=True,
    )
    tcl_weight: float = setting(
        0.0,
        "TCL weight",
        "Weight of the contrast; 0 balances it to a twentieth of the gradient.",
        minimum=0,
        maximum=100,
        advanced=True,
    )
    alpha: float = setting(
        0.7, "L1 share", "Share of L1 in the spatial loss; SSIM has the rest.", minimum=0, maximum=1, advanced=True
    )
    ssim: str = setting("luma", "SSIM of", "What SSIM is taken of in training.", choices=("luma", "rgb"), advanced=True)
    optimiser: str = setting(
        "muon", "Optimiser", "Muon for the matrices, or Adam for all.", choices=("muon", "adam"), advanced=True
    )
    beta: float = setting(0.9, "Adam's beta", "First moment of Adam.", minimum=0, maximum=0.99, advanced=True)
    learning_rate: float = setting(
        1e-3, "Learning rate", "Peak of Adam's learning rate.", minimum=1e-6, maximum=0.1, advanced=True
    )
    schedule: str = setting(
        "cosine",
        "Schedule",
        "Learning rate: warm-up and cosine, or less by a tenth in 90 steps.",
        choices=("cosine", "step"),
        advanced=True,
    )
    coding: str = setting(
        "entropy",
        "Coding",
        "Learned steps, a rate in the loss and entropy coding; or fixed bits after training, as the paper has it.",
        choices=("entropy", "fixed"),
    )
    weight_bits: int = setting(
        8, "Bits of weights", "Where bits are fixed.", minimum=2, maximum=16, unit="bits", advanced=True
    )
    embedding_bits: int = setting(
        8, "Bits of CRSPE", "Where bits are fixed.", minimum=2, maximum=16, unit="bits", advanced=True
    )
    precision: str = setting(
        AUTO,
        "Precision",
        "Arithmetic of the network in training: auto takes bfloat16 where the device is made for it, else float32.",
        choices=(AUTO, "bfloat16", "float32"),
        advanced=True,
    )


def network_shape(settings: MvcSettings, height: int, width: int) -> NetworkShape:
    """The network for pictures of this size."""
    strides: Strides = (
        fitting_strides(height, width)
        if settings.strides == AUTO
        else tuple(int(stride) for stride in settings.strides.split("-"))
    )
    return NetworkShape(
        strides=strides,
        channels=channel_schedule(
            strides, settings.features, settings.expansion, settings.reduction, settings.lower_width
        ),
        token_width=settings.token_width,
        stem_hidden=settings.stem_hidden,
        time_width=settings.time_width,
        ffn_hidden=settings.ffn_hidden,
        heads=settings.heads,
        head_width=settings.head_width,
        levels=settings.levels,
        fusion=Fusion.MLP if settings.fusion == "mlp" else Fusion.TRANSFORMER,
        gain=Gain.ONE_PLUS if settings.gain == "one-plus" else Gain.RAW,
        lift=Lift.NONE if settings.crspe == "off" else Lift[settings.lift.upper()],
        cell=0 if settings.crspe == "off" else settings.cell,
    )


def _sizes(*sizes: int) -> dict[str, Scalar]:
    names = ("features", "lower_width", "token_width", "stem_hidden", "time_width", "ffn_hidden", "heads", "head_width")
    return dict(zip((*names, "levels"), sizes, strict=True))


_PAPER: dict[str, Scalar] = {
    **_sizes(196, 96, 256, 512, 128, 128, 8, 64, 80),
    "gain": "raw",
    "lift": "raw",
    "cell": 0,
    "frequency_weight": 1.0,
    "sfcm": "reg-ent",
    "flow_units": "pixels",
    "flow_guard": "off",
    "tcl": True,
    "tcl_centre": False,
    "tcl_weight": 1.0,
    "ssim": "rgb",
    "optimiser": "adam",
    "learning_rate": 5e-4,
    "beta": 0.5,
    "schedule": "step",
    "coding": "fixed",
}

PRESETS = (
    PresetFacts("xs", "XS", "About 0.12 M weights: short clips, low rates.", _sizes(16, 10, 48, 64, 48, 48, 2, 24, 32)),
    PresetFacts("t", "T", "About 0.28 M weights.", _sizes(24, 12, 64, 128, 64, 64, 2, 32, 80)),
    PresetFacts("s", "S", "About 0.65 M weights: long clips.", _sizes(40, 12, 96, 192, 64, 96, 4, 32, 80)),
    PresetFacts(
        "m", "M", "About 1.6 M weights: long clips, long budgets.", _sizes(64, 16, 128, 256, 96, 128, 4, 64, 80)
    ),
    PresetFacts(
        "paper-720p",
        "Paper, 720p",
        "The paper's 12.5 M weights for 1280x720, its losses, and 8 bits a weight. For a GPU.",
        {**_PAPER, "strides": "5-2-2-2-2"},
    ),
    PresetFacts(
        "paper-1080p",
        "Paper, 1080p",
        "The paper's configuration for 1920x1080: 20 M weights. For a GPU.",
        {**_PAPER, "strides": "5-3-2-2-2"},
    ),
)
