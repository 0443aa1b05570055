"""Networks with weights and laws, ready to code with; and where a preset's weights are looked for."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import torch

import nvc_engine
from nvc_engine.codecs.checkpoints import digest
from nvc_engine.codecs.sevc.arithmetic import DTYPES
from nvc_engine.codecs.sevc.float64_convolution import use_banded_convolutions
from nvc_engine.codecs.sevc.hyper_laws import HyperLaws, kept_laws
from nvc_engine.codecs.sevc.records import Profile
from nvc_engine.codecs.sevc.weights import (
    INTER_FILE,
    INTRA_FILE,
    Networks,
    WeightsError,
    expected_tensors,
    imported_folder,
    load_networks,
)
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.errors import UsageError

DIGEST_BYTES = 16
# Networks that someone in this process uses: an encode and the decoders of its file share theirs.
_ALIVE: "WeakValueDictionary[tuple[Any, ...], Model]" = WeakValueDictionary()


@dataclass(frozen=True)
class Model:
    """What frames are coded with.

    Attributes:
        digest: tells weights and laws from any others, DIGEST_BYTES long.
    """

    preset: str
    profile: Profile
    networks: Networks
    laws: HyperLaws
    digest: bytes
    device: torch.device

    @property
    def dtype(self) -> torch.dtype:
        return DTYPES[self.profile]


def weights_folders(preset: str) -> Iterator[Path]:
    """The folders that have both networks of a preset: the user's own first, then what comes with the studio.

    Beside the folder of the preset's name may lie others, named by the preset and what follows a dot: weights of
    earlier releases, which files that were made with them need.
    """
    package = Path(nvc_engine.__file__).parent
    own = imported_folder(preset)
    shipped = (root / "resources" / "weights" / "sevc" for root in (package.parents[1], package.parent / "nvc_studio"))
    for of_codec in (own.parent, *shipped):
        for folder in (of_codec / preset, *sorted(of_codec.glob(f"{preset}.*"), reverse=True)):
            if (folder / INTRA_FILE).exists() and (folder / INTER_FILE).exists():
                yield folder


def weights_folder(preset: str) -> Path | None:
    """Where the weights lie that a preset encodes with; None where it has none."""
    return next(weights_folders(preset), None)


def weights_digest(preset: str) -> str:
    """Tells the files that a preset encodes with from any others, in a few digits; "" where it has none."""
    folder = weights_folder(preset)
    if folder is None:
        return ""
    hasher = hashlib.sha256()
    for name in (INTRA_FILE, INTER_FILE):
        hasher.update((folder / name).read_bytes())
    return hasher.hexdigest()[:12]


def available_presets() -> tuple[str, ...]:
    """The presets whose weights are on this machine."""
    return tuple(preset for preset in PRESETS if weights_folder(preset) is not None)


def load_model(preset: str, profile: Profile, device: torch.device) -> Model:
    """The networks of a preset in the arithmetic of a profile.

    Raises:
        UsageError: there are no weights for the preset.
        WeightsError: they are damaged.
    """
    folder = weights_folder(preset)
    if folder is None:
        raise UsageError(missing_weights(preset))
    return _model_in(folder, preset, profile, device)


def _model_in(folder: Path, preset: str, profile: Profile, device: torch.device) -> Model:
    key = (preset, profile, str(device), *(_version(folder / name) for name in (INTRA_FILE, INTER_FILE)))
    alive = _ALIVE.get(key)
    if alive is None:
        alive = _ALIVE[key] = _load(folder, preset, profile, device)
    return alive


def _load(folder: Path, preset: str, profile: Profile, device: torch.device) -> Model:
    networks = load_networks(folder, PRESETS[preset])
    both = (networks.intra, networks.inter)
    weights = "".join(digest(expected_tensors(network)) for network in both)
    laws = kept_laws(folder, networks, weights)
    own = hashlib.sha256(laws.digest() + weights.encode()).digest()[:DIGEST_BYTES]
    for network in both:
        network.to(device, DTYPES[profile])
        if profile is Profile.PORTABLE:
            use_banded_convolutions(network)
    return Model(preset, profile, networks, laws, own, device)


def _version(path: Path) -> tuple[str, int, int]:
    """Tells a file from what it was before."""
    facts = path.stat()
    return str(path.resolve()), facts.st_mtime_ns, facts.st_size


def load_model_of_file(preset: str, wanted: bytes, profile: Profile, device: torch.device) -> Model:
    """The model that a file was made with.

    Raises:
        WeightsError: this machine has other weights under the preset's name, or none, or damaged ones.
    """
    found = False
    damage: WeightsError | None = None
    for folder in weights_folders(preset):
        found = True
        try:
            model = _model_in(folder, preset, profile, device)
        except WeightsError as error:
            damage = damage or error
            continue
        if model.digest == wanted:
            return model
    if damage is not None:
        raise damage
    if not found:
        raise WeightsError(f"This file needs SEVC's weights '{preset}'. {missing_weights(preset)}")
    raise WeightsError(
        f"This file was made with other weights of SEVC's preset '{preset}' than this machine has; put those into"
        f" {imported_folder(preset)}.other."
    )


def missing_weights(preset: str) -> str:
    """What a person can do where a preset has no weights."""
    others = [name for name in available_presets() if name != preset]
    instead = f" or choose another preset ({', '.join(others)})" if others else ""
    if preset == "paper":
        return (
            "The published weights of SEVC are not on this machine: import them with `nvc-engine weights import sevc`"
            f"{instead}."
        )
    return (
        f"There are no weights for SEVC's preset '{preset}' on this machine: put {INTRA_FILE} and {INTER_FILE} into"
        f" {imported_folder(preset)}{instead}."
    )
