"""The one list of codecs. Adding a codec is adding its folder and one line here."""

from collections.abc import Iterator
from contextlib import contextmanager

from nvc_engine.codecs.contract import Codec
from nvc_engine.codecs.nvrc.codec import NvrcCodec
from nvc_engine.errors import UsageError

_CODECS: dict[str, Codec] = {codec.name: codec for codec in (NvrcCodec(),)}


def codecs() -> tuple[Codec, ...]:
    """All codecs, the default one first."""
    return tuple(_CODECS.values())


def codec(name: str) -> Codec:
    """The codec of this name. Raises UsageError where there is none."""
    try:
        return _CODECS[name]
    except KeyError:
        raise UsageError(f"There is no codec '{name}'; there are {', '.join(_CODECS)}.") from None


@contextmanager
def registered(codec: Codec) -> Iterator[None]:
    """Have one codec more for as long as the context lasts."""
    _CODECS[codec.name] = codec
    try:
        yield
    finally:
        del _CODECS[codec.name]
