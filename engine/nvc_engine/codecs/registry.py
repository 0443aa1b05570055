"""The one list of codecs. Adding a codec is adding its folder and one line here."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from nvc_engine.codecs.contract import Codec, FileCodec
from nvc_engine.codecs.conventional.codec import conventional_codecs
from nvc_engine.codecs.mvc.codec import MvcCodec
from nvc_engine.codecs.nvrc.codec import NvrcCodec
from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.errors import UsageError

# Modules of a codec's folder, beside its coding, that a door serves by the codec's name.
_TOOLS = {
    "mvc": ("ablation", "weights"),
    "nvrc": ("motion.law_training",),
    "sevc": ("parity", "weights", "training.session", "training.log"),
}
_CODECS: dict[str, Codec] = {codec.name: codec for codec in (NvrcCodec(), MvcCodec(), SevcCodec())}

_FILE_CODECS: dict[str, FileCodec] = {codec.name: codec for codec in conventional_codecs()}


def codecs() -> tuple[Codec, ...]:
    """All codecs of `.nvc` files, the default one first."""
    return tuple(_CODECS.values())


def codec(name: str) -> Codec:
    """The codec of `.nvc` files of this name. Raises UsageError where there is none."""
    try:
        return _CODECS[name]
    except KeyError:
        raise UsageError(f"There is no codec '{name}'; there are {', '.join(_CODECS)}.") from None


def encoders() -> tuple[Codec | FileCodec, ...]:
    """All that an encode can be ordered of: the codecs, then the conventional encoders to compare with."""
    return (*codecs(), *_FILE_CODECS.values())


def encoder(name: str) -> Codec | FileCodec:
    """The one of `encoders` with this name. Raises UsageError where there is none."""
    found = {each.name: each for each in encoders()}
    if name not in found:
        raise UsageError(f"There is no codec '{name}'; there are {', '.join(found)}.")
    return found[name]


def tool(codec: str, name: str) -> ModuleType:
    """Module `name` of a codec's folder. Raises UsageError where the codec has no such thing."""
    if name not in _TOOLS.get(codec, ()):
        having = ", ".join(other for other, names in _TOOLS.items() if name in names)
        raise UsageError(f"'{codec}' does not have this; {having} has.")
    return importlib.import_module(f"nvc_engine.codecs.{codec}.{name}")


@contextmanager
def registered(codec: Codec) -> Iterator[None]:
    """Have one codec more for as long as the context lasts."""
    _CODECS[codec.name] = codec
    try:
        yield
    finally:
        del _CODECS[codec.name]
