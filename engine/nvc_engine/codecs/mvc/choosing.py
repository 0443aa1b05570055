"""Which preset an encode takes where the person names none. The paper's are taken by name only."""

from nvc_engine.codecs.contract import PresetChoice, Wishes
from nvc_engine.codecs.fitted_choice import Candidate, by_rate, within_time
from nvc_engine.codecs.fitting_budget import training_seconds
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.planning import DEFAULT_MINUTES, expected_bits, step_seconds, training_recipe
from nvc_engine.codecs.mvc.settings import PRESETS, MvcSettings, network_shape
from nvc_engine.codecs.settings import resolve
from nvc_engine.media.clip import ClipInfo

RATE_SLACK = 1.2


def choose_preset(info: ClipInfo, wishes: Wishes) -> PresetChoice:
    """The largest preset whose weights are expected to fit the rate and that can be trained in the time; the smallest
    where none does, or no rate is asked for."""
    candidates = [
        _candidate(facts.name, settings, info, wishes)
        for facts in PRESETS
        if (settings := resolve(MvcSettings, facts, {})).coding == "entropy"
    ]
    wanted, why = min(candidates, key=lambda each: each.bpp), "the smallest one, where no rate is asked for"
    if wishes.bpp is not None:
        wanted, why = by_rate(candidates, wishes.bpp, RATE_SLACK)
    return within_time(candidates, wanted, why, info, wishes, DEFAULT_MINUTES)


def _candidate(name: str, settings: MvcSettings, info: ClipInfo, wishes: Wishes) -> Candidate:
    layout = Layout(network_shape(settings, info.height, info.width), info.frame_count, info.height, info.width)
    bpp = expected_bits(layout, settings, 1.0) / (info.frame_count * info.width * info.height)
    if wishes.epochs is not None:
        return Candidate(name, bpp)
    seconds = training_seconds(DEFAULT_MINUTES if wishes.minutes is None else wishes.minutes)
    steps = seconds / step_seconds(layout, training_recipe(settings, wishes.device), wishes.device)
    return Candidate(name, bpp, steps, steps / info.frame_count)
