"""What a job does when memory runs out: it takes less, in steps that the next worker of the job knows of."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from nvc_engine.codecs.contract import Codec, EncodeOrder, FileCodec, SavesMemory
from nvc_engine.jobs import durable

NAME = "thrift"


@dataclass(frozen=True)
class Economy:
    """How much a job spares.

    Attributes:
        steps: how often the codec was asked to do with less.
        on_cpu: whether the graphics card was given up.
    """

    steps: int = 0
    on_cpu: bool = False

    def applied(self, codec: Codec | FileCodec, order: EncodeOrder) -> tuple[EncodeOrder, tuple[str, ...]]:
        """The order as it can be done, and sentences on what was changed in it."""
        notes: tuple[str, ...] = ()
        for _ in range(self.steps):
            thrift = codec.with_less_memory(order.settings) if isinstance(codec, SavesMemory) else None
            if thrift is None:
                break
            order, notes = replace(order, settings=thrift.settings), (*notes[:-1], thrift.note)
        if self.on_cpu and order.device != "cpu":
            order, notes = replace(order, device="cpu"), (*notes, "It goes on without the graphics card, on the CPU.")
        if notes:
            notes = ("Memory ran out.", *notes)
        return order, notes

    def further(self, codec: Codec | FileCodec, order: EncodeOrder, *, decodes: bool = False) -> "Economy | None":
        """The next step down from here, `order` being the applied one; None where nothing more can be spared.

        A decoder has no settings (`decodes`).
        """
        if not decodes and isinstance(codec, SavesMemory) and codec.with_less_memory(order.settings) is not None:
            return replace(self, steps=self.steps + 1)
        return None if order.device == "cpu" else replace(self, on_cpu=True)


class EconomyFile:
    """Keeps a job's economy in its folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def load(self) -> Economy:
        """What was kept, or none at all."""
        try:
            kept = json.loads(durable.read(self._path))
            return Economy(int(kept["steps"]), bool(kept["on_cpu"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Economy()

    def save(self, economy: Economy) -> None:
        """Keep it; a disk that cannot take it costs the next worker the try."""
        durable.write(self._path, json.dumps({"steps": economy.steps, "on_cpu": economy.on_cpu}).encode())

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
