"""Messages to JSON and back. What arrives is validated against the dataclasses; unknown message types are ignored.

A message is one JSON object: its fields plus "type", the class name. A field that this version does not know is
ignored, one that is missing takes its default, so that neighbouring versions understand each other.
"""

import dataclasses
import json
import math
import types
import typing
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from nvc_engine.protocol import messages
from nvc_engine.protocol.messages import Message

MAX_MESSAGE_BYTES = 64 << 20

T = TypeVar("T")


class WireError(ValueError):
    """What arrived is no valid message of ours."""


_PLAIN = (int, str, bool, type(None))
_BY_NAME: dict[str, type[Any]] = {kind.__name__: kind for kind in typing.get_args(Message)}


def to_plain(value: Any) -> Any:
    """Dataclasses, enums and tuples to what JSON knows. Infinite and undefined numbers become null."""
    if type(value) in _PLAIN:  # first, since a clip may have a million timestamps
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """Build a `kind` from what JSON gave.

    Raises:
        WireError: a field is missing or of another type.
    """
    return cast(T, _build(kind, plain, kind.__name__))


def encode(message: Message) -> bytes:
    """A message as UTF-8 JSON without line breaks."""
    return json.dumps({"type": type(message).__name__, **to_plain(message)}, separators=(",", ":")).encode("utf-8")


def decode(data: bytes) -> Message | None:
    """The message in `data`, or None for a type that this version does not know.

    Raises:
        WireError: not JSON, too large, or fields that do not fit their types.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise WireError(f"a message of {len(data)} bytes is over the limit")
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WireError("not a JSON message") from error
    if not isinstance(plain, dict) or not isinstance(plain.get("type"), str):
        raise WireError("a message has no type")
    kind = _BY_NAME.get(plain["type"])
    return None if kind is None else cast(Message, from_plain(kind, plain))


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind, vars(messages))


def _build(kind: Any, plain: object, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _build_union(kind, plain, where)
    if origin is tuple:
        return _build_tuple(kind, plain, where)
    if origin is dict:
        if not isinstance(plain, dict):
            raise WireError(f"{where} is not an object")
        value_kind = typing.get_args(kind)[1]
        return {str(key): _build(value_kind, item, f"{where}.{key}") for key, item in plain.items()}
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(cast(type[Any], kind), plain, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(plain)
        except ValueError as error:
            raise WireError(f"{where} is not one of {[member.value for member in kind]}") from error
    return _build_scalar(kind, plain, where)


def _build_scalar(kind: Any, plain: object, where: str) -> Any:
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        try:
            return float(plain)
        except OverflowError as error:
            raise WireError(f"{where} is out of range") from error
    if kind is float and plain is None:
        return math.nan
    if kind is int and isinstance(plain, bool):
        raise WireError(f"{where} is not a whole number")
    if isinstance(kind, type) and isinstance(plain, kind):
        return plain
    raise WireError(f"{where} is not of type {getattr(kind, '__name__', kind)}")


def _build_union(kind: Any, plain: object, where: str) -> Any:
    options = typing.get_args(kind)
    if plain is None and type(None) in options:
        return None
    for option in options:
        if option is not type(None) and type(plain) is option:
            return plain
    for option in options:
        if option is type(None):
            continue
        try:
            return _build(option, plain, where)
        except WireError:
            continue
    raise WireError(f"{where} fits none of its types")


def _build_tuple(kind: Any, plain: object, where: str) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise WireError(f"{where} is not a list")
    items = typing.get_args(kind)
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(_build(items[0], item, f"{where}[{index}]") for index, item in enumerate(plain))
    if len(items) != len(plain):
        raise WireError(f"{where} has {len(plain)} items, not {len(items)}")
    return tuple(_build(item_kind, item, where) for item_kind, item in zip(items, plain, strict=True))


def _build_dataclass(kind: type[Any], plain: object, where: str) -> Any:
    if not isinstance(plain, dict):
        raise WireError(f"{where} is not an object")
    hints = _hints(kind)  # type: ignore[arg-type]
    values = {}
    for field in dataclasses.fields(kind):
        if field.name in plain:
            values[field.name] = _build(hints[field.name], plain[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise WireError(f"{where} lacks {field.name}")
    return kind(**values)
