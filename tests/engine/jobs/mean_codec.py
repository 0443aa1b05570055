"""A codec so small that jobs can be tested with it: it learns each frame's mean luma by noisy steps.

What it ends with hangs on every step and every random number on the way, so that a resumed encode shows whether it
really went on where it was. Run as a script it is a worker process that knows this codec.
"""

import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs import settings as declared
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState, Thrift
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import CodecFacts, Plan, PresetFacts, Progress, Scalar


@dataclass(frozen=True)
class MeanSettings:
    steps: int = declared.setting(50, "Steps", "Steps a unit.", minimum=1, maximum=10**12)
    unit_frames: int = declared.setting(3, "Unit", "Frames a unit.", minimum=1, maximum=100)
    padding: int = declared.setting(0, "Padding", "Useless bytes a unit.", minimum=0, maximum=10**7)
    trouble: str = declared.setting(
        "none",
        "Trouble",
        "What goes wrong at step 20.",
        choices=("none", "memory", "bug", "abort", "print", "hungry", "card"),
    )
    patch: int = declared.setting(4, "Patch", "What a hungry step takes memory by.", minimum=1, maximum=4)


PRESET = PresetFacts("plain", "Plain", "The only one.")


class MeanSession:
    def __init__(self, clip: Clip, order: EncodeOrder, resume: SessionState | None) -> None:
        self._clip = clip
        self._order = order
        self._unit = 0
        self._step = 0
        self._early = False
        self._random = torch.Generator().manual_seed(order.seed)
        self._means: torch.Tensor | None = None
        if resume is not None:
            self._unit, self._step = resume.values["unit"], resume.values["step"]
            self._random.set_state(resume.tensors["random"])
            self._means = resume.tensors.get("means")

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        order = self._order
        length = order.settings.unit_frames
        while order.first + self._unit * length < order.stop:
            first = order.first + self._unit * length
            pictures = list(self._clip.pictures(first, min(first + length, order.stop)))
            truth = torch.tensor([float(picture.y.mean()) for picture in pictures], dtype=torch.float64)
            if self._means is None:
                self._means = torch.full_like(truth, 128.0)
            while self._step < order.settings.steps and not self._early:
                noise = torch.randn(truth.shape, generator=self._random, dtype=torch.float64)
                self._means = self._means + 0.1 * (truth - self._means) + 0.01 * noise
                self._step += 1
                self._trouble()
                yield Report(self._progress(len(truth), truth))
            payload = self._means.numpy().tobytes() + bytes(order.settings.padding)
            unit = EncodedUnit(self._unit * length, len(truth), payload)
            self._unit, self._step, self._means = self._unit + 1, 0, None
            yield unit

    def _progress(self, count: int, truth: torch.Tensor) -> Progress:
        length, steps = self._order.settings.unit_frames, self._order.settings.steps
        done = self._unit * length + count * self._step / steps
        assert self._means is not None
        loss = float((self._means - truth).square().mean())
        total = self._unit * steps + self._step
        return Progress("training", 0, 1, done / (self._order.stop - self._order.first), 0.0, None, total, loss=loss)

    def _trouble(self) -> None:
        if self._step != 20:
            return
        trouble = self._order.settings.trouble
        if trouble == "memory":
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")
        if trouble == "hungry" and self._order.settings.patch > 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        if trouble == "card" and self._order.device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        if trouble == "bug":
            raise ZeroDivisionError("a bug\nof two lines")
        if trouble == "abort":
            os.abort()
        if trouble == "print":
            os.write(1, b"what an encoder prints\n")

    def state(self) -> SessionState:
        tensors: dict[str, Any] = {"random": self._random.get_state()}
        if self._means is not None:
            tensors["means"] = self._means
        return SessionState(tensors, {"unit": self._unit, "step": self._step})

    def preview(self, frame: int) -> Picture | None:
        if self._means is None:
            return None
        within = frame - self._unit * self._order.settings.unit_frames
        if not 0 <= within < len(self._means):
            return None
        return flat(float(self._means[within]), self._clip.info.width, self._clip.info.height)

    def finish_early(self) -> None:
        self._early = True

    def codec_config(self) -> bytes:
        return b"mean"


class MeanDecoder:
    def __init__(self, header: Header) -> None:
        self._header = header

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        means = np.frombuffer(payload[: 8 * count], np.float64)
        if len(means) != count:
            raise EngineError("The unit is damaged.")
        for frame in range(start, stop):
            yield flat(float(means[frame - first]), self._header.width, self._header.height)

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        return (8,) * count

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        means = min(8 * count, len(payload))
        return {"means": means, "padding": len(payload) - means}

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return zlib.crc32(payload[: 8 * count])

    def close(self) -> None:
        return


class MeanCodec:
    name = "mean"
    bitstream_version = 1

    def facts(self) -> CodecFacts:
        return CodecFacts(
            self.name, "Mean", "For tests.", (PRESET,), declared.declarations(MeanSettings), True, "Step", 1, 10, 5
        )

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        return PRESET.name, declared.resolve(MeanSettings, PRESET, overrides)

    def with_less_memory(self, settings: MeanSettings) -> Thrift | None:
        if settings.patch == 1:
            return None
        patch = settings.patch // 2
        return Thrift(replace(settings, patch=patch), f"It goes on by patches of {patch}.")

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        frames = order.stop - order.first
        return Plan(self.name, order.preset, 1, 0.5, 1000, 1.0, 0.1, 100, frames, info.width, info.height, order.device)

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> MeanSession:
        return MeanSession(clip, order, resume)

    def decoder(self, header: Header, device: str = "cpu") -> MeanDecoder:
        return MeanDecoder(header)


def flat(luma: float, width: int, height: int) -> Picture:
    chroma = np.full((-(-height // 2), -(-width // 2)), 128, np.uint8)
    return Picture(np.full((height, width), min(max(round(luma), 0), 255), np.uint8), chroma, chroma)


if __name__ == "__main__":
    from nvc_engine import worker
    from nvc_engine.codecs import registry

    with registry.registered(MeanCodec()):
        status = worker.main(sys.argv[1])
    sys.exit(status)
