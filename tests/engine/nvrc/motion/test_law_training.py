"""Laws that are learned from encodes code these in fewer bytes, and are kept as they are."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nvc_engine.codecs.nvrc.motion.frames import Nets, Planes
from nvc_engine.codecs.nvrc.motion.law_training import Round, decisions_of, find_videos, joined, learn_laws, save_laws
from nvc_engine.codecs.nvrc.motion.prior import nets_of_tensors
from nvc_engine.errors import EngineError

NAMES = {"luma.flags", "luma.values", "chroma.flags", "chroma.values", "modes", "vectors", "thumbnail"}


def test_every_network_is_asked_and_all_its_decisions_are_recorded(moving: list[Planes], nets: Nets) -> None:
    decided = decisions_of(moving[:4], nets, 12.0)
    assert decided.keys() == NAMES
    for part in decided.values():
        assert part.bit.shape == part.row.shape == part.output.shape
        assert int(part.row.max()) < len(part.features) == len(part.kinds[0])
    values = decided["luma.values"]
    both = joined([values, values])
    assert both.features[both.row[-1]].equal(values.features[values.row[-1]])


def test_laws_are_learned_from_a_folder_and_kept(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    (tmp_path / "clips").mkdir()
    for name in ("a", "b"):
        render_clip(tmp_path / "clips" / f"{name}.mkv", 32, 32, 3)
    told: list[str] = []
    nets = learn_laws(find_videos(tmp_path / "clips"), 1, (Round(1, 30, 2e-2), Round(1, 30, 2e-2)), told.append)
    bits = [float(line.split("takes ")[1].split()[0]) for line in told if "luma.values" in line]
    assert len(bits) == 2
    assert max(bits) < 0.7  # untrained networks take one a decision
    save_laws(nets, tmp_path / "laws.safetensors")
    tensors = load_file(tmp_path / "laws.safetensors")
    again = nets_of_tensors({name: value.astype(np.int32) for name, value in tensors.items()})
    for one, other in zip(nets.all(), again.all(), strict=True):
        assert all(np.array_equal(one.tensors("")[name], other.tensors("")[name]) for name in one.tensors(""))


def test_a_folder_without_clips_is_told(tmp_path: Path) -> None:
    (tmp_path / "bunny.mkv").touch()
    with pytest.raises(EngineError, match="no clips to learn from"):
        find_videos(tmp_path, ["Bunny"])
