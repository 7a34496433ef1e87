"""The state of a training on disk: whole, or as it was before a stop midway."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor


class Part(Protocol):
    """A model, its average, an optimizer."""

    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any], /) -> Any: ...


def store(path: Path, parts: dict[str, Part], **progress: object) -> None:
    """Write beside, then rename. `progress` is what goes on beside the parts: steps, seconds."""
    beside = path.with_suffix(".part")
    torch.save({**{name: part.state_dict() for name, part in parts.items()}, **progress}, beside)
    beside.rename(path)


def restore(path: Path, parts: dict[str, Part]) -> dict[str, Any] | None:
    """Put the parts back as they were stored and return the progress; None where nothing was stored."""
    if not path.exists():
        return None
    stored = torch.load(path, weights_only=False)
    for name, part in parts.items():
        part.load_state_dict(stored.pop(name))
    return stored


def averaged_weights(path: Path) -> dict[str, Tensor]:
    """The weights of the stored `average` by the model's own names."""
    stored = torch.load(path, weights_only=False)["average"]
    return {name.removeprefix("module."): value for name, value in stored.items() if name.startswith("module.")}
