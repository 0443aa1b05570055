"""Published keys and shapes, and the import of checkpoints that may hold anything."""

import argparse
import hashlib
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor, nn

from nvc_engine import cli_weights
from nvc_engine.codecs.checkpoints import CheckpointError, read_checkpoint
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.weights import (
    Networks,
    WeightsError,
    import_checkpoints,
    imported_folder,
    load_networks,
    unfilled,
)
from nvc_engine.codecs.sevc.widths import PRESETS, PUBLISHED, S20

# SHA-256 of the published list: lines "network|key|shape|type|kind" in the order of their keys.
PUBLISHED_LIST = "e1f3cd6f789e39b60764462a42e22afd207d4a9fa1c46f057836f6c897f57b0c"
INDEX = "latent_ILP.fusion.layers.0.residual_group.blocks.0.attn.relative_position_index"


def test_keys_and_shapes_are_the_published_ones() -> None:
    networks = unfilled(PUBLISHED)
    lines = []
    for name, network in (("i_frame", networks.intra), ("p_frame", networks.inter)):
        parameters = {key for key, _ in network.named_parameters()}
        for key, tensor in sorted(network.state_dict().items()):
            shape, kind = "x".join(map(str, tensor.shape)), "parameter" if key in parameters else "buffer"
            lines.append(f"{name}|{key}|{shape}|{str(tensor.dtype).removeprefix('torch.')}|{kind}")
    assert len(lines) == 333 + 1573
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == PUBLISHED_LIST


@pytest.mark.parametrize(
    ("preset", "intra", "inter"),
    [
        ("paper", 30_998_187, 45_080_186),
        ("s8", 4_260_863, 9_472_486),
        ("s12", 2_924_587, 5_838_000),
        ("s20", 1_875_651, 5_119_394),
    ],
)
def test_parameter_counts(preset: str, intra: int, inter: int) -> None:
    networks = unfilled(PRESETS[preset])
    counts = [sum(p.numel() for p in network.parameters()) for network in (networks.intra, networks.inter)]
    assert counts == [intra, inter]


@pytest.fixture(scope="module")
def source() -> Networks:
    return fresh_networks(S20, 11)


def states(networks: Networks) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    return dict(networks.intra.state_dict()), dict(networks.inter.state_dict())


def saved(folder: Path, intra: object, inter: object) -> tuple[Path, Path]:
    paths = folder / "intra.pth.tar", folder / "inter.pth.tar"
    for path, content in zip(paths, (intra, inter), strict=True):
        torch.save(content, path)
    return paths


LAYER = {"layer.weight": torch.arange(6.0).view(2, 3), "layer.bias": torch.ones(2)}
MODULES = OrderedDict((f"module.{key}", value) for key, value in LAYER.items())


@pytest.mark.parametrize("new", [True, False], ids=["zip", "old format"])
@pytest.mark.parametrize(
    "content",
    [
        LAYER,
        OrderedDict(LAYER),
        {"state_dict": LAYER, "epoch": 3, "loss": 0.5},
        {"net": LAYER},
        {"state_dict": {"net": LAYER}},
        {"state_dict": {"net": MODULES}},
        {key: nn.Parameter(value) for key, value in LAYER.items()},
    ],
    ids=["bare", "ordered", "state_dict", "net", "both", "modules", "parameters"],
)
def test_every_wrapping_is_taken(tmp_path: Path, content: object, *, new: bool) -> None:
    path = tmp_path / "checkpoint.pth.tar"
    torch.save(content, path, _use_new_zipfile_serialization=new)
    assert zipfile.is_zipfile(path) == new
    taken = read_checkpoint(path)
    assert list(taken) == list(LAYER)
    assert all(torch.equal(taken[key], LAYER[key]) and not taken[key].requires_grad for key in LAYER)


@pytest.mark.parametrize("indexes", [True, False], ids=["with indexes", "without indexes"])
def test_imported_weights_are_those_of_the_checkpoints(source: Networks, tmp_path: Path, *, indexes: bool) -> None:
    before = states(source)
    given = [{key: value for key, value in state.items() if indexes or value.is_floating_point()} for state in before]
    imported = import_checkpoints(*saved(tmp_path, *given), "s20")
    assert imported.intra.parent == imported.inter.parent == imported_folder("s20")
    after = states(load_networks(imported_folder("s20"), S20))
    for ours, theirs in zip(before, after, strict=True):
        assert list(ours) == list(theirs)
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    with safe_open(imported.inter, framework="pt") as file:
        assert file.metadata() == {"sha256": imported.inter_digest}


def test_loaded_networks_compute_in_the_precision_asked_for(source: Networks, tmp_path: Path) -> None:
    import_checkpoints(*saved(tmp_path, *states(source)), "s20")
    loaded = load_networks(imported_folder("s20"), S20, torch.float64)
    assert {parameter.dtype for parameter in loaded.inter.parameters()} == {torch.float64}
    assert not any(parameter.requires_grad for parameter in loaded.inter.parameters())
    assert not loaded.inter.training


