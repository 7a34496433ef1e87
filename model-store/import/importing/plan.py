"""Sizes of a network: the published ones unless a file says others.

They are never guessed from a checkpoint's keys: one that lacks its last blocks would pass for a smaller network.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

Plan = TypeVar("Plan")

MOST_CHARACTERS = 100
"""Of a value in a refusal."""


class PlanError(ValueError):
    """The file does not say the sizes of this network."""


def read_plan(path: Path, kind: type[Plan]) -> Plan:
    """A dataclass of sizes from JSON; what is left out is as published. Throws `PlanError`."""
    try:
        return _made(kind, json.loads(path.read_text(encoding="utf-8")), path.name)
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError) as cause:
        raise PlanError(f"{path.name} says no sizes: {cause}") from cause


def _made(kind: type[Plan], given: Any, name: str) -> Plan:
    if not isinstance(given, dict):
        raise PlanError(f"{name} is no JSON object of sizes.")
    types = get_type_hints(kind)
    unknown = sorted(set(given) - {field.name for field in fields(kind)})  # type: ignore[arg-type]
    if unknown:
        raise PlanError(f"{name} names what is no size here: {', '.join(unknown)}.")
    return kind(**{key: _value(types[key], value, name) for key, value in given.items()})


def _value(kind: Any, value: Any, name: str) -> Any:
    if is_dataclass(kind):
        return _made(kind, value, name)  # type: ignore[type-var]
    wanted = get_origin(kind) or kind
    found = tuple(value) if isinstance(value, list) else float(value) if wanted is float and type(value) is int else value
    numbers = found if isinstance(found, tuple) else (found,)
    # A bool is an int to Python, and a size below 0 to nobody.
    if type(found) is not wanted or not all(isinstance(number, int | float) and number >= 0 for number in numbers):
        raise PlanError(f"{name}: {json.dumps(value)[:MOST_CHARACTERS]} is no size.")
    return found
