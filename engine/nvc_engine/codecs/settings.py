"""Codec settings: a frozen dataclass whose fields say everything, from which form, terminal and header are made."""

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from nvc_engine.errors import UsageError
from nvc_engine.protocol.messages import PresetFacts, Scalar, SettingFacts

T = TypeVar("T")


def setting(
    default: Scalar,
    title: str,
    explanation: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    advanced: bool = False,
    parent: str = "",
    parent_values: tuple[str, ...] = (),
) -> Any:
    """Declare one field of a settings dataclass; its type is that of `default` (see `SettingFacts`)."""
    kind = "choice" if choices else type(default).__name__
    facts = {
        "type": {"str": "choice"}.get(kind, kind),
        "title": title,
        "help": explanation,
        "minimum": minimum,
        "maximum": maximum,
        "step": step,
        "unit": unit,
        "choices": choices,
        "advanced": advanced,
        "parent": parent,
        "parent_values": parent_values,
    }
    return dataclasses.field(default=default, metadata=facts)


def declarations(settings_type: type[Any]) -> tuple[SettingFacts, ...]:
    """The declared settings of a settings dataclass, in order."""
    return tuple(
        SettingFacts(name=field.name, default=cast(Scalar, field.default), **field.metadata)
        for field in dataclasses.fields(settings_type)
    )


def resolve(settings_type: type[T], preset: PresetFacts, overrides: Mapping[str, Scalar]) -> T:
    """The settings of `preset` with `overrides` applied and checked.

    Raises:
        UsageError: a name that is not declared, a value of another type or out of range.
    """
    declared = {facts.name: facts for facts in declarations(settings_type)}
    values = {}
    for name, value in {**preset.values, **overrides}.items():
        if name not in declared:
            raise UsageError(f"There is no setting '{name}'; there are {', '.join(sorted(declared))}.")
        values[name] = check(declared[name], value)
    return settings_type(**values)


def check(facts: SettingFacts, value: Scalar) -> Scalar:
    """`value` as the setting's own type. Text is read as the terminal gives it.

    Raises:
        UsageError: it is of another type, not one of the choices, or out of range.
    """
    if facts.type == "choice":
        if value not in facts.choices:
            raise UsageError(f"{facts.title} must be one of {', '.join(facts.choices)}, not '{value}'.")
        return value
    if facts.type == "bool":
        if isinstance(value, str) and value.lower() in ("true", "false", "on", "off", "yes", "no", "1", "0"):
            return value.lower() in ("true", "on", "yes", "1")
        if not isinstance(value, bool):
            raise UsageError(f"{facts.title} must be on or off, not '{value}'.")
        return value
    try:
        number = float(value)
    except ValueError as error:
        raise UsageError(f"{facts.title} must be a number, not '{value}'.") from error
    if not math.isfinite(number) or (facts.type == "int" and number != int(number)):
        raise UsageError(f"{facts.title} must be a {'whole ' if facts.type == 'int' else ''}number, not '{value}'.")
    if (facts.minimum is not None and number < facts.minimum) or (facts.maximum is not None and number > facts.maximum):
        raise UsageError(f"{facts.title} must lie between {facts.minimum:g} and {facts.maximum:g}, not {number:g}.")
    return int(number) if facts.type == "int" else number


def canonical_json(settings: Any) -> str:
    """Settings as the file header keeps them: sorted, without spaces."""
    return json.dumps(dataclasses.asdict(settings), sort_keys=True, separators=(",", ":"))
