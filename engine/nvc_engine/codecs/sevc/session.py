"""A whole SEVC encode: frame after frame, each unit from an intra frame on, each yielded as bytes."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

import torch

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.rate_shares import parts_of
from nvc_engine.codecs.rgb_pictures import to_picture, to_signals
from nvc_engine.codecs.sevc.arithmetic import check_machine, computing, this_machine
from nvc_engine.codecs.sevc.coding import PORTABLE
from nvc_engine.codecs.sevc.configuration import Configuration
from nvc_engine.codecs.sevc.frame_coding import FrameCoder, state_of_tensors, state_tensors
from nvc_engine.codecs.sevc.models import load_model
from nvc_engine.codecs.sevc.planning import Planned
from nvc_engine.codecs.sevc.quality_control import FrameQuality, QualityControl
from nvc_engine.codecs.sevc.rate_control import PROBE_FRAMES, PROBE_POINTS, FrameKind, RateControl
from nvc_engine.codecs.sevc.records import Machine, Profile, pack_head
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip
from nvc_engine.media.colour import to_420
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Progress

_RECORDS = "records"


class SevcSession:
    """An encode in progress (see `contract.EncodeSession`). `clock` gives seconds and only its differences count."""

    def __init__(
        self,
        clip: Clip,
        order: EncodeOrder,
        planned: Planned,
        resume: SessionState | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clip = clip
        self._order = order
        self._planned = planned
        self._clock = clock
        self._device = torch.device(order.device)
        self._machine = this_machine(self._device) if planned.profile is Profile.FAST else None
        model = load_model(order.preset, planned.profile, self._device)
        self._configuration = Configuration(order.preset, model.digest)
        guards = PORTABLE if planned.profile is Profile.PORTABLE else None
        self._coder = FrameCoder(model, planned.geometry, self._configuration.refresh, guards)
        self._unit = 0
        self._records: list[bytes] = []
        self._state: InterState | None = None
        self._control: RateControl | None = None
        self._quality: QualityControl | None = None
        self._spent: dict[str, float] = {}
        self._seconds = 0.0
        self._last: tuple[int, Picture] | None = None
        if resume is not None and resume.values:
            self._restore(resume)

    def codec_config(self) -> bytes:
        return self._configuration.pack()

    def finish_early(self) -> None:
        """Changes nothing: every frame is coded once, and takes the time that it takes."""

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        if self._planned.rate_point is None and self._control is None and self._quality is None:
            yield from self._probe()
        units = self._planned.units
        while self._unit < len(units):
            first, count = sum(units[: self._unit]), units[self._unit]
            start = self._order.first + first
            for picture in self._clip.pictures(start + len(self._records), start + count):
                yield self._code(picture, first + len(self._records))
            payload = pack_head(count, self._machine) + b"".join(self._records)
            self._unit += 1
            self._records, self._state = [], None
            yield EncodedUnit(first, count, payload)

    def preview(self, frame: int) -> Picture | None:
        """Only the frame that was coded last is kept."""
        return self._last[1] if self._last is not None and self._last[0] == frame else None

    def state(self) -> SessionState:
        tensors = {} if self._state is None else state_tensors(self._state)
        joined = bytearray(b"".join(self._records))
        tensors[_RECORDS] = torch.frombuffer(joined, dtype=torch.uint8) if joined else torch.zeros(0, dtype=torch.uint8)
        control = self._control
        return SessionState(
            tensors,
            {
                "unit": self._unit,
                "record_sizes": [len(record) for record in self._records],
                "machine": None if self._machine is None else [self._machine.arithmetic, self._machine.threads],
                "digest": self._configuration.digest.hex(),
                "spent": dict(self._spent),
                "seconds": self._seconds,
                "control": None
                if control is None
                else {
                    "intra": [control.intra.level, control.intra.slope],
                    "inter": [control.inter.level, control.inter.slope],
                    "budget": control.budget,
                    "before": control.before,
                },
                "quality": None if self._quality is None else asdict(self._quality),
            },
        )

    def _restore(self, resume: SessionState) -> None:
        values, tensors = resume.values, dict(resume.tensors)
        if values["digest"] != self._configuration.digest.hex():
            raise EngineError(
                f"The weights of SEVC's preset '{self._order.preset}' have changed since this encode began; start anew."
            )
        if values["machine"] is not None:
            self._machine = Machine(*values["machine"])
            check_machine(self._machine, self._device)
        joined = bytes(tensors.pop(_RECORDS).numpy())
        self._unit = int(values["unit"])
        for size in values["record_sizes"]:
            self._records.append(joined[:size])
            joined = joined[size:]
        if tensors:
            self._state = state_of_tensors({name: tensor.to(self._device) for name, tensor in tensors.items()})
        self._spent = {str(name): float(bits) for name, bits in values["spent"].items()}
        self._seconds = float(values["seconds"])
        kept = values["control"]
        if kept is not None:
            self._control = RateControl(
                FrameKind(*kept["intra"]), FrameKind(*kept["inter"]), float(kept["budget"]), kept["before"]
            )
        kept = values["quality"]
        if kept is not None:
            kinds = {name: FrameQuality(**kept[name]) for name in ("intra", "inter")}
            self._quality = QualityControl(**{**kept, **kinds})

    def _code(self, picture: Picture, frame: int) -> Report:
        """Code frame `frame` of the encoded range."""
        began = self._clock()
        info, number = self._clip.info, len(self._records)
        signals = to_signals(picture, info.colour, self._coder.model.dtype, self._device)
        rate_point = self._rate_point(number)
        try:
            with computing(self._machine):
                coded = self._coder.encode(signals, self._state, number, rate_point)
                shown = self._shown(coded.state)
        except StreamError as error:
            raise EngineError(
                f"SEVC cannot code frame {frame} with these weights: {error} Choose another quality or preset."
            ) from error
        record = coded.record.pack()
        self._records.append(record)
        self._state = coded.state
        self._last = (frame, shown)
        for name, size in coded.record.shares().items():
            self._spent[name] = self._spent.get(name, 0.0) + 8 * size
        distortion = self._psnr(picture, shown)
        if self._control is not None:
            self._control.coded(rate_point, 8 * len(record), intra=number == 0)
        if self._quality is not None:
            self._quality.coded(rate_point, distortion, intra=number == 0)
        self._seconds += self._clock() - began
        return Report(self._progress(frame + 1, rate_point, distortion))

    def _psnr(self, picture: Picture, shown: Picture) -> float:
        """PSNR-YUV in dB of a frame, as its file will be measured."""
        info = self._clip.info
        if picture.chroma is not shown.chroma:
            picture = to_420(picture, info.colour, info.bit_depth)
        return picture_psnr(picture, shown)

    def _shown(self, state: InterState) -> Picture:
        """The decoded frame that a state holds."""
        info = self._clip.info
        decoded = self._coder.geometry.crop(state.enhancement.frame)
        return to_picture(decoded, info.colour, info.bit_depth, stored_chroma(info))

    def _rate_point(self, number: int) -> int:
        if self._planned.rate_point is not None:
            return self._planned.rate_point
        left = self._planned.units[self._unit :]
        intra = len(left) - (number > 0)
        if self._quality is not None:
            return self._quality.next_point(intra, sum(left) - number - intra)
        assert self._control is not None
        return self._control.next_point(intra, sum(left) - number - intra)

    def _probe(self) -> Iterator[Report]:
        """Estimate the sizes and qualities of the first frames at two rate points."""
        began = self._clock()
        start = self._order.first
        pictures = list(self._clip.pictures(start, start + min(PROBE_FRAMES, self._planned.units[0])))
        sizes: list[tuple[float, float]] = []
        qualities: list[tuple[float, float]] = []
        for place, rate_point in enumerate(PROBE_POINTS):
            bits: list[float] = []
            psnrs: list[float] = []
            state: InterState | None = None
            for number, picture in enumerate(pictures):
                signals = to_signals(picture, self._clip.info.colour, self._coder.model.dtype, self._device)
                with computing(self._machine):
                    coded = self._coder.encode(signals, state, number, rate_point)
                    shown = self._shown(coded.state)
                state = coded.state
                bits.append(8.0 * coded.record.size)
                psnrs.append(self._psnr(picture, shown))
                seconds = self._seconds + self._clock() - began
                share = (place * len(pictures) + number + 1) / (len(PROBE_POINTS) * len(pictures))
                yield Report(Progress("looking for the goal", 0, 3, 0.0, seconds, seconds / share * (1 - share)))
            sizes.append(_intra_and_inter(bits))
            qualities.append(_intra_and_inter(psnrs))
        self._seconds += self._clock() - began
        if self._planned.payload_bits is not None:
            intra, inter = (FrameKind.probed((low, high)) for low, high in zip(*sizes, strict=True))
            self._control = RateControl(intra, inter, self._planned.payload_bits)
        elif self._planned.psnr is not None:
            first, others = (FrameQuality.probed((low, high)) for low, high in zip(*qualities, strict=True))
            self._quality = QualityControl(first, others, self._planned.psnr)

    def _progress(self, done: int, rate_point: int, distortion_db: float) -> Progress:
        total = self._order.stop - self._order.first
        info = self._clip.info
        rate = sum(self._spent.values()) / (done * info.width * info.height)
        return Progress(
            stage="coding",
            stage_index=0,
            stage_count=3,
            fraction=done / total,
            elapsed=self._seconds,
            remaining=self._seconds / done * (total - done),
            step=done,
            steps=total,
            steps_per_second=done / self._seconds if self._seconds else 0.0,
            rate_bpp=rate,
            distortion_db=distortion_db,
            lambda_=float(rate_point),
            rate_shares=parts_of(self._spent, rate),
        )


def _intra_and_inter(values: Sequence[float]) -> tuple[float, float]:
    """What the first frame came to, and the mean of the others; the first again where it is alone."""
    return values[0], sum(values[1:]) / (len(values) - 1) if len(values) > 1 else values[0]
