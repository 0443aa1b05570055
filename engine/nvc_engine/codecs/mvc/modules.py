"""The modules of training alone that the settings ask for, made for one unit."""

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from nvc_engine.codecs.mvc.constraints import Constraint
from nvc_engine.codecs.mvc.contrast import Contrast, ContrastConstraint, Target
from nvc_engine.codecs.mvc.features import Features, feature_net, present_features
from nvc_engine.codecs.mvc.flow import FlowConstraint, FlowLoss, Guard, taught_flow
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.objective import SPATIAL_WEIGHT, spatial_loss
from nvc_engine.codecs.mvc.settings import MvcSettings
from nvc_engine.codecs.mvc.teachers import Teacher, flow_teacher, present_teacher


def constraints(
    settings: MvcSettings, layout: Layout, frames: UnitFrames, seed: int, device: torch.device
) -> tuple[Constraint, ...]:
    """SFCM and TCL as far as they are switched on and the unit has more than one frame.

    Raises:
        EngineError: what a teacher or an extractor needs is not on this machine.
    """
    made: list[Constraint] = []
    if settings.sfcm != "off" and layout.frames > 1:
        teacher = flow_teacher(present_teacher(settings.flow_teacher), device)
        taught = taught_flow(frames, teacher, normalised=settings.flow_units == "norm")
        kind, guard = FlowLoss(settings.sfcm), Guard(settings.flow_guard)
        made.append(FlowConstraint(kind, guard, taught, layout.shape.channels[-1], seed, device))
    if settings.tcl and layout.frames > 1:
        wanted = Contrast(Target(settings.tcl_target), settings.tcl_length, settings.tcl_centre, settings.tcl_weight)
        spatial = partial(_spatial, settings, frames)
        net = feature_net(present_features(settings.tcl_features), device)
        made.append(ContrastConstraint(wanted, net, frames, spatial))
    return tuple(made)


def with_present_helpers(settings: MvcSettings) -> MvcSettings:
    """The settings with the teacher and the extractor by name that this machine has; what is off stays as it is."""
    if settings.sfcm != "off":
        settings = replace(settings, flow_teacher=present_teacher(settings.flow_teacher).value)
    if settings.tcl:
        settings = replace(settings, tcl_features=present_features(settings.tcl_features).value)
    return settings


def helper_notes(settings: MvcSettings) -> list[str]:
    """Who helps in training, in sentences."""
    notes = []
    if settings.sfcm != "off":
        raft = present_teacher(settings.flow_teacher) is Teacher.RAFT
        notes.append(
            "SFCM's flow is RAFT's, as in the paper."
            if raft
            else "SFCM's flow is OpenCV's DIS, not the paper's RAFT; `nvc-engine weights import mvc` brings that."
        )
    if settings.tcl:
        resnet = present_features(settings.tcl_features) is Features.RESNET34
        notes.append(
            "TCL compares features of ResNet-34, as in the paper."
            if resnet
            else "TCL compares features of fixed filters, not of the paper's ResNet-34; `nvc-engine weights import mvc`"
            " brings that."
        )
    return notes


def _spatial(settings: MvcSettings, frames: UnitFrames, pictures: Tensor, frame: int) -> Tensor:
    """The weighted spatial loss of a rendered frame."""
    luma = settings.ssim == "luma"
    return SPATIAL_WEIGHT * spatial_loss(pictures, frames[frame][None], settings.alpha, luma=luma)
