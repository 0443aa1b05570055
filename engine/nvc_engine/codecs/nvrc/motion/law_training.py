"""Learning the laws that come with the studio: clips are encoded, their decisions recorded, the networks fitted.

What an encoder decides hangs on its laws, so this goes in rounds: each encodes other clips, under the laws of the
round before, and fits the networks to what was decided. The first encodes under the laws that there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from nvc_engine.codecs.nvrc.motion.encoding import Recipe, UnitEncoder
from nvc_engine.codecs.nvrc.motion.frames import Nets, Planes, UnitState
from nvc_engine.codecs.nvrc.motion.laws import LawNet
from nvc_engine.codecs.nvrc.motion.learning import Decisions, Recorder, fit, fresh, map_nets
from nvc_engine.codecs.nvrc.motion.pictures import to_planes
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.steps import step_index
from nvc_engine.errors import EngineError
from nvc_engine.media.opening import open_video
from nvc_engine.media.output import writing_beside

VIDEOS = {".mp4", ".mkv", ".y4m", ".avi", ".webm", ".mov"}
FRAMES = 24
LUMA_STEPS = (8.0, 12.0, 17.0, 24.0, 34.0, 46.0)
HIDDEN = {"luma.values": 16, "chroma.values": 16, "modes": 8, "thumbnail": 8}
OTHER_HIDDEN = 12
FEW_DECISIONS = 200_000
NARROW = 1 << 15


@dataclass(frozen=True)
class Round:
    """How many clips are encoded, and how long the networks are fitted (half as long to few decisions)."""

    clips: int
    steps: int
    rate: float


ROUNDS = (Round(20, 2500, 1e-2), Round(32, 4000, 6e-3))


def find_videos(folder: Path, without: Sequence[str] = ()) -> list[Path]:
    """The videos in a folder and those below, but for those whose path there has one of the words `without`.

    Raises:
        EngineError: there are none.
    """
    words = [word.lower() for word in without]
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in VIDEOS]
    kept = [path for path in found if not any(word in str(path.relative_to(folder)).lower() for word in words)]
    if not kept:
        raise EngineError(f"{folder} holds no clips to learn from; give a folder of videos.")
    return kept


def learn_laws(
    videos: Sequence[Path], seed: int, rounds: Sequence[Round] = ROUNDS, tell: Callable[[str], None] = lambda _: None
) -> Nets:
    """Networks fitted to what is decided in encodes of `videos`; `tell` hears of each encode and each fit.

    Raises:
        EngineError: a video cannot be read.
    """
    random = np.random.default_rng(seed)
    order = chain.from_iterable(random.permutation(len(videos)) for _ in repeat(None))
    nets, learned = prior_nets(), map_nets(prior_nets(), lambda name, net: _fresh(name, net, seed))
    for number, plan in enumerate(rounds, 1):
        parts: dict[str, list[Decisions]] = {}
        for index in islice(order, plan.clips):
            step = float(random.choice(LUMA_STEPS))
            for name, decided in decisions_of(list(_frames(videos[index])), nets, step).items():
                parts.setdefault(name, []).append(decided)
            tell(f"round {number}: {videos[index].name} at a step of {step:g}")

        def fitted(name: str, net: LawNet) -> LawNet:
            decided = joined(parts[name])  # noqa: B023 - called within the round
            few = decided.bit.numel() < FEW_DECISIONS
            better, bits = fit(net, decided, plan.steps // 2 if few else plan.steps, plan.rate, seed)  # noqa: B023
            tell(f"round {number}: {name} takes {bits:.4f} bits a decision, {decided.bit.numel()} of them")  # noqa: B023
            return better

        nets = learned = map_nets(learned, fitted)
    return nets


def decisions_of(frames: Sequence[Planes], nets: Nets, step: float) -> dict[str, Decisions]:
    """What is decided where a unit of `frames` (planes padded to whole blocks, 8 bits) is encoded, by network."""
    rows, columns = frames[0][0].shape
    encoder = UnitEncoder(len(frames), lambda frame: frames[frame], UnitState((rows, columns), 255, nets), Recipe())
    encoder.choices = []
    index = step_index(step)
    for number in range(len(encoder.groups)):
        for _ in encoder.encode(number, index):
            pass
    recorder = Recorder()
    choices = iter(encoder.choices)
    state = UnitState((rows, columns), 255, recorder.nets(nets))
    for anchor, *others in encoder.groups:
        layers = Recipe().layers
        state.code(anchor, layers[anchor.layer].steps(index), next(choices), recorder)
        between = state.around(anchor)
        for turn in others:
            between.code(turn, layers[turn.layer].steps(index), next(choices), recorder)
        state.forget(anchor.references)
    return recorder.decisions()


def joined(parts: Sequence[Decisions]) -> Decisions:
    """The decisions of several encodes as one."""
    starts = np.cumsum([0, *(len(part.features) for part in parts[:-1])])
    return Decisions(
        torch.cat([part.features for part in parts]),
        tuple(torch.cat(kinds) for kinds in zip(*(part.kinds for part in parts), strict=True)),
        torch.cat([part.row + int(start) for part, start in zip(parts, starts, strict=True)]),
        torch.cat([part.output for part in parts]),
        torch.cat([part.bit for part in parts]),
    )


def save_laws(nets: Nets, path: Path, *, overwrite: bool = False) -> None:
    """Write the networks as safetensors, whole numbers of 16 bits where these suffice.

    Raises:
        OutputError: the file cannot be written there.
    """
    tensors = {}

    def keep(name: str, net: LawNet) -> LawNet:
        for key, value in net.tensors(name).items():
            tensors[key] = value.astype(np.int16) if np.abs(value).max() < NARROW else value
        return net

    map_nets(nets, keep)
    with writing_beside(path, overwrite) as part:
        part.write_bytes(save(tensors))


def _fresh(name: str, net: LawNet, seed: int) -> LawNet:
    """An untrained network that is asked and answers as `net` is and does."""
    kinds = tuple(len(table) for table in net.kinds)
    return fresh(len(net.first), kinds, HIDDEN.get(name, OTHER_HIDDEN), net.second.shape[1], seed)


def _frames(path: Path) -> Iterator[Planes]:
    clip = open_video(path)
    try:
        info = clip.info
        if info.bit_depth != 8:
            raise EngineError(f"{path.name} has {info.bit_depth} bits a sample; laws are learned from clips of 8 bits.")
        for picture in clip.pictures(0, min(FRAMES, info.frame_count)):
            yield to_planes(picture, info.colour, info.bit_depth)
    finally:
        clip.close()
