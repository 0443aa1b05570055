"""Where the flow comes from that SFCM teaches the network: a classical method, or RAFT where it is on this machine.

A flow of (from, to) says for every pixel of the first picture where it is in the second: to(x + flow(x)) is like
from(x), in pixels, x before y (specs/mvc.md, 4.3).
"""

import importlib
import importlib.util
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from nvc_engine.codecs.mvc.weights import Helper, is_present, load_network
from nvc_engine.errors import EngineError

Rgb8 = NDArray[np.uint8]
Flow = NDArray[np.float32]

AUTO = "auto"
LEAST_RAFT_SIDE, RAFT_BLOCK = 128, 8


class Teacher(StrEnum):
    DIS = "dis"
    RAFT = "raft"


class FlowTeacher(Protocol):
    """Finds flow between pictures."""

    def pair(self, previous: Rgb8, current: Rgb8) -> Flow:
        """Forward flow (of the previous picture) and backward flow (of the current one) of two R'G'B' pictures
        [H, W, 3]: [4, H, W] as fx, fy, bx, by."""
        ...


def present_teacher(name: str) -> Teacher:
    """The teacher of this name; "auto" is RAFT where it is on this machine, else DIS."""
    if name != AUTO:
        return Teacher(name)
    return Teacher.RAFT if is_present(Helper.RAFT) else Teacher.DIS


def flow_teacher(name: Teacher, device: torch.device) -> FlowTeacher:
    """The teacher of this name.

    Raises:
        EngineError: what it needs is not on this machine.
    """
    return _Raft(device) if name is Teacher.RAFT else _Dis()


class _Dis:
    """OpenCV's dense inverse search on luma, at its medium setting."""

    def __init__(self) -> None:
        if importlib.util.find_spec("cv2") is None:
            raise EngineError("The flow teacher 'dis' needs OpenCV; install opencv-python-headless, or set sfcm=off.")
        self._cv2: Any = importlib.import_module("cv2")
        self._flow = self._cv2.DISOpticalFlow_create(self._cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def pair(self, previous: Rgb8, current: Rgb8) -> Flow:
        before, now = (self._cv2.cvtColor(picture, self._cv2.COLOR_RGB2GRAY) for picture in (previous, current))
        forward, backward = self._flow.calc(before, now, None), self._flow.calc(now, before, None)
        return np.concatenate([forward, backward], axis=2).transpose(2, 0, 1)


class _Raft:
    """torchvision's RAFT, the paper's teacher. Its pyramid wants pictures of at least 128 pixels a side."""

    def __init__(self, device: torch.device) -> None:
        self._network = load_network(Helper.RAFT, "flow_teacher=dis").to(device)
        self._device = device

    @torch.no_grad()
    def pair(self, previous: Rgb8, current: Rgb8) -> Flow:
        height, width = previous.shape[:2]
        both = torch.from_numpy(np.stack([previous, current])).to(self._device).permute(0, 3, 1, 2).float() / 127.5 - 1
        right, below = (max(LEAST_RAFT_SIDE, -(-side // RAFT_BLOCK) * RAFT_BLOCK) - side for side in (width, height))
        both = F.pad(both, (0, right, 0, below), mode="replicate")
        flow = self._network(both, both.flip(0))[-1][..., :height, :width]
        result: Flow = flow.flatten(0, 1).float().cpu().numpy()
        return result
