"""Plans and codec descriptions: the part of the player that needs torch, on a thread of its own."""

import importlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.player_opening import open_clip
from nvc_engine.protocol.messages import AskPlan, Codecs, DescribeCodecs, Failed, JobRequest, Message, Planned, RawSpec

log = logging.getLogger(__name__)

MOST_CLIPS_REMEMBERED = 16

_ClipKey = tuple[str, RawSpec | None, int, int]


class Planner:
    """Answers `DescribeCodecs` and `AskPlan`, one after the other. Imports torch as soon as it is started."""

    def __init__(self, answer: Callable[[Message], None]) -> None:
        self._answer = answer
        self._asked: SimpleQueue[DescribeCodecs | AskPlan] = SimpleQueue()
        self._infos: OrderedDict[_ClipKey, ClipInfo] = OrderedDict()

    def start(self) -> None:
        threading.Thread(target=self._run, name="planner", daemon=True).start()

    def ask(self, request: DescribeCodecs | AskPlan) -> None:
        self._asked.put(request)

    def _run(self) -> None:
        self._warm_up()
        while True:
            request = self._asked.get()
            try:
                self._answer(self._describe(request) if isinstance(request, DescribeCodecs) else self._plan(request))
            except EngineError as error:
                self._answer(Failed(request.request, str(error)))
            except Exception as error:
                log.exception("%s failed", type(request).__name__)
                self._answer(Failed(request.request, f"The engine could not answer: {error}."))

    def _warm_up(self) -> None:
        try:
            importlib.import_module("nvc_engine.codecs.registry")
        except Exception:
            log.exception("the codecs could not be loaded")

    def _describe(self, request: DescribeCodecs) -> Codecs:
        from nvc_engine.codecs import registry

        return Codecs(request.request, tuple(codec.facts() for codec in registry.encoders()), ("auto", *_devices()))

    def _plan(self, request: AskPlan) -> Planned:
        from nvc_engine.codecs import registry
        from nvc_engine.codecs.experience import plan_with_experience
        from nvc_engine.codecs.order import check_device, learn_machine, resolve_order

        info = self._info(request.job)
        device = _devices()[-1] if request.job.device == "auto" else request.job.device
        check_device(device)
        learn_machine(registry.encoder(request.job.codec), device)
        codec, order = resolve_order(info, request.job, device)
        return Planned(request.request, plan_with_experience(codec, info, order))

    def _info(self, job: JobRequest) -> ClipInfo:
        """The facts of a job's source; opened again only when the file has changed."""
        try:
            status = Path(job.source).stat()
        except OSError:
            status = None
        key = (job.source, job.raw, status.st_mtime_ns if status else 0, status.st_size if status else 0)
        info = self._infos.get(key)
        if info is None or status is None:
            clip = open_clip(Path(job.source), job.raw)
            info = clip.info
            clip.close()
            self._infos[key] = info
            while len(self._infos) > MOST_CLIPS_REMEMBERED:
                self._infos.popitem(last=False)
        return info


def _devices() -> tuple[str, ...]:
    """Where an encode can run here, the best one last."""
    import torch

    return ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)
