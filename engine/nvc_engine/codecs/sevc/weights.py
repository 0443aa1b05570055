"""Weights of the networks: the list of published keys, import of published checkpoints, and files of our own.

Our files are safetensors in the studio's data folder; they hold no code and load by mapping.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from nvc_engine.codecs.checkpoints import CheckpointError, Kept, load_tensors, read_checkpoint, save_tensors
from nvc_engine.codecs.sevc.intra import IntraNetwork
from nvc_engine.codecs.sevc.network import InterNetwork
from nvc_engine.codecs.sevc.swin import relative_position_index
from nvc_engine.codecs.sevc.widths import PRESETS, Widths
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.protocol import places

FILES = ("intra", "inter")
INTRA_FILE = "intra.safetensors"
INTER_FILE = "inter.safetensors"
_INDEX = ".relative_position_index"
# Weights whose rows are kept as 8-bit integers have the rows' steps beside them, under their own key and this.
_STEPS = "#steps"
_LARGEST_INTEGER = 127
_LEAST_STEP = 2.0**-14
_SHORT_ROW = 9


class WeightsError(EngineError):
    """Weights do not fit the network, or are not there."""


@dataclass(frozen=True)
class Networks:
    """Both networks of the codec, ready to run."""

    intra: IntraNetwork
    inter: InterNetwork


@dataclass(frozen=True)
class Imported:
    """What an import has left: our two files and the SHA-256 of the weights in each."""

    intra: Path
    inter: Path
    intra_digest: str
    inter_digest: str


def imported_folder(preset: str) -> Path:
    """Where imported weights of a preset are kept."""
    return places.home() / "weights" / "sevc" / preset


def expected_tensors(network: nn.Module) -> dict[str, Tensor]:
    """Keys of a network's checkpoint, with tensors that have the shapes and kinds of numbers (and may have no data)."""
    return dict(network.state_dict())


def unfilled(widths: Widths) -> Networks:
    """Networks that have shapes but no numbers."""
    with torch.device("meta"):
        return Networks(IntraNetwork(widths.intra), InterNetwork(widths.inter))


def import_checkpoints(intra: Path, inter: Path, preset: str = "paper") -> Imported:
    """Check checkpoints of the intra and the inter model and keep them as our own files; both or none.

    Raises:
        EngineError: a file cannot be read, or does not hold the preset's network; names the first mismatch.
    """
    networks = unfilled(PRESETS[preset])
    checked = [
        (name, _checked(path, read_checkpoint(path), network))
        for name, path, network in ((INTRA_FILE, intra, networks.intra), (INTER_FILE, inter, networks.inter))
    ]
    folder = imported_folder(preset)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digests = [save_tensors(folder / name, tensors) for name, tensors in checked]
    return Imported(folder / INTRA_FILE, folder / INTER_FILE, digests[0], digests[1])


def import_files(files: Mapping[str, Path]) -> tuple[Kept, ...]:
    """Import the checkpoints of `FILES` by these names.

    Raises:
        UsageError: one is missing.
        EngineError: see `import_checkpoints`.
    """
    if set(files) != set(FILES):
        raise UsageError("SEVC needs both, --intra FILE and --inter FILE.")
    done = import_checkpoints(files["intra"], files["inter"])
    return Kept(done.intra, done.intra_digest), Kept(done.inter, done.inter_digest)


def load_networks(folder: Path, widths: Widths, dtype: torch.dtype = torch.float32) -> Networks:
    """Both networks with the weights that a folder keeps, to evaluate in `dtype`.

    Raises:
        WeightsError: a file is missing, damaged, or of other widths.
    """
    networks = unfilled(widths)
    for name, network in ((INTRA_FILE, networks.intra), (INTER_FILE, networks.inter)):
        tensors = _as(torch.float32, _unpacked(folder / name, _load(folder / name)))
        network.load_state_dict(_checked(folder / name, tensors, network), assign=True)
        network.to(dtype).eval().requires_grad_(requires_grad=False)
    return networks


