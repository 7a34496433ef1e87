"""A `config.json` as a plan, or a refusal that names every value that this statement of the networks does not do."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

MAX_CONFIG_BYTES = 1_000_000
MISSING = object()


class ConfigError(ValueError):
    """A part cannot be imported; the message names what it says that cannot be done."""


def read_json(path: Path, most_bytes: int = MAX_CONFIG_BYTES) -> dict[str, Any]:
    """Throws `ConfigError` for what is no JSON object, or a larger one."""
    if not path.is_file():
        raise ConfigError(f"{path.parent.name}/{path.name} is not there.")
    if path.stat().st_size > most_bytes:
        raise ConfigError(f"{path.parent.name}/{path.name} has more than {most_bytes} bytes.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as cause:
        raise ConfigError(f"{path.parent.name}/{path.name} is no JSON.") from cause
    if not isinstance(content, dict):
        raise ConfigError(f"{path.parent.name}/{path.name} is no JSON object.")
    return content


class Config:
    """What one file says. Every key is read, inert, or wanted at one value; anything else is a fault."""

    def __init__(self, part: str, said: Mapping[str, Any], inert: Collection[str], wanted: Mapping[str, Collection[Any]]) -> None:
        """`inert`: change nothing here; `wanted`: the values that the statement does, the first of them where the file says none."""
        self.part, self.said = part, said
        self.known = {*inert, *wanted}
        self.faults = [
            f"{key} is {json.dumps(said[key])}; this importer does {' or '.join(json.dumps(value) for value in values)}"
            for key, values in wanted.items() if key in said and said[key] not in values
        ]

    def read(self, key: str, kind: type | tuple[type, ...], default: Any = MISSING) -> Any:
        """The value of a key; a fault where it is none of the kind."""
        self.known.add(key)
        value = self.said.get(key, default)
        if value is MISSING:
            self.faults.append(f"{key} is not said")
            return None
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            self.faults.append(f"{key} is {json.dumps(value)}")
            return None
        return value

    def count(self, key: str, most: int, default: Any = MISSING) -> int:
        value = self.read(key, int, default)
        if value is not None and not 1 <= value <= most:
            self.faults.append(f"{key} is {value}; 1 to {most} can be done")
        return value

    def counts(self, key: str, most: int) -> tuple[int, ...]:
        values = self.read(key, list)
        if values is None or not 1 <= len(values) <= 8 or not all(type(value) is int and 1 <= value <= most for value in values):
            self.faults.append(f"{key} is {json.dumps(values)}")
            return (1,)
        return tuple(values)

    def close(self) -> None:
        """Throws `ConfigError` with everything that is wrong."""
        self.faults += [f"{key} is {json.dumps(self.said[key])}, a key that is not known here" for key in sorted(set(self.said) - self.known)]
        if self.faults:
            raise ConfigError(f"{self.part}/config.json says what cannot be imported:\n  " + "\n  ".join(self.faults))
