"""The modules of training alone that the settings ask for, made for one unit."""

from functools import partial

import torch
from torch import Tensor

from nvc_engine.codecs.mvc.constraints import Constraint
from nvc_engine.codecs.mvc.contrast import Contrast, ContrastConstraint, Target
from nvc_engine.codecs.mvc.features import Features, feature_net
from nvc_engine.codecs.mvc.flow import FlowConstraint, FlowLoss, Guard, taught_flow
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.objective import SPATIAL_WEIGHT, spatial_loss
from nvc_engine.codecs.mvc.settings import MvcSettings
from nvc_engine.codecs.mvc.teachers import Teacher, flow_teacher


def constraints(
    settings: MvcSettings, layout: Layout, frames: UnitFrames, seed: int, device: torch.device
) -> tuple[Constraint, ...]:
    """SFCM and TCL as far as they are switched on and the unit has more than one frame.

    Raises:
        EngineError: what a teacher or an extractor needs is not on this machine.
    """
    made: list[Constraint] = []
    if settings.sfcm != "off" and layout.frames > 1:
        teacher = flow_teacher(Teacher(settings.flow_teacher), device)
        taught = taught_flow(frames, teacher, normalised=settings.flow_units == "norm")
        kind, guard = FlowLoss(settings.sfcm), Guard(settings.flow_guard)
        made.append(FlowConstraint(kind, guard, taught, layout.shape.channels[-1], seed, device))
    if settings.tcl and layout.frames > 1:
        wanted = Contrast(Target(settings.tcl_target), settings.tcl_length, settings.tcl_centre, settings.tcl_weight)
        spatial = partial(_spatial, settings, frames)
        made.append(ContrastConstraint(wanted, feature_net(Features(settings.tcl_features), device), frames, spatial))
    return tuple(made)


def _spatial(settings: MvcSettings, frames: UnitFrames, pictures: Tensor, frame: int) -> Tensor:
    """The weighted spatial loss of a rendered frame."""
    luma = settings.ssim == "luma"
    return SPATIAL_WEIGHT * spatial_loss(pictures, frames[frame][None], settings.alpha, luma=luma)
