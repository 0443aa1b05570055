"""Which preset an encode takes where the person names none, and why, in a sentence for them."""

from nvc_engine.codecs.contract import PresetChoice, Wishes
from nvc_engine.codecs.fitted_choice import Candidate, by_rate, within_time
from nvc_engine.codecs.fitting_budget import training_seconds
from nvc_engine.codecs.nvrc.budget import DEFAULT_MINUTES, QUALITY_DEFAULT, quality_lambda
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.planning import expected_bpp, make_recipe, network_shape
from nvc_engine.codecs.nvrc.settings import GRIDS, MOTION, PRESETS, NvrcSettings
from nvc_engine.codecs.nvrc.speed import step_seconds
from nvc_engine.codecs.settings import resolve
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import GoalKind

RATE_SLACK = 1.1
# Up to which PSNR-YUV a preset is tried first: what natural clips at 180p and 360p reached with it.
PSNR_REACHED = {"swift": 26.0, "light": 29.0, "medium": 31.0, "thorough": 33.0}


def choose_preset(info: ClipInfo, wishes: Wishes) -> PresetChoice:
    """The preset for a clip, a goal, a time and a device.

    On a CPU frames are coded along their motion: no network of grids that is trained there in minutes comes near the
    sizes of these files. Where epochs are asked for, or on a GPU, a network is trained.
    """
    if wishes.device == "cpu" and wishes.epochs is None:
        return PresetChoice(MOTION, f"The preset {MOTION} for {_size(info)}: on a CPU it makes the smallest files.")
    return choose_grids(info, wishes)


def _size(info: ClipInfo) -> str:
    return f"{info.frame_count} frames of {info.width} x {info.height}"


def choose_grids(info: ClipInfo, wishes: Wishes) -> PresetChoice:
    """The preset among those that train grids.

    The goal says how large a network may be: the one that is expected to take most of a rate but not more, or to reach
    a PSNR. Where the time does not suffice to train it, the largest smaller one takes its place that can be trained, or
    the quickest of all.
    """
    candidates = [
        _candidate(facts.name, settings, info, wishes)
        for facts in PRESETS
        if (settings := resolve(NvrcSettings, facts, {})).structure == GRIDS
    ]
    wanted, why = _by_goal(candidates, wishes)
    return within_time(candidates, wanted, why, info, wishes, DEFAULT_MINUTES)


def _candidate(name: str, settings: NvrcSettings, info: ClipInfo, wishes: Wishes) -> Candidate:
    layout = Layout(network_shape(settings, info.height), info.frame_count, info.height, info.width)
    recipe = make_recipe(settings, wishes.device)
    bpp = expected_bpp(layout, quality_lambda(QUALITY_DEFAULT))
    if wishes.epochs is not None:
        return Candidate(name, bpp)
    steps = training_seconds(DEFAULT_MINUTES if wishes.minutes is None else wishes.minutes) / step_seconds(
        layout, recipe, wishes.device
    )
    return Candidate(name, bpp, steps, steps * recipe.batch / info.frame_count)


def _by_goal(candidates: list[Candidate], wishes: Wishes) -> tuple[Candidate, str]:
    if wishes.bpp is not None:
        return by_rate(candidates, wishes.bpp, RATE_SLACK)
    if wishes.goal is not None and wishes.goal.kind is GoalKind.PSNR:
        psnr = wishes.goal.value
        names = {each.name: each for each in candidates}
        reaching = [names[name] for name, most in PSNR_REACHED.items() if psnr <= most]
        return reaching[0] if reaching else names["rich"], f"{psnr:g} dB ask for a network of about its size"
    return candidates[0], "the usual one where no rate is asked for"
