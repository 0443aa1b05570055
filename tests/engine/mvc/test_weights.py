"""Networks that help in training: imported, checked, taken where they are, done without where not.

torchvision is not among what the tests need: small networks under its names stand in for its own.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from nvc_engine.cli import main
from nvc_engine.codecs.mvc.features import SIZE, Features, feature_net, present_features
from nvc_engine.codecs.mvc.modules import helper_notes, with_present_helpers
from nvc_engine.codecs.mvc.settings import MvcSettings
from nvc_engine.codecs.mvc.teachers import Teacher, flow_teacher, present_teacher
from nvc_engine.codecs.mvc.weights import Helper, import_files, weights_file
from nvc_engine.errors import EngineError

CPU = torch.device("cpu")


class SmallRaft(nn.Module):
    """Says of every pixel how far its red is from that of the other picture; wants 128 pixels a side, as RAFT does."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, first: Tensor, second: Tensor) -> list[Tensor]:
        assert min(first.shape[2:]) >= 128
        assert first.shape[2] % 8 == first.shape[3] % 8 == 0
        moved = self.scale * (second - first)[:, :2]
        return [torch.zeros_like(moved), moved]


class SmallResNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, SIZE)
        self.fc: nn.Module = nn.Linear(SIZE, 1000)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.fc(self.layer(x.mean(dim=(2, 3))))
        return result


def ignoring_weights(network: type[nn.Module]) -> Callable[..., nn.Module]:
    def make(*, weights: None) -> nn.Module:
        return network()

    return make


@pytest.fixture
def _torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What of torchvision is used, under its names."""
    names = ("torchvision", "torchvision.models", "torchvision.models.optical_flow")
    modules: dict[str, Any] = {name: ModuleType(name) for name in names}
    modules["torchvision"].__spec__ = importlib.util.spec_from_loader("torchvision", None)
    modules["torchvision.models"].resnet34 = ignoring_weights(SmallResNet)
    modules["torchvision.models.optical_flow"].raft_large = ignoring_weights(SmallRaft)
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def _no_torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def files_of(folder: Path) -> tuple[Path, Path]:
    """A checkpoint of RAFT and safetensors of ResNet-34."""
    torch.manual_seed(0)
    flow, features = folder / "raft.pth", folder / "resnet34.safetensors"
    torch.save(SmallRaft().state_dict(), flow)
    save_file(SmallResNet().state_dict(), features)
    return flow, features


@pytest.mark.usefixtures("_torchvision")
def test_imported_networks_are_taken_where_nothing_else_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = MvcSettings(sfcm="reg-ent", tcl=True)
    before = with_present_helpers(settings)
    assert (before.flow_teacher, before.tcl_features) == ("dis", "fixed")
    assert ["not the paper's" in note or "not of the paper's" in note for note in helper_notes(settings)] == [True] * 2
    flow, features = files_of(tmp_path)
    assert main(["weights", "import", "mvc", "--flow", str(flow), "--features", str(features)]) == 0
    assert str(weights_file(Helper.RAFT)) in capsys.readouterr().out
    after = with_present_helpers(settings)
    assert (after.flow_teacher, after.tcl_features) == ("raft", "resnet34")
    assert all("as in the paper" in note for note in helper_notes(settings))
    assert with_present_helpers(MvcSettings(sfcm="reg", flow_teacher="dis")).flow_teacher == "dis"
    assert with_present_helpers(MvcSettings()) == MvcSettings()


@pytest.mark.usefixtures("_torchvision")
def test_they_compute_with_the_imported_weights(tmp_path: Path) -> None:
    flow, features = files_of(tmp_path)
    import_files({"flow": flow, "features": features})
    dark, light = (np.full((90, 161, 3), level, np.uint8) for level in (0, 255))
    taught = flow_teacher(present_teacher("auto"), CPU).pair(dark, light)
    assert taught.shape == (4, 90, 161)
    assert [float(each.mean()) for each in taught] == [2, 2, -2, -2]
    net = feature_net(present_features("auto"), CPU)
    pictures = torch.rand(2, 3, 40, 30, requires_grad=True)
    found = net(pictures)
    assert found.shape == (2, SIZE)
    found.sum().backward()  # type: ignore[no-untyped-call]
    assert pictures.grad is not None


@pytest.mark.usefixtures("_torchvision")
def test_what_does_not_fit_is_told_and_nothing_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow, features = files_of(tmp_path)
    odd = tmp_path / "odd.safetensors"
    wrong: dict[str, dict[str, Tensor]] = {
        "scale is missing": {},
        "scale is 2, not 1": {"scale": torch.ones(2)},
        "scale has values that are no finite numbers": {"scale": torch.ones(1) / 0},
        "more belongs to another network": {"scale": torch.ones(1), "more": torch.ones(1)},
    }
    for sentence, tensors in wrong.items():
        save_file(tensors, odd)
        with pytest.raises(EngineError, match=sentence):
            import_files({"features": features, "flow": odd})
    odd.write_bytes(b"no tensors")
    with pytest.raises(EngineError, match="cannot be read as safetensors"):
        import_files({"flow": odd})
    assert not weights_file(Helper.RESNET34).exists()
    for arguments in ([], ["--intra", str(flow)]):
        assert main(["weights", "import", "mvc", *arguments]) == 2
        assert "--flow" in capsys.readouterr().err
    import_files({"flow": flow})
    weights_file(Helper.RAFT).write_bytes(b"cut short")
    with pytest.raises(EngineError, match="flow_teacher=dis"):
        flow_teacher(Teacher.RAFT, CPU)


@pytest.mark.usefixtures("_no_torchvision")
def test_without_torchvision_there_are_sentences(tmp_path: Path) -> None:
    flow, _ = files_of(tmp_path)
    with pytest.raises(EngineError, match="teachers"):
        import_files({"flow": flow})
    for ask, instead in (
        (lambda: flow_teacher(Teacher.RAFT, CPU), "flow_teacher=dis"),
        (lambda: feature_net(Features.RESNET34, CPU), "tcl_features=fixed"),
    ):
        with pytest.raises(EngineError, match=instead):
            ask()
    assert present_teacher("auto") is Teacher.DIS


@pytest.mark.usefixtures("_torchvision")
def test_a_torchvision_of_another_torch_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, weights: None) -> nn.Module:
        raise RuntimeError("operator torchvision::nms does not exist")

    flow, _ = files_of(tmp_path)
    monkeypatch.setattr(sys.modules["torchvision.models.optical_flow"], "raft_large", broken)
    with pytest.raises(EngineError, match="does not work with this torch"):
        import_files({"flow": flow})