def save_networks(folder: Path, networks: Networks, dtype: torch.dtype = torch.float32) -> tuple[str, str]:
    """Keep the weights of both networks in a folder as `dtype`; returns the SHA-256 of each (`checkpoints.digest`)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (
        save_tensors(folder / INTRA_FILE, _as(dtype, expected_tensors(networks.intra))),
        save_tensors(folder / INTER_FILE, _as(dtype, expected_tensors(networks.inter))),
    )


def save_small(folder: Path, networks: Networks) -> tuple[str, str]:
    """The same, small enough to hand on: float16, and what only finds the symbols' laws in rows of 8-bit integers.

    Indexes that are computed are left out.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (
        save_tensors(folder / INTRA_FILE, _packed(expected_tensors(networks.intra))),
        save_tensors(folder / INTER_FILE, _packed(expected_tensors(networks.inter))),
    )


def _packed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    packed = {}
    for key, tensor in _as(torch.float16, tensors).items():
        if not key.endswith(_INDEX):
            packed[key] = tensor
        if _finds_laws(key, tensor):
            whole = tensors[key].float().flatten(1)
            steps = (whole.abs().amax(1, keepdim=True) / _LARGEST_INTEGER).clamp(min=_LEAST_STEP).half()
            packed[key] = (
                (whole / steps.float())
                .round()
                .clamp(-_LARGEST_INTEGER, _LARGEST_INTEGER)
                .to(torch.int8)
                .view_as(tensor)
            )
            packed[key + _STEPS] = steps
    return packed


def _finds_laws(key: str, tensor: Tensor) -> bool:
    return tensor.dim() > 1 and tensor[0].numel() > _SHORT_ROW and ("prior" in key or "hyper" in key)


def _unpacked(path: Path, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Raises WeightsError where integers and their steps do not belong together."""
    whole = {}
    for key, tensor in tensors.items():
        steps = tensors.get(key + _STEPS)
        if steps is not None:
            if (
                tensor.dtype != torch.int8
                or tensor.dim() < 2
                or steps.shape != (tensor.shape[0], 1)
                or not steps.is_floating_point()
            ):
                raise WeightsError(f"{path} does not fit: {key} has steps of another shape.")
            tensor = (tensor.float().flatten(1) * steps.float()).view_as(tensor)
        if not key.endswith(_STEPS):
            whole[key] = tensor
    return whole


def _as(dtype: torch.dtype, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same with real numbers of `dtype`; indexes stay."""
    return {key: tensor.to(dtype) if tensor.is_floating_point() else tensor for key, tensor in tensors.items()}


def _checked(path: Path, tensors: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """The network's own tensors out of `tensors`; computed indexes may be missing.

    Raises:
        WeightsError: names the first key that is missing, superfluous or wrong.
    """
    expected = expected_tensors(network)
    indexes = {key: relative_position_index() for key in expected if key.endswith(_INDEX)}
    tensors = {**indexes, **tensors}
    for key, like in expected.items():
        if key not in tensors:
            raise WeightsError(f"{path} does not fit: {key} is missing.")
        _check_tensor(path, key, tensors[key], like)
    for key in tensors:
        if key not in expected:
            raise WeightsError(f"{path} does not fit: {key} belongs to another network.")
    for key, index in indexes.items():
        if not torch.equal(tensors[key], index):
            raise WeightsError(f"{path} does not fit: {key} describes windows of another shape.")
    return {key: tensors[key].contiguous() for key in expected}


def _check_tensor(path: Path, key: str, tensor: Tensor, like: Tensor) -> None:
    if tensor.shape != like.shape:
        found, wanted = ("x".join(map(str, shape)) or "a number" for shape in (tensor.shape, like.shape))
        raise WeightsError(f"{path} does not fit: {key} is {found}, not {wanted}.")
    if tensor.dtype != like.dtype:
        raise WeightsError(f"{path} does not fit: {key} is of {tensor.dtype}, not {like.dtype}.")
    if not torch.isfinite(tensor).all():
        raise WeightsError(f"{path} does not fit: {key} has values that are no finite numbers.")
    if "q_scale_" in key and not (tensor > 0).all():
        raise WeightsError(f"{path} does not fit: {key} has a rate anchor that is not positive.")


def _load(path: Path) -> dict[str, Tensor]:
    if not path.exists():
        raise WeightsError(
            f"{path} is missing. Import the published weights with `nvc-engine weights import sevc`, or choose"
            " another preset."
        )
    try:
        return load_tensors(path)
    except CheckpointError as error:
        raise WeightsError(f"{path} is damaged; import or download it again.") from error