def test_the_first_mismatch_is_named_and_nothing_kept(source: Networks, tmp_path: Path) -> None:
    intra, inter = states(source)
    key = "ILP.texture_adaptor.weight"
    wrong = {
        f"{key} is missing": {name: value for name, value in inter.items() if name != key},
        f"{key} is 24x8x3x2, not 24x8x3x3": inter | {key: torch.zeros(24, 8, 3, 2)},
        f"{key} is of torch.float16, not torch.float32": inter | {key: inter[key].half()},
        f"{key} has values that are no finite numbers": inter | {key: inter[key] / 0},
        "extra.weight belongs to another network": inter | {"extra.weight": torch.zeros(1)},
        "BL_codec.y_q_scale_enc has a rate anchor": inter | {"BL_codec.y_q_scale_enc": torch.zeros(4, 1, 1, 1)},
        f"{INDEX} describes windows": inter | {INDEX: torch.zeros(256, 256, dtype=torch.int64)},
        "q_basic_enc": intra,
    }
    intra_path, inter_path = saved(tmp_path, intra, inter)
    for sentence, content in wrong.items():
        torch.save(content, inter_path)
        with pytest.raises(WeightsError) as caught:
            import_checkpoints(intra_path, inter_path, "s20")
        assert sentence in str(caught.value)
        assert "inter.pth.tar" in str(caught.value)
        assert not imported_folder("s20").exists()


class Runs:
    """Pickles as a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._call


@pytest.mark.parametrize("new", [True, False], ids=["zip", "old format"])
def test_nothing_in_a_checkpoint_is_run(tmp_path: Path, *, new: bool) -> None:
    mark, path = tmp_path / "ran", tmp_path / "checkpoint.pth.tar"
    for foreign in (Runs(Path.touch, mark), Runs(bytearray, 10), Runs(torch.FloatTensor, 10), nn.Linear(2, 2)):
        torch.save({"state_dict": LAYER, "more": foreign}, path, _use_new_zipfile_serialization=new)
        with pytest.raises(CheckpointError, match="would run"):
            read_checkpoint(path)
    path.write_bytes(pickle.dumps(Runs(Path.touch, mark), protocol=4))
    with pytest.raises(CheckpointError):
        read_checkpoint(path)
    assert not mark.exists()


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    torch.save(LAYER, whole)
    with zipfile.ZipFile(tmp_path / "archive", "w") as file:
        file.writestr("readme.txt", "nothing")
    (tmp_path / "torn").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (tmp_path / "text").write_bytes(b"<html>Sign in to download</html>")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "pickle").write_bytes(pickle.dumps({"weight": 1}))
    for name in ("archive", "torn", "text", "empty", "pickle", "nowhere"):
        with pytest.raises(CheckpointError, match=name):
            read_checkpoint(tmp_path / name)
    sparse = torch.zeros(3).to_sparse()
    for content in ([1, 2], {}, {"state_dict": {}}, {3: torch.zeros(1)}, {"a": "text"}, {"a": sparse}):
        torch.save(content, whole)
        with pytest.raises(CheckpointError, match="whole"):
            read_checkpoint(whole)


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    swollen = tmp_path / "swollen"
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", b"")
    data = bytearray(swollen.read_bytes())
    # The size that the archive's directory states for its only entry.
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (0xF0000000).to_bytes(4, "little")
    swollen.write_bytes(data)
    with pytest.raises(CheckpointError, match=r"3\.8 GiB"):
        read_checkpoint(swollen)


def test_the_terminal_refuses_other_widths(source: Networks, tmp_path: Path) -> None:
    intra, inter = saved(tmp_path, *states(source))
    given = argparse.Namespace(codec="sevc", intra=intra, inter=inter, flow=None, features=None, json=False)
    with pytest.raises(WeightsError, match=r"intra\.pth\.tar does not fit: q_basic_enc is 1x24x1x1, not 1x128x1x1"):
        cli_weights.import_weights(given)


def test_damaged_weights_are_not_used(source: Networks, tmp_path: Path) -> None:
    import_checkpoints(*saved(tmp_path, *states(source)), "s20")
    folder = imported_folder("s20")
    with pytest.raises(WeightsError, match="does not fit"):
        load_networks(folder, PRESETS["s12"])
    file = folder / "inter.safetensors"
    data = bytearray(file.read_bytes())
    data[-1000] ^= 1
    file.write_bytes(data)
    with pytest.raises(WeightsError, match="damaged"):
        load_networks(folder, S20)
    file.write_bytes(data[:1000])
    with pytest.raises(WeightsError, match="damaged"):
        load_networks(folder, S20)
    file.unlink()
    with pytest.raises(WeightsError, match="weights import sevc"):
        load_networks(folder, S20)
